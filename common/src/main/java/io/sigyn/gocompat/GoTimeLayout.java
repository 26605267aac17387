package io.sigyn.gocompat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/**
 * Times as text in a layout of Go's package {@code time}: the reference time {@code Mon Jan 2 15:04:05 MST 2006} written as
 * the text is. Names are case-insensitive, fractions of seconds are accepted after seconds even if the layout has none,
 * {@code ,} and {@code .} are one. Immutable.
 */
public final class GoTimeLayout {
  /** The layouts that have a name. */
  public static final Map<String, String> NAMED =
      Map.of(
          "ANSIC", "Mon Jan _2 15:04:05 2006",
          "UnixDate", "Mon Jan _2 15:04:05 MST 2006",
          "RubyDate", "Mon Jan 02 15:04:05 -0700 2006",
          "RFC822", "02 Jan 06 15:04 MST",
          "RFC822Z", "02 Jan 06 15:04 -0700",
          "RFC850", "Monday, 02-Jan-06 15:04:05 MST",
          "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST",
          "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700",
          "RFC3339", "2006-01-02T15:04:05Z07:00",
          "RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00");

  private static final List<String> MONTHS =
      List.of(
          "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december");
  private static final List<String> DAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");

  /** Longest first where one is the beginning of another. */
  private static final List<String> ELEMENTS =
      List.of(
          "January", "Jan", "Monday", "Mon", "MST", "002", "01", "02", "03", "04", "05", "06", "15", "1", "2006", "2",
          "__2", "_2", "3", "4", "5", "PM", "pm", "-07:00:00", "-070000", "-07:00", "-0700", "-07", "Z07:00:00",
          "Z070000", "Z07:00", "Z0700", "Z07");

  private record Part(String element, String literal) {}

  private final String layout;
  private final List<Part> parts = new ArrayList<>();
  private final boolean hasYear;

