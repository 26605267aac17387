package io.sigyn.cli.kubelet;

/** The two container log formats that are found on nodes. */
public enum LogFormat {
  /** Text of containerd and CRI-O: {@code <time> <stream> <P|F> <content>}. */
  CRI,
  /**
   * Docker's json-file: {@code {"log":"...\n","stream":"...","time":"..."}}; a piece without the
   * line feed goes on.
   */
  DOCKER
}
