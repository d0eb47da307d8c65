package dev.gabion.logging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Chains the lines of one execution environment: each says its number, the hash of the line before
 * it, and its own.
 *
 * <p>Hashed is the whole line as it is here, which is before {@code timestamp} and {@code level}
 * are put in front for CloudWatch, and without {@code unmapped.chain.hash} itself. SHA-256, as
 * base64url without padding. Not safe for several threads.
 */
final class Chain {
  /** The hash before the first line. */
  static final String NONE = "A".repeat(43);

  private final String id;
  private final MessageDigest sha256 = sha256();
  private long length;
  private String head = NONE;
  private String next = NONE;

  private Chain(String id) {
    this.id = id;
  }

  /** A new chain, under a name that no other has. */
  static Chain begin() {
    return new Chain(UUID.randomUUID().toString().replace("-", ""));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }

  static String text(byte[] hash) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  /** The name of the line that comes next. */
  String uid() {
    return id + "/" + (length + 1);
  }

  /** The last line. */
  Head head() {
    return new Head(length, head);
  }

  /**
   * Writes the next line's place in the chain at the end of the object that it ends in.
   *
   * @param opening what it began with before it was scrubbed: if it still does, its hash is known
   */
  void seal(JsonLine line, Opening opening, @Nullable Proof proof) {
    line.reopen(2).object("chain").text("id", id).number("seq", length + 1).text("prev", head);
    if (proof != null) {
      line.object("anchor").number("seq", proof.head.sequence).text("head", proof.head.hash);
      line.text("proof", proof.vouched).end();
    }
    line.finish();
    MessageDigest begun = line.begins(opening.bytes()) ? opening.hashed() : null;
    if (begun == null) {
      line.addTo(sha256, 0);
      next = text(sha256.digest());
    } else {
      line.addTo(begun, opening.length());
      next = text(begun.digest());
    }
    line.reopen(3).text("hash", next).finish();
  }

  /** Makes the line that was sealed last the head: it was handed over. */
  void advance() {
    head = next;
    length++;
  }

  /**
   * The last line of a chain at some moment.
   *
   * @param sequence its number; 0 if there is none
   * @param hash its hash
   */
  record Head(long sequence, String hash) {
    byte[] bytes() {
      return Base64.getUrlDecoder().decode(hash);
    }
  }

  /** What an anchor said of a head, in base64url, to be kept in a later line. */
  record Proof(Head head, String vouched) {}
}
