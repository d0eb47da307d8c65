package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;

/**
 * A part of a long answer, and the token that asks for what follows it.
 *
 * @param next where the next page begins; as many as there are if this is the last
 */
record AwsPage<T>(List<T> items, int next, boolean more) {
  /**
   * Cuts the page that is asked for.
   *
   * @param most the largest {@code MaxResults}, and the size of a page without it
   * @param code the error for a token that was not given here
   */
  static <T> AwsPage<T> of(List<T> all, AwsAsk ask, int most, String code) {
    int start = ask.has("NextToken") ? place(ask.text("NextToken"), all.size(), code) : 0;
    int end = (int) Math.min(all.size(), start + ask.number("MaxResults", 1, most).orElse(most));
    return new AwsPage<>(all.subList(start, end), end, end < all.size());
  }

  void tokenInto(ObjectNode answer) {
    if (more) {
      answer.put("NextToken", token(next));
    }
  }

  private static String token(int place) {
    return Base64.getEncoder().encodeToString(("page:" + place).getBytes(UTF_8));
  }

  private static int place(String token, int size, String code) {
    for (int place = 0; place <= size; place++) {
      if (token(place).equals(token)) {
        return place;
      }
    }
    throw AwsRefusal.of(code, "The token was not given here.");
  }
}
