package io.sigyn.storage.manifest;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.index.LabelBloom;
import io.sigyn.storage.segment.SegmentFooter;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * One fact in a manifest record.
 *
 * <pre>
 * Item            u8 kind, u8 version, u16 0, u32 payload length, payload
 * 1 ADD_SEGMENT   id 16, u8 level, u8 0, u16 0, footer copy 64, pair filter 2048, uv n, then n times uv length, label name
 * 2 REMOVE_SEGMENT id 16
 * 3 WAL_FRONTIER  u32 n, then n times u64: LSN up to which shard set i of the log is in segments; n is 1
 * 6 FORMAT        u64 magic "SIGYNMAN", u16 major, u16 minor, u32 day, uv length, tenant
 * </pre>
 *
 * Kinds 4 (TOMBSTONE) and 5 (RETENTION) are reserved.
 */
sealed interface ManifestItem {
  long MAGIC = 0x4E41_4D4E_5947_4953L; // "SIGYNMAN"
  int MAJOR = 1;
  int MINOR = 0;

  /** The segment belongs to the day from now on. */
  record AddSegment(SegmentInfo segment) implements ManifestItem {}

  /** The segment does not belong to the day any more. */
  record RemoveSegment(SegmentId id) implements ManifestItem {}

  /** Every entry of the day with an LSN up to this is in segments. */
  record WalFrontier(long lsn) implements ManifestItem {}

  /** What the file is. First in every file. */
  record Format(Tenant tenant, int day) implements ManifestItem {}

  private int kind() {
    return switch (this) {
      case AddSegment add -> 1;
      case RemoveSegment remove -> 2;
      case WalFrontier frontier -> 3;
      case Format format -> 6;
    };
  }

  /** Appends the item. */
  static void encode(ManifestItem item, ByteSink out) {
    out.u8(item.kind()).u8(0).u16(0).u32(0);
    int start = out.size();
    switch (item) {
      case AddSegment(SegmentInfo segment) -> {
        segment.id().encode(out);
        out.u8(segment.level()).u8(0).u16(0);
        segment.footer().encode(out);
        out.bytes(segment.pairs().bytes());
        out.uvarint(segment.labelNames().size());
        segment.labelNames().forEach(out::string);
      }
      case RemoveSegment(SegmentId id) -> id.encode(out);
      case WalFrontier(long lsn) -> out.u32(1).u64(lsn);
      case Format(Tenant tenant, int day) ->
          out.u64(MAGIC).u16(MAJOR).u16(MINOR).u32(day).string(tenant.id());
    }
    out.patch32(start - 4, out.size() - start);
  }

  /**
   * Reads the items up to the end.
   *
   * @throws CorruptBytesException for an unknown kind or a later format
   */
  static List<ManifestItem> decodeAll(ByteSource in) {
    List<ManifestItem> items = new ArrayList<>();
    while (in.remaining() > 0) {
      int kind = in.u8();
      in.u8();
      in.u16();
      int length = in.count32();
      int end = in.position() + length;
      items.add(decode(kind, in));
      in.seek(end);
    }
    return items;
  }

  private static ManifestItem decode(int kind, ByteSource in) {
    return switch (kind) {
      case 1 -> {
        SegmentId id = SegmentId.decode(in);
        int level = in.u8();
        in.skip(3);
        SegmentFooter footer = SegmentFooter.decode(in);
        LabelBloom pairs = new LabelBloom(in.bytes(LabelBloom.BYTES));
        int n = in.count(in.remaining());
        List<String> names = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
          names.add(in.string());
        }
        yield new AddSegment(new SegmentInfo(id, level, names, pairs, footer));
      }
      case 2 -> new RemoveSegment(SegmentId.decode(in));
      case 3 -> {
        in.u32();
        yield new WalFrontier(in.u64());
      }
      case 6 -> {
        long magic = in.u64();
        int major = in.u16();
        in.u16();
        if (magic != MAGIC || major != MAJOR) {
          throw new CorruptBytesException("manifest magic %016x, format %d; this program knows %d".formatted(magic, major, MAJOR));
        }
        int day = in.u32();
        yield new Format(new Tenant(in.string()), day);
      }
      default -> throw new CorruptBytesException("manifest item of kind " + kind);
    };
  }
}
