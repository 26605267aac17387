package io.sigyn.testkit;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.TestAbortedException;

/** Runs the rounds of a {@link Seeded} test. */
final class SeededRounds implements TestTemplateInvocationContextProvider {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(Seeded.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
    Seeded seeded = context.getRequiredTestMethod().getAnnotation(Seeded.class);
    String given = System.getProperty("seed", "");
    if (!given.isEmpty()) {
      return Stream.of(round(Long.parseLong(given)));
    }
    int rounds = seeded.rounds() * Integer.getInteger("iters", 1);
    return LongStream.generate(() -> new Random().nextLong() >>> 16).limit(rounds).mapToObj(SeededRounds::round);
  }

  private static TestTemplateInvocationContext round(long seed) {
    return new TestTemplateInvocationContext() {
      @Override
      public String getDisplayName(int invocationIndex) {
        return "seed=" + seed;
      }

      @Override
      public List<Extension> getAdditionalExtensions() {
        return List.of(new Generator(seed));
      }
    };
  }

  /** Hands the round's generator to the test, and the seed to whoever reads its failure. */
  private record Generator(long seed) implements ParameterResolver, TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
      if (failure instanceof TestAbortedException) {
        throw failure;
      }
      throw new AssertionError("with -Dseed=" + seed + ": " + failure, failure);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == RandomGenerator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Random(seed);
    }
  }
}
