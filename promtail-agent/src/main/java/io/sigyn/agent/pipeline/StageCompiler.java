package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.Names;
import io.sigyn.agent.pipeline.LineStages.LabelFilter;
import io.sigyn.agent.pipeline.LineStages.LabelsFromExtracted;
import io.sigyn.agent.pipeline.LineStages.MetadataDrop;
import io.sigyn.agent.pipeline.LineStages.Output;
import io.sigyn.agent.pipeline.LineStages.OutputOptions;
import io.sigyn.agent.pipeline.LineStages.Regex;
import io.sigyn.agent.pipeline.LineStages.RegexOptions;
import io.sigyn.agent.pipeline.LineStages.StaticLabels;
import io.sigyn.agent.pipeline.LineStages.StructuredMetadata;
import io.sigyn.agent.pipeline.LineStages.Tenant;
import io.sigyn.agent.pipeline.LineStages.TenantOptions;
import io.sigyn.agent.zone.LocalZone;
import io.sigyn.config.Binder;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import io.sigyn.config.Suggestions;
import io.sigyn.gocompat.GoTimeLayout;
import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One stage of a file, checked and compiled. */
final class StageCompiler {
  private static final List<String> BUILT =
      List.of(
          "cri", "docker", "regex", "json", "logfmt", "match", "multiline", "labels", "labeldrop", "labelallow",
          "static_labels", "structured_metadata", "non_indexed_labels", "structured_metadata_drop", "tenant",
          "timestamp", "output", "drop", "template", "replace", "pack", "limit", "sampling", "decolorize", "metrics");
  private static final List<String> KNOWN =
      List.of(
          "geoip", "eventlogmessage");

  private final String name;
  private final ConfigNode options;
  private final ConfigNode.Mark mark;
  private final String path;
  private final boolean extracting;
  private final List<String> problems;
  private final List<MetricSpec> metrics;

  StageCompiler(ConfigNode.Entry stage, String at, boolean extracting, List<String> problems,
      List<MetricSpec> metrics) {
    this.name = stage.key();
    this.options = stage.value();
    this.mark = stage.mark();
    this.path = at;
    this.extracting = extracting;
    this.problems = problems;
    this.metrics = metrics;
  }

