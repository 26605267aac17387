package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file. Its descriptor may be given up for a while; it is then opened again by its path, or found beside it when another
 * file has taken that.
 */
final class PlainContent implements Content {
  private final FileDoor door;
  private final FileId id;
  private Path path;
  private @Nullable FileChannel channel;
  private boolean closed;

  private PlainContent(FileDoor door, Path path, FileId id, FileChannel channel) {
    this.door = door;
    this.path = path;
    this.id = id;
    this.channel = channel;
  }

  /**
   * Opens the file at a path.
   *
   * @param path without links
   */
  static PlainContent open(Path path, FileDoor door) throws IOException {
    FileChannel channel = door.open(path);
    try {
      return new PlainContent(door, path, FileStat.of(path).id(), channel);
    } catch (IOException e) {
      channel.close();
      door.closed();
      throw e;
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      if (closed) {
        throw new IOException(path + " was closed");
      }
      open = again();
      channel = open;
    }
    return open;
  }

  private FileChannel again() throws IOException {
    if (!isHere(path)) {
      Optional<Siblings.Sibling> moved = Siblings.search(path, id);
      path = moved.orElseThrow(() -> new NoSuchFileException(path + " was removed while it was not open")).path();
    }
    FileChannel open = door.open(path);
    if (!isHere(path)) {
      open.close();
      door.closed();
      throw new NoSuchFileException(path + " changed while it was opened again");
    }
    return open;
  }

  private boolean isHere(Path at) {
    try {
      return FileStat.of(at).id().equals(id);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public int read(byte[] into, int at, int length, long position) throws IOException {
    return channel().read(ByteBuffer.wrap(into, at, length), position);
  }

  @Override
  public long size() throws IOException {
    return channel().size();
  }

  @Override
  public boolean isOpen() {
    return channel != null;
  }

  @Override
  public void release() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      channel = null;
      open.close();
      door.closed();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    release();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
