package dev.gabion.crypto;

/**
 * A data key as one wrapping key wrapped it.
 *
 * <p>Nothing here is secret, and nothing is trusted: in a message that was read, all three come
 * from whoever sent it.
 */
final class EncryptedDataKey {
  private final String provider;
  private final byte[] providerBytes;
  private final byte[] information;
  private final byte[] wrapped;

  /**
   * Takes hold of the arrays, which nobody changes afterwards.
   *
   * @param provider who wrapped it, such as {@code aws-kms}; at most 65,535 bytes of UTF-8, as the
   *     others are at most 65,535 bytes
   * @param information which wrapping key, such as a KMS key's ARN
   * @param wrapped what the wrapping key made of the data key
   */
  EncryptedDataKey(String provider, byte[] information, byte[] wrapped) {
    byte[] providerBytes = Utf8.bytes(provider);
    if (providerBytes.length > 0xFFFF || information.length > 0xFFFF || wrapped.length > 0xFFFF) {
      throw new IllegalArgumentException(
          "A provider, its information and a wrapped key are at most 65,535 bytes each.");
    }
    this.provider = provider;
    this.providerBytes = providerBytes;
    this.information = information;
    this.wrapped = wrapped;
  }

  /** Who wrapped it. */
  String provider() {
    return provider;
  }

  /** Which wrapping key; not a copy. */
  byte[] information() {
    return information;
  }

  /** The wrapped data key; not a copy. */
  byte[] wrapped() {
    return wrapped;
  }

  /** The provider's name as it is written; not a copy. */
  byte[] providerBytes() {
    return providerBytes;
  }

  /** How many bytes it takes in a header: three fields, each behind its length. */
  int size() {
    return 6 + providerBytes.length + information.length + wrapped.length;
  }
}
