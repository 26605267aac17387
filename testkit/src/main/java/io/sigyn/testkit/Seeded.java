package io.sigyn.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that takes a {@link java.util.random.RandomGenerator} and runs {@link #rounds} times, each with another seed.
 * The seed is part of the test's name, so that every failure shows it. {@code -Dseed=N} runs one round with that seed;
 * {@code -Diters=N} multiplies the rounds.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededRounds.class)
public @interface Seeded {
  /** How often to run. */
  int rounds() default 20;
}
