package io.sigyn.agent.diagnosis;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows a path component by component, as the kernel does, and says where it ends. Opening a dangling link names only
 * the link; this names what is missing behind it.
 */
public final class LinkWalk {
  /** Links the kernel follows before it gives up. */
  static final int MAX_HOPS = 40;

  /**
   * Where a path leads.
   *
   * @param hops the links on the way, in order
   * @param end what was found there
   */
  public record Way(List<Hop> hops, End end) {
    /** Copies the list. */
    public Way {
      hops = List.copyOf(hops);
    }
  }

  /** The end of a way. */
  public sealed interface End {}

  /** A readable regular file. */
  public record ReadableFile(String resolved) implements End {}

  /** Something that is no regular file: {@code directory}, {@code other}. */
  public record Irregular(String resolved, String type) implements End {}

  /**
   * Nothing there.
   *
   * @param first the first component that does not exist
   * @param ancestor the directory it would be in; exists
   * @param target the whole path that was to be reached, links resolved
   */
  public record Missing(String first, String ancestor, String target) implements End {}

  /** A component that may not be passed or read. */
  public record Denied(String at, String target) implements End {}

  /** A component that is no directory although the path goes on. */
  public record NotDirectory(String at) implements End {}

  /** A loop, or more links than the kernel follows. */
  public record Loop() implements End {}

  /** Another failure of the file system. */
  public record Broken(String at, String reason) implements End {}

  private LinkWalk() {}

  /** Follows the path, which must be absolute. */
  public static Way explain(String path) {
    Deque<String> todo = new ArrayDeque<>(components(path));
    List<Hop> hops = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String current = "/";
    while (!todo.isEmpty()) {
      String name = todo.removeFirst();
      if (name.equals(".")) {
        continue;
      } else if (name.equals("..")) {
        current = parent(current);
        continue;
      }
      String next = current.equals("/") ? "/" + name : current + "/" + name;
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(Path.of(next), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isSymbolicLink()) {
          current = next;
          continue;
        }
        String target = Files.readSymbolicLink(Path.of(next)).toString();
        hops.add(new Hop(next, target));
        // The same link may be passed twice; the same link with the same rest of the way proves a loop.
        if (hops.size() > MAX_HOPS || !seen.add(attributes.fileKey() + " " + String.join("/", todo))) {
          return new Way(hops, new Loop());
        }
        List<String> inserted = components(target);
        for (int i = inserted.size() - 1; i >= 0; i--) {
          todo.addFirst(inserted.get(i));
        }
        if (target.startsWith("/")) {
          current = "/";
        }
      } catch (NoSuchFileException e) {
        // The JDK says the same of a component that is a file.
        boolean inFile = !Files.isDirectory(Path.of(current), LinkOption.NOFOLLOW_LINKS);
        return new Way(
            hops, inFile ? new NotDirectory(current) : new Missing(next, current, join(next, todo)));
      } catch (AccessDeniedException e) {
        return new Way(hops, new Denied(current, join(next, todo)));
      } catch (FileSystemException e) {
        String reason = e.getReason() == null ? e.toString() : e.getReason();
        return new Way(
            hops, reason.contains("Not a directory") ? new NotDirectory(current) : new Broken(next, reason));
      } catch (IOException e) {
        return new Way(hops, new Broken(next, e.toString()));
      }
    }
    return new Way(hops, end(current));
  }

  private static End end(String path) {
    Path file = Path.of(path);
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Irregular(path, "directory");
    } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Irregular(path, "no regular file");
    }
    return Files.isReadable(file) ? new ReadableFile(path) : new Denied(path, path);
  }

  /** A path's components without empty ones. */
  static List<String> components(String path) {
    List<String> out = new ArrayList<>();
    for (String name : path.split("/")) {
      if (!name.isEmpty()) {
        out.add(name);
      }
    }
    return out;
  }

  /** The directory of a path; that of {@code /} is itself. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** Lexical: what is missing has no links to resolve. */
  private static String join(String from, Deque<String> rest) {
    String path = from;
    for (String name : rest) {
      if (name.equals("..")) {
        path = parent(path);
      } else if (!name.equals(".")) {
        path = path.equals("/") ? "/" + name : path + "/" + name;
      }
    }
    return path;
  }
}
