package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import io.sigyn.gocompat.automaton.Dfa;
import io.sigyn.gocompat.automaton.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** The text is no regular expression, or nests deeper than is looked at. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private final String caseless;

    Unreadable(String caseless) {
      super(null, null, false, false);
      this.caseless = caseless;
    }

    /** The text for RE2/J; what it says of it is true of the text that was read, too. */
    String caseless() {
      return caseless;
    }
  }

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

  /** What a named set was made into. */
  private record Signed(CodePoints set, boolean not, boolean fold) {}

  private static final Piece EMPTY = new Piece(new Node.Empty(), 1, 1);

  private final String regexp;
  private final int[] text;
  private int at;
  private final Deque<Group> open = new ArrayDeque<>();
  private int deepest;
  private int size;
  private final StringBuilder caseless = new StringBuilder();

  /** How much of the text {@link #caseless} stands for. */
  private int copied;

  private boolean fold;
  private boolean dotAll;
  private boolean lines;
  private final Map<Signed, CodePoints> signed = new HashMap<>();

  private TreeParser(String regexp, boolean dotAll) {
    this.regexp = regexp;
    this.text = regexp.codePoints().toArray();
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
    return new Result(all.node, Math.max(all.height, parser.deepest), parser.caseless());
  }

  private RegexpSyntaxException tooDeep() {
    return new RegexpSyntaxException("error parsing regexp: expression nests too deeply: `" + regexp + "`");
  }

  private Unreadable unreadable() {
    return new Unreadable(caseless());
  }

  private String caseless() {
    return caseless.isEmpty() ? regexp : caseless + new String(text, copied, text.length - copied);
  }

  /** Puts something else in the place of the text from {@code start} to here. */
  private void rewrite(int start, String instead) {
    caseless.append(new String(text, copied, start - copied)).append(instead);
    copied = at;
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
    while (at < text.length) {
      switch (peek()) {
        case '(' -> group = open(group);
        case ')' -> group = close(group);
        case '|' -> {
          at++;
          group.alternatives.add(concat(group.pieces));
          group.pieces.clear();
          continue;
        }
        default -> atom(group.pieces);
      }
      repeat(group.pieces);
    }
    if (!open.isEmpty()) {
      throw unreadable();
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
    int start = at;
    int before = pieces.size();
    int c = next();
    boolean folded = fold && c != '.';
    switch (c) {
      case '.' -> pieces.add(points(dotAll ? CodePoints.ALL : NamedPoints.NO_LINE_FEED));
      case '^' -> pieces.add(Piece.of(lines ? Node.Place.LINE_START : Node.Place.TEXT_START));
      case '$' -> pieces.add(Piece.of(lines ? Node.Place.LINE_END : Node.Place.TEXT_END));
      case '[' -> pieces.add(points(charClass()));
      case '\\' -> escape(pieces);
      case '*', '+', '?' -> throw unreadable();
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
      rewrite(start, out.toString());
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
    return new RegexpSyntaxException("error parsing regexp: expression too large: `" + regexp + "`");
  }

  private Piece literal(int c) {
    return points(fold ? CaseOrbits.of(c) : CodePoints.of(c));
  }

  /** Behind an opening parenthesis: the group that goes on, which is a new one unless only flags were set. */
  private Group open(Group outside) throws Unreadable {
    at++;
    boolean fold = this.fold;
    boolean dotAll = this.dotAll;
    boolean lines = this.lines;
    boolean captures = true;
    if (peek() == '?') {
      if (peek(1) == '<' || (peek(1) == 'P' && peek(2) == '<')) {
        while (next() != '>') {
          // Names do not matter.
        }
      } else {
        at++;
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
      throw unreadable();
    }
    at++;
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
    int start = at - 2;
    StringBuilder on = new StringBuilder();
    StringBuilder off = new StringBuilder();
    StringBuilder some = on;
    boolean folds = false;
    while (true) {
      int c = next();
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
            throw unreadable();
          }
          some = off;
        }
        default -> throw unreadable();
      }
      if (c == ':' || c == ')') {
        if (folds) {
          rewrite(start, "(?" + on.toString().replace("i", "") + "-i" + off.toString().replace("i", "") + (char) c);
        }
        return c;
      }
      if (c != '-') {
        some.append((char) c);
      }
    }
  }

  private void escape(List<Piece> pieces) throws Unreadable {
    switch (peek()) {
      case 'A' -> place(pieces, Node.Place.TEXT_START);
      case 'z' -> place(pieces, Node.Place.TEXT_END);
      case 'b' -> place(pieces, Node.Place.WORD_EDGE);
      case 'B' -> place(pieces, Node.Place.NO_WORD_EDGE);
      case 'Q' -> {
        at++;
        while (at < text.length && !(peek() == '\\' && peek(1) == 'E')) {
          pieces.add(literal(next()));
        }
        at = Math.min(text.length, at + 2);
      }
      default -> {
        CodePoints named = named();
        pieces.add(named == null ? literal(escaped()) : points(named));
      }
    }
  }

  private void place(List<Piece> pieces, Node.Place place) {
    at++;
    pieces.add(Piece.of(place));
  }

  /** The set of a letter or a name behind a backslash, or null when there is none. */
  private @Nullable CodePoints named() throws Unreadable {
    int c = peek();
    CodePoints set =
        switch (c) {
          case 'd', 'D' -> NamedPoints.DIGIT;
          case 's', 'S' -> NamedPoints.SPACE;
          case 'w', 'W' -> NamedPoints.WORD;
          default -> null;
        };
    if (set != null) {
      at++;
      return signed(set, c < 'a');
    }
    return c == 'p' || c == 'P' ? unicode() : null;
  }

  private CodePoints unicode() throws Unreadable {
    boolean not = next() == 'P';
    String name = Character.toString(next());
    if (name.equals("{")) {
      int start = at;
      while (next() != '}') {
        // Up to the end of the name.
      }
      name = new String(text, start, at - 1 - start);
    }
    boolean inverted = name.startsWith("^");
    CodePoints set = NamedPoints.unicode(inverted ? name.substring(1) : name);
    if (set == null) {
      throw unreadable();
    }
    return signed(set, not != inverted);
  }

  private CodePoints signed(CodePoints set, boolean not) {
    return signed.computeIfAbsent(
        new Signed(set, not, fold),
        key -> {
          CodePoints all = key.fold ? CaseOrbits.close(key.set) : key.set;
          return key.not ? all.negate() : all;
        });
  }

  /** The code point of what stands behind a backslash. */
  private int escaped() throws Unreadable {
    int c = next();
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hex();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c - '0');
      default -> {
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw unreadable();
        }
        yield c;
      }
    };
  }

  private int octal(int first) throws Unreadable {
    int value = first;
    if (value > 0 && !isOctal(peek())) {
      throw unreadable();
    }
    for (int i = 0; i < 2 && isOctal(peek()); i++) {
      value = value * 8 + next() - '0';
    }
    return value;
  }

  private static boolean isOctal(int c) {
    return c >= '0' && c <= '7';
  }

  private int hex() throws Unreadable {
    if (peek() != '{') {
      return digit(next()) * 16 + digit(next());
    }
    at++;
    int value = digit(next());
    while (peek() != '}') {
      value = value * 16 + digit(next());
      if (value > CodePoints.MAX) {
        throw unreadable();
      }
    }
    at++;
    return value;
  }

  private int digit(int c) throws Unreadable {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw unreadable();
    }
    return digit;
  }

  private CodePoints charClass() throws Unreadable {
    boolean not = peek() == '^';
    at += not ? 1 : 0;
    CodePoints.Builder set = new CodePoints.Builder();
    for (boolean first = true; first || peek() != ']'; first = false) {
      CodePoints named = inClass();
      if (named != null) {
        set.add(named);
        continue;
      }
      int low = classPoint();
      int high = low;
      if (peek() == '-' && peek(1) >= 0 && peek(1) != ']') {
        at++;
        high = classPoint();
      }
      if (high < low) {
        throw unreadable();
      }
      set.add(low, high);
    }
    at++;
    CodePoints all = fold ? CaseOrbits.close(set.build()) : set.build();
    return not ? all.negate() : all;
  }

  private int classPoint() throws Unreadable {
    int c = next();
    return c == '\\' ? escaped() : c;
  }

  /** A set with a name at this place of a class, or null when there is none. */
  private @Nullable CodePoints inClass() throws Unreadable {
    if (peek() == '\\') {
      at++;
      CodePoints named = named();
      at -= named == null ? 1 : 0;
      return named;
    }
    if (peek() != '[' || peek(1) != ':') {
      return null;
    }
    int end = at + 2;
    while (end + 1 < text.length && !(text[end] == ':' && text[end + 1] == ']')) {
      end++;
    }
    if (end + 1 >= text.length) {
      return null;
    }
    boolean not = peek(2) == '^';
    int start = at + (not ? 3 : 2);
    CodePoints set = start > end ? null : NamedPoints.posix(new String(text, start, end - start));
    if (set == null) {
      throw unreadable();
    }
    at = end + 2;
    return signed(set, not);
  }

  private boolean isRepeat() {
    return switch (peek()) {
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
    int start = at;
    int least;
    int most;
    switch (peek()) {
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
        at++;
        least = count();
        most = least;
        if (peek() == ',') {
          at++;
          most = peek() == '}' ? -1 : count();
        }
        if (least > MOST_REPEATS || most > MOST_REPEATS || (most >= 0 && least > most)) {
          throw unreadable();
        }
      }
    }
    boolean counted = peek() == '}';
    at++;
    at += peek() == '?' ? 1 : 0;
    if (pieces.isEmpty() || isRepeat()) {
      throw unreadable();
    }
    Piece last = pieces.removeLast();
    int times = counted ? Math.max(1, most < 0 ? least : most) : 1;
    long repeats = most == 0 ? 1 : (long) times * last.repeats;
    if (repeats > MOST_REPEATS) {
      throw new RegexpSyntaxException(
          "error parsing regexp: invalid repeat count: `" + new String(text, start, at - start) + "`");
    }
    pieces.add(limited(new Piece(new Node.Repeat(last.node, least, most), last.height + 1, (int) repeats)));
  }

  private int count() throws Unreadable {
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(MOST_REPEATS + 1, value * 10 + next() - '0');
    }
    return value;
  }

  /** Where the braces of a repetition end, or -1 when they are text. */
  private int bracesEnd() {
    int end = countEnd(at + 1);
    if (end > 0 && end < text.length && text[end] == ',') {
      end++;
      if (end < text.length && text[end] != '}') {
        end = countEnd(end);
      }
    }
    return end > 0 && end < text.length && text[end] == '}' ? end : -1;
  }

  /** Where a number ends, or -1 when none begins there; it has no leading zeros. */
  private int countEnd(int from) {
    int end = from;
    while (end < text.length && text[end] >= '0' && text[end] <= '9') {
      end++;
    }
    return end == from || (text[from] == '0' && end > from + 1) ? -1 : end;
  }

  private int next() throws Unreadable {
    if (at >= text.length) {
      throw unreadable();
    }
    return text[at++];
  }

  private int peek() {
    return peek(0);
  }

  private int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : -1;
  }
}
