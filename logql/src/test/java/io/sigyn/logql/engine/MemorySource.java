package io.sigyn.logql.engine;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Entries in memory, cut into blocks of a given size, handed out as the contract of {@link EntryCursor} says: what is known
 * of a block is told, of several streams together where that is allowed, and blocks that the selection's test rules out are
 * left out.
 */
public final class MemorySource implements EntrySource {
  /** One entry. */
  public record Entry(long timestamp, byte[] line, Labels metadata) {
    /** An entry without metadata. */
    public static Entry of(long timestamp, String line) {
      return new Entry(timestamp, line.getBytes(StandardCharsets.UTF_8), Labels.EMPTY);
    }
  }

  /** Blocks that are known together. */
  private static final int TOGETHER = 3;

  private final Map<Labels, List<Entry>> streams = new LinkedHashMap<>();
  private final int blockSize;

  /** Blocks of at most this many rows. */
  public MemorySource(int blockSize) {
    this.blockSize = blockSize;
  }

  /** Adds an entry to a stream. */
  public MemorySource add(Labels stream, Entry entry) {
    streams.computeIfAbsent(stream, l -> new ArrayList<>()).add(entry);
    return this;
  }

  /** All entries by stream, in order of arrival. */
  public Map<Labels, List<Entry>> streams() {
    return streams;
  }

  @Override
  public EntryCursor select(Selection selection, ScanStats stats) {
    boolean backward = selection.direction() == Direction.BACKWARD;
    List<EntryBlock> blocks = new ArrayList<>();
    streams.forEach(
        (labels, entries) -> {
          if (LabelMatcher.all(selection.matchers(), labels)) {
            stats.streams++;
            List<Entry> sorted = new ArrayList<>(entries);
            sorted.sort(Comparator.comparingLong(Entry::timestamp));
            sorted.removeIf(e -> !selection.range().contains(e.timestamp()));
            List<EntryBlock> own = new ArrayList<>();
            for (int at = 0; at < sorted.size(); at += blockSize) {
              EntryBlock block = block(labels, sorted.subList(at, Math.min(at + blockSize, sorted.size())));
              stats.blocksMatched++;
              if (selection.test().mayHold(block.text(), block.lineStart(0), block.lineStart(block.size()))) {
                own.add(block);
              }
            }
            blocks.addAll(backward ? own.reversed() : own);
          }
        });
    Comparator<EntryBlock> order =
        backward
            ? Comparator.comparingLong((EntryBlock b) -> b.timestamp(b.size() - 1)).reversed()
            : Comparator.comparingLong((EntryBlock b) -> b.timestamp(0));
    blocks.sort(order);
    boolean together =
        selection.order() == Selection.Order.STREAM
            && selection.labels().isPresent()
            && blocks.stream().noneMatch(b -> selection.labels().get().stream().anyMatch(b.stream()::has));
    return new Cursor(blocks, backward, together ? TOGETHER : 1, stats);
  }

