package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoDuration;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.template.Node.Command;
import io.sigyn.gocompat.template.Node.Operand;
import io.sigyn.gocompat.template.Node.Pipe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One run of a template. */
final class Executor {
  private static final int MAX_DEPTH = 1_000;

  /** Go has no limit but memory; a template that prints or loops without end must stop some time. */
  static final int MAX_OUTPUT = 16 << 20;

  private static final int MAX_NODES = 1_000_000;

  /** The longest text that a function is given or gives, its arguments taken together. */
  static final int MAX_TEXT = 4 << 20;

  private enum Flow {
    GO_ON,
    BREAK,
    CONTINUE
  }

  /** A variable in scope. */
  private static final class Variable {
    final String name;
    @Nullable Object value;

    Variable(String name, @Nullable Object value) {
      this.name = name;
      this.value = value;
    }
  }

  private final String name;
  private final String text;
  private final Map<String, List<Node>> definitions;
  private final Functions functions;
  private final StringBuilder out = new StringBuilder();
  private final @Nullable Object data;
  private Deque<Variable> variables = new ArrayDeque<>();
  private int depth;
  private int nodes;

  Executor(
      String name,
      String text,
      Map<String, List<Node>> definitions,
      Functions functions,
      @Nullable Object data) {
    this.name = name;
    this.text = text;
    this.definitions = definitions;
    this.functions = functions;
    this.data = data;
  }

  String run() {
    variables.push(new Variable("$", data));
    walk(definitions.getOrDefault(name, List.of()), data);
    return out.toString();
  }

  private TemplateException error(int at, Object node, String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < at && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new TemplateException(
        "template: " + name + ":" + line + ":" + (at - lineStart) + ": executing " + GoQuote.quote(name) + " at <"
            + node + ">: " + message);
  }

  private Flow walk(List<Node> nodes, @Nullable Object dot) {
    for (Node node : nodes) {
      Flow flow = walk(node, dot);
      if (flow != Flow.GO_ON) {
        return flow;
      }
    }
    return Flow.GO_ON;
  }

  private Flow walk(Node node, @Nullable Object dot) {
    spend();
    switch (node) {
      case Node.Text t -> out.append(t.text());
      case Node.Action a -> {
        Object value = pipe(a.pipe(), dot);
        if (a.pipe().variables().isEmpty()) {
          out.append(GoPrint.top(value));
        }
      }
      case Node.Branch b -> {
        int scope = variables.size();
        Object value = pipe(b.pipe(), dot);
        Flow flow =
            GoPrint.truth(value)
                ? walk(b.body(), b.with() ? value : dot)
                : walk(b.otherwise(), dot);
        forget(scope);
        return flow;
      }
      case Node.Range r -> {
        return range(r, dot);
      }
      case Node.Call c -> call(c, dot);
      case Node.Break _ -> {
        return Flow.BREAK;
      }
      case Node.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.GO_ON;
  }

  private void forget(int scope) {
    while (variables.size() > scope) {
      variables.pop();
    }
  }

  private void call(Node.Call call, @Nullable Object dot) {
    List<Node> body = definitions.get(call.name());
    if (body == null) {
      throw error(call.at(), call, "template " + GoQuote.quote(call.name()) + " not defined");
    }
    if (++depth > MAX_DEPTH) {
      throw error(call.at(), call, "exceeded maximum template depth (" + MAX_DEPTH + ")");
    }
    Object argument = call.pipe().commands().isEmpty() ? null : pipe(call.pipe(), dot);
    Deque<Variable> outer = variables;
    variables = new ArrayDeque<>();
    variables.push(new Variable("$", argument));
    walk(body, argument);
    variables = outer;
    depth--;
  }

  private Flow range(Node.Range range, @Nullable Object dot) {
    int scope = variables.size();
    Object over = pipe(range.pipe(), dot);
    boolean any =
        switch (over) {
          case null -> false;
          case Long n -> {
            long i = 0;
            while (i < n && pass(range, i, i)) {
              i++;
            }
            yield n > 0;
          }
          case List<?> list -> {
            int i = 0;
            while (i < list.size() && pass(range, (long) i, list.get(i))) {
              i++;
            }
            yield !list.isEmpty();
          }
          case Map<?, ?> map -> {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((k, v) -> sorted.put((String) k, v));
            for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
              if (!pass(range, entry.getKey(), entry.getValue())) {
                break;
              }
            }
            yield !sorted.isEmpty();
          }
          default -> throw error(range.pipe().at(), range.pipe(), "range can't iterate over " + GoPrint.top(over));
        };
    if (!any) {
      walk(range.otherwise(), dot);
    }
    forget(scope);
    return Flow.GO_ON;
  }

