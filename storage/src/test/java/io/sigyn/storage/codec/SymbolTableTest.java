package io.sigyn.storage.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

class SymbolTableTest {
  @Seeded(rounds = 100)
  void givesEachStringAndWhatItHasInCommonWithTheLastOne(RandomGenerator random) {
    TreeSet<String> strings = new TreeSet<>();
    for (int n = 1 + random.nextInt(300); n > 0; n--) {
      strings.add(text(random));
    }
    SymbolTable table = SymbolTable.decode(SymbolTable.encode(strings.toArray(new String[0])));
    String[] sorted = strings.toArray(new String[0]);
    SymbolTable.Cursor cursor = table.new Cursor();
    byte[] before = {};
    int step = 1 + random.nextInt(40);
    for (int id = random.nextInt(step); id < sorted.length; id += 1 + random.nextInt(step)) {
      cursor.seek(id);
      assertThat(cursor.text()).isEqualTo(sorted[id]);
      byte[] now = Arrays.copyOf(cursor.buffer(), cursor.length());
      int mismatch = Arrays.mismatch(before, now);
      assertThat(cursor.shared()).as("%s after %s", sorted[id], new String(before, UTF_8)).isEqualTo(mismatch);
      before = now;
    }
    for (int n = 0; n < 50; n++) {
      int id = random.nextInt(sorted.length);
      assertThat(table.get(id)).isEqualTo(sorted[id]);
      assertThat(table.find(sorted[id].getBytes(UTF_8))).isEqualTo(id);
    }
  }

  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(9); n >= 0; n--) {
      text.append(random.nextInt(4) == 0 ? "application-" : Character.toString('a' + random.nextInt(2)));
    }
    return text.toString();
  }
}
