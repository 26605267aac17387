package io.sigyn.storage.inspect;

import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.manifest.DayManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** The manifests in a store's directory. */
final class Contents {
  private Contents() {}

  /** Reads the manifests of all tenants and days, in order. */
  static List<DayManifest> read(StoreFiles files, Path root, DamageLog damages) throws IOException {
    List<DayManifest> days = new ArrayList<>();
    for (Path directory : files.list(root.resolve("t"))) {
      for (Path dayDirectory : files.list(directory)) {
        try {
          Tenant tenant = new Tenant(directory.getFileName().toString());
          String name = dayDirectory.getFileName().toString();
          int day = Math.toIntExact(LocalDate.parse(name, DateTimeFormatter.BASIC_ISO_DATE).toEpochDay());
          days.add(DayManifest.load(files, dayDirectory, tenant, day, root.resolve("quarantine"), damages));
        } catch (DateTimeParseException e) {
          // Not the directory of a day: others keep their files there too.
        } catch (LokiException e) {
          damages.report(new Damage("manifest", dayDirectory, e.text()));
        }
      }
    }
    return days;
  }

  /** The name of a day. */
  static String name(int day) {
    return LocalDate.ofEpochDay(day).toString();
  }
}
