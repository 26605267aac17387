package io.sigyn.gocompat.template;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A parsed template. Immutable; may run in many threads at once. */
public final class Template {
  private final String name;
  private final String text;
  private final Map<String, List<Node>> definitions;
  private final List<Node> root;
  private final boolean direct;

  private Template(String name, String text, Map<String, List<Node>> definitions) {
    this.name = name;
    this.text = text;
    this.definitions = Map.copyOf(definitions);
    this.root = definitions.getOrDefault(name, List.of());
    this.direct = Direct.fits(root);
  }

  /**
   * Parses.
   *
   * @param name as error messages call it
   * @param functions only asked whether a name exists
   * @throws TemplateException with Go's text
   */
  public static Template parse(String name, String text, Functions functions) {
    return new Template(name, text, new TemplateParser(name, text, functions).parse());
  }

  /**
   * Runs.
   *
   * @param data the value of {@code .} and {@code $}
   * @throws TemplateException with Go's text
   */
  public String run(@Nullable Object data, Functions functions) {
    return new Executor(name, text, definitions, functions, data).run();
  }

  /**
   * Runs over fields, if the template has only text, fields, functions and conditions and nothing goes wrong; allocates
   * nothing but what functions give.
   *
   * @param scratch where functions find their arguments
   * @param out what is printed is appended to it
   * @return false when {@link #run} must be asked; nothing is appended then
   */
  public boolean run(Fields fields, Functions functions, Arguments scratch, StringBuilder out) {
    int length = out.length();
    if (direct && Direct.run(root, fields, functions, scratch, out)) {
      return true;
    }
    out.setLength(length);
    return false;
  }

  /** If the whole template is one plain field, its name; otherwise the empty string. */
  public String onlyField() {
    if (root.size() == 1
        && root.get(0) instanceof Node.Action(Node.Pipe pipe)
        && pipe.variables().isEmpty()
        && pipe.commands().size() == 1
        && pipe.commands().get(0).operands().size() == 1
        && pipe.commands().get(0).operands().get(0) instanceof Node.Operand.Field field
        && field.names().size() == 1) {
      return field.names().get(0);
    }
    return "";
  }

  /** Whether it takes nothing from its data but the {@link #fields} it names. */
  public boolean namesFieldsOnly() {
    return direct;
  }

  /**
   * The fields of the data that the template visibly names. Only fields in actions, pipelines and the bodies of branches
   * and loops are seen, not those of variables, of parentheses, or what {@code index} fetches.
   */
  public Set<String> fields() {
    Set<String> fields = new LinkedHashSet<>();
    root.forEach(node -> collect(node, fields));
    return fields;
  }

  private static void collect(Node node, Set<String> fields) {
    switch (node) {
      case Node.Action a -> collect(a.pipe(), fields);
      case Node.Branch b -> {
        collect(b.pipe(), fields);
        b.body().forEach(n -> collect(n, fields));
        b.otherwise().forEach(n -> collect(n, fields));
      }
      case Node.Range r -> {
        collect(r.pipe(), fields);
        r.body().forEach(n -> collect(n, fields));
        r.otherwise().forEach(n -> collect(n, fields));
      }
      case Node.Text _, Node.Call _, Node.Break _, Node.Continue _ -> {}
    }
  }

  private static void collect(Node.Pipe pipe, Set<String> fields) {
    for (Node.Command command : pipe.commands()) {
      for (Node.Operand operand : command.operands()) {
        switch (operand) {
          case Node.Operand.Field f -> fields.add(f.names().get(0));
          case Node.Operand.Nested n -> collect(n.pipe(), fields);
          case Node.Operand.Dot _,
              Node.Operand.Nil _,
              Node.Operand.Constant _,
              Node.Operand.Identifier _,
              Node.Operand.Variable _,
              Node.Operand.Chain _ -> {}
        }
      }
    }
  }
}
