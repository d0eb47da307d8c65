package dev.gabion.crypto;

import java.util.Map;
import java.util.TreeMap;

/**
 * An encryption context as whoever uses a cipher declares it: at least one pair, within bounds, and
 * nothing in it that the format or this room adds itself.
 *
 * <p>The bounds are those of KMS, which takes about 8 KB, with room for what is added.
 */
final class Context {
  /** The name under which the place of a sealed field travels. */
  static final String FIELD = "gabion:field";

  /** What the Encryption SDK keeps for itself (specification, {@code client-apis/encrypt.md}). */
  private static final String SDKS = "aws-crypto-";

  private static final String OURS = "gabion:";
  private static final int MOST_PAIRS = 16;
  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_VALUE = 1_024;
  private static final int LONGEST = 4_096;

  private final Map<String, String> pairs;
  private final byte[] bytes;

  private Context(Map<String, String> pairs) {
    this.pairs = pairs;
    this.bytes = ContextBytes.write(pairs);
    if (bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "An encryption context takes at most 4,096 bytes, lengths included.");
    }
  }

  /**
   * Takes a context.
   *
   * @throws IllegalArgumentException if it is empty, too large, or has a reserved name
   */
  static Context of(Map<String, String> pairs) {
    if (pairs.isEmpty() || pairs.size() > MOST_PAIRS) {
      throw new IllegalArgumentException(
          "An encryption context has 1 to 16 pairs that say what the data is and whose, such as"
              + " purpose and customer.");
    }
    pairs.forEach(Context::check);
    return new Context(Map.copyOf(pairs));
  }

  /** The context of one field of a document: the pairs, and the field's place. */
  static Context ofField(Map<String, String> pairs, String pointer) {
    if (pointer.length() > LONGEST_VALUE) {
      throw new IllegalArgumentException("A field's place takes at most 1,024 characters.");
    }
    Map<String, String> whole = new TreeMap<>(of(pairs).pairs);
    whole.put(FIELD, pointer);
    return new Context(Map.copyOf(whole));
  }

  private static void check(String name, String value) {
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || value.isEmpty()
        || value.length() > LONGEST_VALUE) {
      throw new IllegalArgumentException(
          "In an encryption context a name has 1 to 128 characters, a value 1 to 1,024.");
    }
    if (name.startsWith(SDKS) || name.startsWith(OURS)) {
      throw new IllegalArgumentException(
          "In an encryption context no name begins with " + SDKS + " or " + OURS + ".");
    }
  }

  /** The pairs. */
  Map<String, String> pairs() {
    return pairs;
  }

  /** The pairs in the one way to write them; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Whether a message has these pairs and no others, but for its verifying key. */
  boolean equalsThatOf(MessageHeader header) {
    int added = header.suite().signed() ? 1 : 0;
    return header.context().size() == pairs.size() + added && isWithinThatOf(header);
  }

  /** Whether a message has these pairs, and maybe others; but none that this room adds itself. */
  boolean isWithinThatOf(MessageHeader header) {
    for (String name : header.context().keySet()) {
      if (name.startsWith(OURS) && !pairs.containsKey(name)) {
        return false; // a sealed field opens in its place alone
      }
    }
    return header.context().entrySet().containsAll(pairs.entrySet());
  }
}
