package io.sigyn.server.write;

import io.sigyn.model.Labels;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.write.StreamChecks.Complaint;
import io.sigyn.wire.push.PushReader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What may be wrong with an entry. For one batch and one thread. */
final class EntryChecks {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final Optional<Complaint> FINE = Optional.empty();

  private final Limits limits;
  private final long oldest;
  private final long newest;
  private Labels sized = Labels.EMPTY;
  private int size;

  /** Checks against a moment, nanoseconds since the Unix epoch. */
  EntryChecks(Limits limits, long now) {
    this.limits = limits;
    this.oldest =
        limits.rejectOldSamples()
            ? now - limits.rejectOldSamplesMaxAge().toNanos()
            : Long.MIN_VALUE;
    this.newest = now + limits.creationGracePeriod().toNanos();
  }

  /** The first thing that is wrong. */
  Optional<Complaint> of(Labels stream, long timestamp, int lineBytes, Labels metadata) {
    if (timestamp < oldest) {
      return complaint(
          "greater_than_max_sample_age",
          "entry for stream '"
              + stream
              + "' has timestamp too old: "
              + time(timestamp)
              + ", oldest acceptable timestamp is: "
              + time(oldest));
    }
    if (timestamp > newest) {
      return complaint(
          "too_far_in_future",
          "entry for stream '" + stream + "' has timestamp too new: " + time(timestamp));
    }
    long maxLine = limits.maxLineSize().bytes();
    if (maxLine > 0 && lineBytes > maxLine && !limits.maxLineSizeTruncate()) {
      return complaint(
          "line_too_long",
          "max entry size '"
              + maxLine
              + "' bytes exceeded for stream '"
              + stream
              + "' while adding an entry with length '"
              + lineBytes
              + "' bytes");
    }
    return metadata.isEmpty() ? FINE : metadata(stream, metadata);
  }

  private Optional<Complaint> metadata(Labels stream, Labels metadata) {
    if (!limits.allowStructuredMetadata()) {
      return complaint(
          "disallowed_structured_metadata",
          "stream '"
              + stream
              + "' includes structured metadata, but this feature is disallowed. Please see"
              + " `limits_config.allow_structured_metadata` or contact your Loki administrator to"
              + " enable it");
    }
    long maxSize = limits.maxStructuredMetadataSize().bytes();
    int bytes = size(metadata);
    if (maxSize > 0 && bytes > maxSize) {
      return complaint(
          "structured_metadata_too_large",
          "stream '"
              + stream
              + "' has structured metadata too large: '"
              + bytes
              + "' bytes, limit: '"
              + maxSize
              + "' bytes. Please see `limits_config.max_structured_metadata_size` or contact your"
              + " Loki administrator to increase it");
    }
    int most = limits.maxStructuredMetadataEntriesCount();
    if (most > 0 && metadata.size() > most) {
      return complaint(
          "structured_metadata_too_many",
          "stream '"
              + stream
              + "' has too many structured metadata labels: '"
              + metadata.size()
              + "', limit: '"
              + most
              + "'. Please see `limits_config.max_structured_metadata_entries_count` or contact"
              + " your Loki administrator to increase it");
    }
    return FINE;
  }

  /** Bytes of an entry's metadata; entries that share it are measured once. */
  int size(Labels metadata) {
    if (!metadata.equals(sized)) {
      sized = metadata;
      size = Sizes.of(metadata);
    }
    return size;
  }

  private static String time(long nanos) {
    if (nanos == PushReader.NO_TIME) {
      return "0001-01-01T00:00:00Z";
    }
    return SECONDS.format(Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L)));
  }

  private static Optional<Complaint> complaint(String reason, String text) {
    return Optional.of(new Complaint(reason, text));
  }
}
