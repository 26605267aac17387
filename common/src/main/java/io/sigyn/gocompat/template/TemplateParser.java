package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.gocompat.GoUnquote;
import io.sigyn.gocompat.template.Node.Command;
import io.sigyn.gocompat.template.Node.Operand;
import io.sigyn.gocompat.template.Node.Pipe;
import io.sigyn.gocompat.template.TemplateToken.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tokens to nodes. */
final class TemplateParser {
  /** Parentheses and blocks inside each other; whoever runs the template follows them by recursion. */
  private static final int MAX_DEPTH = 500;

  private final String name;
  private final String text;
  private final Functions functions;
  private final List<TemplateToken> tokens;
  private final Map<String, List<Node>> definitions = new HashMap<>();
  private final List<String> variables = new ArrayList<>(List.of("$"));
  private int next;
  private int loops;
  private int depth;

  TemplateParser(String name, String text, Functions functions) {
    this.name = name;
    this.text = text;
    this.functions = functions;
    this.tokens = TemplateLexer.tokens(name, text);
  }

  /** The template and everything it defines. */
  Map<String, List<Node>> parse() {
    List<Node> root = list(true);
    definitions.put(name, root);
    return definitions;
  }

  private TemplateException error(String message) {
    return TemplateLexer.error(name, text, peek().at(), message);
  }

  private TemplateException unexpected(String context) {
    TemplateToken token = peek();
    String shown =
        switch (token.kind()) {
          case END -> "EOF";
          case WORD, OPEN, CLOSE -> "<" + token.text() + ">";
          case TEXT,
              FIELD,
              VARIABLE,
              DOT,
              NUMBER,
              STRING,
              RAW_STRING,
              CHARACTER,
              PIPE,
              LEFT,
              RIGHT,
              COMMA,
              DECLARE,
              ASSIGN ->
              GoQuote.quote(token.text());
        };
    return error("unexpected " + shown + " in " + context);
  }

  private TemplateToken peek() {
    return tokens.get(next);
  }

  private boolean isWord(String word) {
    return peek().kind() == Kind.WORD && peek().text().equals(word);
  }

  private boolean accept(Kind kind) {
    if (peek().kind() == kind) {
      next++;
      return true;
    }
    return false;
  }

  private void expectClose(String context) {
    if (!accept(Kind.CLOSE)) {
      throw unexpected(context);
    }
  }

  /** Nodes up to {@code end} or {@code else}, which stay, or up to the end of the text. */
  private List<Node> list(boolean top) {
    List<Node> nodes = new ArrayList<>();
    while (true) {
      TemplateToken token = peek();
      if (token.kind() == Kind.END) {
        if (!top) {
          throw error("unexpected EOF");
        }
        return nodes;
      }
      next++;
      if (token.kind() == Kind.TEXT) {
        nodes.add(new Node.Text(token.text()));
        continue;
      }
      if (isWord("end") || isWord("else")) {
        if (top) {
          throw error("unexpected {{" + peek().text() + "}}");
        }
        return nodes;
      }
      action(nodes);
    }
  }

  private void action(List<Node> nodes) {
    String word = peek().kind() == Kind.WORD ? peek().text() : "";
    switch (word) {
      case "if", "with" -> {
        next++;
        nodes.add(branch(word));
      }
      case "range" -> {
        next++;
        nodes.add(range());
      }
      case "define" -> {
        next++;
        define();
      }
      case "block" -> {
        int at = peek().at();
        next++;
        String block = string("block clause");
        Pipe pipe = pipe("block clause", Kind.CLOSE);
        define(block);
        nodes.add(new Node.Call(at, block, pipe));
      }
      case "template" -> {
        next++;
        int at = peek().at();
        String called = string("template clause");
        Pipe none = new Pipe(at, List.of(), false, List.of());
        nodes.add(
            new Node.Call(at, called, accept(Kind.CLOSE) ? none : pipe("template clause", Kind.CLOSE)));
      }
      case "break", "continue" -> {
        next++;
        if (loops == 0) {
          throw error("{{" + word + "}} outside {{range}}");
        }
        expectClose("{{" + word + "}}");
        nodes.add(word.equals("break") ? new Node.Break() : new Node.Continue());
      }
      default -> nodes.add(new Node.Action(pipe("command", Kind.CLOSE)));
    }
  }

  private Node branch(String word) {
    descend();
    int scope = variables.size();
    Pipe pipe = pipe(word, Kind.CLOSE);
    List<Node> body = list(false);
    List<Node> otherwise = List.of();
    if (isWord("else")) {
      next++;
      if (isWord(word)) {
        next++;
        otherwise = List.of(branch(word));
        forget(scope);
        depth--;
        return new Node.Branch(word.equals("with"), pipe, body, otherwise);
      }
      expectClose("else");
      otherwise = list(false);
    }
    end();
    forget(scope);
    depth--;
    return new Node.Branch(word.equals("with"), pipe, body, otherwise);
  }

  private Node range() {
    descend();
    int scope = variables.size();
    Pipe pipe = pipe("range", Kind.CLOSE);
    loops++;
    List<Node> body = list(false);
    loops--;
    List<Node> otherwise = List.of();
    if (isWord("else")) {
      next++;
      expectClose("else");
      otherwise = list(false);
    }
    end();
    forget(scope);
    depth--;
    return new Node.Range(pipe, body, otherwise);
  }

  private void forget(int scope) {
    variables.subList(scope, variables.size()).clear();
  }

