package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replaces what capture groups match, in the line or an extracted value, by what a template makes of it. What is not in a
 * group stays; named groups become extracted values.
 */
final class ReplaceStage implements Stage {
  /**
   * The options.
   *
   * @param replace a template whose {@code .Value} is the group's text; empty removes it
   */
  record Options(String expression, String source, String replace) {
    static final Options DEFAULT = new Options("", "", "");
  }

  private final GoCaptures expression;
  private final String source;
  private final Template template;
  private final Functions functions;
  private final StageContext context;

  ReplaceStage(GoCaptures expression, String source, Template template, Functions functions, StageContext context) {
    this.expression = expression;
    this.source = source;
    this.template = template;
    this.functions = functions;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    String text = source.isEmpty() ? entry.line() : entry.extractedText(source);
    if (text == null) {
      return true;
    }
    Map<String, Object> data = TemplateData.of(entry, null);
    Map<String, String> named = new HashMap<>();
    List<String> names = expression.names();
    String result;
    try {
      result =
          expression.replaceGroups(
              text,
              (group, captured) -> {
                data.put("Value", captured);
                String replaced = template.run(data, functions);
                if (!names.get(group).isEmpty()) {
                  named.put(names.get(group), replaced);
                }
                return replaced;
              });
    } catch (TemplateException e) {
      context.counters().error("replace");
      return true;
    }
    if (!result.equals(text)) {
      if (source.isEmpty()) {
        entry.setLine(result);
      } else {
        entry.extract(source, result);
      }
    }
    named.forEach(entry::extract);
    return true;
  }
}
