package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.template.Functions;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;

/** Sets an extracted value to what a template makes of all of them; an empty result removes it. */
final class TemplateStage implements Stage {
  /** The options. */
  record Options(String source, String template) {
    static final Options DEFAULT = new Options("", "");
  }

  private final String source;
  private final Template template;
  private final Functions functions;
  private final StageContext context;

  TemplateStage(String source, Template template, Functions functions, StageContext context) {
    this.source = source;
    this.template = template;
    this.functions = functions;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    try {
      String result = template.run(TemplateData.of(entry, entry.extractedText(source)), functions);
      if (result.isEmpty()) {
        entry.forget(source);
      } else {
        entry.extract(source, result);
      }
    } catch (TemplateException e) {
      context.counters().error("template");
    }
    return true;
  }
}
