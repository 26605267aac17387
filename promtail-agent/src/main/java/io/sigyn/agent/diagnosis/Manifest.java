package io.sigyn.agent.diagnosis;

/** The piece of a DaemonSet that a message asks for. */
public final class Manifest {
  private Manifest() {}

  /** YAML to paste for a missing directory; empty when the message asks for nothing of the kind. */
  public static String of(DiagnosisMessage message) {
    String dir = message.fields().getOrDefault("missing_dir", "");
    boolean mount = message.code().equals("PTA-LINK-01") || message.code().equals("PTA-LINK-07");
    if (!mount || dir.isEmpty()) {
      return "";
    }
    String name = Messages.volumeName(dir);
    return """
        # spec.template.spec
        volumes:
        - name: %s
          hostPath: {path: %s}
        # spec.template.spec.containers[0]
        volumeMounts:
        - name: %s
          mountPath: %s
          readOnly: true
          mountPropagation: HostToContainer
        """
        .formatted(name, dir, name, dir);
  }
}
