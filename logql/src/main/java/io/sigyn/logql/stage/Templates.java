package io.sigyn.logql.stage;

import io.sigyn.gocompat.template.Function;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.gocompat.template.StringMap;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.model.Labels;
import java.util.Set;

/** Templates as stages need them. */
final class Templates {
  static final String ERROR_TYPE = "TemplateFormatErr";

  static final String LINE = "__line__";
  static final String TIMESTAMP = "__timestamp__";

  private static final Functions NAMES =
      name ->
          name.equals(LINE) || name.equals(TIMESTAMP)
              ? new Function(name, "", a -> "")
              : StageFunctions.find(name);

  private Templates() {}

  static Template parse(String name, String text) {
    return Template.parse(name, text, NAMES);
  }

  /** The labels a template names; none when it is no template. */
  static Set<String> fields(String text) {
    try {
      return parse("line", text).fields();
    } catch (TemplateException e) {
      return Set.of();
    }
  }

  /** What a template sees: all labels and the errors. */
  static StringMap data(LabelScratch labels) {
    Labels all = labels.all();
    StringMap map = new StringMap();
    for (int i = 0; i < all.size(); i++) {
      map.put(all.name(i), all.value(i));
    }
    return map;
  }
}
