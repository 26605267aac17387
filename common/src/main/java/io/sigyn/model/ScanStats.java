package io.sigyn.model;

import io.sigyn.error.LokiException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one query touched, counted as it happens. One thread at a time; the fields of several are added with {@link #add}.
 * Counts are of entries, bytes are uncompressed unless named otherwise, times are nanoseconds.
 */
public final class ScanStats {
  /** A mask. */
  private static final int SOMETIMES = 255;

  /** The most texts of either sort; an answer of many parts may meet thousands. */
  private static final int MOST_TEXTS = 100;

  /** Streams that the matchers selected. */
  public long streams;

  /** Blocks in immutable segments that belong to the selected streams and days. */
  public long blocksMatched;

  /** Blocks that were read and decoded. */
  public long blocksDecoded;

  /** Bytes of blocks as stored, before decompression. */
  public long compressedBytes;

  /** Bytes of blocks that were read, and of columns that were decoded. */
  public long decodedBytes;

  /** Entries that were counted without being read. */
  public long summarisedLines;

  /** Line bytes of decoded blocks that were handed out and read. */
  public long segmentBytes;

  /** Lines of decoded blocks that were handed out. */
  public long segmentLines;

  /** Line bytes handed out from memory. */
  public long headBytes;

  /** Lines handed out from memory. */
  public long headLines;

  /** Structured metadata bytes handed out and read. */
  public long metadataBytes;

  /** Exact duplicates that were left out. */
  public long duplicates;

  /** Line bytes of those. */
  public long duplicateBytes;

  /** Lines that passed every filter; counted by the engine. */
  public long postFilterLines;

  /** What could not be read, each once, in the order it was met: the answer lacks what was in it. */
  private final Set<String> damages = new LinkedHashSet<>();

  /** What whoever reads the answer should know, and which takes nothing from it; each once. */
  private final Set<String> notices = new LinkedHashSet<>();

  private final BytesLimit limit;
  private final AtomicLong charged;
  private final Runnable check;
  private int visited;

  /** Without bounds. */
  public ScanStats() {
    this(BytesLimit.NONE, () -> {});
  }

  /**
   * Of a query that may be stopped.
   *
   * @param limit how much it may read and decode
   * @param check called before a block is read or decoded, and every few hundred streams where only indexes are asked; throws
   *     to stop the query
   */
  public ScanStats(BytesLimit limit, Runnable check) {
    this(limit, new AtomicLong(), check);
  }

  private ScanStats(BytesLimit limit, AtomicLong charged, Runnable check) {
    this.limit = limit;
    this.charged = charged;
    this.check = check;
  }

  /** Counts of their own for another thread that works for the same query; the limit is that of all parts together. */
  public ScanStats part(Runnable stop) {
    return new ScanStats(limit, charged, stop);
  }

  /**
   * To be called often by whoever works long without reading a block.
   *
   * @throws LokiException whatever stops the query
   */
  public void check() {
    check.run();
  }

  /** As {@link #check}, once in some hundred calls: to be called for every stream, name or value that is visited. */
  public void checkSometimes() {
    if ((++visited & SOMETIMES) == 0) {
      check.run();
    }
  }

  /**
   * To be called before bytes are read or decoded, with their number.
   *
   * @throws LokiException BAD_REQUEST when the query has had its share, or whatever stops it
   */
  public void charge(long bytes) {
    check.run();
    decodedBytes += bytes;
    long read = charged.addAndGet(bytes);
    if (read > limit.bytes()) {
      throw limit.exceeded(read);
    }
  }

  /** Remembers that something could not be read. */
  public void damaged(String what) {
    add(damages, what);
  }

  /** What could not be read, each once; the first hundred, and then that there is more. */
  public List<String> damages() {
    return List.copyOf(damages);
  }

  /** Remembers something that whoever reads the answer should know; unlike after {@link #damaged}, it counts as complete. */
  public void noticed(String what) {
    add(notices, what);
  }

  /** What whoever reads the answer should know, each once; the first hundred, and then that there is more. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** What an answer says beside what was asked: what it lacks, then what its reader should know. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(damages);
    warnings.addAll(notices);
    return List.copyOf(warnings);
  }

  private static void add(Set<String> texts, String text) {
    if (texts.size() < MOST_TEXTS) {
      texts.add(text);
    } else if (!texts.contains(text)) {
      texts.add("there is more than is named here; the log of the server names all");
    }
  }

  /** Adds the counts of another. */
  public void add(ScanStats o) {
    streams += o.streams;
    blocksMatched += o.blocksMatched;
    blocksDecoded += o.blocksDecoded;
    compressedBytes += o.compressedBytes;
    decodedBytes += o.decodedBytes;
    summarisedLines += o.summarisedLines;
    segmentBytes += o.segmentBytes;
    segmentLines += o.segmentLines;
    headBytes += o.headBytes;
    headLines += o.headLines;
    metadataBytes += o.metadataBytes;
    duplicates += o.duplicates;
    duplicateBytes += o.duplicateBytes;
    postFilterLines += o.postFilterLines;
    o.damages.forEach(this::damaged);
    o.notices.forEach(this::noticed);
  }
}
