package io.sigyn.gocompat.regexp;

import java.util.ArrayList;
import java.util.List;

/** What Go's parser makes of alternatives: common beginnings are written once, single characters become one class. */
final class Alternatives {
  private Alternatives() {}

  static Re factor(List<Re> alternatives) {
    List<Re> flat = new ArrayList<>();
    for (Re one : alternatives) {
      if (one instanceof Re.Alternate inner) {
        flat.addAll(inner.subs());
      } else {
        flat.add(one);
      }
    }
    List<Re> result = emptyRuns(singles(leading(prefixes(flat))));
    return result.size() == 1 ? result.get(0) : new Re.Alternate(result);
  }

  /** Neighbours that begin with the same text. */
  private static List<Re> prefixes(List<Re> subs) {
    List<Re> out = new ArrayList<>();
    int start = 0;
    String common = "";
    boolean fold = false;
    for (int i = 0; i <= subs.size(); i++) {
      String text = "";
      boolean textFold = false;
      if (i < subs.size() && first(subs.get(i)) instanceof Re.Literal literal) {
        text = literal.text();
        textFold = literal.fold();
        if (i > start && textFold == fold) {
          String shared = sharedPrefix(common, text);
          if (!shared.isEmpty()) {
            common = shared;
            continue;
          }
        }
      }
      if (i - start == 1) {
        out.add(subs.get(start));
      } else if (i > start) {
        List<Re> rests = new ArrayList<>();
        for (int j = start; j < i; j++) {
          rests.add(dropText(subs.get(j), common.length()));
        }
        out.add(ReParser.join(List.of(new Re.Literal(common, fold), factor(rests))));
      }
      start = i;
      common = text;
      fold = textFold;
    }
    return out;
  }

  /** Neighbours that begin with the same anchor, class or dot. */
  private static List<Re> leading(List<Re> subs) {
    List<Re> out = new ArrayList<>();
    for (int i = 0; i < subs.size(); ) {
      Re first = first(subs.get(i));
      int end = i + 1;
      while (first instanceof Re.Other other
          && other.leading()
          && end < subs.size()
          && first(subs.get(end)).equals(first)) {
        end++;
      }
      if (end - i == 1) {
        out.add(subs.get(i));
      } else {
        List<Re> rests = new ArrayList<>();
        for (int j = i; j < end; j++) {
          rests.add(rest(subs.get(j)));
        }
        out.add(ReParser.join(List.of(first, factor(rests))));
      }
      i = end;
    }
    return out;
  }

  /** Neighbours that are one character each. */
  private static List<Re> singles(List<Re> subs) {
    List<Re> out = new ArrayList<>();
    for (int i = 0; i < subs.size(); ) {
      int end = i;
      while (end < subs.size() && isSingle(subs.get(end))) {
        end++;
      }
      if (end - i > 1) {
        out.add(new Re.Other(subs.subList(i, end).toString(), true, true));
        i = end;
      } else {
        out.add(subs.get(i++));
      }
    }
    return out;
  }

  private static List<Re> emptyRuns(List<Re> subs) {
    List<Re> out = new ArrayList<>();
    for (Re sub : subs) {
      if (!(sub instanceof Re.Empty && !out.isEmpty() && out.get(out.size() - 1) instanceof Re.Empty)) {
        out.add(sub);
      }
    }
    return out;
  }

  private static boolean isSingle(Re re) {
    return switch (re) {
      case Re.Literal l -> l.text().codePointCount(0, l.text().length()) == 1;
      case Re.Other o -> o.single();
      case Re.Dot _ -> true;
      case Re.Empty _, Re.Star _, Re.Plus _, Re.Capture _, Re.Alternate _, Re.Concat _ -> false;
    };
  }

  private static Re first(Re re) {
    return re instanceof Re.Concat c ? c.subs().get(0) : re;
  }

  private static Re rest(Re re) {
    return re instanceof Re.Concat c ? ReParser.join(c.subs().subList(1, c.subs().size())) : new Re.Empty();
  }

  private static Re dropText(Re re, int length) {
    Re.Literal literal = (Re.Literal) first(re);
    Re rest = rest(re);
    if (literal.text().length() == length) {
      return rest;
    }
    Re tail = new Re.Literal(literal.text().substring(length), literal.fold());
    return rest instanceof Re.Empty ? tail : ReParser.join(List.of(tail, rest));
  }

  private static String sharedPrefix(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i > 0 && Character.isHighSurrogate(a.charAt(i - 1))) {
      i--;
    }
    return a.substring(0, i);
  }
}
