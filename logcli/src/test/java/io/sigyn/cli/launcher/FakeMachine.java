package io.sigyn.cli.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A machine with JDKs and a Maven that only say how they were called, and a copy of the launcher in
 * a tree that looks like the repository.
 */
final class FakeMachine {
  private static final List<String> PARTS =
      List.of("common", "wire", "storage", "logql", "loki-server", "promtail-agent", "logcli");

  private final Path root;
  final Path home;

  /** How a run of the launcher ended. */
  record Ended(int code, String out, String err) {}

  FakeMachine(Path root) throws IOException {
    this.root = root.toRealPath();
    this.home =
        Files.createDirectories(
            this.root.resolve("a home/sigyn")); // a blank in the path, as people have
    Files.copy(Path.of("..").resolve("sigyn"), home.resolve("sigyn"));
    Files.writeString(
        home.resolve("pom.xml"), "<project>\n  <version>9.8.7</version>\n</project>\n");
    for (String part : PARTS) {
      Files.createDirectories(home.resolve(part).resolve("src/main/java"));
      Files.writeString(home.resolve(part).resolve("pom.xml"), "<project/>\n");
      Files.writeString(home.resolve(part).resolve("src/main/java/A.java"), "class A {}\n");
    }
    script(root.resolve("bin/mvn"), mvn(0));
  }

  /** A JDK below the machine's root. */
  Path jdk(String name, String version) throws IOException {
    Path jdk = Files.createDirectories(root.resolve(name));
    script(
        jdk.resolve("bin/java"),
        "echo \"java $0\"; for a; do echo \"[$a]\"; done; echo \"cwd $(pwd -P)\"; exit ${FAKE_EXIT:-0}\n");
    script(jdk.resolve("bin/javac"), "exit 0\n");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  /** Leaves jars behind as a build does, newer than every source. */
  void alreadyBuilt() throws IOException {
    for (String program : PARTS.subList(4, 7)) {
      Path target = home.resolve(program).resolve("target");
      Files.createDirectories(target.resolve("lib"));
      Path jar = Files.createFile(target.resolve(program + "-9.8.7.jar"));
      Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    }
  }

  /** Makes every later build fail. */
  void breakMaven() throws IOException {
    script(root.resolve("bin/mvn"), mvn(1));
  }

  /** A Maven that leaves the jars behind, or an error. */
  private String mvn(int code) {
    return "echo \"built with JAVA_HOME=$JAVA_HOME\" >> \""
        + root
        + "/builds\"\n"
        + "echo '[INFO] Building common 9.8.7                                  [2/8]'\n"
        + (code == 0
            ? "for m in loki-server promtail-agent logcli; do mkdir -p $m/target/lib; "
                + ": > $m/target/$m-9.8.7.jar; done\n"
            : "echo '[ERROR] A.java:[1,1] class, interface or enum expected'\n")
        + "exit "
        + code
        + "\n";
  }

  /** How often Maven ran. */
  List<String> builds() throws IOException {
    Path builds = root.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
  }

  /** Makes {@code java} on the PATH a chain of links to the JDK, as distributions do. */
  void javaOnPath(Path jdk) throws IOException {
    Path alternatives = Files.createDirectories(root.resolve("alternatives")).resolve("java");
    Files.deleteIfExists(alternatives);
    Files.createSymbolicLink(alternatives, jdk.resolve("bin/java"));
    Path java = Files.createDirectories(root.resolve("bin")).resolve("java");
    Files.deleteIfExists(java);
    Files.createSymbolicLink(java, alternatives);
  }

  Path root() {
    return root;
  }

  /** Runs a command with the machine's PATH and only the given variables. */
  Ended run(Path directory, Map<String, String> variables, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> env = new TreeMap<>(variables);
    env.putIfAbsent("SIGYN_JVM_DIRS", root + "/no-jvms");
    env.put("PATH", root + "/bin:/usr/bin:/bin");
    if (!Files.exists(root.resolve("bin/java"))) {
      // Nothing of the real machine's Java may be found.
      env.put("PATH", root + "/bin:" + tools());
    }
    builder.environment().clear();
    builder.environment().putAll(env);
    Path out = Files.createTempFile(root, "out", "");
    Path err = Files.createTempFile(root, "err", "");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the launcher does not end: " + String.join(" ", command));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  Ended sigyn(Map<String, String> variables, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("sigyn").toString()));
    command.addAll(List.of(arguments));
    return run(root, variables, command.toArray(String[]::new));
  }

  /** A directory with the tools a script needs, and no java. */
  private Path tools() throws IOException {
    Path tools = root.resolve("tools");
    if (!Files.exists(tools)) {
      Files.createDirectories(tools);
      for (String tool :
          List.of(
              "sh",
              "sed",
              "readlink",
              "dirname",
              "find",
              "head",
              "tail",
              "date",
              "mkdir",
              "rm",
              "mv",
              "cat",
              "sleep",
              "touch")) {
        for (String directory : List.of("/usr/bin/", "/bin/")) {
          if (Files.exists(Path.of(directory + tool))) {
            script(tools.resolve(tool), "exec " + directory + tool + " \"$@\"\n");
          }
        }
      }
    }
    return tools;
  }

  private static void script(Path path, String body) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
