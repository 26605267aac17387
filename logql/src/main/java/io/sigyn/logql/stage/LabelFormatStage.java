package io.sigyn.logql.stage;

import io.sigyn.gocompat.template.StringMap;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.logql.syntax.RawText;
import io.sigyn.logql.syntax.StageExpr.Format;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code label_format}: renames labels and sets them to what templates make of all labels. */
final class LabelFormatStage implements Stage {
  /** One label to be set; a rename has no template. */
  private record Step(String label, String source, @Nullable Template template) {}

  private final List<Step> steps = new ArrayList<>();

  /** Whether some template names what a step between it and the first template sets or takes away. */
  private final boolean needsOld;

  LabelFormatStage(List<Format> formats) {
    Set<String> seen = new HashSet<>();
    for (Format format : formats) {
      if (format.label().equals(LabelScratch.ERROR)) {
        throw new IllegalArgumentException("__error__ cannot be formatted");
      }
      if (!seen.add(format.label())) {
        throw new IllegalArgumentException(
            "multiple label name '" + format.label() + "' not allowed in a single format operation");
      }
    }
    for (Format format : formats) {
      try {
        steps.add(
            new Step(
                format.label(),
                format.value(),
                format.isTemplate() ? Templates.parse("label", format.value()) : null));
      } catch (TemplateException e) {
        throw new IllegalArgumentException(
            "invalid template for label '" + format.label() + "': " + e.getMessage(), e);
      }
    }
    this.needsOld = needsOld(steps);
  }

  private static boolean needsOld(List<Step> steps) {
    Set<String> changed = new HashSet<>();
    boolean begun = false;
    for (Step step : steps) {
      Template template = step.template();
      if (begun && template != null && (!template.namesFieldsOnly() || template.fields().stream().anyMatch(changed::contains))) {
        return true;
      }
      begun = begun || template != null;
      if (begun) {
        changed.add(step.label());
        changed.add(step.source());
        changed.add(LabelScratch.ERROR);
        changed.add(LabelScratch.ERROR_DETAILS);
      }
    }
    return false;
  }

  @Override
  public boolean apply(Line line) {
    LabelScratch labels = line.labels();
    StringMap data = null;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Template template = step.template();
      if (template == null) {
        String value = labels.get(step.source());
        if (value != null) {
          labels.set(step.label(), value);
          labels.delete(step.source());
        }
        continue;
      }
      try {
        String value;
        if (needsOld) {
          // All templates of the stage see the labels as the first of them does.
          data = data == null || data.isEmpty() ? Templates.data(labels) : data;
          value = template.run(data, line.templateFunctions());
        } else {
          value = line.format(template).toString();
        }
        labels.set(step.label(), RawText.clean(value));
      } catch (TemplateException e) {
        labels.error(Templates.ERROR_TYPE, String.valueOf(e.getMessage()));
      }
    }
    return true;
  }
}
