package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Turns lines of another charset into UTF-8. The charset must write the line feed as one byte of that value. */
public final class DecodingSink implements LineSink {
  private final Charset charset;
  private final LineSink next;

  /** In front of another sink. */
  public DecodingSink(Charset charset, LineSink next) {
    this.charset = charset;
    this.next = next;
  }

  @Override
  public void line(Line line) {
    String text = new String(line.bytes(), line.from(), line.to() - line.from(), charset);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    line.replace(utf8, 0, utf8.length);
    next.line(line);
  }

  @Override
  public long heldFrom() {
    return next.heldFrom();
  }

  @Override
  public boolean isReady() {
    return next.isReady();
  }

  @Override
  public long patience() {
    return next.patience();
  }

  @Override
  public void flush(Line context) {
    next.flush(context);
  }
}
