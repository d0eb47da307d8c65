package dev.gabion.crypto;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ARN of a KMS key or of an alias (AWS Encryption SDK specification, "AWS KMS Key ARN").
 *
 * @param partition such as {@code aws}
 * @param region such as {@code eu-central-1}
 * @param account twelve digits
 * @param resource such as {@code key/1234abcd-…} or {@code alias/cards}
 * @param text the whole, as AWS writes it
 */
record KeyArn(String partition, String region, String account, String resource, String text) {
  /** No ARN of a key or an alias has so many characters; what is longer is not looked at. */
  private static final int LONGEST = 512;

  private static final Pattern FORM =
      Pattern.compile(
          "arn:([a-z0-9-]+):kms:([a-z0-9-]+):([0-9]{12}):(key/[A-Za-z0-9-]+|alias/[A-Za-z0-9/_-]+)");

  /**
   * Reads the ARN of a key that somebody configured.
   *
   * @throws IllegalArgumentException if it is none
   */
  static KeyArn ofKey(String text) {
    KeyArn arn = find(text);
    if (arn == null) {
      throw new IllegalArgumentException(
          "This is not the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…:"
              + " a bare id does not say whose key it is, and an alias may come to mean another"
              + " key (KmsKeys.encryptingAs takes one).");
    }
    return arn;
  }

  /**
   * Reads the ARN of an alias that somebody configured.
   *
   * @throws IllegalArgumentException if it is none
   */
  static KeyArn ofAlias(String text) {
    KeyArn arn = parse(text);
    if (arn == null || arn.isKey()) {
      throw new IllegalArgumentException(
          "This is not the ARN of a KMS alias, such as"
              + " arn:aws:kms:eu-central-1:111122223333:alias/cards.");
    }
    return arn;
  }

  /** Reads the ARN of a key that a message or an answer names; null if it is none. */
  static @Nullable KeyArn find(String text) {
    KeyArn arn = parse(text);
    return arn == null || !arn.isKey() ? null : arn;
  }

  private static @Nullable KeyArn parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    Matcher arn = FORM.matcher(text);
    return arn.matches()
        ? new KeyArn(arn.group(1), arn.group(2), arn.group(3), arn.group(4), text)
        : null;
  }

  /** Whether it names a key itself. */
  boolean isKey() {
    return resource.startsWith("key/");
  }

  /** Whether it is a key that other regions have, too, under the same id. */
  boolean isMultiRegion() {
    return resource.startsWith("key/mrk-");
  }

  /**
   * Whether this key can decrypt what the other has encrypted: they are the same, or the same
   * multi-Region key in two regions (AWS Encryption SDK specification, "AWS KMS MRK Match for
   * Decrypt").
   */
  boolean opensWhatWasSealedBy(KeyArn other) {
    return equals(other) || (isMultiRegion() && equals(other.in(region)));
  }

  /** The same in another region. */
  KeyArn in(String other) {
    String there = "arn:" + partition + ":kms:" + other + ":" + account + ":" + resource;
    return new KeyArn(partition, other, account, resource, there);
  }

  /** Whether both belong to the same account, in the same region. */
  boolean isBeside(KeyArn other) {
    return partition.equals(other.partition)
        && region.equals(other.region)
        && account.equals(other.account);
  }

  /** As AWS writes it. */
  @Override
  public String toString() {
    return text;
  }
}