  private void end() {
    if (!isWord("end")) {
      throw error("expected end; found {{" + peek().text() + "}}");
    }
    next++;
    expectClose("end");
  }

  private void define() {
    String defined = string("define clause");
    expectClose("define clause");
    define(defined);
  }

  private void define(String defined) {
    List<String> outer = new ArrayList<>(variables);
    forget(1);
    definitions.put(defined, list(false));
    end();
    variables.clear();
    variables.addAll(outer);
  }

  private String string(String context) {
    TemplateToken token = peek();
    if (token.kind() != Kind.STRING && token.kind() != Kind.RAW_STRING) {
      throw unexpected(context);
    }
    next++;
    return unquote(token);
  }

  private String unquote(TemplateToken token) {
    try {
      return GoUnquote.unquote(token.text());
    } catch (IllegalArgumentException e) {
      throw TemplateLexer.error(name, text, token.at(), "invalid syntax");
    }
  }

  private void descend() {
    if (++depth > MAX_DEPTH) {
      throw error("max expression depth exceeded");
    }
  }

  private Pipe pipe(String context, Kind close) {
    descend();
    int at = peek().at();
    List<String> set = new ArrayList<>();
    boolean declares = false;
    if (peek().kind() == Kind.VARIABLE) {
      int mark = next;
      set.add(peek().text());
      next++;
      if (context.equals("range") && accept(Kind.COMMA) && peek().kind() == Kind.VARIABLE) {
        set.add(peek().text());
        next++;
      }
      if (peek().kind() == Kind.DECLARE || peek().kind() == Kind.ASSIGN) {
        declares = peek().kind() == Kind.DECLARE;
        next++;
        if (declares) {
          variables.addAll(set);
        }
      } else {
        set.clear();
        next = mark;
      }
    }
    List<Command> commands = new ArrayList<>();
    while (peek().kind() != close) {
      commands.add(command(context));
      if (!accept(Kind.PIPE) && peek().kind() != close) {
        throw unexpected(context);
      }
    }
    next++;
    if (commands.isEmpty()) {
      throw error("missing value for " + context);
    }
    for (int i = 1; i < commands.size(); i++) {
      Operand first = commands.get(i).operands().get(0);
      if (first instanceof Operand.Constant || first instanceof Operand.Dot || first instanceof Operand.Nil) {
        throw error("non executable command in pipeline stage " + (i + 1));
      }
    }
    depth--;
    return new Pipe(at, List.copyOf(set), declares, List.copyOf(commands));
  }

  private Command command(String context) {
    int at = peek().at();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      Kind kind = peek().kind();
      if (kind == Kind.CLOSE || kind == Kind.RIGHT || kind == Kind.PIPE || kind == Kind.END) {
        break;
      }
      operands.add(operand(context));
    }
    if (operands.isEmpty()) {
      throw error("empty command");
    }
    return new Command(at, List.copyOf(operands));
  }

  private Operand operand(String context) {
    Operand operand = term(context);
    if (peek().kind() != Kind.FIELD || peek().spaced()) {
      return operand;
    }
    List<String> names = new ArrayList<>();
    int at = peek().at();
    while (peek().kind() == Kind.FIELD && !peek().spaced()) {
      names.add(peek().text().substring(1));
      next++;
    }
    return switch (operand) {
      case Operand.Field f -> {
        List<String> all = new ArrayList<>(f.names());
        all.addAll(names);
        yield new Operand.Field(at, all);
      }
      case Operand.Variable v -> {
        List<String> all = new ArrayList<>(v.fields());
        all.addAll(names);
        yield new Operand.Variable(at, v.name(), all);
      }
      case Operand.Constant _, Operand.Nil _, Operand.Dot _ -> throw error("unexpected . after term " + GoQuote.quote(operand.toString()));
      case Operand.Identifier _, Operand.Chain _, Operand.Nested _ -> new Operand.Chain(operand.at(), operand, names);
    };
  }

  private Operand term(String context) {
    TemplateToken token = peek();
    next++;
    return switch (token.kind()) {
      case WORD ->
          switch (token.text()) {
            case "true", "false" -> new Operand.Constant(token.at(), token.text().equals("true"), token.text());
            case "nil" -> new Operand.Nil(token.at());
            default -> {
              if (Builtins.find(token.text()) == null && functions.find(token.text()) == null) {
                next--;
                throw error("function " + GoQuote.quote(token.text()) + " not defined");
              }
              yield new Operand.Identifier(token.at(), token.text());
            }
          };
      case DOT -> new Operand.Dot(token.at());
      case FIELD -> new Operand.Field(token.at(), List.of(token.text().substring(1)));
      case VARIABLE -> {
        if (!variables.contains(token.text())) {
          next--;
          throw error("undefined variable " + GoQuote.quote(token.text()));
        }
        yield new Operand.Variable(token.at(), token.text(), List.of());
      }
      case NUMBER -> {
        Object value = NumberText.parse(token.text());
        yield new Operand.Constant(token.at(), value == null ? 0L : value, token.text());
      }
      case CHARACTER -> {
        String value = unquote(token);
        yield new Operand.Constant(token.at(), (long) value.codePointAt(0), token.text());
      }
      case STRING, RAW_STRING -> new Operand.Constant(token.at(), unquote(token), token.text());
      case LEFT -> new Operand.Nested(token.at(), pipe("parenthesized pipeline", Kind.RIGHT));
      case TEXT, OPEN, CLOSE, PIPE, RIGHT, COMMA, DECLARE, ASSIGN, END -> {
        next--;
        throw unexpected(context);
      }
    };
  }
}
