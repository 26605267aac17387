package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import io.sigyn.gocompat.automaton.Dfa;
import io.sigyn.gocompat.automaton.Node;
import io.sigyn.gocompat.regexp.RegexpText.Unreadable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads Go's syntax into trees for automata and enforces the limits of Go's parser. What is wrong with a text that is no
 * regular expression is for RE2/J to say.
 *
 * <p>RE2/J gets the text with every character whose case does not matter written as a class, because it knows fewer of
 * them than Go does and compiles some for ever.
 */
final class TreeParser {
  /** Go's limit on how deep trees are; ours on open groups too, even where Go's trees forget them. */
  private static final int DEEPEST = 1000;

  /** Go's limit on repetitions, those of repetitions multiplied. */
  private static final int MOST_REPEATS = 1000;

  /** Our limit on instructions, below that of Go. */
  private static final int LARGEST = 100_000;

  /**
   * What was read.
   *
   * @param depth how deep Go's tree for it is, or how deep groups nest in the text if that is more
   * @param caseless the text for RE2/J
   */
  record Result(Node tree, int depth, String caseless) {}

  /**
   * A part that was read.
   *
   * @param height how deep Go's tree for it is
   * @param repeats how often its most repeated part is, in total
   */
  private record Piece(Node node, int height, int repeats) {
    static Piece of(Node.Place place) {
      return new Piece(new Node.Look(place), 1, 1);
    }
  }

  /** A group that is open, or all of the text. */
  private static final class Group {
    /** The flags outside of it. */
    final boolean fold;

    final boolean dotAll;
    final boolean lines;
    final boolean captures;
    final List<Piece> alternatives = new ArrayList<>();
    final List<Piece> pieces = new ArrayList<>();

    Group(boolean fold, boolean dotAll, boolean lines, boolean captures) {
      this.fold = fold;
      this.dotAll = dotAll;
      this.lines = lines;
      this.captures = captures;
    }
  }

  private static final Piece EMPTY = new Piece(new Node.Empty(), 1, 1);

  private final RegexpText text;
  private final SetParser sets;
  private final Deque<Group> open = new ArrayDeque<>();
  private int deepest;
  private int size;
  private boolean fold;
  private boolean dotAll;
  private boolean lines;

  private TreeParser(String regexp, boolean dotAll) {
    this.text = new RegexpText(regexp);
    this.sets = new SetParser(text);
    this.dotAll = dotAll;
  }

  /**
   * Reads all of a text.
   *
   * @throws Unreadable when it is no regular expression
   * @throws RegexpSyntaxException with Go's message when it goes past a limit
   */
  static Result parse(String regexp, boolean dotAll) throws Unreadable {
    TreeParser parser = new TreeParser(regexp, dotAll);
    Piece all = parser.all();
    if (Dfa.size(all.node) > LARGEST) {
      throw parser.tooLarge();
    }
    return new Result(all.node, Math.max(all.height, parser.deepest), parser.text.caseless());
  }

  private RegexpSyntaxException tooDeep() {
    return new RegexpSyntaxException("error parsing regexp: expression nests too deeply: `" + text + "`");
  }

