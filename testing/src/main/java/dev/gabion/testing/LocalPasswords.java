package dev.gabion.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** What Secrets Manager makes up: passwords, and the ends of ARNs. */
final class LocalPasswords {
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String DIGITS = "0123456789";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private LocalPasswords() {}

  /** The six characters at the end of a secret's ARN. */
  static String suffix() {
    SecureRandom random = new SecureRandom();
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      suffix.append(one(UPPER + LOWER + DIGITS, random));
    }
    return suffix.toString();
  }

  /** GetRandomPassword. */
  static ObjectNode random(AwsAsk ask) {
    long length = ask.number("PasswordLength", 1, 4096).orElse(32);
    List<String> kinds = kinds(ask);
    boolean each = ask.flag("RequireEachIncludedType", true);
    if (kinds.isEmpty() || (each && length < kinds.size())) {
      throw AwsRefusal.of(
          "InvalidParameterException", "No password is of that length and of those characters.");
    }
    SecureRandom random = new SecureRandom();
    List<Character> password = new ArrayList<>();
    if (each) {
      kinds.forEach(kind -> password.add(one(kind, random)));
    }
    String all = String.join("", kinds);
    while (password.size() < length) {
      password.add(one(all, random));
    }
    StringBuilder text = new StringBuilder();
    while (!password.isEmpty()) { // in another order than they were made
      text.append(password.remove(random.nextInt(password.size())));
    }
    return AwsService.answer().put("RandomPassword", text.toString());
  }

  /** The characters of each kind that is wanted and not excluded. */
  private static List<String> kinds(AwsAsk ask) {
    String excluded = ask.text("ExcludeCharacters", "");
    List<String> kinds = new ArrayList<>();
    add(kinds, UPPER, excluded, !ask.flag("ExcludeUppercase"));
    add(kinds, LOWER, excluded, !ask.flag("ExcludeLowercase"));
    add(kinds, DIGITS, excluded, !ask.flag("ExcludeNumbers"));
    add(kinds, PUNCTUATION, excluded, !ask.flag("ExcludePunctuation"));
    add(kinds, " ", excluded, ask.flag("IncludeSpace"));
    return kinds;
  }

  private static void add(List<String> kinds, String kind, String excluded, boolean wanted) {
    StringBuilder left = new StringBuilder();
    kind.chars().filter(c -> excluded.indexOf(c) < 0).forEach(left::appendCodePoint);
    if (wanted && !left.isEmpty()) {
      kinds.add(left.toString());
    }
  }

  private static char one(String kind, SecureRandom random) {
    return kind.charAt(random.nextInt(kind.length()));
  }
}
