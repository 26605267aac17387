package io.sigyn.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
  @TempDir Path dir;

  private void file(String path) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  private List<String> expand(String pattern) {
    Set<String> found = Glob.compile(dir + "/" + pattern).expand(new Listing(System.currentTimeMillis()));
    return found.stream().map(path -> path.substring(dir.toString().length() + 1)).sorted().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a/*.log | /a/x.log | true",
        "/a/*.log | /a/.log | true",
        "/a/*.log | /a/.hidden.log | true",
        "/a/*.log | /a/b/x.log | false",
        "/a/?.log | /a/é.log | true",
        "/a/?.log | /a/xy.log | false",
        "/a/[a-c].log | /a/b.log | true",
        "/a/[^a-c].log | /a/b.log | false",
        "/a/[!a-c].log | /a/d.log | true",
        "/a/[]x].log | /a/].log | true",
        "/a/{x,y{1,2}}.log | /a/y2.log | true",
        "/a/{x,y{1,2}}.log | /a/y.log | false",
        "/{a,b/c}/x.log | /b/c/x.log | true",
        "/a/**/x.log | /a/x.log | true",
        "/a/**/x.log | /a/b/c/x.log | true",
        "/a/** | /a/b/c | true",
        "/**/x | /x | true",
        "/a**b/x | /aXXb/x | true",
        "/a**b/x | /a/b/x | false",
        "/a/\\*.log | /a/*.log | true",
        "/a/\\*.log | /a/b.log | false",
        "/a/\\{x\\}.log | /a/{x}.log | true",
        "/a//./b.log | /a/b.log | true",
        "/a/*a*b*c* | /a/xxaxxbxxcxx | true",
        "/a/*a*b*c* | /a/xxaxxcxxbxx | false",
      })
  void matchesPaths(String pattern, String path, boolean expected) {
    assertThat(Glob.compile(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void malformedPatternsAreRefused() {
    assertThatThrownBy(() -> Glob.compile("/a/[")).hasMessage("unclosed [");
    assertThatThrownBy(() -> Glob.compile("/a/{x,y")).hasMessage("unclosed {");
    assertThatThrownBy(() -> Glob.compile("/a/x*\\")).hasMessageContaining("escapes nothing");
    assertThatThrownBy(() -> Glob.compile("/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"))
        .hasMessageContaining("more than 1024");
  }

  @Test
  void findsFilesAndLinksButNoDirectories() throws IOException {
    file("pods/shop_cart_u1/cart/0.log");
    file("pods/shop_cart_u1/cart/0.log.20240501-000000");
    file("pods/legacy_x_u2/app/1.log");
    Files.createSymbolicLink(dir.resolve("pods/shop_cart_u1/cart/1.log"), Path.of("/nowhere/at/all"));
    Files.createDirectories(dir.resolve("pods/shop_cart_u1/cart/dir.log"));
    assertThat(expand("pods/{shop,legacy}_*/*/*.log"))
        .containsExactly("pods/legacy_x_u2/app/1.log", "pods/shop_cart_u1/cart/0.log", "pods/shop_cart_u1/cart/1.log");
    assertThat(expand("pods/none_*/*/*.log")).isEmpty();
  }

  @Test
  void literalsAreFoundWhenTheyExist() throws IOException {
    file("a/x.log");
    assertThat(expand("a/x.log")).containsExactly("a/x.log");
    assertThat(expand("a/y.log")).isEmpty();
    assertThat(Glob.compile("/a/x.log").isLiteral()).isTrue();
    assertThat(Glob.compile("/a/x.log").prefixes()).containsExactly("/a");
    assertThat(Glob.compile("/a/{b,c}/d*/x").prefixes()).containsExactly("/a/b", "/a/c");
  }

  @Test
  void followsLinkedDirectoriesAndSurvivesCycles() throws IOException {
    file("real/deep/x.log");
    Files.createSymbolicLink(dir.resolve("linked"), dir.resolve("real"));
    Files.createSymbolicLink(dir.resolve("real/deep/up"), dir.resolve("real"));
    assertThat(expand("linked/*/x.log")).containsExactly("linked/deep/x.log");
    assertThat(expand("**/x.log")).contains("linked/deep/x.log", "real/deep/x.log");
  }

  @Test
  void directoriesThirtyLevelsDeepWithLinksUpwardsAreWalkedOnce() throws IOException {
    StringBuilder path = new StringBuilder();
    for (int level = 0; level < 30; level++) {
      path.append("d/");
      Files.createDirectories(dir.resolve(path.toString()));
      Files.createSymbolicLink(dir.resolve(path + "up"), dir);
    }
    file(path + "x.log");
    assertThat(expand("**/x.log")).containsExactly(path + "x.log");
  }

  @Test
  void noticesChangesOfTheDirectoriesItWasIn() throws Exception {
    file("logs/a.log");
    Files.setLastModifiedTime(dir.resolve("logs"), FileTime.fromMillis(1000));
    Files.setLastModifiedTime(dir, FileTime.fromMillis(1000));
    Listing listing = new Listing(System.currentTimeMillis());
    Glob glob = Glob.compile(dir + "/lo*/*.log");
    assertThat(glob.expand(listing)).hasSize(1);
    assertThat(listing.changed()).isFalse();
    file("logs/b.log");
    assertThat(listing.changed()).isTrue();
    assertThat(glob.expand(new Listing(System.currentTimeMillis()))).hasSize(2);
  }

  @Test
  void aLinkThatLeadsToAnotherDirectoryOfTheSameAgeIsLookedAtAgain() throws IOException {
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (String name : List.of("one", "two")) {
      Path directory = Files.createDirectory(dir.resolve(name));
      Files.createFile(directory.resolve(name + ".log"));
      Files.setLastModifiedTime(directory, old);
    }
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("one"));
    Glob glob = Glob.compile(link + "/*.log");
    Listing before = new Listing(System.currentTimeMillis());
    assertThat(glob.expand(before)).containsExactly(link + "/one.log");
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("two"));
    assertThat(before.changed()).isTrue();
    assertThat(glob.expand(new Listing(System.currentTimeMillis(), before))).containsExactly(link + "/two.log");
  }

  @Test
  void aDirectoryThatJustChangedIsLookedAtAgain() throws IOException {
    file("logs/a.log");
    long now = System.currentTimeMillis();
    Files.setLastModifiedTime(dir.resolve("logs"), FileTime.fromMillis(now));
    Listing listing = new Listing(now);
    Glob.compile(dir + "/logs/*.log").expand(listing);
    assertThat(listing.changed()).as("a change in the same clock tick may have been missed").isTrue();
  }

  @Seeded(rounds = 100)
  void expandingEqualsMatchingEveryFile(RandomGenerator random) throws IOException {
    String letters = "ab.";
    Path root = Files.createDirectories(dir.resolve("r" + random.nextInt(1_000_000)));
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      StringBuilder path = new StringBuilder();
      for (int depth = random.nextInt(3); depth >= 0; depth--) {
        path.append("/d");
        for (int n = random.nextInt(3); n > 0; n--) {
          path.append(letters.charAt(random.nextInt(3)));
        }
      }
      Path file = root.resolve(path.substring(1) + "-f");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
      all.add(file.toString());
    }
    String[] segments = {"*", "**", "d?*", "d[ab]*", "*-f", "{d,da,db}*", "?*"};
    StringBuilder pattern = new StringBuilder(root.toString());
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      pattern.append('/').append(segments[random.nextInt(segments.length)]);
    }
    Glob glob = Glob.compile(pattern.toString());
    assertThat(new TreeSet<>(glob.expand(new Listing(0))))
        .as("pattern %s", pattern)
        .isEqualTo(new TreeSet<>(all.stream().filter(glob::matches).toList()));
  }
}
