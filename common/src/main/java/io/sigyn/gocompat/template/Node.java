package io.sigyn.gocompat.template;

import java.util.List;
import java.util.stream.Collectors;

/** A piece of a template. {@code toString} is the text that error messages quote; {@code at} is an offset. */
sealed interface Node {
  /** Text between actions. */
  record Text(String text) implements Node {}

  /** A pipeline whose value is printed, unless it sets variables. */
  record Action(Pipe pipe) implements Node {}

  /** {@code if} and {@code with}. */
  record Branch(boolean with, Pipe pipe, List<Node> body, List<Node> otherwise) implements Node {}

  /** {@code range}. */
  record Range(Pipe pipe, List<Node> body, List<Node> otherwise) implements Node {}

  /** {@code template}; the argument may be missing. */
  record Call(int at, String name, Pipe pipe) implements Node {
    @Override
    public String toString() {
      return "{{template \"" + name + "\"" + (pipe.commands().isEmpty() ? "" : " " + pipe) + "}}";
    }
  }

  /** {@code break}. */
  record Break() implements Node {}

  /** {@code continue}. */
  record Continue() implements Node {}

  /**
   * Commands, each of which gets the value of the one before it as its last argument.
   *
   * @param variables set to the value, or to key and value of a range
   */
  record Pipe(int at, List<String> variables, boolean declares, List<Command> commands) {
    @Override
    public String toString() {
      String text = commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
      return variables.isEmpty() ? text : String.join(", ", variables) + (declares ? " := " : " = ") + text;
    }
  }

  /** A function or value and its arguments. */
  record Command(int at, List<Operand> operands) {
    @Override
    public String toString() {
      return operands.stream()
          .map(o -> o instanceof Operand.Nested ? "(" + o + ")" : o.toString())
          .collect(Collectors.joining(" "));
    }
  }

  /** A value. */
  sealed interface Operand {
    int at();

    /** {@code .}. */
    record Dot(int at) implements Operand {
      @Override
      public String toString() {
        return ".";
      }
    }

    /** {@code nil}. */
    record Nil(int at) implements Operand {
      @Override
      public String toString() {
        return "nil";
      }
    }

    /** A string, number or boolean; {@code text} is how it was written. */
    record Constant(int at, Object value, String text) implements Operand {
      @Override
      public String toString() {
        return text;
      }
    }

    /** A function. */
    record Identifier(int at, String name) implements Operand {
      @Override
      public String toString() {
        return name;
      }
    }

    /** {@code .a.b}. */
    record Field(int at, List<String> names) implements Operand {
      @Override
      public String toString() {
        return "." + String.join(".", names);
      }
    }

    /** {@code $x.a.b}. */
    record Variable(int at, String name, List<String> fields) implements Operand {
      @Override
      public String toString() {
        return fields.isEmpty() ? name : name + "." + String.join(".", fields);
      }
    }

    /** Fields of another operand. */
    record Chain(int at, Operand of, List<String> names) implements Operand {
      @Override
      public String toString() {
        return (of instanceof Nested ? "(" + of + ")" : of.toString()) + "." + String.join(".", names);
      }
    }

    /** A pipeline in parentheses. */
    record Nested(int at, Pipe pipe) implements Operand {
      @Override
      public String toString() {
        return pipe.toString();
      }
    }
  }
}