  private static String print(CodePoints set) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < set.ranges(); i++) {
      out.append("\\x{%x}-\\x{%x}".formatted(set.first(i), set.last(i)));
    }
    return out.append(']').toString();
  }

  private Piece all() throws Unreadable {
    Group group = new Group(fold, dotAll, lines, false);
    while (!text.isAtEnd()) {
      switch (text.peek()) {
        case '(' -> group = open(group);
        case ')' -> group = close(group);
        case '|' -> {
          text.skip(1);
          group.alternatives.add(concat(group.pieces));
          group.pieces.clear();
          continue;
        }
        default -> atom(group.pieces);
      }
      repeat(group.pieces);
    }
    if (!open.isEmpty()) {
      throw text.unreadable();
    }
    return alternatives(group);
  }

  private Piece alternatives(Group group) {
    Piece last = concat(group.pieces);
    if (group.alternatives.isEmpty()) {
      return last;
    }
    group.alternatives.add(last);
    return join(group.alternatives, new Node.Alternate(nodes(group.alternatives)), 1);
  }

  private Piece concat(List<Piece> pieces) {
    return switch (pieces.size()) {
      case 0 -> EMPTY;
      case 1 -> pieces.getFirst();
      default -> {
        boolean plain = pieces.stream().allMatch(piece -> piece.node instanceof Node.Points);
        yield join(pieces, new Node.Concat(nodes(pieces)), plain ? 0 : 1);
      }
    };
  }

  private static List<Node> nodes(List<Piece> pieces) {
    return pieces.stream().map(Piece::node).toList();
  }

  private Piece join(List<Piece> pieces, Node node, int higher) {
    int height = 1;
    int repeats = 1;
    for (Piece piece : pieces) {
      height = Math.max(height, piece.height + higher);
      repeats = Math.max(repeats, piece.repeats);
    }
    return limited(new Piece(node, height, repeats));
  }

  private Piece limited(Piece piece) {
    if (piece.height > DEEPEST) {
      throw tooDeep();
    }
    return piece;
  }

  /** One piece, or any number of quoted text. */
  private void atom(List<Piece> pieces) throws Unreadable {
    int start = text.at();
    int before = pieces.size();
    int c = text.next();
    boolean folded = fold && c != '.';
    switch (c) {
      case '.' -> pieces.add(points(dotAll ? CodePoints.ALL : NamedPoints.NO_LINE_FEED));
      case '^' -> pieces.add(Piece.of(lines ? Node.Place.LINE_START : Node.Place.TEXT_START));
      case '$' -> pieces.add(Piece.of(lines ? Node.Place.LINE_END : Node.Place.TEXT_END));
      case '[' -> pieces.add(points(sets.charClass(fold)));
      case '\\' -> escape(pieces);
      case '*', '+', '?' -> throw text.unreadable();
      default -> pieces.add(literal(c));
    }
    if (folded) {
      spell(start, pieces.subList(before, pieces.size()));
    }
  }

  /** Writes classes in the place of the text from {@code start} to here if some of its pieces are several code points. */
  private void spell(int start, List<Piece> pieces) {
    boolean several = false;
    StringBuilder out = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece.node instanceof Node.Points points) {
        several |= points.set().single() < 0;
        out.append(points.set().ranges() == 0 ? "[^\\x00-\\x{10ffff}]" : print(points.set()));
      }
    }
    if (several) {
      text.rewrite(start, out.toString());
    }
  }

  private Piece points(CodePoints set) {
    size += 1 + set.ranges() / 16;
    if (size > LARGEST) {
      throw tooLarge();
    }
    return new Piece(new Node.Points(set), 1, 1);
  }

  private RegexpSyntaxException tooLarge() {
    return new RegexpSyntaxException("error parsing regexp: expression too large: `" + text + "`");
  }

  private Piece literal(int c) {
    return points(fold ? CaseOrbits.of(c) : CodePoints.of(c));
  }

  /** Behind an opening parenthesis: the group that goes on, which is a new one unless only flags were set. */
  private Group open(Group outside) throws Unreadable {
    text.skip(1);
    boolean fold = this.fold;
    boolean dotAll = this.dotAll;
    boolean lines = this.lines;
    boolean captures = true;
    if (text.peek() == '?') {
      if (text.peek(1) == '<' || (text.peek(1) == 'P' && text.peek(2) == '<')) {
        while (text.next() != '>') {
          // Names do not matter.
        }
      } else {
        text.skip(1);
        captures = false;
        if (flags() == ')') {
          return outside;
        }
      }
    }
    if (open.size() == DEEPEST) {
      throw tooDeep();
    }
    open.push(outside);
    deepest = Math.max(deepest, open.size());
    return new Group(fold, dotAll, lines, captures);
  }

  /** Behind a closing parenthesis: the group outside, with what was inside as its last piece. */
  private Group close(Group inside) throws Unreadable {
    if (open.isEmpty()) {
      throw text.unreadable();
    }
    text.skip(1);
    Piece inner = alternatives(inside);
    fold = inside.fold;
    dotAll = inside.dotAll;
    lines = inside.lines;
    Group outside = open.pop();
    outside.pieces.add(
        inside.captures ? limited(new Piece(inner.node, inner.height + 1, inner.repeats)) : inner);
    return outside;
  }

  /** Sets flags; answers what stood behind them. */
  private int flags() throws Unreadable {
    int start = text.at() - 2;
    StringBuilder on = new StringBuilder();
    StringBuilder off = new StringBuilder();
    StringBuilder some = on;
    boolean folds = false;
    while (true) {
      int c = text.next();
      boolean set = some == on;
      switch (c) {
        case 'i' -> {
          fold = set;
          folds |= set;
        }
        case 's' -> dotAll = set;
        case 'm' -> lines = set;
        case 'U' -> {}
        case '-', ':', ')' -> {
          if (!set && (c == '-' || off.isEmpty())) {
            throw text.unreadable();
          }
          some = off;
        }
        default -> throw text.unreadable();
      }
      if (c == ':' || c == ')') {
        if (folds) {
          text.rewrite(start, "(?" + on.toString().replace("i", "") + "-i" + off.toString().replace("i", "") + (char) c);
        }
        return c;
      }
      if (c != '-') {
        some.append((char) c);
      }
    }
  }

  private void escape(List<Piece> pieces) throws Unreadable {
    switch (text.peek()) {
      case 'A' -> place(pieces, Node.Place.TEXT_START);
      case 'z' -> place(pieces, Node.Place.TEXT_END);
      case 'b' -> place(pieces, Node.Place.WORD_EDGE);
      case 'B' -> place(pieces, Node.Place.NO_WORD_EDGE);
      case 'Q' -> {
        text.skip(1);
        while (!text.isAtEnd() && !(text.peek() == '\\' && text.peek(1) == 'E')) {
          pieces.add(literal(text.next()));
        }
        text.skip(2);
      }
      default -> {
        CodePoints named = sets.named(fold);
        pieces.add(named == null ? literal(sets.escaped()) : points(named));
      }
    }
  }

  private void place(List<Piece> pieces, Node.Place place) {
    text.skip(1);
    pieces.add(Piece.of(place));
  }

  private boolean isRepeat() {
    return switch (text.peek()) {
      case '*', '+', '?' -> true;
      case '{' -> bracesEnd() > 0;
      default -> false;
    };
  }

  /** Puts what repeats the last piece in its place. */
  private void repeat(List<Piece> pieces) throws Unreadable {
    if (!isRepeat()) {
      return;
    }
    int start = text.at();
    int least;
    int most;
    switch (text.peek()) {
      case '*' -> {
        least = 0;
        most = -1;
      }
      case '+' -> {
        least = 1;
        most = -1;
      }
      case '?' -> {
        least = 0;
        most = 1;
      }
      default -> {
        text.skip(1);
        least = count();
        most = least;
        if (text.peek() == ',') {
          text.skip(1);
          most = text.peek() == '}' ? -1 : count();
        }
        if (least > MOST_REPEATS || most > MOST_REPEATS || (most >= 0 && least > most)) {
          throw text.unreadable();
        }
      }
    }
    boolean counted = text.peek() == '}';
    text.skip(1);
    text.skip(text.peek() == '?' ? 1 : 0);
    if (pieces.isEmpty() || isRepeat()) {
      throw text.unreadable();
    }
    Piece last = pieces.removeLast();
    int times = counted ? Math.max(1, most < 0 ? least : most) : 1;
    long repeats = most == 0 ? 1 : (long) times * last.repeats;
    if (repeats > MOST_REPEATS) {
      throw new RegexpSyntaxException(
          "error parsing regexp: invalid repeat count: `" + text.slice(start, text.at()) + "`");
    }
    pieces.add(limited(new Piece(new Node.Repeat(last.node, least, most), last.height + 1, (int) repeats)));
  }

  private int count() throws Unreadable {
    int value = 0;
    while (text.peek() >= '0' && text.peek() <= '9') {
      value = Math.min(MOST_REPEATS + 1, value * 10 + text.next() - '0');
    }
    return value;
  }

  /** How many code points further the braces of a repetition end, or -1 when they are text. */
  private int bracesEnd() {
    int end = countEnd(1);
    if (end > 0 && text.peek(end) == ',') {
      end++;
      if (text.peek(end) != '}') {
        end = countEnd(end);
      }
    }
    return end > 0 && text.peek(end) == '}' ? end : -1;
  }

  /** How many further a number ends, or -1 when none begins there; it has no leading zeros. */
  private int countEnd(int from) {
    int end = from;
    while (text.peek(end) >= '0' && text.peek(end) <= '9') {
      end++;
    }
    return end == from || (text.peek(from) == '0' && end > from + 1) ? -1 : end;
  }
}
