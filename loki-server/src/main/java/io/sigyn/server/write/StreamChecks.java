package io.sigyn.server.write;

import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What may be wrong with a stream's labels. */
final class StreamChecks {
  private StreamChecks() {}

  /**
   * A complaint.
   *
   * @param reason as metrics name it
   */
  record Complaint(String reason, String text) {}

  /** The first thing that is wrong with the labels, {@code service_name} among them. */
  static Optional<Complaint> of(Labels labels, Limits limits, Tenant tenant) {
    if (labels.isEmpty()) {
      return complaint("missing_labels", "error at least one label pair is required per stream");
    }
    int names = labels.size() - (labels.has(Enrichment.SERVICE_NAME) ? 1 : 0);
    if (names > limits.maxLabelNamesPerSeries()) {
      return complaint(
          "max_label_names_per_series",
          "entry for stream '"
              + labels
              + "' has "
              + names
              + " label names; limit "
              + limits.maxLabelNamesPerSeries());
    }
    for (int i = 0; i < labels.size(); i++) {
      if (Sizes.utf8(labels.name(i)) > limits.maxLabelNameLength()) {
        return complaint(
            "label_name_too_long",
            "stream '" + labels + "' has label name too long: '" + labels.name(i) + "'");
      }
      if (Sizes.utf8(labels.value(i)) > limits.maxLabelValueLength()) {
        return complaint(
            "label_value_too_long",
            "stream '" + labels + "' has label value too long: '" + labels.value(i) + "'");
      }
    }
    List<String> missing = new ArrayList<>(limits.enforcedLabels());
    missing.removeIf(labels::has);
    if (!missing.isEmpty()) {
      return complaint(
          "missing_enforced_labels",
          "missing required labels '"
              + String.join(",", missing)
              + "' for user '"
              + tenant
              + "' for stream '"
              + labels
              + "' (policy: '')");
    }
    return Optional.empty();
  }

  private static Optional<Complaint> complaint(String reason, String text) {
    return Optional.of(new Complaint(reason, text));
  }
}