  private static EntryBlock block(Labels labels, List<Entry> entries) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    // Something before the first line, so that nobody relies on lines starting at 0.
    text.writeBytes(new byte[] {'#', '#'});
    int[] offsets = new int[entries.size() + 1];
    long[] timestamps = new long[entries.size()];
    Labels[] metadata = new Labels[entries.size()];
    boolean any = false;
    offsets[0] = text.size();
    for (int i = 0; i < entries.size(); i++) {
      text.writeBytes(entries.get(i).line());
      offsets[i + 1] = text.size();
      timestamps[i] = entries.get(i).timestamp();
      metadata[i] = entries.get(i).metadata();
      any |= !metadata[i].isEmpty();
    }
    byte[] bytes = text.toByteArray();
    return any
        ? EntryBlock.of(labels, 0, entries.size(), timestamps, offsets, bytes, metadata)
        : EntryBlock.of(labels, 0, entries.size(), timestamps, offsets, bytes);
  }

  private static final class Cursor implements EntryCursor {
    private final List<EntryBlock> blocks;
    private final boolean backward;
    private final ScanStats stats;
    private final int together;
    private int at = -1;

    /** Of so many blocks together, as long as nobody reads the first of them. */
    Cursor(List<EntryBlock> blocks, boolean backward, int together, ScanStats stats) {
      this.blocks = blocks;
      this.together = together;
      this.backward = backward;
      this.stats = stats;
    }

    @Override
    public boolean next() {
      boolean more = ++at < blocks.size();
      stats.blocksDecoded += more ? 1 : 0;
      return more;
    }

    @Override
    public @Nullable EntrySummary summary() {
      List<EntryBlock> ahead = ahead();
      return switch (ahead.size()) {
        case 0 -> null;
        case 1 -> summary(ahead.getFirst());
        default -> summary(ahead);
      };
    }

    /** The blocks that are known together, or the next. */
    private List<EntryBlock> ahead() {
      int next = at + 1;
      int end = next % together == 0 ? next + together : next + 1;
      return blocks.subList(Math.min(next, blocks.size()), Math.min(end, blocks.size()));
    }

    @Override
    public @Nullable EntryTimes times() {
      List<EntryBlock> ahead = List.copyOf(ahead());
      return ahead.size() < 2 ? null : nanos -> ahead.stream().mapToLong(block -> block.firstAtOrAfter(nanos)).sum();
    }

    @Override
    public void skip() {
      List<EntryBlock> ahead = ahead();
      stats.summarisedLines += ahead.stream().mapToLong(EntryBlock::size).sum();
      at += ahead.size();
    }

    private static EntrySummary summary(List<EntryBlock> blocks) {
      List<EntrySummary> all = blocks.stream().map(Cursor::summary).toList();
      return new EntrySummary(
          Labels.EMPTY,
          all.stream().mapToLong(EntrySummary::rows).sum(),
          all.stream().mapToLong(EntrySummary::lineBytes).sum(),
          all.stream().mapToLong(EntrySummary::metadataBytes).sum(),
          all.stream().mapToLong(EntrySummary::minTs).min().orElseThrow(),
          all.stream().mapToLong(EntrySummary::maxTs).max().orElseThrow(),
          List.of(),
          all.stream().flatMap(one -> one.metadataNames().stream()).distinct().toList(),
          false);
    }

    private static EntrySummary summary(EntryBlock block) {
      Map<String, long[]> levels = new TreeMap<>();
      Set<String> names = new TreeSet<>();
      long lineBytes = 0;
      long metadataBytes = 0;
      for (int r = 0; r < block.size(); r++) {
        Labels metadata = block.metadata(r);
        long length = (long) block.lineEnd(r) - block.lineStart(r);
        long[] level = levels.computeIfAbsent(metadata.get(EntrySummary.LEVEL), l -> new long[2]);
        level[0]++;
        level[1] += length;
        lineBytes += length;
        for (int i = 0; i < metadata.size(); i++) {
          names.add(metadata.name(i));
          metadataBytes += metadata.name(i).length() + metadata.value(i).length();
        }
      }
      return new EntrySummary(
          block.stream(),
          block.size(),
          lineBytes,
          metadataBytes,
          block.timestamp(0),
          block.timestamp(block.size() - 1),
          levels.entrySet().stream()
              .map(e -> new EntrySummary.Level(e.getKey(), e.getValue()[0], e.getValue()[1]))
              .toList(),
          List.copyOf(names),
          names.stream().allMatch(EntrySummary.LEVEL::equals));
    }

    @Override
    public EntryBlock block() {
      return blocks.get(at);
    }

    @Override
    public long bound() {
      if (at + 1 >= blocks.size()) {
        return backward ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
      EntryBlock next = blocks.get(at + 1);
      return backward ? next.timestamp(next.size() - 1) : next.timestamp(0);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
