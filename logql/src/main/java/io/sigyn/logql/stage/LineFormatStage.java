package io.sigyn.logql.stage;

import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;

/** {@code line_format}: replaces the line by what a template makes of the labels. */
final class LineFormatStage implements Stage {
  private final Template template;
  private final String onlyField;

  LineFormatStage(String text) {
    try {
      this.template = Templates.parse("line", text);
    } catch (TemplateException e) {
      throw new IllegalArgumentException("invalid line template: " + e.getMessage(), e);
    }
    this.onlyField = template.onlyField();
  }

  @Override
  public boolean apply(Line line) {
    LabelScratch labels = line.labels();
    if (!onlyField.isEmpty()) {
      // Compatible: the short cut sees labels only, so that an error is the empty line here.
      String value = labels.get(onlyField);
      line.replace(value == null ? "" : value);
      return true;
    }
    try {
      line.replace(line.format(template));
    } catch (TemplateException e) {
      labels.error(Templates.ERROR_TYPE, String.valueOf(e.getMessage()));
    }
    return true;
  }
}
