package io.sigyn.agent.relabel;

import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.model.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rules in order, each working on what the one before left. Immutable and safe to share. */
public final class Relabeling {
  /** No rules. */
  public static final Relabeling NONE = new Relabeling(List.of());

  private final List<Rule> rules;

  /** The rules of a job; they were checked when they were read. */
  public Relabeling(List<RelabelConfig> configs) {
    rules = configs.stream().map(config -> new Rule(config, GoCaptures.compileWhole(config.regex()))).toList();
  }

  /** The labels after all rules; empty when a rule dropped them. */
  public Optional<Labels> apply(Labels given) {
    Labels labels = given;
    for (Rule rule : rules) {
      Optional<Labels> after = rule.apply(labels);
      if (after.isEmpty()) {
        return after;
      }
      labels = after.get();
    }
    return Optional.of(labels);
  }

  /** The index of the rule that drops the labels, -1 when none does. */
  public int droppedBy(Labels given) {
    Labels labels = given;
    for (int i = 0; i < rules.size(); i++) {
      Optional<Labels> after = rules.get(i).apply(labels);
      if (after.isEmpty()) {
        return i;
      }
      labels = after.get();
    }
    return -1;
  }

  private record Rule(RelabelConfig config, GoCaptures regex) {
    Optional<Labels> apply(Labels labels) {
      String source = source(labels);
      return switch (config.action()) {
        case REPLACE -> Optional.of(replace(labels, source));
        case KEEP -> regex.matches(source) ? Optional.of(labels) : Optional.empty();
        case DROP -> regex.matches(source) ? Optional.empty() : Optional.of(labels);
        case KEEPEQUAL -> source.equals(labels.get(config.targetLabel())) ? Optional.of(labels) : Optional.empty();
        case DROPEQUAL -> source.equals(labels.get(config.targetLabel())) ? Optional.empty() : Optional.of(labels);
        case HASHMOD -> Optional.of(set(labels, hashMod(source, config.modulus())));
        case LABELMAP -> Optional.of(map(labels));
        case LABELDROP -> Optional.of(byName(labels, false));
        case LABELKEEP -> Optional.of(byName(labels, true));
        case LOWERCASE -> Optional.of(set(labels, source.toLowerCase(Locale.ROOT)));
        case UPPERCASE -> Optional.of(set(labels, source.toUpperCase(Locale.ROOT)));
      };
    }

    private String source(Labels labels) {
      List<String> names = config.sourceLabels();
      if (names.size() == 1) {
        return labels.get(names.getFirst());
      }
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < names.size(); i++) {
        out.append(i == 0 ? "" : config.separator()).append(labels.get(names.get(i)));
      }
      return out.toString();
    }

    private Labels replace(Labels labels, String source) {
      Optional<List<String>> groups = regex.find(source);
      if (groups.isEmpty()) {
        return labels;
      }
      String target = regex.expand(config.targetLabel(), groups.get());
      if (!isLabelName(target)) {
        return labels;
      }
      return labels.toBuilder().set(target, regex.expand(config.replacement(), groups.get())).build();
    }

    private Labels set(Labels labels, String value) {
      return labels.toBuilder().set(config.targetLabel(), value).build();
    }

    private Labels map(Labels labels) {
      Labels.Builder out = labels.toBuilder();
      labels.forEach(
          (name, value) ->
              regex
                  .find(name)
                  .map(groups -> regex.expand(config.replacement(), groups))
                  .filter(copy -> !copy.isEmpty())
                  .ifPresent(copy -> out.set(copy, value)));
      return out.build();
    }

    private Labels byName(Labels labels, boolean keepMatching) {
      Labels.Builder out = Labels.builder();
      labels.forEach(
          (name, value) -> {
            if (regex.matches(name) == keepMatching) {
              out.set(name, value);
            }
          });
      return out.build();
    }

    /** The last eight bytes of MD5 as an unsigned big-endian number, modulo. */
    private static String hashMod(String source, long modulus) {
      try {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(source.getBytes(StandardCharsets.UTF_8));
        return Long.toUnsignedString(Long.remainderUnsigned(ByteBuffer.wrap(md5).getLong(8), modulus));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has MD5", e);
      }
    }

    private static boolean isLabelName(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) {
          return false;
        }
      }
      return !text.isEmpty();
    }
  }
}