  /** One pass of a loop; answers whether the loop goes on. */
  private boolean pass(Node.Range range, Object key, @Nullable Object value) {
    List<String> names = range.pipe().variables();
    if (names.size() == 1) {
      set(names.get(0), value);
    } else if (names.size() == 2) {
      set(names.get(0), key);
      set(names.get(1), value);
    }
    int inner = variables.size();
    Flow flow = walk(range.body(), value);
    forget(inner);
    spend();
    return flow != Flow.BREAK;
  }

  private void spend() {
    if (out.length() > MAX_OUTPUT || ++nodes > MAX_NODES) {
      throw new TemplateException(
          "template: " + name + ": exceeded " + MAX_OUTPUT + " characters or " + MAX_NODES + " nodes");
    }
  }

  private void set(String variable, @Nullable Object value) {
    for (Variable v : variables) {
      if (v.name.equals(variable)) {
        v.value = value;
        return;
      }
    }
  }

  private @Nullable Object pipe(Pipe pipe, @Nullable Object dot) {
    Object value = null;
    boolean has = false;
    for (Command command : pipe.commands()) {
      value = command(command, dot, value, has);
      has = true;
    }
    for (String variable : pipe.variables()) {
      if (pipe.declares()) {
        variables.push(new Variable(variable, value));
      } else {
        set(variable, value);
      }
    }
    return value;
  }

  private @Nullable Object command(Command command, @Nullable Object dot, @Nullable Object last, boolean hasLast) {
    Operand first = command.operands().get(0);
    boolean hasArguments = command.operands().size() > 1 || hasLast;
    return switch (first) {
      case Operand.Identifier f -> function(f, command, dot, last, hasLast);
      case Operand.Field f -> fields(f.at(), f, dot, dot, f.names(), command, last, hasLast);
      case Operand.Variable v -> {
        if (v.fields().isEmpty()) {
          refuseArguments(hasArguments, v);
          yield variable(v.name());
        }
        yield fields(v.at(), v, variable(v.name()), dot, v.fields(), command, last, hasLast);
      }
      case Operand.Chain c -> fields(c.at(), c, operand(c.of(), dot), dot, c.names(), command, last, hasLast);
      case Operand.Nested n -> {
        refuseArguments(hasArguments, n);
        yield pipe(n.pipe(), dot);
      }
      case Operand.Nil n -> throw error(n.at(), n, "nil is not a command");
      case Operand.Dot _, Operand.Constant _ -> {
        refuseArguments(hasArguments, first);
        yield operand(first, dot);
      }
    };
  }

  private void refuseArguments(boolean has, Operand operand) {
    if (has) {
      throw error(operand.at(), operand, "can't give argument to non-function " + operand);
    }
  }

  private @Nullable Object variable(String variable) {
    for (Variable v : variables) {
      if (v.name.equals(variable)) {
        return v.value;
      }
    }
    return null;
  }

  /** The value of an argument. */
  private @Nullable Object operand(Operand operand, @Nullable Object dot) {
    return switch (operand) {
      case Operand.Dot _ -> dot;
      case Operand.Nil _ -> null;
      case Operand.Constant c -> c.value();
      case Operand.Nested n -> pipe(n.pipe(), dot);
      case Operand.Variable v -> {
        Object value = variable(v.name());
        for (String field : v.fields()) {
          value = field(v.at(), v, value, field);
        }
        yield value;
      }
      case Operand.Field f -> {
        Object value = dot;
        for (String field : f.names()) {
          value = field(f.at(), f, value, field);
        }
        yield value;
      }
      case Operand.Chain c -> {
        Object value = operand(c.of(), dot);
        if (value != null) {
          for (String field : c.names()) {
            value = field(c.at(), c, value, field);
          }
        }
        yield value;
      }
      case Operand.Identifier f -> function(f, new Command(f.at(), List.of(f)), dot, null, false);
    };
  }

