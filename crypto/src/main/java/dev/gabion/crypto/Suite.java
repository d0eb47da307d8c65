package dev.gabion.crypto;

/**
 * The two algorithm suites that commit to their key: AES-256-GCM under a key that HKDF-SHA512
 * derives anew for each message, with or without a signature.
 *
 * <p>Facts: AWS Encryption SDK specification, {@code framework/algorithm-suites.md} and {@code
 * framework/transitive-requirements.md}. Every other suite is refused.
 */
enum Suite {
  /** {@code ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY}. */
  COMMITTED(0x0478, false),
  /** {@code ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384}. */
  SIGNED(0x0578, true);

  /** The length of data keys and of the keys derived from them. */
  static final int KEY_BYTES = 32;

  /** The length of a message's id, which is the salt of the derivation, too. */
  static final int ID_BYTES = 32;

  /** The length of the commitment to the key, which the specification calls suite data. */
  static final int COMMITMENT_BYTES = 32;

  /** The length of an initialization vector. */
  static final int IV_BYTES = 12;

  /** The length of an authentication tag. */
  static final int TAG_BYTES = 16;

  private final int id;
  private final boolean signed;

  Suite(int id, boolean signed) {
    this.id = id;
    this.signed = signed;
  }

  /** The two bytes that name the suite in a message. */
  int id() {
    return id;
  }

  /** Whether a signature follows the body. */
  boolean signed() {
    return signed;
  }

  /** What the encryption key is derived for: the suite, then {@code DERIVEKEY}. */
  byte[] encryptionInfo() {
    return new byte[] {(byte) (id >> 8), (byte) id, 'D', 'E', 'R', 'I', 'V', 'E', 'K', 'E', 'Y'};
  }

  /** What the commitment is derived for: {@code COMMITKEY}, whatever the suite. */
  byte[] commitmentInfo() {
    return new byte[] {'C', 'O', 'M', 'M', 'I', 'T', 'K', 'E', 'Y'};
  }

  /** The suite of an id. */
  static Suite of(int id) throws Refused {
    for (Suite suite : values()) {
      if (suite.id == id) {
        return suite;
      }
    }
    throw Refused.because(Refused.Reason.SUITE);
  }
}
