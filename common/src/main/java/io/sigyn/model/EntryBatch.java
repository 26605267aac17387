package io.sigyn.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one push, in columns: streams in order of arrival, and for each stream its entries in order of arrival.
 * Lines are slices of one shared byte array, so that no object per entry exists. Structured metadata is one number per
 * entry, that of a {@link Labels} which many entries may share.
 *
 * <p>Immutable once built, except that the arena belongs to whoever built the batch and must not change while the batch
 * is in use. A label set may occur in several streams of one batch.
 */
public final class EntryBatch {
  private static final Labels[] NO_SETS = {};
  private static final int[] NO_NUMBERS = {};

  /** A batch without streams. */
  public static final EntryBatch EMPTY = builder(new byte[0]).build();

  private final byte[] arena;
  private final Labels[] streams;
  private final int[] streamEnd;
  private final long[] lineBytesEnd;
  private final long[] timestamps;
  private final int[] lineStart;
  private final int[] lineEnd;
  private final Labels[] sets;
  private final int[] setNumbers;
  private final int entries;
  private final Optional<ReceivedBody> body;

  private EntryBatch(Builder b) {
    this.arena = b.arena;
    this.streams = b.streams.toArray(new Labels[0]);
    this.streamEnd = Arrays.copyOf(b.streamEnd, streams.length);
    this.lineBytesEnd = Arrays.copyOf(b.lineBytesEnd, streams.length);
    this.timestamps = b.timestamps;
    this.lineStart = b.lineStart;
    this.lineEnd = b.lineEnd;
    this.sets = b.numbers == null ? NO_SETS : b.numbers.sets();
    this.setNumbers = b.setNumbers;
    this.entries = b.entries;
    this.body = b.body;
  }

  /** A batch of one entry without structured metadata; for many, fill a {@link #builder}. */
  public static EntryBatch of(Labels stream, long timestamp, String line) {
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    return builder(utf8).stream(stream).entry(timestamp, 0, utf8.length, Labels.EMPTY).build();
  }

  /** A builder whose lines are slices of {@code arena}. */
  public static Builder builder(byte[] arena) {
    return new Builder(arena, 64);
  }

  /** The same with room for {@code entries} entries from the start. */
  public static Builder builder(byte[] arena, int entries) {
    return new Builder(arena, Math.max(1, entries));
  }

  /** The number of streams. */
  public int streams() {
    return streams.length;
  }

  /** The labels of stream {@code s}. */
  public Labels labels(int s) {
    return streams[s];
  }

  /** The first entry of stream {@code s}. */
  public int firstEntry(int s) {
    return s == 0 ? 0 : streamEnd[s - 1];
  }

  /** One past the last entry of stream {@code s}; equal to the first for a stream without entries. */
  public int endEntry(int s) {
    return streamEnd[s];
  }

  /** The number of entries of all streams. */
  public int entries() {
    return entries;
  }

  /** The time of entry {@code e}, nanoseconds since the Unix epoch. */
  public long timestamp(int e) {
    return timestamps[e];
  }

  /** Copies the times of entries {@code [from, to)} to {@code target}, from {@code at} on. */
  public void copyTimestamps(int from, int to, long[] target, int at) {
    System.arraycopy(timestamps, from, target, at, to - from);
  }

  /** The array that holds all lines. Not to be written to. */
  public byte[] arena() {
    return arena;
  }

  /** Where the line of entry {@code e} starts in the arena. */
  public int lineStart(int e) {
    return lineStart[e];
  }

  /** One past the last byte of the line of entry {@code e}. */
  public int lineEnd(int e) {
    return lineEnd[e];
  }

  /** The structured metadata of entry {@code e}; {@link Labels#EMPTY} when it has none. */
  public Labels metadata(int e) {
    return sets.length == 0 ? Labels.EMPTY : sets[setNumbers[e]];
  }

  /** Whether some entry has structured metadata. */
  public boolean hasMetadata() {
    return sets.length != 0;
  }

  /** The number of sets of structured metadata, at least one when there is any. Equal ones may be there more than once. */
  public int sets() {
    return sets.length;
  }

  /** A set by its number; number 0 is {@link Labels#EMPTY}. */
  public Labels set(int number) {
    return sets[number];
  }

