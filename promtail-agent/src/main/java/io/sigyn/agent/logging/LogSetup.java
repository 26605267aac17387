package io.sigyn.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up logging of the whole process. For programs; what is embedded leaves logging to its host. */
public final class LogSetup {
  private LogSetup() {}

  /**
   * Logs to standard error from now on.
   *
   * @param level debug, info, warn or error
   * @param json whether lines are JSON objects; otherwise logfmt
   */
  public static void toStandardError(String level, boolean json) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    LineEncoder encoder = new LineEncoder(json);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    // The client tells what its callers tell better.
    context.getLogger("org.apache.hc").setLevel(Level.WARN);
    context.getLogger("io.sigyn").setLevel(Level.toLevel(level, Level.INFO));
  }
}
