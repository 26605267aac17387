package io.sigyn.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Console;
import java.io.File;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/*
 * These rules are the floor plan of the house, kept as data in one file.
 *
 * If one of them stands in your way, please stop and think before you change it. A rule fails because two rooms that
 * were strangers are about to meet; nearly always the thing you reach for belongs in a third room that both know, or
 * the door you need exists already (see docs/architecture.md). A rule that is weakened once is never restored, and the
 * next reader can no longer trust any arrow of the plan. If you are sure that the plan itself is wrong, change the rule
 * in a commit of its own, and say there what it costs.
 */
final class HouseRulesTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages("io.sigyn");

  private static final String[] COMMON = {
    "io.sigyn.model..",
    "io.sigyn.bytes..",
    "io.sigyn.json..",
    "io.sigyn.gocompat..",
    "io.sigyn.config..",
    "io.sigyn.life..",
    "io.sigyn.error..",
    "io.sigyn.metrics..",
    "io.sigyn.result.."
  };

  @Test
  void everyModuleIsUnderTheRules() {
    for (String name : List.of("model", "wire", "storage", "logql", "server", "agent", "cli")) {
      assertThat(
              MAIN.stream().anyMatch(type -> type.getPackageName().startsWith("io.sigyn." + name)))
          .as("classes of io.sigyn." + name)
          .isTrue();
    }
  }

  @Test
  void commonKnowsNobody() {
    mayKnow(COMMON);
  }

  @Test
  void wireKnowsOnlyCommon() {
    mayKnow(new String[] {"io.sigyn.wire.."}, COMMON);
  }

  @Test
  void storageKnowsOnlyCommon() {
    mayKnow(new String[] {"io.sigyn.storage.."}, COMMON);
  }

  @Test
  void logqlKnowsOnlyCommon() {
    mayKnow(new String[] {"io.sigyn.logql.."}, COMMON);
  }

  @Test
  void theAgentKnowsNeitherStorageNorServer() {
    mayKnow(
        new String[] {"io.sigyn.agent.."},
        COMMON,
        new String[] {"io.sigyn.wire..", "io.sigyn.logql.."});
  }

  @Test
  void theCommandLineKnowsNeitherStorageNorServerNorAgent() {
    mayKnow(
        new String[] {"io.sigyn.cli.."},
        COMMON,
        new String[] {"io.sigyn.wire..", "io.sigyn.logql.."});
  }

  @Test
  void theServerKnowsNeitherAgentNorCommandLine() {
    mayKnow(
        new String[] {"io.sigyn.server.."},
        COMMON,
        new String[] {"io.sigyn.wire..", "io.sigyn.logql..", "io.sigyn.storage.."});
  }

  @Test
  void storageAndLogqlAreStrangers() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.sigyn.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.sigyn.logql.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.sigyn.logql..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.sigyn.storage.."));
  }

  @Test
  void nettyStaysInItsRooms() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.sigyn.server.http..", "io.sigyn.agent.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.."));
  }

  @Test
  void slf4jIsTheOnlyLogging() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.util.logging..",
                "org.apache.logging..",
                "org.apache.commons.logging..",
                "org.apache.log4j..",
                "io.netty.util.internal.logging.."));
  }

  @Test
  void cloudSdksStayInTheirLeaf() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.sigyn.storage.object.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..", "com.google.cloud..", "com.azure.."));
  }

  @Test
  void protobufStaysInWire() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.sigyn.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.protobuf.."));
  }

  @Test
  void nobodyUsesJavasRegularExpressions() {
    check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.regex.."));
    check(
        noClasses()
            .should()
            .callMethodWhere(
                JavaCall.Predicates.target(
                    new DescribedPredicate<AccessTarget>(
                        "a String method that compiles a regular expression") {
                      @Override
                      public boolean test(AccessTarget target) {
                        return target.getOwner().isEquivalentTo(String.class)
                            && Set.of("matches", "replaceAll", "replaceFirst")
                                .contains(target.getName());
                      }
                    })));
  }

  @Test
  void theVectorApiStaysBehindBytes() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.sigyn.bytes..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector.."));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("io.sigyn.(**)").should().beFreeOfCycles());
  }

  @Test
  void handlersOfTheApiNeitherBlockNorStartThreadsNorTouchFiles() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.sigyn.server.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.nio.file..", "java.nio.channels..", "java.util.concurrent.locks..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(File.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadPoolExecutor.class)
            .allowEmptyShould(true));
    check(
        noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.sigyn.server.api..")
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true));
  }

  @Test
  void onlyProgramsPrintAndExit() {
    DescribedPredicate<JavaClass> programs =
        resideInAPackage("io.sigyn.cli..").or(JavaClass.Predicates.simpleName("Main"));
    check(
        noClasses()
            .that(DescribedPredicate.not(programs))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .orShould()
            .callMethod(Throwable.class, "printStackTrace")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Console.class));
  }

  @Test
  void onlyLifeMakesThreadsAndReadsClocks() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.sigyn.life..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class)
            .orShould()
            .callConstructorWhere(
                JavaCall.Predicates.target(
                    new DescribedPredicate<AccessTarget>("a thread's or a pool's") {
                      @Override
                      public boolean test(AccessTarget target) {
                        return target.getOwner().isAssignableTo(Thread.class)
                            || target.getOwner().isAssignableTo(ThreadPoolExecutor.class);
                      }
                    }))
            .orShould()
            .callMethod(Thread.class, "ofVirtual")
            .orShould()
            .callMethod(Thread.class, "ofPlatform")
            .orShould()
            .callMethod(Thread.class, "startVirtualThread", Runnable.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now"));
  }

  /** Formatted messages may follow the locale; bytes and names may not. */
  @Test
  void nothingDependsOnTheMachinesCharsetOrLocale() {
    check(
        noClasses()
            .should()
            .callMethod(String.class, "getBytes")
            .orShould()
            .callConstructor(String.class, byte[].class)
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(Locale.class, "getDefault")
            .orShould()
            .callMethod(Charset.class, "defaultCharset"));
  }

  @Test
  void everyPackageSaysWhatItHoldsAndForbidsNulls() {
    Set<String> without = new TreeSet<>();
    for (JavaClass type : MAIN) {
      boolean marked =
          MAIN.contain(type.getPackageName() + ".package-info")
              && MAIN.get(type.getPackageName() + ".package-info")
                  .isAnnotatedWith(NullMarked.class);
      if (!marked) {
        without.add(type.getPackageName());
      }
    }
    assertThat(without).as("packages without @NullMarked in a package-info").isEmpty();
  }

  @Test
  void namesAreNounsOfTheDomain() {
    check(classes().should().haveNameNotMatching(".*(Manager|Utils?|Helpers?|Impl)(\\$.*)?"));
  }

  @Test
  void formatsOfAVersionAreReachedThroughTheirFacade() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.sigyn.storage..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "io.sigyn.storage.wal..",
                    "io.sigyn.storage.segment..",
                    "io.sigyn.storage.index..",
                    "io.sigyn.storage.head..")));
  }

  private static void mayKnow(String[] room, String[]... others) {
    List<String> allowed = new java.util.ArrayList<>(List.of(room));
    for (String[] other : others) {
      allowed.addAll(List.of(other));
    }
    DescribedPredicate<JavaClass> ours = resideInAPackage("io.sigyn..");
    DescribedPredicate<JavaClass> strangers =
        ours.and(DescribedPredicate.not(resideInAnyPackage(allowed.toArray(String[]::new))));
    check(noClasses().that().resideInAnyPackage(room).should().dependOnClassesThat(strangers));
  }

  private static void check(ArchRule rule) {
    rule.check(MAIN);
  }
}
