package io.sigyn.agent.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An open file. */
final class PlainContent implements Content {
  private final FileChannel channel;

  private PlainContent(FileChannel channel) {
    this.channel = channel;
  }

  static PlainContent open(Path path) throws IOException {
    return new PlainContent(FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public int read(byte[] into, int at, int length, long position) throws IOException {
    return channel.read(ByteBuffer.wrap(into, at, length), position);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
