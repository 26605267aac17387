package io.sigyn.agent.config;

import io.sigyn.config.ByteSize;
import io.sigyn.config.Key;
import java.time.Duration;
import java.util.List;

/**
 * The block {@code agent}: what promtail has no key for. Each key can be given as an environment variable instead, see
 * {@link EnvironmentOverlay}, so that a file shared with promtail need not hold the block.
 *
 * @param templateEnv the environment variables that templates may read
 */
public record AgentBlock(
    Tail tail,
    Discovery discovery,
    Buffer buffer,
    Send send,
    Refused refused,
    Shutdown shutdown,
    Symlinks symlinks,
    Metrics metrics,
    List<String> templateEnv,
    Compat compat) {
  /** Everything at its default. */
  public static final AgentBlock DEFAULT =
      new AgentBlock(
          Tail.DEFAULT, Discovery.DEFAULT, Buffer.DEFAULT, Send.DEFAULT, Refused.DEFAULT, Shutdown.DEFAULT,
          Symlinks.DEFAULT, Metrics.DEFAULT, List.of(), Compat.DEFAULT);

  /**
   * How files are read.
   *
   * @param maxLineBytes the most bytes of one line held in memory
   * @param maxLinePolicy what happens to longer lines
   * @param flushPartialAfter when a last line without line feed is sent; zero waits until the file is finished
   * @param startAt where files begin that were never seen
   * @param fingerprintBytes how much of a file's beginning identifies it
   * @param rotateDrain how long a rotated file is watched after its last growth
   * @param deletedHold how long a deleted file is watched after its last growth
   * @param deletedHoldMaxBytes disk space that deleted files may keep busy
   * @param catchUpRotated whether rotated files not fully delivered are looked for beside the file
   * @param stripCr whether a carriage return before the line feed is removed
   * @param maxOpenFiles of each client; 0 for four fifths of what the process may still open when it starts
   * @param idleClose when a file that does not grow is closed; its position stays
   * @param watchAfter when the directory of a file that does not grow is watched, so that it need not be asked; zero for never
   */
  public record Tail(
      ByteSize maxLineBytes,
      LinePolicy maxLinePolicy,
      Duration flushPartialAfter,
      StartAt startAt,
      int fingerprintBytes,
      Duration rotateDrain,
      Duration deletedHold,
      ByteSize deletedHoldMaxBytes,
      boolean catchUpRotated,
      boolean stripCr,
      int maxOpenFiles,
      Duration idleClose,
      Duration watchAfter) {
    /** The defaults. */
    public static final Tail DEFAULT =
        new Tail(
            new ByteSize(1 << 20),
            LinePolicy.SPLIT,
            Duration.ofSeconds(5),
            StartAt.BEGINNING,
            1024,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            new ByteSize(1L << 30),
            true,
            false,
            0,
            Duration.ofMinutes(5),
            Duration.ofSeconds(10));

    /** Checks the bounds. */
    public Tail {
      if (maxOpenFiles < 0) {
        throw new IllegalArgumentException("max_open_files: must not be negative, is " + maxOpenFiles);
      }
      if (maxLineBytes.bytes() < 1024 || maxLineBytes.bytes() > 64 << 20) {
        throw new IllegalArgumentException("max_line_bytes: must be 1KB to 64MB, is " + maxLineBytes);
      }
      if (fingerprintBytes < 64 || fingerprintBytes > 1 << 16) {
        throw new IllegalArgumentException("fingerprint_bytes: must be 64 to 65536, is " + fingerprintBytes);
      }
    }
  }

  /** What happens to a line longer than the bound. */
  public enum LinePolicy {
    /** It becomes several entries, marked by the structured metadata {@code split}. */
    SPLIT,
    /** Its beginning is kept. */
    TRUNCATE,
    /** It is left out. */
    DROP
  }

  /** Where reading of an unknown file begins. */
  public enum StartAt {
    /** At its first byte. */
    BEGINNING,
    /** At its last byte, for files that are there when the agent starts. */
    END
  }

  /**
   * How targets are found.
   *
   * @param metadataTtl how long what the API said of a deleted pod stays in use for its files
   * @param metadataWait how long files wait for the API before they get labels from their paths; zero for ever
   */
  public record Discovery(Duration metadataTtl, Duration metadataWait) {
    /** Ten minutes, thirty seconds. */
    public static final Discovery DEFAULT = new Discovery(Duration.ofMinutes(10), Duration.ofSeconds(30));
  }

  /** Memory for entries of each client that are not yet acknowledged. */
  public record Buffer(ByteSize memory) {
    /** 16 MiB. */
    public static final Buffer DEFAULT = new Buffer(new ByteSize(16 << 20));

    /** Checks the bound. */
    public Buffer {
      if (memory.bytes() < 1 << 16) {
        throw new IllegalArgumentException("memory: must be at least 64KB, is " + memory);
      }
    }
  }

  /** What a server's refusal leads to. */
  public record Send(@Key("split_on_400") boolean splitOn400, @Key("split_on_413") boolean splitOn413, boolean honourRetryAfter) {
    /** All on. */
    public static final Send DEFAULT = new Send(true, true, true);
  }

  /**
   * Where entries that a server refused for good are kept with its words.
   *
   * @param file empty for the positions file's name with {@code .refused} behind it
   * @param maxBytes of the file, and of the one before it; 0 keeps nothing
   */
  public record Refused(String file, ByteSize maxBytes) {
    /** Two times 8 MiB beside the positions. */
    public static final Refused DEFAULT = new Refused("", new ByteSize(8 << 20));
  }

  /** Stopping: how long entries in memory may take to be delivered. */
  public record Shutdown(Duration timeout) {
    /** 20 seconds. */
    public static final Shutdown DEFAULT = new Shutdown(Duration.ofSeconds(20));
  }

  /**
   * The diagnosis of links.
   *
   * @param settle how long a new problem may last before it is reported
   * @param reportInterval between two reports of one lasting problem
   * @param staleAfter when a link to a removed container is mentioned
   * @param roots directories outside of which nothing is read, wherever links lead; none allows everything
   */
  public record Symlinks(Duration settle, Duration reportInterval, Duration staleAfter, List<String> roots) {
    /** 5 seconds, 10 minutes, 10 minutes. */
    public static final Symlinks DEFAULT =
        new Symlinks(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(10), List.of());
  }

  /** Which metrics are shown. */
  public record Metrics(PerFile perFile) {
    /** Per file up to 2000 files. */
    public static final Metrics DEFAULT = new Metrics(PerFile.AUTO);
  }

  /** Whether there are series per file. */
  public enum PerFile {
    /** Up to 2000 files. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }

  /**
   * promtail's ways where ours differ.
   *
   * @param dockerKeepNewline whether the line feed inside docker's {@code log} stays
   * @param criPartialTimestamp which part's time a joined CRI line gets
   * @param dropOn4xx whether 401, 403, 404 drop the batch instead of waiting
   * @param dropAfterMaxRetries whether a batch is dropped after {@code max_retries} requests
   * @param dropNullPresent whether the stage drop takes JSON null for a value
   */
  public record Compat(
      boolean dockerKeepNewline,
      PartialTimestamp criPartialTimestamp,
      @Key("drop_on_4xx") boolean dropOn4xx,
      boolean dropAfterMaxRetries,
      boolean dropNullPresent) {
    /** Ours. */
    public static final Compat DEFAULT = new Compat(false, PartialTimestamp.LAST, false, false, false);
  }

  /** A part of a joined line. */
  public enum PartialTimestamp {
    /** The last, as promtail. */
    LAST,
    /** The first. */
    FIRST
  }
}
