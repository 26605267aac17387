package io.sigyn.storage.segment;

import io.sigyn.model.LabelMatcher;
import io.sigyn.storage.index.LabelBloom;
import java.util.List;

/**
 * What the manifest keeps of a segment: enough to pass by it without opening it.
 *
 * @param id its name
 * @param level 0 for flushed, higher for compacted
 * @param labelNames names of labels, ascending
 * @param pairs filter over label pairs
 * @param footer a copy of the footer
 */
public record SegmentInfo(SegmentId id, int level, List<String> labelNames, LabelBloom pairs, SegmentFooter footer) {
  /** Copies the list. */
  public SegmentInfo {
    labelNames = List.copyOf(labelNames);
  }

  /** Whether some entry of some matching stream may lie in {@code [first, last]}. */
  public boolean mayHave(List<LabelMatcher> matchers, long first, long last) {
    return footer.minTs() <= last && footer.maxTs() >= first && pairs.mayMatch(matchers);
  }

  /** The file's name. */
  public String fileName() {
    return id.fileName(level);
  }
}
