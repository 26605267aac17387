package io.sigyn.server.api;

/** What this program is. */
public final class Build {
  /** The version of Loki whose API is spoken; tools read it to know what they may ask. */
  public static final String LOKI_VERSION = "3.7.6";

  /** Our own version. */
  public static final String VERSION = version();

  private Build() {}

  private static String version() {
    String version = Build.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
