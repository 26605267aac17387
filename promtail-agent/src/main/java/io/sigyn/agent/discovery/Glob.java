package io.sigyn.agent.discovery;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A pattern of paths as promtail reads it: {@code *} and {@code ?} inside a segment, {@code [abc]}, <code>{a,b}</code>,
 * {@code **} as a whole segment for any depth, {@code \} to take the next character as it is. Names that begin with a dot
 * match like others; links to directories are followed. Immutable.
 */
public final class Glob {
  private static final int MAX_DEPTH = 64;

  private sealed interface Segment {}

  private record Name(String name) implements Segment {}

  private record Wild(Wildcard wildcard) implements Segment {}

  private record AnyDepth() implements Segment {}

  private final String pattern;
  private final List<List<Segment>> alternatives;
  private final boolean literal;
  private final Set<String> prefixes;

  private Glob(String pattern, List<List<Segment>> alternatives, boolean literal, Set<String> prefixes) {
    this.pattern = pattern;
    this.alternatives = alternatives;
    this.literal = literal;
    this.prefixes = prefixes;
  }

  /**
   * Compiles. A relative pattern is relative to the working directory.
   *
   * @throws IllegalArgumentException saying what is malformed
   */
  public static Glob compile(String pattern) {
    List<List<Segment>> alternatives = new ArrayList<>();
    Set<String> prefixes = new TreeSet<>();
    boolean literal = true;
    List<String> expanded = Braces.expand(pattern);
    for (String one : expanded) {
      String absolute = one.startsWith("/") ? one : Path.of("").toAbsolutePath() + "/" + one;
      List<Segment> segments = new ArrayList<>();
      StringBuilder prefix = new StringBuilder();
      boolean plain = true;
      for (String segment : absolute.split("/")) {
        if (segment.isEmpty() || segment.equals(".")) {
          continue;
        }
        if (segment.equals("**")) {
          if (segments.isEmpty() || !(segments.getLast() instanceof AnyDepth)) {
            segments.add(new AnyDepth());
          }
          plain = false;
        } else if (Wildcard.isMeta(segment)) {
          segments.add(new Wild(Wildcard.compile(segment)));
          plain = false;
        } else {
          String name = Wildcard.unescape(segment);
          segments.add(new Name(name));
          if (plain) {
            prefix.append('/').append(name);
          }
        }
      }
      if (plain && !prefix.isEmpty()) {
        prefix.setLength(prefix.lastIndexOf("/"));
      }
      literal &= plain;
      prefixes.add(prefix.isEmpty() ? "/" : prefix.toString());
      alternatives.add(segments);
    }
    return new Glob(pattern, alternatives, literal, prefixes);
  }

  /** Whether it names files instead of describing them. */
  public boolean isLiteral() {
    return literal;
  }

  /** The directories before the first wildcard, one for each alternative of braces at most; {@code /} when there is none. */
  public Set<String> prefixes() {
    return prefixes;
  }

  /**
   * The paths that exist and match, links counted by their own existence. A real directory never matches.
   *
   * @param listing reads each directory once
   */
  public Set<String> expand(Listing listing) {
    Set<String> found = new LinkedHashSet<>();
    for (List<Segment> segments : alternatives) {
      walk("", segments, 0, 0, listing, found);
    }
    return found;
  }

  private static void walk(
      String dir, List<Segment> segments, int index, int depth, Listing listing, Set<String> found) {
    if (index == segments.size() || depth > MAX_DEPTH) {
      return;
    }
    boolean last = index == segments.size() - 1;
    switch (segments.get(index)) {
      case Name(String name) -> {
        String path = dir + "/" + name;
        if (!last) {
          walk(path, segments, index + 1, depth, listing, found);
        } else if (listing.hasFileOrLink(dir, name)) {
          found.add(path);
        }
      }
      case Wild(Wildcard wildcard) -> {
        List<String> names = listing.names(dir);
        for (int i = 0; i < names.size(); i++) {
          String name = names.get(i);
          if (wildcard.matches(name)) {
            String path = dir + "/" + name;
            if (!last) {
              walk(path, segments, index + 1, depth, listing, found);
            } else if (listing.isFileOrLink(dir, i)) {
              found.add(path);
            }
          }
        }
      }
      case AnyDepth() -> {
        walk(dir, segments, index + 1, depth, listing, found);
        if (last && !listing.isDirectory(dir) && listing.isFileOrLink(dir)) {
          found.add(dir);
        }
        for (String name : listing.names(dir)) {
          String path = dir + "/" + name;
          if (listing.isDirectory(path)) {
            if (listing.enter(path)) {
              walk(path, segments, index, depth + 1, listing, found);
              listing.leave(path);
            }
          } else if (last) {
            found.add(path);
          }
        }
      }
    }
  }

  /** Whether the path, as text, matches. */
  public boolean matches(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/")) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    for (List<Segment> segments : alternatives) {
      if (matches(segments, 0, names, 0)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(List<Segment> segments, int index, List<String> names, int at) {
    if (index == segments.size()) {
      return at == names.size();
    }
    return switch (segments.get(index)) {
      case Name(String name) ->
          at < names.size() && names.get(at).equals(name) && matches(segments, index + 1, names, at + 1);
      case Wild(Wildcard wildcard) ->
          at < names.size() && wildcard.matches(names.get(at)) && matches(segments, index + 1, names, at + 1);
      case AnyDepth() -> {
        boolean found = false;
        for (int rest = at; rest <= names.size() && !found; rest++) {
          found = matches(segments, index + 1, names, rest);
        }
        yield found;
      }
    };
  }

  @Override
  public String toString() {
    return pattern;
  }
}
