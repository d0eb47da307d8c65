package dev.gabion.examples.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rooms under one root package, and what each of them may stand on.
 *
 * <p>There are two houses: the real one, in which every rule must hold, and a seeded one beside
 * these tests, in which every rule must find what is wrong.
 */
record House(String root) {
  static final House REAL = new House("dev.gabion");
  static final House SEEDED = new House("dev.gabion.examples.house.seeded");

  /** Which rooms a room may use. */
  static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          Map.entry("core", Set.of()),
          Map.entry("events", Set.of("core")),
          Map.entry("identity", Set.of("core")),
          Map.entry("validation", Set.of("core")),
          Map.entry("logging", Set.of("core")),
          Map.entry("aws", Set.of("core")),
          Map.entry("secrets", Set.of("core", "aws")),
          Map.entry("crypto", Set.of("core", "aws")),
          Map.entry("egress", Set.of("core")),
          Map.entry(
              "testing",
              Set.of(
                  "core", "events", "validation", "logging", "aws", "secrets", "crypto", "egress")),
          Map.entry(
              "examples",
              Set.of(
                  "core",
                  "events",
                  "identity",
                  "validation",
                  "logging",
                  "aws",
                  "secrets",
                  "crypto",
                  "egress",
                  "testing")));

  /** Which packages of others a room may use, beside {@code java} and JSpecify. */
  static final Map<String, List<String>> OTHERS =
      Map.ofEntries(
          Map.entry(
              "core",
              List.of(
                  "javax.net.ssl",
                  "com.amazonaws.services.lambda.runtime",
                  "com.amazonaws.services.lambda.runtime.logging",
                  "com.fasterxml.jackson..",
                  "org.crac",
                  "org.slf4j")),
          Map.entry(
              "events",
              List.of(
                  "com.amazonaws.services.lambda.runtime",
                  "com.fasterxml.jackson.core",
                  "com.fasterxml.jackson.databind..")),
          Map.entry(
              "identity",
              List.of("com.nimbusds.jose..", "com.fasterxml.jackson.databind", "javax.crypto")),
          Map.entry(
              "validation",
              List.of("jakarta.validation..", "org.hibernate.validator..", "com.google.re2j")),
          Map.entry(
              "logging",
              List.of(
                  "com.fasterxml.jackson.core..",
                  "com.fasterxml.jackson.databind..",
                  "javax.crypto..")),
          Map.entry("aws", List.of("software.amazon.awssdk..")),
          Map.entry(
              "secrets",
              List.of(
                  "software.amazon.awssdk..",
                  "com.fasterxml.jackson.core..",
                  "com.fasterxml.jackson.databind")),
          Map.entry(
              "crypto",
              List.of("software.amazon.awssdk..", "javax.crypto..", "com.fasterxml.jackson..")),
          Map.entry(
              "egress",
              List.of(
                  "javax.net.ssl",
                  "javax.security.auth.x500",
                  "org.apache.hc.client5.http..",
                  "org.apache.hc.core5..")),
          Map.entry(
              "testing",
              List.of(
                  "com.amazonaws.services.lambda.runtime..",
                  "com.fasterxml.jackson..",
                  "com.sun.net.httpserver",
                  "javax.crypto..",
                  "javax.net..",
                  "javax.net.ssl")),
          Map.entry("examples", List.of("com.fasterxml.jackson.databind", "jakarta.validation..")));

  /** The compiled main classes; or, of the seeded house, those that are wrong on purpose. */
  JavaClasses classes() {
    return equals(REAL)
        ? new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(root)
        : new ClassFileImporter().importPackages(root);
  }

  /** A class's name below the root, such as {@code core.Health.Unhealthy}. */
  String name(JavaClass type) {
    return type.getName().substring(root.length() + 1).replace('$', '.');
  }

  /** The outermost class's name below the root, such as {@code core.Health}. */
  String file(JavaClass type) {
    String name = type.getName().substring(root.length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}
