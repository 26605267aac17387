package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoDuration;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.GoTimeFormat;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The methods of times and durations. */
final class Methods {
  private Methods() {}

  static Object call(Object of, String method, List<@Nullable Object> arguments) {
    return of instanceof GoTime time ? time(time, method, arguments) : duration((GoDuration) of, method, arguments);
  }

  private static Object time(GoTime t, String method, List<@Nullable Object> arguments) {
    return switch (method) {
      case "Year" -> (long) t.time().getYear();
      case "Month" -> t.time().getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Day" -> (long) t.time().getDayOfMonth();
      case "Weekday" -> t.time().getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "YearDay" -> (long) t.time().getDayOfYear();
      case "Hour" -> (long) t.time().getHour();
      case "Minute" -> (long) t.time().getMinute();
      case "Second" -> (long) t.time().getSecond();
      case "Nanosecond" -> (long) t.time().getNano();
      case "Unix" -> t.unix();
      case "UnixMilli" -> t.unixMillis();
      case "UnixMicro" -> Math.floorDiv(t.unixNanos(), 1_000L);
      case "UnixNano" -> t.unixNanos();
      case "UTC" -> new GoTime(t.time().withZoneSameInstant(ZoneOffset.UTC));
      case "Local" -> t;
      case "String" -> t.toString();
      case "IsZero" -> t.time().toInstant().equals(GoTime.ZERO.time().toInstant());
      case "Format" -> GoTimeFormat.format(argument(method, arguments, String.class), t);
      case "Before" -> t.time().toInstant().isBefore(argument(method, arguments, GoTime.class).time().toInstant());
      case "After" -> t.time().toInstant().isAfter(argument(method, arguments, GoTime.class).time().toInstant());
      case "Equal" -> t.time().toInstant().equals(argument(method, arguments, GoTime.class).time().toInstant());
      case "Sub" -> new GoDuration(t.unixNanos() - argument(method, arguments, GoTime.class).unixNanos());
      case "Add" -> new GoTime(t.time().plusNanos(argument(method, arguments, GoDuration.class).nanos()));
      default -> throw new TemplateException("can't evaluate field " + method + " in type time.Time");
    };
  }

  private static Object duration(GoDuration d, String method, List<@Nullable Object> arguments) {
    return switch (method) {
      case "Hours" -> GoDurations.hours(d.nanos());
      case "Minutes" -> GoDurations.minutes(d.nanos());
      case "Seconds" -> GoDurations.seconds(d.nanos());
      case "Milliseconds" -> d.nanos() / 1_000_000;
      case "Microseconds" -> d.nanos() / 1_000;
      case "Nanoseconds" -> d.nanos();
      case "Abs" -> new GoDuration(Math.abs(d.nanos()));
      case "String" -> d.toString();
      case "Round", "Truncate" -> {
        long unit = argument(method, arguments, GoDuration.class).nanos();
        long half = method.equals("Round") ? unit / 2 : 0;
        yield unit <= 0 ? d : new GoDuration((d.nanos() + Long.signum(d.nanos()) * half) / unit * unit);
      }
      default -> throw new TemplateException("can't evaluate field " + method + " in type time.Duration");
    };
  }

  private static <T> T argument(String method, List<@Nullable Object> arguments, Class<T> type) {
    if (arguments.size() != 1) {
      throw new TemplateException(
          "wrong number of args for " + method + ": want 1 got " + arguments.size());
    }
    Object argument = arguments.get(0);
    if (!type.isInstance(argument)) {
      throw new TemplateException("wrong type for value; got " + GoPrint.type(argument));
    }
    return type.cast(argument);
  }
}
