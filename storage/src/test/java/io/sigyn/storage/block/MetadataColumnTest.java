package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MetadataColumnTest {
  @Seeded(rounds = 100)
  void givesBackWhatWasPutIn(RandomGenerator random) {
    int different = 1 + random.nextInt(random.nextBoolean() ? 5 : 5000);
    List<String> values = new ArrayList<>();
    for (int n = random.nextInt(random.nextBoolean() ? 10 : 20_000); n > 0; n--) {
      values.add("é" + random.nextInt(different));
    }
    MetadataColumn.Encoded encoded = MetadataColumn.encode(values);
    assertThat(decoded(encoded.encoding(), encoded.payload().toByteArray(), values.size())).isEqualTo(values);
  }

  @Test
  void mayHoldNoValue() {
    MetadataColumn.Encoded encoded = MetadataColumn.encode(List.of());
    assertThat(decoded(encoded.encoding(), encoded.payload().toByteArray(), 0)).isEmpty();
    for (int encoding : new int[] {BlockFormat.ENC_DICT8, BlockFormat.ENC_DICT16}) {
      assertThat(decoded(encoding, new byte[] {0}, 0)).isEmpty();
    }
  }

  @Test
  void refusesIdsThatNoValueHas() {
    assertThatThrownBy(() -> MetadataColumn.decode(BlockFormat.ENC_DICT8, new byte[] {0, 0}, 1))
        .isInstanceOf(CorruptBytesException.class)
        .hasMessage("dictionary id 0 of 0");
    assertThatThrownBy(() -> MetadataColumn.decode(BlockFormat.ENC_DICT16, new byte[] {1, 1, 'a', 0, 0, 1, 0}, 2))
        .isInstanceOf(CorruptBytesException.class)
        .hasMessage("dictionary id 1 of 1");
    assertThatThrownBy(() -> MetadataColumn.decode(BlockFormat.ENC_DICT8, new byte[] {0}, 1))
        .isInstanceOf(CorruptBytesException.class)
        .hasMessage("dictionary ids of 0 bytes for 1 rows");
  }

  private static List<String> decoded(int encoding, byte[] payload, int rows) {
    MetadataColumn.Decoded column = MetadataColumn.decode(encoding, payload, rows);
    List<String> values = new ArrayList<>();
    for (int id : column.ids()) {
      values.add(column.values()[id]);
    }
    return values;
  }
}
