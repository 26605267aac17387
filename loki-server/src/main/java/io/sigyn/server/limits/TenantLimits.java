package io.sigyn.server.limits;

import io.sigyn.config.Binder;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigPrinter;
import io.sigyn.config.YamlReader;
import io.sigyn.model.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of each tenant: those of the configuration, with what a file says for one tenant on
 * top. {@link #reload} takes a changed file; a file that cannot be used leaves everything as it
 * was. Safe for use by many threads.
 *
 * <p>The file is Loki's runtime configuration: {@code overrides: {TENANT: {limit: value}}}.
 */
public final class TenantLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TenantLimits.class);

  /** Keys of the file that Loki has beside {@code overrides}. */
  private static final List<String> OTHER_KEYS = List.of("multi_kv_config", "configs");

  private final Limits base;
  private final List<Path> files;
  private volatile Map<Tenant, Limits> overrides = Map.of();
  private final AtomicLong changes = new AtomicLong();
  private String lastText = "";

  private TenantLimits(Limits base, List<Path> files) {
    this.base = base;
    this.files = List.copyOf(files);
  }

  /** The same limits for everybody. */
  public static TenantLimits same(Limits limits) {
    return new TenantLimits(limits, List.of());
  }

  /**
   * Reads the files; later ones win.
   *
   * @throws ConfigException when one cannot be read or used
   */
  public static TenantLimits load(Limits base, List<Path> files) {
    TenantLimits limits = new TenantLimits(base, files);
    if (!files.isEmpty()) {
      String text = limits.readAll();
      limits.overrides = limits.parse(text);
      limits.lastText = text;
    }
    return limits;
  }

  /** The limits of a tenant. */
  public Limits of(Tenant tenant) {
    return overrides.getOrDefault(tenant, base);
  }

  /** How often the limits of some tenant have changed. */
  public long changes() {
    return changes.get();
  }

  /**
   * Takes the files' present content if it changed; says so in the log, or why it cannot be used.
   */
  public synchronized void reload() {
    try {
      String text = readAll();
      if (!text.equals(lastText)) {
        lastText = text;
        overrides = parse(text);
        changes.incrementAndGet();
        LOG.info("limits per tenant changed files={} tenants={}", files, overrides.size());
      }
    } catch (ConfigException e) {
      LOG.warn(
          "limits per tenant stay as they were, the file cannot be used: {}",
          e.problems().getFirst());
    }
  }

  private String readAll() {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      try {
        all.append(file).append('\0').append(Files.readString(file)).append('\0');
      } catch (NoSuchFileException e) {
        throw new ConfigException(
            file + ": does not exist; correct runtime_config.file or create it");
      } catch (IOException e) {
        throw new ConfigException(file + ": cannot be read: " + e.getMessage());
      }
    }
    return all.toString();
  }

  private Map<Tenant, Limits> parse(String namesAndTexts) {
    Map<String, Entry> base = new LinkedHashMap<>();
    if (YamlReader.read("limits_config", ConfigPrinter.print(this.base)) instanceof Mapping own) {
      own.entries().forEach(entry -> base.put(entry.key(), entry));
    }
    Map<Tenant, Limits> result = new HashMap<>();
    String[] parts = namesAndTexts.split("\0", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      if (!(YamlReader.read(parts[i], parts[i + 1]) instanceof Mapping root)) {
        throw new ConfigException(parts[i] + ":1:1: expected a mapping with the key overrides");
      }
      for (Entry entry : root.entries()) {
        if (entry.key().equals("overrides")) {
          overrides(entry.value(), base, result);
        } else if (!OTHER_KEYS.contains(entry.key())) {
          throw new ConfigException(
              entry.mark()
                  + ": "
                  + entry.key()
                  + ": unknown key \""
                  + entry.key()
                  + "\"; keys allowed here: overrides");
        }
      }
    }
    return Map.copyOf(result);
  }

  private static void overrides(
      ConfigNode node, Map<String, Entry> base, Map<Tenant, Limits> result) {
    if (!(node instanceof Mapping tenants)) {
      return;
    }
    for (Entry tenant : tenants.entries()) {
      Map<String, Entry> merged = new LinkedHashMap<>(base);
      if (tenant.value() instanceof Mapping own) {
        own.entries().forEach(entry -> merged.put(entry.key(), entry));
      }
      Bound<Limits> bound =
          Binder.bind(
              Limits.class, new Mapping(tenant.value().mark(), new ArrayList<>(merged.values())));
      for (String warning : bound.warnings()) {
        LOG.warn("{}", warning);
      }
      result.put(new Tenant(tenant.key()), bound.value());
    }
  }
}
