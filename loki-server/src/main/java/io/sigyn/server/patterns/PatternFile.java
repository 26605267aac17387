package io.sigyn.server.patterns;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Patterns in a file, so that a restart does not forget them. When it is damaged they are lost, and nothing else.
 *
 * <pre>
 * u64 magic "SIGYNPA1"
 * uvarint miners; each: string tenant, uvarint labels, name and value strings, string level, uvarint templates;
 *   each: u8 inner, uvarint words, words + 1 gaps, words (empty: a hole), u64 hash of each word,
 *         uvarint buckets; each: zigzag distance to the one before, uvarint count
 * u32 CRC-32C of all bytes before
 * </pre>
 */
final class PatternFile {
  private static final long MAGIC = 0x3141_504E_5947_4953L; // "SIGYNPA1"
  private static final int LARGEST = 256 << 20;

  private final StoreFiles files;
  private final Path file;

  PatternFile(StoreFiles files, Path file) {
    this.files = files;
    this.file = file;
  }

  /** What is to be saved of the miners. */
  static byte[] encode(Map<Patterns.Key, Miner> miners) {
    ByteSink out = new ByteSink(1 << 16);
    out.u64(MAGIC).uvarint(miners.size());
    miners.forEach((key, miner) -> write(out, key, miner));
    out.u32(Crc32c.of(out.array(), 0, out.size()));
    return out.toByteArray();
  }

  /** Saves, durably, in the place of what was there. */
  void save(byte[] encoded) throws IOException {
    files.createDirectory(Publication.directory(file));
    Publication.publish(files, file, encoded);
  }

  private static void write(ByteSink out, Patterns.Key key, Miner miner) {
    out.string(key.tenant().id()).uvarint(key.stream().size());
    key.stream().forEach((name, value) -> out.string(name).string(value));
    out.string(key.level()).uvarint(miner.templates().size());
    for (Template template : miner.templates()) {
      out.u8(template.inner() ? 1 : 0).uvarint(template.words().length);
      for (byte[] gap : template.gaps()) {
        out.uvarint(gap.length).bytes(gap);
      }
      for (byte[] word : template.words()) {
        out.uvarint(word.length).bytes(word);
      }
      for (int w = 0; w < template.words().length; w++) {
        out.u64(template.hash(w));
      }
      Counts counts = template.counts();
      out.uvarint(counts.size());
      int before = 0;
      for (int i = 0; i < counts.size(); i++) {
        out.zigzag(counts.bucket(i) - (long) before).uvarint(counts.count(i));
        before = counts.bucket(i);
      }
    }
  }

  /**
   * Reads what was saved.
   *
   * @param most templates of one miner
   * @throws CorruptBytesException when it is not what was saved
   */
  void load(Map<Patterns.Key, Miner> miners, int most) throws IOException {
    if (!files.exists(file)) {
      return;
    }
    byte[] bytes = Publication.readAll(files, file, LARGEST);
    if (bytes.length < 12) {
      throw new CorruptBytesException(bytes.length + " bytes are too few");
    }
    int stored = new ByteSource(bytes, bytes.length - 4, bytes.length).u32();
    int actual = Crc32c.of(bytes, 0, bytes.length - 4);
    ByteSource in = new ByteSource(bytes, 0, bytes.length - 4);
    long magic = in.u64();
    if (magic != MAGIC || actual != stored) {
      throw new CorruptBytesException("magic %016x, checksum %08x, stored %08x".formatted(magic, actual, stored));
    }
    for (long n = in.uvarint(); n > 0; n--) {
      Tenant tenant = new Tenant(in.string());
      Labels.Builder stream = Labels.builder();
      for (long l = in.uvarint(); l > 0; l--) {
        String name = in.string();
        stream.set(name, in.string());
      }
      Patterns.Key key = new Patterns.Key(tenant, stream.build(), in.string());
      Miner miner = new Miner(most);
      for (long t = in.uvarint(); t > 0; t--) {
        miner.restore(template(in));
      }
      miners.put(key, miner);
    }
  }

  private static Template template(ByteSource in) {
    boolean inner = in.u8() != 0;
    int n = in.count(LineWords.MOST);
    byte[][] gaps = new byte[n + 1][];
    byte[][] words = new byte[n][];
    long[] hashes = new long[n];
    for (int w = 0; w <= n; w++) {
      gaps[w] = in.bytes(in.count(in.remaining()));
    }
    for (int w = 0; w < n; w++) {
      words[w] = in.bytes(in.count(in.remaining()));
    }
    for (int w = 0; w < n; w++) {
      hashes[w] = in.u64();
    }
    Template template = new Template(gaps, words, hashes, inner);
    int bucket = 0;
    for (long b = in.uvarint(); b > 0; b--) {
      bucket = (int) (bucket + in.zigzag());
      if (!template.counts().append(bucket, in.uvarint())) {
        throw new CorruptBytesException("buckets are not ascending at " + bucket);
      }
    }
    return template;
  }
}
