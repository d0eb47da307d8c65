package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A secret that is nowhere else, to be planted and searched for: new for each test, and with
 * characters that JSON and URLs escape.
 */
final class Canary {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** What no escape changes, so that one search finds it raw, in JSON and in URLs. */
  private final String core;

  private final String text;
  private final Map<String, byte[]> forms = new LinkedHashMap<>();

  Canary() {
    SecureRandom random = new SecureRandom();
    StringBuilder letters = new StringBuilder();
    random.ints(24, 0, LETTERS.length()).mapToObj(LETTERS::charAt).forEach(letters::append);
    this.core = letters.toString();
    this.text = "\"é/&+ " + core + "\\<ü=%";
    byte[] bytes = text.getBytes(UTF_8);
    form("raw", text);
    form("raw", core);
    form("JSON-escaped", json());
    form("JSON-escaped", ascii());
    form("URL-escaped", URLEncoder.encode(text, UTF_8));
    form("hex", HexFormat.of().formatHex(core.getBytes(UTF_8)));
    form("hex", HexFormat.of().withUpperCase().formatHex(core.getBytes(UTF_8)));
    form("numbers", inside(Arrays.toString(core.getBytes(UTF_8))));
    form("base64", Base64.getEncoder().encodeToString(bytes));
    form("base64", Base64.getUrlEncoder().encodeToString(bytes));
    for (int shift = 0; shift < 3; shift++) { // in the midst of a longer text
      String shifted =
          Base64.getEncoder().encodeToString(("x".repeat(shift) + core).getBytes(UTF_8));
      form("base64", shifted.substring(4, 4 * (core.length() / 3)));
    }
    forms.put("UTF-16/" + forms.size(), core.getBytes(UTF_16LE));
  }

  private void form(String name, String form) {
    forms.put(name + "/" + forms.size(), form.getBytes(UTF_8));
  }

  private static String inside(String brackets) {
    return brackets.substring(1, brackets.length() - 1);
  }

  String text() {
    return text;
  }

  /** As it stands between the quotes of a JSON text. */
  String json() {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private String ascii() {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                escaped.append(
                    Character.isLetter(c) && c < 128 ? "" + (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }

  /** What is searched for, in all its forms, as a program would print it. */
  Map<String, byte[]> forms() {
    return forms;
  }

  /** The forms that {@code haystack} has, such as {@code base64}. */
  Set<String> foundIn(byte[] haystack) {
    Set<String> found = new TreeSet<>();
    forms.forEach(
        (name, form) -> {
          if (indexOf(haystack, haystack.length, form) >= 0) {
            found.add(name.substring(0, name.indexOf('/')));
          }
        });
    return found;
  }

  Set<String> foundIn(String haystack) {
    return foundIn(haystack.getBytes(UTF_8));
  }

  /** How often its letters are in memory or in a dump of it, as Java keeps text and bytes. */
  int countIn(byte[] memory, int length) {
    return count(memory, length, core.getBytes(ISO_8859_1))
        + count(memory, length, core.getBytes(UTF_16LE))
        + count(memory, length, core.getBytes(UTF_16BE));
  }

  private static int count(byte[] haystack, int length, byte[] needle) {
    int count = 0;
    int from = 0;
    for (int at = indexOf(haystack, from, length, needle);
        at >= 0;
        at = indexOf(haystack, from, length, needle)) {
      count++;
      from = at + 1;
    }
    return count;
  }

  private static int indexOf(byte[] haystack, int length, byte[] needle) {
    return indexOf(haystack, 0, length, needle);
  }

  /** Horspool's search. */
  private static int indexOf(byte[] haystack, int from, int length, byte[] needle) {
    int last = needle.length - 1;
    int[] skips = new int[256];
    Arrays.fill(skips, needle.length);
    for (int i = 0; i < last; i++) {
      skips[needle[i] & 0xFF] = last - i;
    }
    for (int at = from; at + last < length; at += skips[haystack[at + last] & 0xFF]) {
      int i = last;
      while (i >= 0 && haystack[at + i] == needle[i]) {
        i--;
      }
      if (i < 0) {
        return at;
      }
    }
    return -1;
  }

  /** The longest form, for whoever reads in pieces. */
  int overlap() {
    return 2 * core.length();
  }

  /** Names nothing. */
  @Override
  public String toString() {
    return "Canary";
  }
}
