package io.sigyn.agent.zone;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A zone as POSIX writes it, with the extensions of TZif files: {@code CST-8}, {@code CET-1CEST,M3.5.0,M10.5.0/3},
 * {@code <-02>2<-01>,M3.5.0/-1,M10.5.0/0}. Immutable.
 *
 * @param summer when it differs from the standard time, and when it begins and ends each year
 */
record PosixZone(ZoneOffset standard, Optional<Summer> summer) {
  /** Years with summer time when nothing but the rule is known; afterwards it is standard time for ever. */
  private static final int FIRST_YEAR = 1970;

  private static final int LAST_YEAR = 2150;

  /** POSIX leaves it open; this is what libc and Go take. */
  private static final String USUAL = ",M3.2.0,M11.1.0";

  private static final int TWO_O_CLOCK = 2 * 3600;

  /** Summer time. */
  record Summer(ZoneOffset offset, Turn begin, Turn end) {}

  /**
   * A moment of each year.
   *
   * @param seconds after midnight of the day by the clock before the turn; may be less than 0 or more than a day
   */
  record Turn(Day day, int seconds) {
    /** Seconds since the Unix epoch. */
    long in(int year, ZoneOffset before) {
      return day.in(year).toEpochDay() * 86_400 + seconds - before.getTotalSeconds();
    }
  }

  /** A day of each year. */
  sealed interface Day {
    LocalDate in(int year);

    /** {@code M3.5.0}: the fifth week is the last. */
    record OfWeek(int month, int week, DayOfWeek day) implements Day {
      @Override
      public LocalDate in(int year) {
        LocalDate first = LocalDate.of(year, month, 1);
        return first.with(
            week == 5 ? TemporalAdjusters.lastInMonth(day) : TemporalAdjusters.dayOfWeekInMonth(week, day));
      }
    }

    /** {@code J60}: always 1 March; 29 February has no number. */
    record WithoutLeapDay(int day) implements Day {
      @Override
      public LocalDate in(int year) {
        int leap = Year.isLeap(year) && day >= 60 ? 1 : 0;
        return LocalDate.of(year, 1, 1).plusDays(day - 1L + leap);
      }
    }

    /** {@code 59}: counted from 0, 29 February too. */
    record WithLeapDay(int day) implements Day {
      @Override
      public LocalDate in(int year) {
        return LocalDate.of(year, 1, 1).plusDays(day);
      }
    }
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException when it is in no such form
   */
  static PosixZone parse(String text) {
    return new Parse(text).zone();
  }

  /** The zone when nothing but this is known of it. */
  ZoneRules rules() {
    RulesBuilder rules = new RulesBuilder(standard, standard);
    continueAfter(Long.MIN_VALUE, rules);
    return rules.build();
  }

  /** Adds the changes after a time, seconds since the Unix epoch. */
  void continueAfter(long time, RulesBuilder to) {
    if (summer.isEmpty()) {
      return;
    }
    Summer its = summer.get();
    List<Turned> all = new ArrayList<>();
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
      all.add(new Turned(its.begin().in(year, standard), true));
      all.add(new Turned(its.end().in(year, its.offset()), false));
    }
    all.sort(Comparator.comparingLong(Turned::at).thenComparing(Turned::summer));
    for (int i = 0; i < all.size(); i++) {
      Turned turned = all.get(i);
      // Summer time all year, as from 0/0 to J365/25: what ends in the moment it begins does not end.
      boolean last = i + 1 == all.size() || all.get(i + 1).at() > turned.at();
      if (last && turned.at() > time) {
        to.change(turned.at(), standard, turned.summer() ? its.offset() : standard);
      }
    }
  }

  private record Turned(long at, boolean summer) {}

  /** One parse. */
  private static final class Parse {
    private final String text;
    private String rest;

    Parse(String text) {
      this.text = text;
      this.rest = text;
    }

