package io.sigyn.storage;

import io.sigyn.life.Threads;
import io.sigyn.testkit.LoopMount;
import java.io.IOException;

/** Ends a child by the end of its disk's power. */
final class PowerCut implements CrashLoop.End {
  private final LoopMount mount;

  PowerCut(LoopMount mount) {
    this.mount = mount;
  }

  @Override
  public void strike(Process child) throws IOException {
    mount.cutPower();
    // It has seen the end of its disk by now or will; acknowledgements after the cut would count as lost.
    Threads.pause(50_000_000);
    child.toHandle().destroyForcibly();
  }

  @Override
  public void restore() throws IOException {
    mount.again();
  }
}
