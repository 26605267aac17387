package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.LineSink;
import io.sigyn.bytes.ByteSink;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Joins the lines of a block: a line that matches begins one, the others belong to the block before. The block has the
 * labels, the time and the metadata of its first line. It is let go when the next begins, when it is full, and when the
 * file was silent.
 */
final class MultilineStage implements Stage {
  /**
   * The options.
   *
   * @param maxWaitTime how long a block waits for another line
   */
  record Options(String firstline, int maxLines, Duration maxWaitTime) {
    static final Options DEFAULT = new Options("", 128, Duration.ofSeconds(3));
  }

  private final GoRegexp firstLine;
  private final int maxLines;
  private final int maxBytes;
  private final long patience;
  private final ByteSink block = new ByteSink(256);
  private Labels labels = Labels.EMPTY;
  private Labels metadata = Labels.EMPTY;
  private String tenant = "";
  private long time;
  private int lines;
  private boolean started;
  private long sequence = LineSink.NOTHING;

  MultilineStage(Options options, GoRegexp firstLine, StageContext context) {
    this.firstLine = firstLine;
    this.maxLines = options.maxLines();
    this.patience = options.maxWaitTime().toNanos();
    this.maxBytes = context.maxLineBytes();
  }

  @Override
  public boolean process(Entry entry) {
    boolean first = firstLine.find(entry.bytes(), entry.from(), entry.to());
    if (!first && !started) {
      return true;
    }
    if (!first && lines < maxLines && block.size() + (entry.to() - entry.from()) < maxBytes) {
      add(entry);
      return false;
    }
    byte[] line = Arrays.copyOfRange(entry.bytes(), entry.from(), entry.to());
    Labels newLabels = entry.labels();
    Labels newMetadata = entry.metadata();
    String newTenant = entry.tenant();
    long newTime = entry.timestamp();
    boolean hadBlock = lines > 0;
    if (hadBlock) {
      give(entry);
    }
    if (first) {
      labels = newLabels;
      metadata = newMetadata;
      tenant = newTenant;
      time = newTime;
      started = true;
    }
    block.clear();
    block.bytes(line);
    lines = 1;
    sequence = entry.origin().sequence();
    return hadBlock;
  }

  private void add(Entry entry) {
    if (lines > 0) {
      block.u8('\n');
    } else {
      sequence = entry.origin().sequence();
    }
    block.bytes(entry.bytes(), entry.from(), entry.to() - entry.from());
    lines++;
  }

  /** Fills the entry with the block. */
  private void give(Entry entry) {
    entry.setLabels(labels);
    entry.setMetadata(metadata);
    entry.setTenant(tenant);
    entry.setTimestamp(time);
    byte[] bytes = block.toByteArray();
    entry.setLine(bytes, 0, bytes.length);
  }

  @Override
  public long heldFrom() {
    return sequence;
  }

  @Override
  public long patience() {
    return patience;
  }

  @Override
  public void flush(Entry entry, Consumer<Entry> next) {
    if (lines > 0) {
      entry.reset(entry.origin(), entry.initialLabels());
      give(entry);
      block.clear();
      lines = 0;
      sequence = LineSink.NOTHING;
      next.accept(entry);
    }
  }
}
