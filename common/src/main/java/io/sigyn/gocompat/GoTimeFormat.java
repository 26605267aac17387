package io.sigyn.gocompat;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;

/**
 * Times to text by example, the example being {@code Mon Jan 2 15:04:05 MST 2006}: the other direction of {@link
 * GoTimeLayout}.
 */
public final class GoTimeFormat {
  /** Longer ones before those they begin with. */
  private static final List<String> ELEMENTS =
      List.of(
          "January", "Jan", "Monday", "Mon", "MST", "2006", "__2", "_2", "002", "01", "02", "03", "04", "05", "06",
          "15", "PM", "pm", "-070000", "-07:00:00", "-0700", "-07:00", "-07", "Z070000", "Z07:00:00", "Z0700",
          "Z07:00", "Z07", "1", "2", "3", "4", "5");

  private GoTimeFormat() {}

  private static String elementAt(String layout, int at) {
    char c = layout.charAt(at);
    if (c == '.' || c == ',') {
      int end = at + 1;
      while (end < layout.length() && layout.charAt(end) == layout.charAt(Math.min(at + 1, layout.length() - 1))
          && (layout.charAt(end) == '0' || layout.charAt(end) == '9')) {
        end++;
      }
      boolean digitFollows = end < layout.length() && Character.isDigit(layout.charAt(end));
      return end > at + 1 && !digitFollows ? layout.substring(at, end) : "";
    }
    for (String element : ELEMENTS) {
      if (layout.startsWith(element, at)) {
        if (element.equals("Jan") && at + 3 < layout.length() && Character.isLowerCase(layout.charAt(at + 3))) {
          continue;
        }
        if (element.equals("_2") && layout.startsWith("_2006", at)) {
          return "";
        }
        return element;
      }
    }
    return "";
  }

  /** The time in the shape of the layout; text that is no part of the example stands for itself. */
  public static String format(String layout, GoTime goTime) {
    ZonedDateTime t = goTime.time();
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < layout.length(); ) {
      String element = elementAt(layout, at);
      if (element.isEmpty()) {
        out.append(layout.charAt(at++));
        continue;
      }
      at += element.length();
      int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
      switch (element) {
        case "January" -> out.append(t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
        case "Jan" -> out.append(t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH), 0, 3);
        case "Monday" -> out.append(t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
        case "Mon" -> out.append(t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH), 0, 3);
        case "MST" -> out.append(zoneName(t));
        case "2006" -> out.append(padded(t.getYear(), 4, '0'));
        case "06" -> out.append(padded(t.getYear() % 100, 2, '0'));
        case "01" -> out.append(padded(t.getMonthValue(), 2, '0'));
        case "1" -> out.append(t.getMonthValue());
        case "02" -> out.append(padded(t.getDayOfMonth(), 2, '0'));
        case "_2" -> out.append(padded(t.getDayOfMonth(), 2, ' '));
        case "2" -> out.append(t.getDayOfMonth());
        case "002" -> out.append(padded(t.getDayOfYear(), 3, '0'));
        case "__2" -> out.append(padded(t.getDayOfYear(), 3, ' '));
        case "15" -> out.append(padded(t.getHour(), 2, '0'));
        case "03" -> out.append(padded(hour12, 2, '0'));
        case "3" -> out.append(hour12);
        case "04" -> out.append(padded(t.getMinute(), 2, '0'));
        case "4" -> out.append(t.getMinute());
        case "05" -> out.append(padded(t.getSecond(), 2, '0'));
        case "5" -> out.append(t.getSecond());
        case "PM" -> out.append(t.getHour() < 12 ? "AM" : "PM");
        case "pm" -> out.append(t.getHour() < 12 ? "am" : "pm");
        default -> {
          if (element.charAt(0) == '.' || element.charAt(0) == ',') {
            fraction(out, element, t.getNano());
          } else {
            offset(out, element, t.getOffset().getTotalSeconds());
          }
        }
      }
    }
    return out.toString();
  }

  private static String zoneName(ZonedDateTime t) {
    if (t.getZone() instanceof ZoneOffset offset) {
      return offset.getTotalSeconds() == 0 ? "UTC" : numericZone(offset.getTotalSeconds());
    }
    String name = DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(t);
    boolean letters = name.chars().allMatch(Character::isLetter);
    return letters ? (name.equals("Z") ? "UTC" : name) : numericZone(t.getOffset().getTotalSeconds());
  }

  private static String numericZone(int seconds) {
    StringBuilder out = new StringBuilder();
    offset(out, seconds % 3600 == 0 ? "-07" : "-0700", seconds);
    return out.toString();
  }

  private static void fraction(StringBuilder out, String element, int nanos) {
    int digits = element.length() - 1;
    String all = padded(nanos, 9, '0') + "0".repeat(Math.max(0, digits - 9));
    String shown = all.substring(0, digits);
    if (element.charAt(1) == '9') {
      int end = shown.length();
      while (end > 0 && shown.charAt(end - 1) == '0') {
        end--;
      }
      shown = shown.substring(0, end);
    }
    if (!shown.isEmpty()) {
      out.append(element.charAt(0)).append(shown);
    }
  }

  private static void offset(StringBuilder out, String element, int total) {
    if (element.charAt(0) == 'Z' && total == 0) {
      out.append('Z');
      return;
    }
    int seconds = Math.abs(total);
    String colon = element.indexOf(':') >= 0 ? ":" : "";
    out.append(total < 0 ? '-' : '+').append(padded(seconds / 3600, 2, '0'));
    int digits = element.replace(":", "").length() - 1;
    if (digits > 2) {
      out.append(colon).append(padded(seconds / 60 % 60, 2, '0'));
    }
    if (digits > 4) {
      out.append(colon).append(padded(seconds % 60, 2, '0'));
    }
  }

  private static String padded(int value, int width, char pad) {
    String digits = Integer.toString(value);
    return Character.toString(pad).repeat(Math.max(0, width - digits.length())) + digits;
  }
}
