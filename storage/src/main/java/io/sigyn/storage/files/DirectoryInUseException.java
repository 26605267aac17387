package io.sigyn.storage.files;

import java.io.IOException;

/** The lock of a directory is held by somebody else. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Names the owner.
   *
   * @param owner such as {@code process 4711}
   */
  public DirectoryInUseException(String owner) {
    super(owner);
  }
}
