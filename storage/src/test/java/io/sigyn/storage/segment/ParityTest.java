package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ParityTest {
  private static final Path FILE = Path.of("/parity/file");

  /** What lies before the parity, and the whole file. */
  private record Written(byte[] covered, byte[] file, SegmentFooter footer, Parity parity) {}

  private static Written write(int length, RandomGenerator random) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    byte[] directory = Arrays.copyOfRange(content, length - 40, length);
    SegmentFooter footer = SegmentFooter.over(directory, length - 40L, 1, 2, 3, 4);
    Parity parity = Parity.of(footer).orElseThrow();
    byte[] covered = Arrays.copyOf(content, Math.toIntExact(parity.start()));
    ParityWriter writer = new ParityWriter();
    for (int at = 0; at < covered.length; ) {
      int piece = Math.min(covered.length - at, 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000));
      writer.add(Arrays.copyOfRange(covered, at, at + piece), piece);
      at += piece;
    }
    ByteSink out = new ByteSink(length);
    out.bytes(covered).bytes(writer.encode(parity));
    footer.encode(out);
    assertThat(out.size()).isEqualTo(footer.fileLength());
    return new Written(covered, out.toByteArray(), footer, parity);
  }

  private static ReadableFile file(byte[] bytes) throws IOException {
    SimDisk disk = new SimDisk(new Random(0));
    disk.put(FILE, bytes);
    return disk.open(FILE);
  }

  private static byte[] read(RepairedFile file, long at, int length) throws IOException {
    byte[] bytes = new byte[length + 3];
    file.read(at, bytes, 2, length);
    return Arrays.copyOfRange(bytes, 2, 2 + length);
  }

  @Seeded(rounds = 40)
  void makesUpToAPagePerStripeAgain(RandomGenerator random) throws IOException {
    Written whole = write(40 + random.nextInt(random.nextBoolean() ? 40_000 : 3_000_000), random);
    Parity parity = whole.parity;
    byte[] damaged = whole.file.clone();
    // Bytes in a row, as many pages as there are stripes: from anywhere, over the parity, too.
    int row = Parity.PAGE * (parity.stripes() - 1) + 1;
    int from = random.nextInt((int) parity.table() - 1);
    int to = Math.min((int) parity.table(), from + 1 + random.nextInt(row));
    byte[] noise = new byte[to - from];
    if (random.nextBoolean()) {
      random.nextBytes(noise);
    }
    System.arraycopy(noise, 0, damaged, from, noise.length);
    RepairedFile file = RepairedFile.over(file(damaged), whole.footer);
    assertThat(read(file, 0, whole.covered.length)).isEqualTo(whole.covered);
    for (int i = 0; i < 20; i++) {
      int at = random.nextInt(whole.file.length);
      int length = random.nextInt(Math.min(50_000, whole.file.length - at) + 1);
      if (at + length <= from || at >= to || at + length <= parity.start()) {
        assertThat(read(file, at, length)).isEqualTo(Arrays.copyOfRange(whole.file, at, at + length));
      }
    }
    int first = from / Parity.PAGE;
    int last = Math.min((to - 1) / Parity.PAGE, parity.pages() - 1);
    assertThat(file.repaired().stream()).allMatch(page -> page >= first && page <= last);
    assertThat(RepairedFile.over(file(whole.file), whole.footer).damaged().isEmpty()).isTrue();
  }

  @Seeded(rounds = 20)
  void neverMakesUpAPage(RandomGenerator random) throws IOException {
    Written whole = write(40 + random.nextInt(100_000), random);
    byte[] damaged = whole.file.clone();
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = random.nextInt(damaged.length - SegmentFormat.FOOTER);
      Arrays.fill(damaged, at, Math.min(damaged.length - SegmentFormat.FOOTER, at + 1 + random.nextInt(9000)), (byte) i);
    }
    RepairedFile file;
    try {
      file = RepairedFile.over(file(damaged), whole.footer);
    } catch (CorruptBytesException e) {
      assertThat(e).hasMessageContaining("table of the parity");
      return;
    }
    for (int page = 0; page < whole.parity.pages(); page++) {
      int at = page * Parity.PAGE;
      byte[] right = Arrays.copyOfRange(whole.covered, at, at + Parity.PAGE);
      try {
        assertThat(read(file, at, Parity.PAGE)).isEqualTo(right);
      } catch (CorruptBytesException e) {
        assertThat(Arrays.copyOfRange(damaged, at, at + Parity.PAGE)).isNotEqualTo(right);
      }
    }
  }

  @Test
  void saysWhenAStripeHasLostTwoPages() throws IOException {
    Written whole = write(5 * Parity.PAGE, new Random(1));
    byte[] damaged = whole.file.clone();
    damaged[0] ^= 1;
    damaged[2 * Parity.PAGE] ^= 1;
    damaged[3 * Parity.PAGE] ^= 1;
    RepairedFile file = RepairedFile.over(file(damaged), whole.footer);
    assertThatThrownBy(() -> read(file, 10, 20)).isInstanceOf(CorruptBytesException.class).hasMessageContaining("page 0 and");
    assertThat(read(file, 3 * Parity.PAGE, 1)).containsExactly(whole.file[3 * Parity.PAGE]);
    assertThat(file.repaired().stream()).containsExactly(3);
    assertThat(file.damaged().stream()).containsExactly(0, 2, 3);
  }

  @Test
  void makesPagesAgainThatCannotBeRead() throws IOException {
    Written whole = write(9 * Parity.PAGE, new Random(1));
    ReadableFile sound = file(whole.file);
    ReadableFile failing =
        new ReadableFile() {
          @Override
          public long size() throws IOException {
            return sound.size();
          }

          @Override
          public void read(long position, byte[] into, int offset, int length) throws IOException {
            if (position < 3 * Parity.PAGE && position + length > 2 * Parity.PAGE) {
              throw new IOException("Input/output error");
            }
            sound.read(position, into, offset, length);
          }

          @Override
          public void close() {}
        };
    RepairedFile file = RepairedFile.over(failing, whole.footer);
    assertThat(read(file, 0, whole.covered.length)).isEqualTo(whole.covered);
    assertThat(file.repaired().stream()).containsExactly(2);
  }

  /** The format: {@code docs/formats/segment.md}. */
  @Test
  void hasAsManyStripesAsTheFormatSays() {
    assertThat(Parity.behind(1)).isEqualTo(new Parity(1, 2));
    assertThat(Parity.behind(4096)).isEqualTo(new Parity(1, 2));
    assertThat(Parity.behind(4097)).isEqualTo(new Parity(2, 2));
    assertThat(Parity.behind(512 * 4096)).isEqualTo(new Parity(512, 2));
    assertThat(Parity.behind(512 * 4096 + 1)).isEqualTo(new Parity(513, 4));
    assertThat(Parity.behind(64L << 20)).isEqualTo(new Parity(1 << 14, 64));
    assertThat(Parity.behind((256L << 20) - 1)).isEqualTo(new Parity(1 << 16, 256));
    assertThat(Parity.behind(10L << 30)).isEqualTo(new Parity(10 << 18, 256));
  }

  @Test
  void makesTheSumOfEachStripeZero() {
    Written whole = write(1_100 * Parity.PAGE - 7, new Random(2));
    assertThat(whole.parity).isEqualTo(new Parity(1_100, 8));
    for (int stripe = 0; stripe < 8; stripe++) {
      byte[] sum = new byte[Parity.PAGE];
      for (int page = stripe; page < 1_108; page += 8) {
        for (int i = 0; i < Parity.PAGE; i++) {
          sum[i] ^= whole.file[page * Parity.PAGE + i];
        }
      }
      assertThat(sum).containsOnly(0);
    }
  }

  @Test
  void knowsASegmentWithoutParity() {
    assertThat(Parity.of(new SegmentFooter(4000, 100, 0, 1, 1, 1, 1, 4164))).isEmpty();
  }
}