  /** The number of the set that entry {@code e} has. */
  public int setNumber(int e) {
    return sets.length == 0 ? MetadataNumbers.NO_PAIRS : setNumbers[e];
  }

  /** The compressed body that the arena begins with, if the batch was read from one. */
  public Optional<ReceivedBody> body() {
    return body;
  }

  /** The sum of all lines' lengths in bytes. */
  public long lineBytes() {
    return streams.length == 0 ? 0 : lineBytesEnd[streams.length - 1];
  }

  /** The sum of the lengths of the lines of stream {@code s} in bytes. */
  public long lineBytes(int s) {
    return lineBytesEnd[s] - (s == 0 ? 0 : lineBytesEnd[s - 1]);
  }

  /** Collects a batch: {@link #stream}, then its entries, then the next stream. Not safe for use by several threads. */
  public static final class Builder {
    private byte[] arena;
    private final List<Labels> streams = new ArrayList<>();
    private int[] streamEnd = new int[4];
    private long[] lineBytesEnd = new long[4];
    private long lineBytes;
    private long[] timestamps;
    private int[] lineStart;
    private int[] lineEnd;
    private int[] setNumbers = NO_NUMBERS;
    private @Nullable MetadataNumbers numbers;
    private Labels lastSet = Labels.EMPTY;
    private int lastNumber = MetadataNumbers.NO_PAIRS;
    private int entries;
    private Optional<ReceivedBody> body = Optional.empty();

    private Builder(byte[] arena, int room) {
      this.arena = arena;
      timestamps = new long[room];
      lineStart = new int[room];
      lineEnd = new int[room];
    }

    /** Starts the next stream. */
    public Builder stream(Labels labels) {
      if (streams.size() == streamEnd.length) {
        streamEnd = Arrays.copyOf(streamEnd, streamEnd.length * 2);
        lineBytesEnd = Arrays.copyOf(lineBytesEnd, streamEnd.length);
      }
      streamEnd[streams.size()] = entries;
      lineBytesEnd[streams.size()] = lineBytes;
      streams.add(labels);
      return this;
    }

    /** Adds an entry to the stream started last; the line is {@code arena[from, to)}. */
    @SuppressWarnings("ReferenceEquality") // only a short cut
    public Builder entry(long timestamp, int from, int to, Labels entryMetadata) {
      if (entries == timestamps.length) {
        int capacity = entries * 2;
        timestamps = Arrays.copyOf(timestamps, capacity);
        lineStart = Arrays.copyOf(lineStart, capacity);
        lineEnd = Arrays.copyOf(lineEnd, capacity);
        if (numbers != null) {
          setNumbers = Arrays.copyOf(setNumbers, capacity);
        }
      }
      timestamps[entries] = timestamp;
      lineStart[entries] = from;
      lineEnd[entries] = to;
      if (entryMetadata != lastSet) {
        lastNumber = number(entryMetadata);
        lastSet = entryMetadata;
      }
      if (numbers != null) {
        setNumbers[entries] = lastNumber;
      }
      entries++;
      lineBytes += to - from;
      streamEnd[streams.size() - 1] = entries;
      lineBytesEnd[streams.size() - 1] = lineBytes;
      return this;
    }

    private int number(Labels set) {
      MetadataNumbers known = numbers;
      if (known == null) {
        if (set.isEmpty()) {
          return MetadataNumbers.NO_PAIRS;
        }
        known = new MetadataNumbers();
        numbers = known;
        setNumbers = new int[timestamps.length];
      }
      return known.of(set);
    }

    /** Replaces the arena, for a producer whose arena moved while it grew. Positions stay as they are. */
    public Builder arena(byte[] grown) {
      this.arena = grown;
      return this;
    }

    /**
     * Says what body the arena begins with: that of another batch over the same arena, or of one over an arena that this
     * one was grown from.
     */
    public Builder body(Optional<ReceivedBody> received) {
      this.body = received;
      return this;
    }

    /** The number of entries so far. */
    public int entries() {
      return entries;
    }

    /** The batch; the builder must not be used on. */
    public EntryBatch build() {
      return new EntryBatch(this);
    }
  }
}
