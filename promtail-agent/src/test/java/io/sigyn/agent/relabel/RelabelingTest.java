package io.sigyn.agent.relabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class RelabelingTest {
  private static final Labels POD =
      Labels.of(
          "__meta_ns", "shop", "__meta_pod", "cart-5d8f", "__meta_label_app", "cart", "__meta_label_tier", "web", "a", "A");

  private static RelabelConfig rule(
      RelabelAction action, List<String> sources, String regex, String target, String replacement) {
    return new RelabelConfig(sources, ";", regex, 0, target, replacement, action);
  }

  private static RelabelConfig replace(List<String> sources, String regex, String target, String replacement) {
    return rule(RelabelAction.REPLACE, sources, regex, target, replacement);
  }

  private static Optional<Labels> apply(Labels labels, RelabelConfig... rules) {
    return new Relabeling(List.of(rules)).apply(labels);
  }

  @Test
  void replaceJoinsSourcesAndExpandsGroups() {
    Labels after =
        apply(POD, replace(List.of("__meta_ns", "__meta_pod"), "(.+);(.+)-.*", "job", "$1/${2}")).orElseThrow();
    assertThat(after.get("job")).isEqualTo("shop/cart");
    assertThat(after.get("__meta_ns")).isEqualTo("shop");
  }

  @Test
  void replaceWithoutMatchChangesNothingAndEmptyResultRemoves() {
    assertThat(apply(POD, replace(List.of("__meta_ns"), "other", "a", "x"))).contains(POD);
    assertThat(apply(POD, replace(List.of("__meta_ns"), "(.*)", "a", "")).orElseThrow().has("a")).isFalse();
  }

  @Test
  void replaceExpandsItsTargetAndSkipsNamesThatAreNone() {
    Labels named = apply(POD, replace(List.of("__meta_ns"), "(.*)", "ns_$1", "yes")).orElseThrow();
    assertThat(named.get("ns_shop")).isEqualTo("yes");
    assertThat(apply(POD, replace(List.of("__meta_pod"), "(.*)", "$1", "yes"))).contains(POD);
  }

  @Test
  void theRegexIsAnchoredAndItsDotMatchesLineFeeds() {
    Labels lines = Labels.of("x", "one\ntwo");
    assertThat(apply(lines, rule(RelabelAction.KEEP, List.of("x"), "one.two", "", "$1"))).isPresent();
    assertThat(apply(lines, rule(RelabelAction.KEEP, List.of("x"), "one", "", "$1"))).isEmpty();
  }

  @Test
  void keepAndDropDecideAboutTheWhole() {
    assertThat(apply(POD, rule(RelabelAction.KEEP, List.of("__meta_ns"), "shop|bank", "", "$1"))).contains(POD);
    assertThat(apply(POD, rule(RelabelAction.DROP, List.of("__meta_ns"), "shop|bank", "", "$1"))).isEmpty();
    assertThat(apply(POD, rule(RelabelAction.KEEP, List.of("missing"), "", "", "$1")))
        .as("a missing label is empty text")
        .contains(POD);
  }

  @Test
  void labelmapCopiesAndDoesNotSeeItsCopies() {
    Labels after =
        apply(POD, rule(RelabelAction.LABELMAP, List.of(), "__meta_(label_.+|.+)", "", "__meta_${1}_copy")).orElseThrow();
    assertThat(after.get("__meta_label_app_copy")).isEqualTo("cart");
    assertThat(after.get("__meta_label_app")).isEqualTo("cart");
    assertThat(after.has("__meta_label_app_copy_copy")).isFalse();
  }

  @Test
  void labeldropAndLabelkeepGoByName() {
    assertThat(apply(POD, rule(RelabelAction.LABELDROP, List.of(), "__meta_.*", "", "$1")))
        .contains(Labels.of("a", "A"));
    assertThat(apply(POD, rule(RelabelAction.LABELKEEP, List.of(), "__meta_ns|a", "", "$1")))
        .contains(Labels.of("__meta_ns", "shop", "a", "A"));
  }

  @Test
  void hashmodUsesTheLastEightBytesOfMd5() {
    RelabelConfig rule =
        new RelabelConfig(List.of("x"), ";", "(.*)", 1000, "shard", "$1", RelabelAction.HASHMOD);
    // md5("a") = 0cc175b9c0f1b6a831c399e269772661, and 0x31c399e269772661 mod 1000 = 697.
    assertThat(apply(Labels.of("x", "a"), rule).orElseThrow().get("shard")).isEqualTo("697");
    // md5("") = d41d8cd98f00b204e9800998ecf8427e: the number is above 2^63 and counts as unsigned.
    assertThat(apply(Labels.EMPTY, rule).orElseThrow().get("shard"))
        .isEqualTo(Long.toUnsignedString(Long.remainderUnsigned(0xe9800998ecf8427eL, 1000)));
  }

  @Test
  void caseAndEqualityActions() {
    Labels labels = Labels.of("x", "Straße", "y", "straße");
    assertThat(apply(labels, rule(RelabelAction.LOWERCASE, List.of("x"), "(.*)", "z", "$1")).orElseThrow().get("z"))
        .isEqualTo("straße");
    assertThat(apply(labels, rule(RelabelAction.UPPERCASE, List.of("x"), "(.*)", "z", "$1")).orElseThrow().get("z"))
        .isEqualTo("STRASSE");
    assertThat(apply(labels, rule(RelabelAction.KEEPEQUAL, List.of("x"), "(.*)", "y", "$1"))).isEmpty();
    assertThat(apply(labels, rule(RelabelAction.DROPEQUAL, List.of("x"), "(.*)", "y", "$1"))).contains(labels);
    assertThat(apply(labels, rule(RelabelAction.DROPEQUAL, List.of("y"), "(.*)", "y", "$1"))).isEmpty();
  }

  @Test
  void rulesThatCannotWorkAreRefused() {
    assertThatThrownBy(() -> rule(RelabelAction.REPLACE, List.of("x"), "(.*)", "", "$1"))
        .hasMessage("action replace needs target_label");
    assertThatThrownBy(() -> rule(RelabelAction.HASHMOD, List.of("x"), "(.*)", "t", "$1"))
        .hasMessage("action hashmod needs modulus > 0");
    assertThatThrownBy(() -> rule(RelabelAction.LABELDROP, List.of(), "x", "t", "$1"))
        .hasMessage("action labeldrop takes only regex");
    assertThatThrownBy(() -> rule(RelabelAction.KEEP, List.of("x"), "(", "", "$1"))
        .hasMessageContaining("regex: \"(\"")
        .hasMessageContaining("missing closing )");
    assertThatThrownBy(() -> rule(RelabelAction.LOWERCASE, List.of("x"), "(.*)", "t", "$2"))
        .hasMessage("action lowercase takes no replacement");
  }

  @Seeded(rounds = 100)
  void keepAndDropPartitionAndReplaceIsIdempotent(RandomGenerator random) {
    Labels.Builder builder = Labels.builder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      builder.set("l" + random.nextInt(4), "v" + random.nextInt(4));
    }
    Labels labels = builder.build();
    List<String> sources = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      sources.add("l" + random.nextInt(4));
    }
    String regex = List.of("v[01].*", ".*v2", "(v\\d);?.*", ".*").get(random.nextInt(4));
    boolean kept = apply(labels, rule(RelabelAction.KEEP, sources, regex, "", "$1")).isPresent();
    boolean dropped = apply(labels, rule(RelabelAction.DROP, sources, regex, "", "$1")).isEmpty();
    assertThat(kept).isEqualTo(dropped);
    RelabelConfig replace = replace(sources, regex, "target", "$1");
    Labels once = apply(labels, replace).orElseThrow();
    assertThat(apply(once, replace)).contains(once);
  }
}
