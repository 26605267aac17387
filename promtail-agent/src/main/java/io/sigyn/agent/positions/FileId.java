package io.sigyn.agent.positions;

/** A file's identity on this machine: the device and the inode. An inode is used again after its file is gone. */
public record FileId(long dev, long ino) {
  @Override
  public String toString() {
    return dev + ":" + ino;
  }
}
