package io.sigyn.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.sigyn.json.JsonWriter;
import io.sigyn.server.config.LogFormat;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * One line for one event: {@code ts=2026-01-02T03:04:05.678901Z caller=HttpServer level=info
 * msg="listening"}, or the same as a JSON object. Control characters never reach the log as they
 * are: whoever can choose a text cannot forge a line.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
  /** Characters of one value; what a client sends must not fill the disk. */
  private static final int MAX_VALUE = 4_096;

  private final LogFormat format;

  LineLayout(LogFormat format) {
    this.format = format;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return switch (format) {
      case LOGFMT -> logfmt(event);
      case JSON -> json(event);
    };
  }

  private static String logfmt(ILoggingEvent event) {
    StringBuilder out = new StringBuilder(160);
    out.append("ts=").append(time(event));
    out.append(" caller=").append(caller(event));
    out.append(" level=").append(level(event));
    // Messages carry their own key=value pairs behind a short text, which is the part in front of
    // them.
    String message = cut(String.valueOf(event.getFormattedMessage()));
    int pairs = firstPair(message);
    out.append(" msg=");
    quote(message.substring(0, pairs).strip(), out);
    String rest = message.substring(pairs);
    if (!rest.isEmpty()) {
      out.append(' ');
      escape(rest, out);
    }
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        out.append(' ').append(pair.key).append('=');
        quote(cut(String.valueOf(pair.value)), out);
      }
    }
    if (event.getThrowableProxy() != null) {
      out.append(" err=");
      quote(ThrowableProxyUtil.asString(event.getThrowableProxy()), out);
    }
    return out.append('\n').toString();
  }

  private static String json(ILoggingEvent event) {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    out.name("ts").value(time(event));
    out.name("caller").value(caller(event));
    out.name("level").value(level(event));
    out.name("msg").value(cut(String.valueOf(event.getFormattedMessage())));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        out.name(pair.key).value(cut(String.valueOf(pair.value)));
      }
    }
    if (event.getThrowableProxy() != null) {
      out.name("err").value(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return out.endObject() + "\n";
  }

  private static String time(ILoggingEvent event) {
    Instant at = event.getInstant();
    return (at == null ? Instant.ofEpochMilli(event.getTimeStamp()) : at).toString();
  }

  private static String caller(ILoggingEvent event) {
    String name = event.getLoggerName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String level(ILoggingEvent event) {
    return event.getLevel().toString().toLowerCase(Locale.ROOT);
  }

  private static String cut(String text) {
    return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE) + "...";
  }

  /** Where the first {@code key=} of the message starts, or its end. */
  private static int firstPair(String message) {
    int equals = message.indexOf('=');
    if (equals <= 0) {
      return message.length();
    }
    int start = message.lastIndexOf(' ', equals) + 1;
    for (int i = start; i < equals; i++) {
      char c = message.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_') {
        return message.length();
      }
    }
    return start == equals ? message.length() : start;
  }

  private static void quote(String text, StringBuilder out) {
    boolean plain = !text.isEmpty();
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = c > ' ' && c != '"' && c != '=' && c < 0x7f;
    }
    if (plain) {
      out.append(text);
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      escape(c, out);
    }
    out.append('"');
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      escape(text.charAt(i), out);
    }
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        boolean control = c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
        if (control) {
          out.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
