package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

class BlockTagTest {
  private static BlockTag random(RandomGenerator random) {
    Map<Integer, String> columns = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      columns.put(random.nextInt(1_000_000), "név" + i);
    }
    TreeSet<Labels> streams = new TreeSet<>();
    for (int i = random.nextInt(random.nextBoolean() ? 3 : 300); i >= 0; i--) {
      Labels.Builder labels = Labels.builder().set("app", "app-" + random.nextInt(5));
      for (int p = random.nextInt(4); p > 0; p--) {
        labels.set("l" + random.nextInt(5), Integer.toHexString(random.nextInt(100)));
      }
      streams.add(labels.build());
    }
    List<Labels> all = new ArrayList<>(streams);
    int first = random.nextInt(1000);
    BlockInfo info =
        new BlockInfo(
            0, 1 + random.nextInt(1 << 20), random.nextInt(1 << 20), all.size(), all.size(), 0, 2, random.nextLong(),
            random.nextLong(), first, first + all.size() - 1, random.nextInt(1000), random.nextInt(4), 3, 200,
            random.nextInt());
    return new BlockTag(info, columns, all);
  }

  private static SegmentId id(RandomGenerator random) {
    return new SegmentId(random.nextLong(), random.nextLong());
  }

  @Seeded(rounds = 50)
  void readsWhatItWrites(RandomGenerator random) {
    BlockTag tag = random(random);
    SegmentId id = id(random);
    long at = 64L * random.nextInt(1 << 30);
    byte[] bytes = tag.encode(id, at);
    assertThat(BlockTag.length(bytes)).isEqualTo(bytes.length);
    BlockTag read = BlockTag.decode(bytes, at, id);
    assertThat(read.streams()).isEqualTo(tag.streams());
    assertThat(read.columns()).isEqualTo(tag.columns());
    assertThat(read.info().at(0)).isEqualTo(tag.info());
    assertThat(read.info().offset()).isGreaterThanOrEqualTo(at + bytes.length).isLessThan(at + bytes.length + 64);
    assertThat(read.info().offset() % 64).isZero();
  }

  @Seeded(rounds = 20)
  void takesNoOtherBytesForATag(RandomGenerator random) {
    SegmentId id = id(random);
    byte[] bytes = random(random).encode(id, 64);
    // Nor what somebody wrote who does not know the segment's id.
    assertThatThrownBy(() -> BlockTag.decode(bytes, 64, id(random))).isInstanceOf(CorruptBytesException.class);
    // Nor what belongs elsewhere.
    assertThatThrownBy(() -> BlockTag.decode(bytes, 128, id)).isInstanceOf(CorruptBytesException.class);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      int length = BlockTag.length(flipped);
      if (length > 0) {
        assertThatThrownBy(() -> BlockTag.decode(Arrays.copyOf(flipped, length % (1 << 20)), 64, id))
            .isInstanceOf(CorruptBytesException.class);
      }
    }
  }
}