  /** Fields, the last of which may be a method with arguments. */
  private @Nullable Object fields(
      int at,
      Operand node,
      @Nullable Object of,
      @Nullable Object dot,
      List<String> names,
      Command command,
      @Nullable Object last,
      boolean hasLast) {
    Object value = of;
    if (value == null && node instanceof Operand.Chain) {
      // Go: a pipeline in parentheses that gave nothing has any field, with nothing in it.
      return null;
    }
    for (int i = 0; i < names.size(); i++) {
      boolean end = i == names.size() - 1;
      if (end && (value instanceof GoTime || value instanceof GoDuration)) {
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Operand operand : command.operands().subList(1, command.operands().size())) {
          arguments.add(operand(operand, dot));
        }
        if (hasLast) {
          arguments.add(last);
        }
        return method(at, node, value, names.get(i), arguments);
      }
      value = field(at, node, value, names.get(i));
    }
    if (command.operands().size() > 1 || hasLast) {
      throw error(at, node, names.get(names.size() - 1) + " is not a method but has arguments");
    }
    return value;
  }

  private @Nullable Object field(int at, Operand node, @Nullable Object of, String field) {
    return switch (of) {
      case null -> throw error(at, node, "nil pointer evaluating interface {}." + field);
      case StringMap map -> map.getOrDefault(field, "");
      case Map<?, ?> map -> map.get(field);
      case GoTime _, GoDuration _ -> method(at, node, of, field, List.of());
      default -> throw error(at, node, "can't evaluate field " + field + " in type " + GoPrint.type(of));
    };
  }

  private @Nullable Object method(
      int at, Operand node, Object of, String method, List<@Nullable Object> arguments) {
    try {
      return Methods.call(of, method, arguments);
    } catch (TemplateException e) {
      throw error(at, node, String.valueOf(e.getMessage()));
    }
  }

  private void requireShort(Operand.Identifier f, Command command, @Nullable Object... values) {
    long length = 0;
    for (Object value : values) {
      length += value instanceof String text ? text.length() : 0;
    }
    if (length > MAX_TEXT) {
      throw error(f.at(), command, "error calling " + f.name() + ": text longer than " + MAX_TEXT + " characters");
    }
  }

  private @Nullable Object function(
      Operand.Identifier f, Command command, @Nullable Object dot, @Nullable Object last, boolean hasLast) {
    List<Operand> operands = command.operands().subList(1, command.operands().size());
    int count = operands.size() + (hasLast ? 1 : 0);
    if ((f.name().equals("and") || f.name().equals("or")) && count > 0) {
      Object value = null;
      for (int i = 0; i < count; i++) {
        value = i < operands.size() ? operand(operands.get(i), dot) : last;
        if (GoPrint.truth(value) == f.name().equals("or")) {
          break;
        }
      }
      return value;
    }
    Function function = functions.find(f.name());
    function = function == null ? Builtins.find(f.name()) : function;
    if (function == null) {
      throw error(f.at(), f, GoQuote.quote(f.name()) + " is not a defined function");
    }
    int fixed = function.fixed();
    if (function.isVariadic() ? count < fixed : count != fixed) {
      throw error(
          f.at(),
          f,
          "wrong number of args for " + f.name() + ": want " + (function.isVariadic() ? "at least " : "") + fixed
              + " got " + count);
    }
    @Nullable Object[] arguments = new Object[count];
    for (int i = 0; i < operands.size(); i++) {
      Operand operand = operands.get(i);
      Object value = operand(operand, dot);
      arguments[i] = check(function.kind(i), value, operand);
    }
    if (hasLast) {
      arguments[count - 1] = check(function.kind(count - 1), last, f);
    }
    requireShort(f, command, arguments);
    try {
      Object value = function.body().call(arguments);
      requireShort(f, command, value);
      return value;
    } catch (TemplateException e) {
      throw error(f.at(), command, "error calling " + f.name() + ": " + e.getMessage());
    } catch (ArithmeticException e) {
      throw error(f.at(), command, "error calling " + f.name() + ": runtime error: integer divide by zero");
    }
  }

  /** Whether a function takes the value where it says that it takes this kind. */
  static boolean fits(char kind, @Nullable Object value, boolean constant) {
    return switch (kind) {
      case 's' -> value instanceof String;
      case 'i' -> value instanceof Long;
      case 'f' -> value instanceof Double || (constant && value instanceof Long);
      case 't' -> value instanceof GoTime;
      default -> true;
    };
  }

  private @Nullable Object check(char kind, @Nullable Object value, Operand operand) {
    boolean constant = operand instanceof Operand.Constant;
    boolean fits = fits(kind, value, constant);
    if (fits) {
      return kind == 'f' && value instanceof Long whole ? (Object) (double) whole : value;
    }
    String expected =
        switch (kind) {
          case 's' -> "string";
          case 'i' -> constant ? "integer" : "int";
          case 'f' -> constant ? "float" : "float64";
          default -> "time.Time";
        };
    throw error(
        operand.at(),
        operand,
        constant
            ? "expected " + expected + "; found " + operand
            : value == null
                ? "invalid value; expected " + expected
                : "wrong type for value; expected " + expected + "; got " + GoPrint.type(value));
  }
}
