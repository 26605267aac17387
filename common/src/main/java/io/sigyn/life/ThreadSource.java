package io.sigyn.life;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** Where a part of a program gets its threads from; a simulation puts its own in and decides who runs next. */
public interface ThreadSource {
  /** The machine's threads. */
  ThreadSource SYSTEM =
      new ThreadSource() {
        @Override
        public Thread start(String name, Runnable task) {
          return Threads.start(name, task);
        }

        @Override
        public ScheduledExecutorService scheduler(String name) {
          return Threads.scheduler(name);
        }

        @Override
        public ExecutorService virtual(String name) {
          return Threads.virtual(name);
        }
      };

  /** Starts one thread that does not keep the program alive. */
  Thread start(String name, Runnable task);

  /** One thread that runs tasks at their time. */
  ScheduledExecutorService scheduler(String name);

  /** A light thread per task, for work that waits. */
  ExecutorService virtual(String name);
}
