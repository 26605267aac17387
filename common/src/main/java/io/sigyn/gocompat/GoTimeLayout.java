package io.sigyn.gocompat;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;

/** Go's layouts: a time is written by example, the example being {@code Mon Jan 2 15:04:05 MST 2006}. */
public final class GoTimeLayout {
  /** Longer ones before those they begin with. */
  private static final List<String> ELEMENTS =
      List.of(
          "January", "Jan", "Monday", "Mon", "MST", "2006", "__2", "_2", "002", "01", "02", "03", "04", "05", "06",
          "15", "PM", "pm", "-070000", "-07:00:00", "-0700", "-07:00", "-07", "Z070000", "Z07:00:00", "Z0700",
          "Z07:00", "Z07", "1", "2", "3", "4", "5");

  private GoTimeLayout() {}

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

  /**
   * Reads a time in the shape of the layout.
   *
   * @param zone where the text names no offset
   * @throws IllegalArgumentException when the text has another shape
   */
  public static GoTime parse(String layout, String value, ZoneId zone) {
    Reader in = new Reader(value);
    int year = 0;
    int month = 1;
    int day = 1;
    int dayOfYear = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nano = 0;
    int pm = -1;
    ZoneId found = zone;
    for (int at = 0; at < layout.length(); ) {
      String element = elementAt(layout, at);
      if (element.isEmpty()) {
        in.literal(layout.charAt(at++));
        continue;
      }
      at += element.length();
      switch (element) {
        case "January" -> month = in.name(Month.values(), false);
        case "Jan" -> month = in.name(Month.values(), true);
        case "Monday" -> in.name(DayOfWeek.values(), false);
        case "Mon" -> in.name(DayOfWeek.values(), true);
        case "2006" -> year = in.number(4, 4);
        case "06" -> {
          int two = in.number(2, 2);
          year = two >= 69 ? 1900 + two : 2000 + two;
        }
        case "01" -> month = in.number(2, 2);
        case "1" -> month = in.number(1, 2);
        case "02" -> day = in.number(2, 2);
        case "2", "_2" -> {
          in.blanks();
          day = in.number(1, 2);
        }
        case "002", "__2" -> {
          in.blanks();
          dayOfYear = in.number(1, 3);
        }
        case "15" -> hour = in.number(2, 2);
        case "03" -> hour = in.number(2, 2);
        case "3" -> hour = in.number(1, 2);
        case "04" -> minute = in.number(2, 2);
        case "4" -> minute = in.number(1, 2);
        case "05", "5" -> {
          second = in.number(element.length(), 2);
          boolean fractionFollows = at < layout.length() && !elementAt(layout, at).isEmpty() && ".,".indexOf(layout.charAt(at)) >= 0;
          if (!fractionFollows && in.fractionFollows()) {
            nano = in.fraction();
          }
        }
        case "PM", "pm" -> pm = in.pm();
        case "MST" -> found = in.zoneName(zone);
        default -> {
          if (element.charAt(0) == '.' || element.charAt(0) == ',') {
            nano = in.fractionFollows() ? in.fraction() : 0;
          } else {
            found = in.offset(element);
          }
        }
      }
    }
    in.end();
    if (pm == 1 && hour < 12) {
      hour += 12;
    } else if (pm == 0 && hour == 12) {
      hour = 0;
    }
    try {
      LocalDate date = dayOfYear > 0 ? LocalDate.ofYearDay(year, dayOfYear) : LocalDate.of(year, month, day);
      return new GoTime(LocalDateTime.of(date, java.time.LocalTime.of(hour, minute, second, nano)).atZone(found));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("parsing time " + GoQuote.quote(value) + ": out of range", e);
    }
  }

  /** The text that is read. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    private IllegalArgumentException wrong() {
      return new IllegalArgumentException("parsing time " + GoQuote.quote(text) + ": cannot parse " + GoQuote.quote(text.substring(Math.min(at, text.length()))));
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    void literal(char c) {
      if (c == ' ' && peek() != ' ') {
        return;
      }
      if (peek() != c) {
        throw wrong();
      }
      at++;
    }

    void blanks() {
      while (peek() == ' ') {
        at++;
      }
    }

    int number(int least, int most) {
      int from = at;
      int value = 0;
      while (at - from < most && peek() >= '0' && peek() <= '9') {
        value = value * 10 + text.charAt(at++) - '0';
      }
      if (at - from < least) {
        throw wrong();
      }
      return value;
    }

    boolean fractionFollows() {
      return (peek() == '.' || peek() == ',')
          && at + 1 < text.length()
          && text.charAt(at + 1) >= '0'
          && text.charAt(at + 1) <= '9';
    }

    int fraction() {
      at++;
      int nanos = 0;
      int digits = 0;
      while (peek() >= '0' && peek() <= '9') {
        nanos = digits < 9 ? nanos * 10 + text.charAt(at) - '0' : nanos;
        digits++;
        at++;
      }
      for (; digits < 9; digits++) {
        nanos *= 10;
      }
      return nanos;
    }

    int name(Enum<?>[] names, boolean brief) {
      for (int i = 0; i < names.length; i++) {
        String name = names[i].name();
        int length = brief ? 3 : name.length();
        if (text.regionMatches(true, at, name, 0, length)) {
          at += length;
          return i + 1;
        }
      }
      throw wrong();
    }

    int pm() {
      if (text.regionMatches(true, at, "AM", 0, 2) || text.regionMatches(true, at, "PM", 0, 2)) {
        at += 2;
        return Character.toUpperCase(text.charAt(at - 2)) == 'P' ? 1 : 0;
      }
      throw wrong();
    }

    /** Unknown names are taken for UTC, as Go invents a zone without an offset for them. */
    ZoneId zoneName(ZoneId zone) {
      int from = at;
      while (Character.isUpperCase(peek())) {
        at++;
      }
      String name = text.substring(from, at);
      if (name.length() < 3) {
        throw wrong();
      }
      if (name.equals("UTC") || name.equals("GMT")) {
        return ZoneOffset.UTC;
      }
      String local = zone.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      return local.equals(name) ? zone : ZoneOffset.UTC;
    }

    ZoneOffset offset(String element) {
      if (element.charAt(0) == 'Z' && peek() == 'Z') {
        at++;
        return ZoneOffset.UTC;
      }
      boolean negative = peek() == '-';
      if (!negative && peek() != '+') {
        throw wrong();
      }
      at++;
      int digits = element.replace(":", "").length() - 1;
      boolean colon = element.indexOf(':') >= 0;
      int seconds = number(2, 2) * 3600;
      for (int unit = 60, read = 2; read < digits; read += 2, unit /= 60) {
        if (colon) {
          literal(':');
        }
        seconds += number(2, 2) * unit;
      }
      return ZoneOffset.ofTotalSeconds(negative ? -seconds : seconds);
    }

    void end() {
      if (at < text.length()) {
        throw new IllegalArgumentException("parsing time " + GoQuote.quote(text) + ": extra text: " + GoQuote.quote(text.substring(at)));
      }
    }
  }
}