  private GoTimeLayout(String layout) {
    this.layout = layout;
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < layout.length()) {
      String element = elementAt(layout, at);
      if (element.isEmpty()) {
        literal.append(layout.charAt(at++));
      } else {
        parts.add(new Part("", literal.toString()));
        parts.add(new Part(element, ""));
        literal.setLength(0);
        at += element.length();
      }
    }
    parts.add(new Part("", literal.toString()));
    parts.removeIf(part -> part.element().isEmpty() && part.literal().isEmpty());
    hasYear = parts.stream().anyMatch(part -> part.element().equals("2006") || part.element().equals("06"));
  }

  /** A layout or the name of one. Every text is a layout, if only a literal one. */
  public static GoTimeLayout of(String layoutOrName) {
    return new GoTimeLayout(NAMED.getOrDefault(layoutOrName, layoutOrName));
  }

  private static String elementAt(String layout, int at) {
    char c = layout.charAt(at);
    if ((c == '.' || c == ',') && at + 1 < layout.length()) {
      char digit = layout.charAt(at + 1);
      int end = at + 1;
      while ((digit == '0' || digit == '9') && end < layout.length() && layout.charAt(end) == digit) {
        end++;
      }
      boolean digitFollows = end < layout.length() && isDigit(layout.charAt(end));
      return end > at + 1 && !digitFollows ? layout.substring(at, end) : "";
    }
    for (String element : ELEMENTS) {
      if (layout.startsWith(element, at)) {
        int end = at + element.length();
        boolean shortName = element.equals("Jan") || element.equals("Mon");
        boolean wordGoesOn = end < layout.length() && Character.isLowerCase(layout.charAt(end));
        if (shortName && wordGoesOn) {
          continue;
        }
        // "_2006" is a literal underscore and a year.
        if (element.equals("_2") && layout.startsWith("_2006", at)) {
          return "";
        }
        return element;
      }
    }
    return "";
  }

  /** Whether texts in this layout hold a year; those that do not get the year nearest to the present. */
  public boolean hasYear() {
    return hasYear;
  }

  /** Whether texts in this layout hold an offset from UTC or the name of a zone. */
  public boolean hasZone() {
    return parts.stream()
        .map(Part::element)
        .anyMatch(e -> e.equals("MST") || e.startsWith("Z07") || e.startsWith("-07"));
  }

  /**
   * The instant of a text.
   *
   * @param zone of texts without any
   * @param now nanoseconds since the Unix epoch; decides the year of texts without one
   * @return nanoseconds since the Unix epoch
   * @throws IllegalArgumentException when the text does not fit, or the instant no long of nanoseconds
   */
  public long parse(String text, ZoneId zone, long now) {
    return new Parse(text).run(zone, now);
  }

  @Override
  public String toString() {
    return layout;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** One parse. */
  private final class Parse {
    private final String text;
    private int at;
    private int year;
    private int month = -1;
    private int day = -1;
    private int yearDay = -1;
    private int hour;
    private int minute;
    private int second;
    private long nanos;
    private boolean pm;
    private boolean am;
    private int offset = Integer.MIN_VALUE;
    private String zoneName = "";

    Parse(String text) {
      this.text = text;
    }

    long run(ZoneId zone, long now) {
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        if (part.element().isEmpty()) {
          literal(part.literal());
        } else {
          boolean fractionNext =
              i + 1 < parts.size() && !parts.get(i + 1).element().isEmpty()
                  && (parts.get(i + 1).element().charAt(0) == '.' || parts.get(i + 1).element().charAt(0) == ',');
          element(part.element(), fractionNext);
        }
      }
      if (at < text.length()) {
        throw bad("extra text: " + GoQuote.quote(text.substring(at)));
      }
      if (pm && hour < 12) {
        hour += 12;
      } else if (am && hour == 12) {
        hour = 0;
      }
      return instant(zone, now);
    }

    private void literal(String literal) {
      int i = 0;
      while (i < literal.length()) {
        char c = literal.charAt(i);
        if (c == ' ') {
          if (at < text.length() && text.charAt(at) != ' ') {
            throw bad("expected a space");
          }
          while (i < literal.length() && literal.charAt(i) == ' ') {
            i++;
          }
          while (at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
        } else {
          if (at >= text.length() || text.charAt(at) != c) {
            throw bad("expected " + GoQuote.quote(literal.substring(i)));
          }
          i++;
          at++;
        }
      }
    }

    private void element(String element, boolean fractionNext) {
      switch (element) {
        case "2006" -> year = number(4, 4, 0, 9999, "year");
        case "06" -> {
          int two = number(2, 2, 0, 99, "year");
          year = two >= 69 ? 1900 + two : 2000 + two;
        }
        case "January" -> month = 1 + name(MONTHS, false, "month");
        case "Jan" -> month = 1 + name(MONTHS, true, "month");
        case "Monday" -> name(DAYS, false, "weekday");
        case "Mon" -> name(DAYS, true, "weekday");
        case "1" -> month = number(1, 2, 1, 12, "month");
        case "01" -> month = number(2, 2, 1, 12, "month");
        case "2" -> day = number(1, 2, 0, 31, "day");
        case "_2" -> {
          if (at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
          day = number(1, 2, 0, 31, "day");
        }
        case "02" -> day = number(2, 2, 0, 31, "day");
        case "002" -> yearDay = number(3, 3, 1, 366, "day of the year");
        case "__2" -> {
          while (at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
          yearDay = number(1, 3, 1, 366, "day of the year");
        }
        case "15" -> hour = number(1, 2, 0, 23, "hour");
        case "3" -> hour = number(1, 2, 0, 12, "hour");
        case "03" -> hour = number(2, 2, 0, 12, "hour");
        case "4" -> minute = number(1, 2, 0, 59, "minute");
        case "04" -> minute = number(2, 2, 0, 59, "minute");
        case "5", "05" -> {
          second = number(element.length(), 2, 0, 59, "second");
          boolean mark = at + 1 < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
          if (!fractionNext && mark && isDigit(text.charAt(at + 1))) {
            fraction();
          }
        }
        case "PM", "pm" -> half();
        case "MST" -> zoneName = abbreviation();
        default -> {
          char first = element.charAt(0);
          if (first == '.' || first == ',') {
            fractionOf(element);
          } else if (first == 'Z' && at < text.length() && text.charAt(at) == 'Z') {
            at++;
            offset = 0;
          } else {
            offset = zoneOffset(element.substring(1));
          }
        }
      }
    }

    private int number(int min, int max, int low, int high, String what) {
      int from = at;
      int value = 0;
      while (at < text.length() && at - from < max && isDigit(text.charAt(at))) {
        value = value * 10 + (text.charAt(at++) - '0');
      }
      if (at - from < min) {
        throw bad("expected the " + what);
      }
      if (value < low || value > high) {
        throw bad(what + " out of range");
      }
      return value;
    }

    private int name(List<String> names, boolean abbreviated, String what) {
      String rest = text.substring(at).toLowerCase(Locale.ROOT);
      for (int i = 0; i < names.size(); i++) {
        String name = abbreviated ? names.get(i).substring(0, 3) : names.get(i);
        if (rest.startsWith(name)) {
          at += name.length();
          return i;
        }
      }
      throw bad("expected the name of a " + what);
    }

    private void half() {
      String two = text.substring(at, Math.min(text.length(), at + 2)).toUpperCase(Locale.ROOT);
      pm = two.equals("PM");
      am = two.equals("AM");
      if (!pm && !am) {
        throw bad("expected AM or PM");
      }
      at += 2;
    }

    /** Fraction digits after a mark, the first nine of which count. */
    private void fraction() {
      at++;
      long scale = 100_000_000;
      nanos = 0;
      while (at < text.length() && isDigit(text.charAt(at))) {
        nanos += (text.charAt(at++) - '0') * scale;
        scale /= 10;
      }
    }

    private void fractionOf(String element) {
      boolean mark = at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
      boolean digits = mark && at + 1 < text.length() && isDigit(text.charAt(at + 1));
      if (element.charAt(1) == '9') {
        if (digits) {
          fraction();
        }
        return;
      }
      int from = at;
      if (!digits) {
        throw bad("expected a fraction of a second");
      }
      int end = Math.min(text.length(), at + element.length());
      String exact = text.substring(from, end);
      if (exact.length() < element.length() || !exact.substring(1).chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw bad("expected " + (element.length() - 1) + " fraction digits");
      }
      long value = 0;
      for (int i = 1; i < 10; i++) {
        value = value * 10 + (i < exact.length() ? exact.charAt(i) - '0' : 0);
      }
      nanos = value;
      at = end;
    }

    private int zoneOffset(String form) {
      if (at >= text.length() || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
        throw bad("expected an offset such as +02:00");
      }
      int sign = text.charAt(at++) == '-' ? -1 : 1;
      int total = number(2, 2, 0, 24, "offset") * 3600;
      int unit = 60;
      for (int i = 2; i < form.length(); ) {
        if (form.charAt(i) == ':') {
          if (at >= text.length() || text.charAt(at) != ':') {
            throw bad("expected : in the offset");
          }
          at++;
          i++;
        }
        total += number(2, 2, 0, 60, "offset") * unit;
        unit /= 60;
        i += 2;
      }
      return sign * total;
    }

    private String abbreviation() {
      int from = at;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
        while (at < text.length() && isDigit(text.charAt(at)) && at - from <= 4) {
          at++;
        }
        return text.substring(from, at);
      }
      while (at < text.length() && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z' && at - from < 5) {
        at++;
      }
      if (at - from < 3) {
        throw bad("expected the name of a zone");
      }
      String name = text.substring(from, at);
      if (name.equals("GMT") && at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        int sign = text.charAt(at++) == '-' ? -1 : 1;
        offset = sign * 3600 * number(1, 2, 0, 23, "offset");
      }
      return name;
    }

    private long instant(ZoneId zone, long now) {
      try {
        LocalDate date = date(now);
        long wall = date.toEpochDay() * 86_400L + hour * 3600L + minute * 60L + second;
        long seconds;
        if (offset != Integer.MIN_VALUE) {
          seconds = wall - offset;
        } else if (zoneName.isEmpty()) {
          seconds = toUtc(wall, zone.getRules());
        } else {
          seconds = wall - named(zone, wall);
        }
        return Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos);
      } catch (DateTimeException e) {
        throw bad("day out of range");
      } catch (ArithmeticException e) {
        throw bad("outside the years 1678 to 2262");
      }
    }

    private LocalDate date(long now) {
      int theYear = year;
      if (!hasYear) {
        LocalDate today = Instant.ofEpochSecond(Math.floorDiv(now, 1_000_000_000L)).atZone(ZoneOffset.UTC).toLocalDate();
        theYear = today.getYear();
        if (month == 12 && today.getMonthValue() == 1) {
          theYear--;
        } else if (month == 1 && today.getMonthValue() == 12) {
          theYear++;
        }
      }
      if (yearDay > 0) {
        return LocalDate.ofYearDay(theYear, yearDay);
      }
      int theMonth = month < 0 ? 1 : month;
      int theDay = day < 0 ? 1 : day;
      if (!hasYear && theMonth == 2 && theDay == 29) {
        // Go counts on into March when the year has no such day.
        return LocalDate.of(theYear, 2, 28).plus(1, ChronoUnit.DAYS);
      }
      return LocalDate.of(theYear, theMonth, theDay);
    }

    /** The offset of an abbreviation: that of the zone when it is one of its own, else none. */
    private int named(ZoneId zone, long wall) {
      if (zoneName.equals("UTC") || zoneName.equals("GMT")) {
        return 0;
      }
      if (zoneName.charAt(0) == '+' || zoneName.charAt(0) == '-') {
        return Integer.parseInt(zoneName.substring(0, Math.min(3, zoneName.length()))) * 3600;
      }
      Instant at = Instant.ofEpochSecond(wall);
      int standard = zone.getRules().getStandardOffset(at).getTotalSeconds();
      TimeZone named = TimeZone.getTimeZone(zone);
      if (named.getDisplayName(false, TimeZone.SHORT, Locale.ROOT).equals(zoneName)) {
        return standard;
      } else if (named.getDisplayName(true, TimeZone.SHORT, Locale.ROOT).equals(zoneName)) {
        return standard + named.getDSTSavings() / 1000;
      }
      return 0;
    }

    private IllegalArgumentException bad(String problem) {
      return new IllegalArgumentException(
          "cannot parse " + GoQuote.quote(text) + " as " + GoQuote.quote(layout) + ": " + problem);
    }
  }

  /**
   * Go's rule for wall clocks, which differs from that of java.time in gaps and overlaps: the offset at the wall clock
   * read as UTC, unless the result lies outside that offset's period; then the offset at the result.
   */
  static long toUtc(long wall, ZoneRules rules) {
    Instant asUtc = Instant.ofEpochSecond(wall);
    int offset = rules.getOffset(asUtc).getTotalSeconds();
    if (offset == 0) {
      return wall;
    }
    long utc = wall - offset;
    ZoneOffsetTransition next = rules.nextTransition(asUtc);
    ZoneOffsetTransition previous = rules.previousTransition(asUtc.plusSeconds(1));
    boolean outside =
        (previous != null && utc < previous.toEpochSecond()) || (next != null && utc >= next.toEpochSecond());
    return outside ? wall - rules.getOffset(Instant.ofEpochSecond(utc)).getTotalSeconds() : utc;
  }
}
