package io.sigyn.benchmarks.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is measured as an agent: it takes {@code -config.file=} and promtail's configuration.
 *
 * @param name in what is printed
 * @param command the program and its flags, without the configuration
 */
record AgentProgram(String name, List<String> command) {
  /** As {@code sigyn agent} starts it. */
  private static final String JVM =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms48m -Xmn24m -XX:SurvivorRatio=4 -XX:TargetSurvivorRatio=90 -Xmx256m -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:TrimNativeHeapInterval=20000 -Xlog:trimnative=off";

  AgentProgram {
    command = List.copyOf(command);
  }

  /** Sigyn's agent from the class path of this process, with the flags of {@code -Dagent.jvm} if there are any. */
  static AgentProgram sigyn() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("agent.jvm", JVM).split(" ", -1)));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "io.sigyn.agent.Main"));
    return new AgentProgram("sigyn", command);
  }

  /**
   * Those to measure: Sigyn's, and the one of {@code -Dagent.command} beside it, which is a program and its flags, split at
   * blanks, and is called like its file.
   */
  static List<AgentProgram> measured() {
    String other = System.getProperty("agent.command", "");
    if (other.isEmpty()) {
      return List.of(sigyn());
    }
    List<String> command = List.of(other.split(" ", -1));
    return List.of(sigyn(), new AgentProgram(String.valueOf(Path.of(command.getFirst()).getFileName()), command));
  }
}
