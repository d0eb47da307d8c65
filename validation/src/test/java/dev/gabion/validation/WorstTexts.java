package dev.gabion.validation;

import dev.gabion.validation.Examples.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Texts that fail late, or that cost somebody more than linear time. */
final class WorstTexts {
  private static final List<String> PARTS =
      List.of(
          "a",
          "0",
          "a.",
          "a/",
          "/",
          ".",
          "../",
          "-",
          "=",
          "~0",
          "%25",
          "%41",
          ":",
          "a:",
          "a@",
          "\r\n",
          "\u00e9",
          "\u0300",
          "\u0323\u0301",
          "a\u0323\u0301",
          "\u1100\u1161",
          "\u0915\u094d\u200d",
          "\ud83d\udc68\u200d",
          "\u2764\ufe0f",
          "\ud800",
          "\uff0e",
          "\u212b",
          "[",
          "(",
          "\u09be",
          "\u1161",
          "AB1");

  private WorstTexts() {}

  /**
   * Texts of about a length for one constraint: what it accepts and other parts, again and again.
   */
  static List<String> of(String property, List<Example> examples, int length) {
    List<String> worst = new ArrayList<>();
    Stream.concat(
            PARTS.stream(),
            examples.stream()
                .filter(each -> each.property().equals(property))
                .map(Example::text)
                .filter(each -> !each.isEmpty() && each.length() < 100))
        .forEach(
            part -> {
              String many = part.repeat(length / part.length() + 1);
              worst.add(many);
              worst.add(many + "\u0000");
              worst.add("https://example.com/" + many);
              worst.add("uploads/" + many);
              worst.add("arn:aws:s3:::" + many);
            });
    return worst;
  }
}
