package dev.gabion.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Everything that differs from something in a single bit. */
final class Changes {
  private Changes() {}

  static List<byte[]> of(byte[] bytes) {
    List<byte[]> changes = new ArrayList<>();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] change = bytes.clone();
      change[bit / 8] ^= (byte) (1 << (bit % 8));
      changes.add(change);
    }
    return changes;
  }

  /** The same of text; a changed character may be any of Latin-1. */
  static List<String> of(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1)).stream()
        .map(change -> new String(change, StandardCharsets.ISO_8859_1))
        .toList();
  }
}
