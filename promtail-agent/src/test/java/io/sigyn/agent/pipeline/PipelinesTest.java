package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PipelinesTest {
  private static List<String> problems(String yaml) {
    try {
      Pipelines.compile(Run.stages(yaml), "pipeline_stages");
    } catch (ConfigException e) {
      return e.problems();
    }
    return List.of();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "- jsn: {} | f.yaml:1:3: pipeline_stages[0]: stage \"jsn\" unknown; did you mean \"json\"?",
        "- geoip: {source: a} | f.yaml:1:3: pipeline_stages[0]: stage \"geoip\" is known but not implemented in this build",
        "- cri | f.yaml:1:3: pipeline_stages[0]: expected one stage name with its options, found \"cri\"",
        "- {cri: {}, docker: {}} | f.yaml:1:3: pipeline_stages[0]: expected one stage name with its options, found the keys cri, docker",
        "- regex: {expresion: x} | f.yaml:1:11: pipeline_stages[0].regex.expresion: unknown key \"expresion\"; did you mean \"expression\"?",
        "- regex: {} | f.yaml:1:3: pipeline_stages[0].regex: expression is missing",
        "- regex: {expression: (} | f.yaml:1:3: pipeline_stages[0].regex: error parsing regexp: missing closing ): `(`",
        "- json: {} | f.yaml:1:3: pipeline_stages[0].json: expressions is missing",
        "- json: {expressions: {a: 'b[?c'}} | f.yaml:1:3: pipeline_stages[0].json: \"b[?c\" is no JMESPath: Unable to compile expression \"b[?c\": syntax error missing ']' at '<EOF>' at position 4",
        "- logfmt: {} | f.yaml:1:3: pipeline_stages[0].logfmt: mapping is missing",
        "- match: {} | f.yaml:1:3: pipeline_stages[0].match: selector is missing",
        "- match: {selector: '{a=\"b\"}'} | f.yaml:1:3: pipeline_stages[0].match: stages is missing; or set action: drop",
        "- match: {selector: '{a=\"b\"}', action: drop, stages: [{cri: {}}]} | f.yaml:1:3: pipeline_stages[0].match: action drop takes no stages",
        "- match: {selector: '{a=b}', action: drop} | f.yaml:1:3: pipeline_stages[0].match: selector `{a=b}`: a text in quotes is missing at position 4",
        "- match: {selector: '{a=\"b\"}', action: kep} | f.yaml:1:40: pipeline_stages[0].match.action: \"kep\" unknown; use keep, drop; did you mean \"keep\"?",
        "- labels: {a-b: } | f.yaml:1:3: pipeline_stages[0].labels: labels: \"a-b\" is no label name; use letters, digits and _, not starting with a digit",
        "- labeldrop: [] | f.yaml:1:3: pipeline_stages[0].labeldrop: expected a list of names, found a list",
        "- tenant: {label: a, value: b} | f.yaml:1:3: pipeline_stages[0].tenant: give exactly one of label, source, value",
        "- timestamp: {source: a} | f.yaml:1:3: pipeline_stages[0].timestamp: format is missing",
        "- timestamp: {source: a, format: Unix, location: Asia/Shangai} | f.yaml:1:3: pipeline_stages[0].timestamp: unknown location \"Asia/Shangai\"; did you mean \"Asia/Shanghai\"?",
        "- timestamp: {source: a, format: Unix, location: Asia/Peking} | f.yaml:1:3: pipeline_stages[0].timestamp: unknown location \"Asia/Peking\"; did you mean \"Asia/Shanghai\"?",
        "- timestamp: {format: Unix} | f.yaml:1:3: pipeline_stages[0].timestamp: source is missing",
        "- timestamp: {source: a, format: Unix, action_on_failure: skp} | f.yaml:1:59: pipeline_stages[0].timestamp.action_on_failure: \"skp\" unknown; use fudge, skip; did you mean \"skip\"?",
        "- output: {} | f.yaml:1:3: pipeline_stages[0].output: source is missing",
        "- drop: {} | f.yaml:1:3: pipeline_stages[0].drop: no condition; give source, value, expression, older_than or longer_than",
        "- drop: {value: a, expression: b} | f.yaml:1:9: pipeline_stages[0].drop: use only one of value, expression",
        "- drop: {older_than: 10} | f.yaml:1:22: pipeline_stages[0].drop.older_than: \"10\" has no unit; did you mean \"10s\"?",
        "- drop: {expression: '('} | f.yaml:1:3: pipeline_stages[0].drop: error parsing regexp: missing closing ): `(`",
        "- drop: {longer_than: 8x} | f.yaml:1:23: pipeline_stages[0].drop.longer_than: \"8x\" is no size; write a whole number and one of B, KB, MB, GB, TB, PB, as in 256KB",
        "- multiline: {firstline: '('} | f.yaml:1:3: pipeline_stages[0].multiline: error parsing regexp: missing closing ): `(`",
        "- multiline: {firstline: a, max_wait_time: 3} | f.yaml:1:44: pipeline_stages[0].multiline.max_wait_time: \"3\" has no unit; did you mean \"3s\"?",
        "- static_labels: {a-b: c} | f.yaml:1:3: pipeline_stages[0].static_labels: static_labels: \"a-b\" is no label name; use letters, digits and _, not starting with a digit",
        "- labelallow: [] | f.yaml:1:3: pipeline_stages[0].labelallow: expected a list of names, found a list",
        "- replace: {} | f.yaml:1:3: pipeline_stages[0].replace: expression is missing",
        "- replace: {expression: '('} | f.yaml:1:3: pipeline_stages[0].replace: error parsing regexp: missing closing ): `(`",
        "- tenant: {} | f.yaml:1:3: pipeline_stages[0].tenant: give exactly one of label, source, value",
        "- multiline: {} | f.yaml:1:3: pipeline_stages[0].multiline: firstline is missing",
      })
  void everyProblemHasItsPlaceAndSaysWhatToDo(String yaml, String problem) {
    assertThat(problems(yaml)).containsExactly(problem);
  }

  @Test
  void problemsDeepInsideHaveTheWholeWayAndAllAreReported() {
    assertThat(
            problems(
                """
                - cri: {}
                - match:
                    selector: '{a="b"}'
                    stages:
                      - match:
                          selector: '{a="c"}'
                          stages:
                            - nope: {}
                            - output: {}
                - output: {}
                """))
        .containsExactly(
            "f.yaml:8:15: pipeline_stages[1].match.stages[0].match.stages[0]: stage \"nope\" unknown",
            "f.yaml:9:15: pipeline_stages[1].match.stages[0].match.stages[1].output: source is missing",
            "f.yaml:10:3: pipeline_stages[2].output: source is missing");
  }

  @Test
  void emptyOptionsOfPromtailAreAccepted() {
    assertThat(problems("- cri:\n- docker: {}\n- labels:\n- static_labels: ~\n- json: {expressions: {n: }}")).isEmpty();
  }
}
