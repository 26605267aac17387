package io.sigyn.agent.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a path is not read, said once each and handed to the diagnosis. Guarded by the lock of its tail. */
final class TailProblems {
  private static final Logger log = LoggerFactory.getLogger(TailProblems.class);

  private final TailHome home;
  private final String path;
  private final String jobs;
  private final Path location;
  private String duplicateOf = "";
  private String failure = "";
  private boolean irregular;

  TailProblems(TailHome home, String path, String jobs, Path location) {
    this.home = home;
    this.path = path;
    this.jobs = jobs;
    this.location = location;
  }

  /** Nobody asks for the path any more. */
  void unwanted() {
    home.diagnosis().forget(path);
  }

  /** The path leads to nothing; one that is not there at all is no problem. */
  void leadsNowhere(IOException e) {
    if (e instanceof NoSuchFileException && !Files.exists(location, LinkOption.NOFOLLOW_LINKS)) {
      home.diagnosis().forget(path);
    } else {
      home.diagnosis().failed(path);
    }
  }

  /** Whether it is a file at all. */
  void shows(boolean regular) {
    irregular = !regular;
    if (irregular) {
      home.diagnosis().failed(path);
    }
  }

  /** Something about the file failed. */
  void failed(IOException e) {
    home.diagnosis().failed(path);
    String text = e.toString();
    if (!text.equals(failure)) {
      failure = text;
      if (e instanceof FileDoor.OutsideRoots) {
        log.warn("file is not read path={} err=\"{}\"", path, e.getMessage());
      }
      log.debug("cannot read path={} err=\"{}\"", path, text);
    }
  }

  /** Another path reads the file. */
  void duplicate(String owner) {
    if (!owner.equals(duplicateOf)) {
      duplicateOf = owner;
      log.warn("file is already read under another path, it is read once path={} other={} job={}", path, owner, jobs);
    }
    home.diagnosis().readable(path);
  }

  /** The file is open. */
  void solved() {
    home.diagnosis().readable(path);
    duplicateOf = "";
    failure = "";
  }

  /** The last failure; empty for none. */
  String failure() {
    return failure;
  }

  /** What the pages call a path that nothing is read from. */
  String state() {
    return !duplicateOf.isEmpty() ? "duplicate" : irregular ? "ignored" : "waiting";
  }
}
