package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every case of nst/JSONTestSuite, where the corpus is at hand. */
class JsonTestSuiteTest {
  private static final Path CORPUS =
      Path.of(
              System.getProperty(
                  "gabion.corpora",
                  Path.of(System.getProperty("gabion.root", ".."), "..", "shared", "corpora")
                      .toString()))
          .resolve("json-parsing");

  @Test
  void everyWrongTextIsRefusedAndEveryRightOneIsTakenUnlessItsNamesRepeat() throws IOException {
    if (!Files.isDirectory(CORPUS)) {
      System.out.println("JSONTestSuite: skipped, the corpora folder is absent.");
    }
    assumeTrue(Files.isDirectory(CORPUS), "the corpora folder is absent");
    StrictJson json = new StrictJson(Limits.defaults());
    TreeMap<String, Integer> counts = new TreeMap<>();
    Set<String> wrong = new TreeSet<>();
    for (Path file : cases()) {
      String name = file.getFileName().toString();
      String verdict = verdict(json, Files.readAllBytes(file));
      counts.merge(name.charAt(0) + "_ " + verdict, 1, Integer::sum);
      boolean right =
          switch (name.charAt(0)) {
            case 'n' -> !verdict.equals("taken");
            // Two fields of one name are right by the grammar and refused by design.
            case 'y' -> verdict.equals("taken") || verdict.equals("refused: duplicate-field");
            default -> true;
          };
      if (!right) {
        wrong.add(name + " " + verdict);
      }
    }
    System.out.println("JSONTestSuite: " + counts);
    assertThat(wrong).isEmpty();
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(300);
    assertThat(counts.getOrDefault("y_ taken", 0)).isGreaterThan(90);
  }

  private static List<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** Anything thrown but a rejection fails the test. */
  private static String verdict(StrictJson json, byte[] bytes) {
    try {
      json.tree(StrictJson.text(bytes));
      return "taken";
    } catch (Rejection refused) {
      return "refused: " + refused.reason();
    }
  }
}