  /**
   * Compiles.
   *
   * @throws ConfigException with the problems of this stage
   */
  StageSpec compile() {
    try {
      return switch (name) {
        case "cri" -> cri();
        case "docker" -> context -> new DockerStage(context, extracting);
        case "regex" -> regex();
        case "json" -> json();
        case "logfmt" -> logfmt();
        case "match" -> match();
        case "multiline" -> multiline();
        case "labels" -> labels();
        case "labeldrop" -> filter(false);
        case "labelallow" -> filter(true);
        case "static_labels" -> staticLabels();
        case "structured_metadata", "non_indexed_labels" -> structuredMetadata();
        case "structured_metadata_drop" -> {
          List<String> names = list();
          yield context -> new MetadataDrop(names);
        }
        case "tenant" -> tenant();
        case "timestamp" -> timestamp();
        case "output" -> output();
        case "drop" -> drop();
        case "template" -> template();
        case "replace" -> replace();
        case "pack" -> pack();
        case "limit" -> limit();
        case "sampling" -> sampling();
        case "decolorize" -> context -> new Decolorize();
        case "metrics" -> metrics();
        default -> throw unknown();
      };
    } catch (IllegalArgumentException | RegexpSyntaxException | TemplateException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
  }

  private ConfigException unknown() {
    if (KNOWN.contains(name)) {
      return new ConfigException(mark + ": " + path + ": stage \"" + name + "\" is known but not implemented in this build");
    }
    List<String> all = new ArrayList<>(BUILT);
    all.addAll(KNOWN);
    return new ConfigException(
        mark + ": " + path + ": stage \"" + name + "\" unknown" + Suggestions.hint(name, all));
  }

  private StageSpec cri() {
    CriStage.Options o = bind(CriStage.Options.class);
    return context -> new CriStage(o, context, extracting);
  }

  private StageSpec regex() {
    RegexOptions o = bind(RegexOptions.class);
    need("expression", o.expression());
    GoCaptures expression = GoCaptures.compile(o.expression());
    return context -> new Regex(expression, o.source());
  }

  private StageSpec json() {
    JsonStage.Options o = bind(JsonStage.Options.class);
    if (o.expressions().isEmpty()) {
      throw bad("expressions is missing");
    }
    Map<String, JsonPath> paths = new LinkedHashMap<>();
    o.expressions()
        .forEach((key, text) -> paths.put(key, JsonPath.compile(text.isEmpty() ? "\"" + key + "\"" : text)));
    return context -> new JsonStage(o, paths, context);
  }

  private StageSpec logfmt() {
    LogfmtStage.Options o = bind(LogfmtStage.Options.class);
    if (o.mapping().isEmpty()) {
      throw bad("mapping is missing");
    }
    return context -> new LogfmtStage(o);
  }

  private StageSpec match() {
    MatchStage.Options o = bind(MatchStage.Options.class);
    need("selector", o.selector());
    Selector selector = Selector.compile(o.selector());
    if (o.action() == MatchStage.Action.DROP && !o.stages().isEmpty()) {
      throw bad("action drop takes no stages");
    }
    if (o.action() == MatchStage.Action.KEEP && o.stages().isEmpty()) {
      throw bad("stages is missing; or set action: drop");
    }
    List<StageSpec> nested = Pipelines.specs(o.stages(), path + ".match.stages", problems, metrics);
    return context ->
        new MatchStage(
            selector,
            o,
            new StageChain(nested.stream().map(spec -> spec.open(context)).toList(), context.counters()),
            context);
  }

  private StageSpec multiline() {
    MultilineStage.Options o = bind(MultilineStage.Options.class);
    need("firstline", o.firstline());
    GoRegexp first = GoRegexp.compile(o.firstline());
    if (o.maxLines() < 1) {
      throw bad("max_lines must be greater than 0, is " + o.maxLines());
    }
    return context -> new MultilineStage(o, first, context);
  }

  private StageSpec labels() {
    Map<String, String> sources = map();
    Names.labels(name, sources);
    return context -> new LabelsFromExtracted(sources);
  }

  private StageSpec staticLabels() {
    Map<String, String> values = map();
    Names.labels(name, values);
    return context -> new StaticLabels(values);
  }

  private StageSpec structuredMetadata() {
    Map<String, String> sources = map();
    return context -> new StructuredMetadata(sources);
  }

  private StageSpec filter(boolean keepListed) {
    List<String> names = list();
    return context -> new LabelFilter(names, keepListed);
  }

  private StageSpec tenant() {
    TenantOptions o = bind(TenantOptions.class);
    long given = Stream.of(o.label(), o.source(), o.value()).filter(text -> !text.isEmpty()).count();
    if (given != 1) {
      throw bad("give exactly one of label, source, value");
    }
    return context -> new Tenant(o);
  }

  private StageSpec output() {
    OutputOptions o = bind(OutputOptions.class);
    need("source", o.source());
    return context -> new Output(o.source());
  }

  private StageSpec drop() {
    DropStage.Options o = bind(DropStage.Options.class);
    if (o.isEmpty()) {
      throw bad("no condition; give source, value, expression, older_than or longer_than");
    }
    Optional<GoCaptures> expression = o.expression().map(GoCaptures::compile);
    return context -> new DropStage(o, expression, context);
  }

  private StageSpec template() {
    TemplateStage.Options o = bind(TemplateStage.Options.class);
    need("source", o.source());
    Template template = Template.parse("pipeline_template", o.template(), TemplateFunctions.ALL);
    return context -> new TemplateStage(o.source(), template, context.templates(), context);
  }

  private StageSpec replace() {
    ReplaceStage.Options o = bind(ReplaceStage.Options.class);
    need("expression", o.expression());
    GoCaptures expression = GoCaptures.compile(o.expression());
    Template template = Template.parse("pipeline_template", o.replace(), TemplateFunctions.ALL);
    return context -> new ReplaceStage(expression, o.source(), template, context.templates(), context);
  }

  private StageSpec pack() {
    PackStage.Options o = bind(PackStage.Options.class);
    return context -> new PackStage(o);
  }

  private StageSpec limit() {
    LimitStage.Options o = bind(LimitStage.Options.class);
    if (!(o.rate() > 0)) {
      throw bad("rate must be greater than 0, is " + o.rate());
    }
    if (o.burst() <= 0) {
      throw bad("burst must be greater than 0, is " + o.burst());
    }
    if (!o.byLabelName().isEmpty() && !o.drop()) {
      throw bad("by_label_name needs drop: true; a file cannot wait for each of its lines");
    }
    LimitStage.Buckets buckets = new LimitStage.Buckets(o);
    return context -> new LimitStage(o, buckets, context);
  }

  private StageSpec sampling() {
    SamplingStage.Options o = bind(SamplingStage.Options.class);
    if (!(o.rate() >= 0 && o.rate() <= 1)) {
      throw bad(o.rate() == -1 ? "rate is missing; give a share from 0 to 1" : "rate must be 0 to 1, is " + o.rate());
    }
    return context -> new SamplingStage(o, context);
  }

  private StageSpec metrics() {
    if (!(options instanceof Mapping mapping) || mapping.entries().isEmpty()) {
      throw bad("expected metrics by name, found " + options.describe());
    }
    List<MetricSpec> specs = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (ConfigNode.Entry entry : mapping.entries()) {
      try {
        specs.add(MetricsCompiler.compile(entry.key(), entry.value()));
      } catch (ConfigException e) {
        e.problems().forEach(problem -> wrong.add(located(problem)));
      } catch (IllegalArgumentException e) {
        wrong.add(entry.mark() + ": " + path + "." + name + "." + e.getMessage());
      }
    }
    if (!wrong.isEmpty()) {
      throw new ConfigException(wrong);
    }
    metrics.addAll(specs);
    return context -> new MetricsStage(specs, context);
  }

  private StageSpec timestamp() {
    TimestampStage.Options o = bind(TimestampStage.Options.class);
    need("source", o.source());
    need("format", o.format());
    List<TimestampStage.Format> formats = new ArrayList<>();
    formats.add(TimestampStage.Format.of(o.format()));
    o.fallbackFormats().forEach(format -> formats.add(TimestampStage.Format.of(format)));
    ZoneId zone = zone(o.location());
    TimestampStage.LastTimes last = new TimestampStage.LastTimes();
    boolean number = List.of("Unix", "UnixMs", "UnixUs", "UnixNs").contains(o.format());
    boolean zoneless = o.location().isEmpty() && !number && !GoTimeLayout.of(o.format()).hasZone();
    ZoneWatch watch = new ZoneWatch(zoneless);
    return context -> new TimestampStage(o, formats, zone, last, watch, context);
  }

  private static ZoneId zone(String location) {
    if (location.isEmpty()) {
      return ZoneOffset.UTC;
    }
    try {
      return location.equals("Local") ? LocalZone.ofProcess().zone() : ZoneId.of(location);
    } catch (DateTimeException e) {
      String hint = zoneHint(location);
      throw new IllegalArgumentException("unknown location \"" + location + "\"" + hint, e);
    }
  }

  /** Towns people write that the time zone database calls by another one, before names that look alike. */
  private static String zoneHint(String location) {
    String town = location.substring(location.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String known =
        switch (town) {
          case "peking", "beijing", "guangzhou", "shenzhen" -> "Asia/Shanghai";
          case "delhi", "new_delhi", "mumbai", "bangalore" -> "Asia/Kolkata";
          case "san_francisco", "seattle" -> "America/Los_Angeles";
          case "washington", "boston" -> "America/New_York";
          case "munich", "hamburg", "frankfurt" -> "Europe/Berlin";
          default -> "";
        };
    return known.isEmpty()
        ? Suggestions.hint(location, ZoneId.getAvailableZoneIds())
        : "; did you mean \"" + known + "\"?";
  }

  private void need(String key, String value) {
    if (value.isEmpty()) {
      throw bad(key + " is missing");
    }
  }

  private Map<String, String> map() {
    Map<String, String> values = new LinkedHashMap<>();
    switch (options) {
      case Mapping mapping -> {
        for (ConfigNode.Entry entry : mapping.entries()) {
          if (!(entry.value() instanceof Scalar scalar)) {
            throw new ConfigException(
                entry.mark() + ": " + path + "." + name + "." + entry.key() + ": expected text, found "
                    + entry.value().describe());
          }
          values.put(entry.key(), scalar.plain() && scalar.text().equals("~") ? "" : scalar.text());
        }
      }
      case Scalar scalar when scalar.isNull() -> {}
      default -> throw bad("expected a mapping, found " + options.describe());
    }
    return values;
  }

  private List<String> list() {
    List<String> values = new ArrayList<>();
    if (options instanceof Sequence sequence) {
      for (ConfigNode item : sequence.items()) {
        if (item instanceof Scalar scalar) {
          values.add(scalar.text());
        }
      }
    }
    if (values.isEmpty()) {
      throw bad("expected a list of names, found " + options.describe());
    }
    return List.copyOf(values);
  }

  private <T extends Record> T bind(Class<T> type) {
    try {
      return Binder.bind(type, options).value();
    } catch (ConfigException e) {
      throw new ConfigException(e.problems().stream().map(this::located).toList());
    }
  }

  /** A problem inside the options, with the way to them: {@code FILE:L:C: key: text} gets the stage before the key. */
  private String located(String problem) {
    String file = mark.file() + ":";
    int place = problem.startsWith(file) ? problem.indexOf(": ", file.length()) : -1;
    if (place < 0) {
      return mark + ": " + path + "." + name + ": " + problem;
    }
    String text = problem.substring(place + 2);
    int colon = text.indexOf(": ");
    boolean hasKey = colon > 0 && text.substring(0, colon).indexOf(' ') < 0;
    return problem.substring(0, place + 2) + path + "." + name + (hasKey ? "." : ": ") + text;
  }

  private ConfigException bad(String problem) {
    return new ConfigException(mark + ": " + path + "." + name + ": " + problem);
  }
}