    PosixZone zone() {
      name();
      ZoneOffset standard = offset();
      if (rest.isEmpty()) {
        return new PosixZone(standard, Optional.empty());
      }
      name();
      boolean given = !rest.isEmpty() && !rest.startsWith(",");
      ZoneOffset summer = given ? offset() : shifted(standard.getTotalSeconds() + 3600);
      if (rest.isEmpty()) {
        rest = USUAL;
      }
      Turn begin = turn();
      Turn end = turn();
      if (!rest.isEmpty()) {
        throw bad("nothing more");
      }
      return new PosixZone(standard, Optional.of(new Summer(summer, begin, end)));
    }

    private void name() {
      boolean quoted = rest.startsWith("<");
      int at = quoted ? 1 : 0;
      int from = at;
      while (at < rest.length() && isOfName(rest.charAt(at), quoted)) {
        at++;
      }
      boolean closed = !quoted || (at < rest.length() && rest.charAt(at) == '>');
      if (at - from < 3 || !closed) {
        throw bad("a name of three or more letters");
      }
      rest = rest.substring(quoted ? at + 1 : at);
    }

    private static boolean isOfName(char c, boolean quoted) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      return letter || (quoted && (c == '+' || c == '-' || (c >= '0' && c <= '9')));
    }

    /** East of Greenwich is negative in POSIX, and positive everywhere else. */
    private ZoneOffset offset() {
      return shifted(-time(24));
    }

    private ZoneOffset shifted(int seconds) {
      if (Math.abs(seconds) > ZoneOffset.MAX.getTotalSeconds()) {
        throw bad("at most 18 hours from UTC");
      }
      return ZoneOffset.ofTotalSeconds(seconds);
    }

    private Turn turn() {
      expect(',');
      Day day;
      if (rest.startsWith("M")) {
        rest = rest.substring(1);
        int month = number(1, 12);
        expect('.');
        int week = number(1, 5);
        expect('.');
        int weekday = number(0, 6);
        day = new Day.OfWeek(month, week, DayOfWeek.of(weekday == 0 ? 7 : weekday));
      } else if (rest.startsWith("J")) {
        rest = rest.substring(1);
        day = new Day.WithoutLeapDay(number(1, 365));
      } else {
        day = new Day.WithLeapDay(number(0, 365));
      }
      if (!rest.startsWith("/")) {
        return new Turn(day, TWO_O_CLOCK);
      }
      rest = rest.substring(1);
      return new Turn(day, time(167));
    }

    /** {@code [+-]hh[:mm[:ss]]} in seconds. */
    private int time(int mostHours) {
      boolean negative = rest.startsWith("-");
      if (negative || rest.startsWith("+")) {
        rest = rest.substring(1);
      }
      int seconds = number(0, mostHours) * 3600;
      if (rest.startsWith(":")) {
        rest = rest.substring(1);
        seconds += number(0, 59) * 60;
        if (rest.startsWith(":")) {
          rest = rest.substring(1);
          seconds += number(0, 59);
        }
      }
      return negative ? -seconds : seconds;
    }

    private int number(int least, int most) {
      int at = 0;
      int value = 0;
      while (at < rest.length() && at < 3 && rest.charAt(at) >= '0' && rest.charAt(at) <= '9') {
        value = value * 10 + (rest.charAt(at++) - '0');
      }
      if (at == 0 || value < least || value > most) {
        throw bad("a number from " + least + " to " + most);
      }
      rest = rest.substring(at);
      return value;
    }

    private void expect(char c) {
      if (rest.isEmpty() || rest.charAt(0) != c) {
        throw bad("\"" + c + "\"");
      }
      rest = rest.substring(1);
    }

    private IllegalArgumentException bad(String wanted) {
      return new IllegalArgumentException(
          "\"" + text + "\" is no rule of a time zone: at character " + (text.length() - rest.length() + 1) + " there should be "
              + wanted);
    }
  }
}
