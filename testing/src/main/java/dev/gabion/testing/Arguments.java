package dev.gabion.testing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The command line of {@link LocalServer}. */
record Arguments(
    RuntimeSetup setup, int port, List<String> routes, UnaryOperator<SampleEvents.Http> identity) {

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is not one; the message says how one reads
   */
  static Arguments read(List<String> words) {
    Iterator<String> word = words.iterator();
    RuntimeSetup setup = RealRuntime.of(next(word));
    int port = port(next(word));
    List<String> routes = new ArrayList<>();
    List<String> scopes = new ArrayList<>();
    List<String> claims = new ArrayList<>();
    String subject = null;
    while (word.hasNext()) {
      String flag = word.next();
      String value = next(word);
      switch (flag) {
        case "--route" -> routes.add(value);
        case "--scope" -> scopes.add(value);
        case "--claim" -> claims.add(value);
        case "--insecure-identity" -> subject = value;
        case "--env" -> setup = setup.environment(name(value), value(value));
        default -> throw usage();
      }
    }
    if (subject == null && !(scopes.isEmpty() && claims.isEmpty())) {
      throw usage();
    }
    return new Arguments(setup, port, routes, identity(subject, scopes, claims));
  }

  private static UnaryOperator<SampleEvents.Http> identity(
      @Nullable String subject, List<String> scopes, List<String> claims) {
    if (subject == null) {
      return event -> event;
    }
    return event -> {
      SampleEvents.Http identified = event.jwt(subject, scopes.toArray(new String[0]));
      for (String claim : claims) {
        identified = identified.claim(name(claim), value(claim));
      }
      return identified;
    };
  }

  private static int port(String word) {
    if (!word.matches("[0-9]{1,5}")) {
      throw usage();
    }
    return Integer.parseInt(word);
  }

  private static String name(String pair) {
    return pair.substring(0, equals(pair));
  }

  private static String value(String pair) {
    return pair.substring(equals(pair) + 1);
  }

  private static int equals(String pair) {
    int at = pair.indexOf('=');
    if (at < 1) {
      throw usage();
    }
    return at;
  }

  private static String next(Iterator<String> word) {
    if (!word.hasNext()) {
      throw usage();
    }
    return word.next();
  }

  private static IllegalArgumentException usage() {
    return new IllegalArgumentException(
        "Usage: LocalServer HANDLER PORT [--route 'GET /orders/{id}']..."
            + " [--env NAME=VALUE]... [--insecure-identity SUBJECT [--scope SCOPE]..."
            + " [--claim NAME=VALUE]...]");
  }
}
