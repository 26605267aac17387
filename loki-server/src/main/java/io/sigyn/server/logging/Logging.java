package io.sigyn.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.sigyn.server.config.LogFormat;
import io.sigyn.server.config.LogLevel;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Sets up the log of the process. */
public final class Logging {
  private static final List<String> LEVELS = List.of("debug", "info", "warn", "error");

  private Logging() {}

  /**
   * Writes the log to standard error from now on, in this form. A library that embeds the server
   * does not call this.
   */
  public static void configure(LogLevel level, LogFormat format) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    LineLayout layout = new LineLayout(format);
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("stderr");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    root.setLevel(Level.toLevel(level.name()));
    // What Netty has to say at debug level is about Netty.
    context.getLogger("io.netty").setLevel(Level.INFO);
  }

  /** The least level that is logged now. */
  public static String level() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        ? context
            .getLogger(Logger.ROOT_LOGGER_NAME)
            .getEffectiveLevel()
            .toString()
            .toLowerCase(Locale.ROOT)
        : "unknown";
  }

  /** Changes the least level that is logged; false when there is no such level. */
  public static boolean setLevel(String level) {
    if (!LEVELS.contains(level)
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return false;
    }
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level));
    return true;
  }
}
