package io.sigyn.storage.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what would be left of it if the power went now.
 *
 * <p>Every file has what programs read (the page cache) and what is durable; writes since the last sync wait in between.
 * Every directory has its entries, its durable entries, and the changes in between. {@link #powerCut} decides what the
 * disk had time for: of the waiting writes any part in sectors of 512 bytes, of the changes to each directory any first
 * few, of a file's new length anything. After a failed sync the waiting writes count as written or not, sector by sector,
 * and a second sync will not write them: that is what Linux does.
 *
 * <p>Used by threads of which only one runs at a time.
 */
public final class SimDisk implements StoreFiles {
  private static final int SECTOR = 512;
  private static final int TRACED = 80;

  /** What a power cut leaves. */
  public enum Order {
    /** Everything up to some moment, the next write in part; as a file system that orders data before names. */
    ORDERED,
    /** Any sectors of any write that was not synced. */
    REORDERED
  }

  /** What a fault does to a call. */
  public enum Fault {
    EIO,
    ENOSPC,
    SHORT,
    BIT_ROT
  }

  /** Decides about a call before it is done. Called with the number of the call, from 0. */
  @FunctionalInterface
  public interface Plan {
    /** The fault, or null for none. */
    @Nullable Fault fault(long number, FaultyFiles.Call call, Path path);
  }

  private record Write(long order, long position, byte[] bytes) {}

  /** A change of a name: the content it stands for afterwards, null for none. */
  private record Change(long order, String name, @Nullable Content content, @Nullable String alsoGone) {}

  private record Traced(
      long number, String thread, FaultyFiles.Call call, Path path, @Nullable Fault fault, boolean powerGoes) {
    @Override
    public String toString() {
      return number
          + " " + thread + " " + call + " " + path + (fault == null ? "" : " " + fault) + (powerGoes ? ": the power goes" : "");
    }
  }

  private static final class Content {
    byte[] cached = new byte[0];
    int size;
    byte[] durable = new byte[0];
    final List<Write> waiting = new ArrayList<>();
  }

  private static final class Directory {
    final TreeMap<String, Content> entries = new TreeMap<>();
    final TreeMap<String, Content> durable = new TreeMap<>();
    final List<Change> waiting = new ArrayList<>();
  }

  private final RandomGenerator random;
  private final Map<Path, Directory> directories = new TreeMap<>();
  private final Set<Path> locks = new HashSet<>();
  private final Map<FaultyFiles.Call, Long> counts = new EnumMap<>(FaultyFiles.Call.class);
  private final Deque<Traced> trace = new ArrayDeque<>();
  private long order;
  private long calls;
  private boolean on = true;
  private boolean cutting;
  private long trail = 1;

  /** What fails. */
  public Plan plan = (number, call, path) -> null;

  /** The call at which the power goes, counted like the plan's. */
  public long powerGoesAt = Long.MAX_VALUE;

  /** Whether sync says yes and does nothing. */
  public boolean lying;

  /** What is called before each call, for another thread to go on. */
  public Runnable pause = () -> {};

  /** What {@link #freeBytes} answers. */
  public long freeBytes = Long.MAX_VALUE;

  /** How many writes were cut in two, and sectors lost, by power cuts. */
  public long tornWrites;

  public long lostSectors;

  /** With choices from {@code random}. */
  public SimDisk(RandomGenerator random) {
    this.random = random;
  }

  /** Whether there is power. */
  public boolean isOn() {
    return on;
  }

  /** Calls so far. */
  public long calls() {
    return calls;
  }

  /** The last calls, for the report of a failure. */
  public List<String> lastCalls() {
    return trace.stream().map(Traced::toString).toList();
  }

  /** A number that two runs share when they made the same calls. */
  public long trail() {
    return trail;
  }

  /** The paths of all files. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>();
    directories.forEach((path, directory) -> directory.entries.keySet().forEach(name -> all.add(path.resolve(name))));
    return all;
  }

  /** No call does anything any more until {@link #powerCut} or {@link #kill}. */
  public void off() {
    on = false;
  }

  /** The next sync of a file below a directory fails, and the process does nothing any more. */
  public void stopBehindAFailedSync(Path directory) {
    plan =
        (number, call, path) -> {
          if (call != FaultyFiles.Call.SYNC || !path.startsWith(directory)) {
            return null;
          }
          powerGoesAt = number + 1;
          return Fault.EIO;
        };
  }

  /** The process died, the machine did not: everything written is there. */
  public void kill() {
    restart();
  }

  /** The power came back. What was not synced is there in part. */
  public void powerCut(Order kind) {
    long cut = kind == Order.ORDERED ? cutAt() : Long.MAX_VALUE;
    for (Directory directory : directories.values()) {
      int keep = random.nextInt(directory.waiting.size() + 1);
      for (int i = 0; i < directory.waiting.size(); i++) {
        Change change = directory.waiting.get(i);
        if (kind == Order.ORDERED ? change.order < cut : i < keep) {
          apply(change, directory.durable);
        }
      }
      directory.waiting.clear();
    }
    Set<Content> contents = new HashSet<>();
    for (Directory directory : directories.values()) {
      contents.addAll(directory.entries.values());
      contents.addAll(directory.durable.values());
    }
    // A set of objects without an order of their own must not decide what the generator is asked next.
    List<Content> inOrder = new ArrayList<>();
    for (Directory directory : directories.values()) {
      for (Map<String, Content> names : List.of(directory.entries, directory.durable)) {
        names.values().stream().filter(contents::remove).forEach(inOrder::add);
      }
    }
    for (Content content : inOrder) {
      cut(content, kind, cut);
    }
    for (Directory directory : directories.values()) {
      directory.entries.clear();
      directory.entries.putAll(directory.durable);
    }
    restart();
  }

  private void restart() {
    on = true;
    locks.clear();
    powerGoesAt = Long.MAX_VALUE;
  }

  /** Between the oldest thing that waits and the newest. */
  private long cutAt() {
    long first = order;
    for (Directory directory : directories.values()) {
      for (Change change : directory.waiting) {
        first = Math.min(first, change.order);
      }
      for (Content content : directory.entries.values()) {
        for (Write write : content.waiting) {
          first = Math.min(first, write.order);
        }
      }
    }
    return first + random.nextLong(order - first + 1);
  }

  private void cut(Content content, Order kind, long cut) {
    for (Write write : content.waiting) {
      if (kind == Order.REORDERED) {
        scatter(content, write);
      } else if (write.order < cut) {
        content.durable = put(content.durable, write.position, write.bytes);
      } else if (write.order == cut) {
        tornWrites++;
        int sectors = random.nextInt(write.bytes.length / SECTOR + 1);
        content.durable = put(content.durable, write.position, Arrays.copyOf(write.bytes, sectors * SECTOR));
      } else {
        lostSectors += write.bytes.length / SECTOR + 1;
      }
    }
    if (kind == Order.REORDERED && content.size > content.durable.length && random.nextBoolean()) {
      content.durable =
          Arrays.copyOf(content.durable, content.durable.length + random.nextInt(content.size - content.durable.length + 1));
    }
    content.waiting.clear();
    content.cached = content.durable.clone();
    content.size = content.durable.length;
  }

  /** Writes any sectors of a write and leaves out the others. */
  private void scatter(Content content, Write write) {
    int share = random.nextInt(5);
    boolean lost = false;
    boolean kept = false;
    for (int from = 0; from < write.bytes.length; ) {
      int to = (int) Math.min(write.bytes.length, from + SECTOR - Math.floorMod(write.position + from, (long) SECTOR));
      if (random.nextInt(4) < share) {
        content.durable = put(content.durable, write.position + from, Arrays.copyOfRange(write.bytes, from, to));
        kept = true;
      } else {
        lostSectors++;
        lost = true;
      }
      from = to;
    }
    tornWrites += lost && kept ? 1 : 0;
  }

  private static byte[] put(byte[] into, long position, byte[] bytes) {
    if (bytes.length == 0) {
      return into;
    }
    int end = (int) position + bytes.length;
    byte[] out = end > into.length ? Arrays.copyOf(into, end) : into;
    System.arraycopy(bytes, 0, out, (int) position, bytes.length);
    return out;
  }

  private static void apply(Change change, Map<String, Content> names) {
    if (change.alsoGone != null) {
      names.remove(change.alsoGone);
    }
    if (change.content == null) {
      names.remove(change.name);
    } else {
      names.put(change.name, change.content);
    }
  }

  /** A disk with the same files, nothing unsynced. */
  public SimDisk copy() {
    SimDisk copy = new SimDisk(random);
    directories.forEach(
        (path, directory) -> {
          copy.directories.put(path, new Directory());
          directory.entries.forEach((name, content) -> copy.put(path.resolve(name), bytes(content)));
        });
    return copy;
  }

  /** What a file holds. */
  public byte[] bytes(Path file) {
    return bytes(content(file));
  }

  private static byte[] bytes(Content content) {
    return Arrays.copyOf(content.cached, content.size);
  }

  /** Puts a file into an existing directory, for good. */
  public void put(Path file, byte[] bytes) {
    Content content = new Content();
    content.cached = bytes.clone();
    content.size = bytes.length;
    content.durable = bytes.clone();
    Directory directory = directories.computeIfAbsent(Publication.directory(file), key -> new Directory());
    directory.entries.put(name(file), content);
    directory.durable.put(name(file), content);
  }

  /** Takes a file away, for good. */
  public void remove(Path file) {
    Directory directory = directories.computeIfAbsent(Publication.directory(file), key -> new Directory());
    directory.entries.remove(name(file));
    directory.durable.remove(name(file));
  }

  private Content content(Path file) {
    Directory directory = directories.get(Publication.directory(file));
    Content content = directory == null ? null : directory.entries.get(name(file));
    if (content == null) {
      throw new IllegalArgumentException("no such file " + file);
    }
    return content;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Counts, pauses, cuts the power, answers with the fault that the caller acts out. */
  private @Nullable Fault enter(FaultyFiles.Call call, Path path) throws IOException {
    pause.run();
    if (!on) {
      throw new IOException("power off");
    }
    long number = calls++;
    counts.merge(call, 1L, Long::sum);
    trail = trail * 31 + call.name().hashCode() * 1_000_003L + path.hashCode();
    if (number >= powerGoesAt) {
      on = false;
      cutting = call == FaultyFiles.Call.WRITE;
      trace.addLast(new Traced(number, Thread.currentThread().getName(), call, path, null, true));
      throw new IOException("power off");
    }
    Fault fault = plan.fault(number, call, path);
    trace.addLast(new Traced(number, Thread.currentThread().getName(), call, path, fault, false));
    if (trace.size() > TRACED) {
      trace.removeFirst();
    }
    if (fault != null && call != FaultyFiles.Call.WRITE && call != FaultyFiles.Call.SYNC && fault != Fault.BIT_ROT) {
      throw failure(fault);
    }
    return fault;
  }

  private static IOException failure(Fault fault) {
    return new IOException(fault == Fault.EIO ? "Input/output error" : "No space left on device");
  }

  private Directory directory(Path path) throws IOException {
    Directory directory = directories.get(path);
    if (directory == null) {
      throw new FileNotFoundException(path.toString());
    }
    return directory;
  }

  private void change(Path file, @Nullable Content content, @Nullable String alsoGone) throws IOException {
    Directory directory = directory(Publication.directory(file));
    Change change = new Change(order++, name(file), content, alsoGone);
    apply(change, directory.entries);
    directory.waiting.add(change);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    enter(FaultyFiles.Call.CREATE_DIRECTORY, directory);
    for (Path path = directory; path != null; path = path.getParent()) {
      directories.computeIfAbsent(path, key -> new Directory());
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    enter(FaultyFiles.Call.LIST, directory);
    List<Path> list = new ArrayList<>();
    Directory known = directories.get(directory);
    if (known != null) {
      known.entries.keySet().forEach(name -> list.add(directory.resolve(name)));
      directories.keySet().stream().filter(path -> directory.equals(path.getParent())).forEach(list::add);
    }
    list.sort(null);
    return list;
  }

  @Override
  public boolean exists(Path path) {
    Directory parent = directories.get(Publication.directory(path));
    return directories.containsKey(path) || parent != null && parent.entries.containsKey(name(path));
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    enter(FaultyFiles.Call.CREATE, file);
    if (exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Content content = new Content();
    change(file, content, null);
    return new Writing(file, content);
  }

  @Override
  public WritableFile openToWrite(Path file) throws IOException {
    enter(FaultyFiles.Call.OPEN_TO_WRITE, file);
    return new Writing(file, existing(file));
  }

  private Content existing(Path file) throws IOException {
    Content content = directory(Publication.directory(file)).entries.get(name(file));
    if (content == null) {
      throw new FileNotFoundException(file.toString());
    }
    return content;
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    enter(FaultyFiles.Call.OPEN, file);
    Content content = existing(file);
    return new ReadableFile() {
      @Override
      public long size() {
        return content.size;
      }

      @Override
      public void read(long position, byte[] into, int offset, int length) throws IOException {
        Fault fault = enter(FaultyFiles.Call.READ, file);
        if (position < 0 || position + length > content.size) {
          throw new EOFException("%s ends at %d, %d bytes wanted from %d".formatted(file, content.size, length, position));
        }
        System.arraycopy(content.cached, (int) position, into, offset, length);
        if (fault == Fault.BIT_ROT && length > 0) {
          into[offset + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    enter(FaultyFiles.Call.RENAME, to);
    if (!Publication.directory(from).equals(Publication.directory(to))) {
      throw new IOException("rename across directories: " + from + " " + to);
    }
    change(to, existing(from), name(from));
  }

  @Override
  public void delete(Path file) throws IOException {
    enter(FaultyFiles.Call.DELETE, file);
    if (exists(file)) {
      change(file, null, null);
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    enter(FaultyFiles.Call.SYNC_DIRECTORY, directory);
    Directory known = directory(directory);
    if (!lying) {
      known.waiting.forEach(change -> apply(change, known.durable));
      known.waiting.clear();
    }
  }

  @Override
  public long freeBytes(Path directory) {
    return freeBytes;
  }

  @Override
  public long totalBytes(Path directory) {
    return UNKNOWN;
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    if (!locks.add(file)) {
      throw new DirectoryInUseException("this process");
    }
    return () -> locks.remove(file);
  }

  private final class Writing implements WritableFile {
    private final Path path;
    private final Content content;

    Writing(Path path, Content content) {
      this.path = path;
      this.content = content;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      return content.size;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      byte[] bytes = new byte[from.remaining()];
      Fault fault;
      try {
        fault = enter(FaultyFiles.Call.WRITE, path);
      } catch (IOException e) {
        // The write during which the power goes is among those the disk may have had time for.
        if (cutting) {
          cutting = false;
          from.get(bytes);
          write(position, bytes);
        }
        throw e;
      }
      if (fault == null || fault == Fault.BIT_ROT) {
        from.get(bytes);
        write(position, bytes);
        return;
      }
      if (fault != Fault.EIO) {
        bytes = new byte[random.nextInt(bytes.length + 1)];
        from.get(bytes);
        write(position, bytes);
      }
      throw failure(fault);
    }

    private void write(long position, byte[] bytes) {
      content.waiting.add(new Write(order++, position, bytes));
      int end = (int) position + bytes.length;
      if (end > content.cached.length) {
        content.cached = Arrays.copyOf(content.cached, Math.max(end, content.cached.length * 2));
      }
      System.arraycopy(bytes, 0, content.cached, (int) position, bytes.length);
      content.size = Math.max(content.size, end);
    }

    @Override
    public void sync() throws IOException {
      Fault fault = enter(FaultyFiles.Call.SYNC, path);
      if (lying) {
        return;
      }
      if (fault != null && fault != Fault.BIT_ROT) {
        content.waiting.forEach(write -> scatter(content, write));
        content.waiting.clear();
        throw failure(fault);
      }
      for (Write write : content.waiting) {
        content.durable = put(content.durable, write.position, write.bytes);
      }
      content.waiting.clear();
    }

    @Override
    public void close() {}
  }
}
