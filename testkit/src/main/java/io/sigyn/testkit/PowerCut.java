package io.sigyn.testkit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Cuts the power of a mounted ext4: {@code FS_IOC_SHUTDOWN} without a flush of the journal ends all writing at once, and
 * what was not synced is gone when the file system is mounted again.
 */
@SuppressWarnings("restricted") // there is no other way to an ioctl
final class PowerCut {
  private static final int FS_IOC_SHUTDOWN = 0x8004587d;
  private static final int NO_LOG_FLUSH = 2;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LIBC.findOrThrow("open"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      LINKER.downcallHandle(
          LIBC.findOrThrow("ioctl"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LIBC.findOrThrow("close"), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private PowerCut() {}

  static void of(Path mounted) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) OPEN.invokeExact(arena.allocateFrom(mounted.toString()), 0);
      MemorySegment flag = arena.allocateFrom(ValueLayout.JAVA_INT, NO_LOG_FLUSH);
      int result = (int) IOCTL.invokeExact(descriptor, (long) FS_IOC_SHUTDOWN & 0xFFFF_FFFFL, flag);
      int closed = (int) CLOSE.invokeExact(descriptor);
      if (descriptor < 0 || result != 0 || closed != 0) {
        throw new IOException("cannot shut " + mounted + " down: open " + descriptor + ", ioctl " + result);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
