package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Ways in which a program may write a secret text, each with what undoes it where it has one. */
final class Encodings {
  private Encodings() {}

  /** Every way that the documentation lists, by name. */
  static Map<String, UnaryOperator<String>> all() {
    Map<String, UnaryOperator<String>> all = new LinkedHashMap<>();
    all.put("raw", text -> text);
    Base64.Encoder plain = Base64.getEncoder();
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    for (String before : List.of("", "a", "ab", "abc", "user:")) {
      all.put("base64 after " + before.length(), text -> in(plain, before + text + "tail"));
      all.put("base64url after " + before.length(), text -> in(url, before + text));
    }
    all.put("base64 in JSON", text -> in(plain, "?" + text).replace("/", "\\/"));
    all.put("base64 in a query", text -> percent(in(plain, text), false, b -> isUnreserved(b)));
    all.put("percent", text -> percent(text, false, b -> isUnreserved(b)));
    all.put("percent, lower", text -> percent(text, true, b -> isUnreserved(b)));
    all.put("percent, everything", text -> percent(text, false, b -> false));
    all.put("percent, every third", text -> percent(text, true, b -> b % 3 != 0 && b != '%'));
    all.put(
        "form", text -> percent(text, false, b -> isUnreserved(b) || b == ' ').replace(' ', '+'));
    all.put("JSON", Encodings::json);
    all.put("JSON, all by number", text -> numbers(text, "\\u%04x"));
    all.put("JSON, capitals", text -> numbers(text, "\\u%04X"));
    all.put("JSON with solidus", text -> json(text).replace("/", "\\/"));
    all.put("JSON in JSON", text -> json("{\"a\":\"" + json(text) + "\"}"));
    all.put("JSON in JSON in JSON", text -> json(json(json(text))));
    all.put("percent in JSON", text -> json(percent(text, false, b -> isUnreserved(b))));
    all.put("JSON in percent", text -> percent(json(text), false, b -> isUnreserved(b)));
    all.put("JSON in base64", text -> in(plain, "{\"p\":\"" + json(text) + "\"}"));
    all.put("hex", text -> HexFormat.of().formatHex(text.getBytes(UTF_8)));
    all.put("HEX", text -> HexFormat.of().withUpperCase().formatHex(text.getBytes(UTF_8)));
    return all;
  }

  static List<String> of(String text) {
    List<String> written = new ArrayList<>();
    all().values().forEach(encoding -> written.add(encoding.apply(text)));
    return written;
  }

  private static String in(Base64.Encoder encoder, String text) {
    return encoder.encodeToString(text.getBytes(UTF_8));
  }

  interface Bytes {
    boolean keep(int b);
  }

  private static boolean isUnreserved(int b) {
    return (b < 0x80 && Character.isLetterOrDigit(b)) || "-._~".indexOf(b) >= 0;
  }

  private static String percent(String text, boolean lower, Bytes kept) {
    StringBuilder written = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      int octet = b & 0xFF;
      if (octet < 0x80 && kept.keep(octet)) {
        written.append((char) octet);
      } else {
        written.append(String.format(lower ? "%%%02x" : "%%%02X", octet));
      }
    }
    return written.toString();
  }

  static String json(String text) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> written.append('\\').append(c);
        case '\n' -> written.append("\\n");
        case '\r' -> written.append("\\r");
        case '\t' -> written.append("\\t");
        default -> written.append(c < ' ' ? String.format("\\u%04x", (int) c) : "" + c);
      }
    }
    return written.toString();
  }

  private static String numbers(String text, String form) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      written.append(String.format(form, (int) c));
    }
    return written.toString();
  }
}
