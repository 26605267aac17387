package io.sigyn.storage.tombstone;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Crc32c;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A delete request that was taken. The file {@code t/<tenant>/tombstones/<id>.tomb}, and its copy in {@code
 * t/<tenant>/tombstones-copy}, little endian:
 *
 * <pre>
 * u64 magic "SIGYNTMB", u16 major, u16 minor, u8 state, u8 flags (1 has a filter), u16 0
 * u64 created, u32 number, i64 first, i64 last
 * uv length, tenant; uv length, query
 * uv n, then n times u8 operator (1 =, 2 !=, 3 =~, 4 !~), uv length, name, uv length, value
 * u32 CRC-32C of all before
 * </pre>
 *
 * @param id its name
 * @param request what is to go
 * @param state how far it is
 */
public record Tombstone(TombstoneId id, DeleteRequest request, State state) {
  /** The ending of file names. */
  public static final String SUFFIX = ".tomb";

  /** For so long after it was made a request that is done can still be listed. */
  private static final long LISTED_NANOS = Duration.ofDays(30).toNanos();

  private static final long MAGIC = 0x424D_544E_5947_4953L; // "SIGYNTMB"
  private static final int MAJOR = 1;
  private static final int MINOR = 0;

  /** How far a request is, in the order in which it gets there. */
  public enum State {
    /** Queries do not see what it means; it is still on disk. */
    RECEIVED,
    /** What it meant is gone. The request is kept to be listed and hides nothing. */
    PROCESSED
  }

  /** The same in another state. */
  public Tombstone as(State next) {
    return new Tombstone(id, request, next);
  }

  /** Whether nobody needs to be shown it any more. */
  public boolean isForgotten(long nowNanos) {
    return state == State.PROCESSED && id.createdNanos() < nowNanos - LISTED_NANOS;
  }

  /** The file's name. */
  public String fileName() {
    return id + SUFFIX;
  }

  /** The file's content. */
  public byte[] encode(Tenant tenant) {
    ByteSink out = new ByteSink(256);
    out.u64(MAGIC).u16(MAJOR).u16(MINOR).u8(state == State.RECEIVED ? 0 : 1).u8(request.filtered() ? 1 : 0).u16(0);
    id.encode(out);
    out.u64(request.first()).u64(request.last()).string(tenant.id()).string(request.query());
    out.uvarint(request.matchers().size());
    for (LabelMatcher matcher : request.matchers()) {
      out.u8(operator(matcher)).string(matcher.name()).string(matcher.value());
    }
    return out.u32(Crc32c.of(out.array(), 0, out.size())).toByteArray();
  }

  /**
   * Reads a file's content.
   *
   * @throws CorruptBytesException when it is not one of this tenant
   */
  public static Tombstone decode(byte[] bytes, Tenant tenant) {
    int covered = bytes.length - 4;
    if (covered < 8) {
      throw new CorruptBytesException("tombstone of " + bytes.length + " bytes");
    }
    int actual = Crc32c.of(bytes, 0, covered);
    int stored = new ByteSource(bytes).seek(covered).u32();
    ByteSource in = new ByteSource(bytes, 0, covered);
    long magic = in.u64();
    if (magic != MAGIC || actual != stored) {
      throw new CorruptBytesException(
          "tombstone magic %016x, checksum %08x, stored %08x".formatted(magic, actual, stored));
    }
    int major = in.u16();
    in.u16();
    if (major != MAJOR) {
      throw new CorruptBytesException("tombstone format " + major + ", this program knows " + MAJOR);
    }
    State state = in.u8() == 0 ? State.RECEIVED : State.PROCESSED;
    boolean filtered = (in.u8() & 1) != 0;
    in.u16();
    TombstoneId id = TombstoneId.decode(in);
    long first = in.u64();
    long last = in.u64();
    String owner = in.string();
    if (!owner.equals(tenant.id())) {
      throw new CorruptBytesException("tombstone of tenant " + owner + ", expected " + tenant);
    }
    String query = in.string();
    int n = in.count(in.remaining());
    List<LabelMatcher> matchers = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      matchers.add(matcher(in.u8(), in.string(), in.string()));
    }
    return new Tombstone(id, new DeleteRequest(query, matchers, filtered, first, last), state);
  }

  private static int operator(LabelMatcher matcher) {
    return switch (matcher) {
      case LabelMatcher.Equal equal -> 1;
      case LabelMatcher.NotEqual not -> 2;
      case LabelMatcher.Regexp regexp -> 3;
      case LabelMatcher.NotRegexp not -> 4;
    };
  }

  private static LabelMatcher matcher(int operator, String name, String value) {
    return switch (operator) {
      case 1 -> new LabelMatcher.Equal(name, value);
      case 2 -> new LabelMatcher.NotEqual(name, value);
      case 3 -> LabelMatcher.Regexp.of(name, value);
      case 4 -> LabelMatcher.NotRegexp.of(name, value);
      default -> throw new CorruptBytesException("operator " + operator);
    };
  }
}
