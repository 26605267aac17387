package io.sigyn.agent.pipeline;

import io.sigyn.bytes.Xxh64;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Lets a share of the entries pass, at random or by a value: entries of one value have the same fate. */
final class SamplingStage implements Stage {
  /**
   * The options.
   *
   * @param rate 0 lets nothing pass, 1 everything
   * @param key the extracted value that decides; empty, or where it is missing, chance does
   */
  record Options(double rate, String key, String dropCounterReason) {
    static final Options DEFAULT = new Options(-1, "", "sampling_stage");
  }

  private static final double TWO_TO_53 = 0x1p53;

  private final Options options;
  private final StageContext context;

  SamplingStage(Options options, StageContext context) {
    this.options = options;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    if (share(entry) < options.rate()) {
      return true;
    }
    context.counters().dropped(options.dropCounterReason());
    return false;
  }

  private double share(Entry entry) {
    String value = options.key().isEmpty() ? null : entry.extractedText(options.key());
    if (value == null) {
      return ThreadLocalRandom.current().nextDouble();
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return (Xxh64.hash(bytes, 0, bytes.length, 0) >>> 11) / TWO_TO_53;
  }
}
