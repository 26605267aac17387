package io.sigyn.cli.kubelet;

/**
 * A container to run: where its logs lie and what it says.
 *
 * @param uid the pod's, part of the directory name
 * @param name of the container
 * @param restarts whether it crashes and comes back under a new id from time to time
 */
public record PodContainer(
    String namespace,
    String pod,
    String uid,
    String name,
    LogFormat format,
    Content content,
    boolean restarts) {

  /** The kubelet's name for the pod's directory. */
  public String directory() {
    return namespace + "_" + pod + "_" + uid;
  }
}
