package io.sigyn.gocompat.template;

import io.sigyn.gocompat.template.Node.Command;
import io.sigyn.gocompat.template.Node.Operand;
import io.sigyn.gocompat.template.Node.Pipe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs templates of text, fields, functions and conditions, over fields that are looked up when they are named. Nothing
 * is allocated but what functions give. Where anything is out of the ordinary it gives up, so that the
 * {@link Executor} says what is wrong.
 */
final class Direct {
  /** In the place of a value. */
  private static final Object GAVE_UP = new Object();

  private Direct() {}

  /** Whether these nodes can be run so. */
  static boolean fits(List<Node> nodes) {
    for (Node node : nodes) {
      boolean fits =
          switch (node) {
            case Node.Text _ -> true;
            case Node.Action a -> fits(a.pipe());
            case Node.Branch b -> !b.with() && fits(b.pipe()) && fits(b.body()) && fits(b.otherwise());
            case Node.Range _, Node.Call _, Node.Break _, Node.Continue _ -> false;
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(Pipe pipe) {
    if (!pipe.variables().isEmpty()) {
      return false;
    }
    for (int i = 0; i < pipe.commands().size(); i++) {
      List<Operand> operands = pipe.commands().get(i).operands();
      boolean hasArguments = operands.size() > 1 || i > 0;
      if (hasArguments && !(operands.getFirst() instanceof Operand.Identifier)) {
        return false;
      }
      for (Operand operand : operands) {
        boolean fits =
            switch (operand) {
              case Operand.Constant _ -> true;
              // These do not look at all of their arguments.
              case Operand.Identifier f -> !f.name().equals("and") && !f.name().equals("or");
              case Operand.Field f -> f.names().size() == 1;
              case Operand.Nested n -> fits(n.pipe());
              case Operand.Dot _, Operand.Nil _, Operand.Variable _, Operand.Chain _ -> false;
            };
        if (!fits) {
          return false;
        }
      }
    }
    return true;
  }

  /** Appends what the nodes print; false when it gave up, with something appended or not. */
  static boolean run(List<Node> nodes, Fields fields, Functions functions, Arguments scratch, StringBuilder out) {
    for (int i = 0; i < nodes.size(); i++) {
      if (out.length() > Executor.MAX_OUTPUT || !run(nodes.get(i), fields, functions, scratch, out)) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean run(
      Node node, Fields fields, Functions functions, Arguments scratch, StringBuilder out) {
    switch (node) {
      case Node.Text t -> out.append(t.text());
      case Node.Action a -> {
        Object value = pipe(a.pipe(), fields, functions, scratch);
        if (value == GAVE_UP) {
          return false;
        }
        out.append(GoPrint.top(value));
      }
      case Node.Branch b -> {
        Object value = pipe(b.pipe(), fields, functions, scratch);
        return value != GAVE_UP
            && run(GoPrint.truth(value) ? b.body() : b.otherwise(), fields, functions, scratch, out);
      }
      case Node.Range _, Node.Call _, Node.Break _, Node.Continue _ -> {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality")
  private static @Nullable Object pipe(Pipe pipe, Fields fields, Functions functions, Arguments scratch) {
    Object value = null;
    for (int i = 0; i < pipe.commands().size() && value != GAVE_UP; i++) {
      Command command = pipe.commands().get(i);
      Operand first = command.operands().getFirst();
      value =
          first instanceof Operand.Identifier f
              ? call(f, command.operands(), command.operands().size() - 1, value, i > 0, fields, functions, scratch)
              : operand(first, fields, functions, scratch);
    }
    return value;
  }

  private static @Nullable Object operand(Operand operand, Fields fields, Functions functions, Arguments scratch) {
    return switch (operand) {
      case Operand.Field f -> fields.get(f.names().getFirst());
      case Operand.Constant c -> c.value();
      case Operand.Nested n -> pipe(n.pipe(), fields, functions, scratch);
      case Operand.Identifier f -> call(f, List.of(), 0, null, false, fields, functions, scratch);
      case Operand.Dot _, Operand.Nil _, Operand.Variable _, Operand.Chain _ -> GAVE_UP;
    };
  }

  @SuppressWarnings("ReferenceEquality")
  private static @Nullable Object call(
      Operand.Identifier f,
      List<Operand> operands,
      int given,
      @Nullable Object last,
      boolean hasLast,
      Fields fields,
      Functions functions,
      Arguments scratch) {
    int count = given + (hasLast ? 1 : 0);
    Function function = functions.find(f.name());
    function = function == null ? Builtins.find(f.name()) : function;
    if (function == null
        || (function.isVariadic() ? count < function.fixed() : count != function.fixed())) {
      return GAVE_UP;
    }
    @Nullable Object[] arguments = scratch.begin(count);
    try {
      return call(function, arguments, given, operands, last, fields, functions, scratch);
    } finally {
      scratch.end(arguments);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private static @Nullable Object call(
      Function function,
      @Nullable Object[] arguments,
      int given,
      List<Operand> operands,
      @Nullable Object last,
      Fields fields,
      Functions functions,
      Arguments scratch) {
    long length = 0;
    for (int i = 0; i < arguments.length; i++) {
      boolean constant = i < given && operands.get(i + 1) instanceof Operand.Constant;
      Object value = i < given ? operand(operands.get(i + 1), fields, functions, scratch) : last;
      value = function.kind(i) == 'f' && constant && value instanceof Long whole ? (Object) (double) whole : value;
      if (value == GAVE_UP || !Executor.fits(function.kind(i), value, false)) {
        return GAVE_UP;
      }
      length += value instanceof String text ? text.length() : 0;
      arguments[i] = value;
    }
    if (length > Executor.MAX_TEXT) {
      return GAVE_UP;
    }
    try {
      Object value = function.body().call(arguments);
      return value instanceof String text && text.length() > Executor.MAX_TEXT ? GAVE_UP : value;
    } catch (TemplateException | ArithmeticException e) {
      return GAVE_UP;
    }
  }
}
