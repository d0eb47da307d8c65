package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK's AES-256-GCM, under our kind of key, against what others have published. */
class GcmFactsTest {
  private static final HexFormat HEX = HexFormat.of();

  /**
   * McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13, 14,
   * 15 and 16, compared with the copy in OpenSSL's evp tests: key, vector, additional data,
   * plaintext, ciphertext, tag.
   */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0000000000000000000000000000000000000000000000000000000000000000, \
          000000000000000000000000, '', '', '', 530f8afbc74536b9a963b4f1c4cb738b
          0000000000000000000000000000000000000000000000000000000000000000, \
          000000000000000000000000, '', 00000000000000000000000000000000, \
          cea7403d4d606b6e074ec5d3baf39d18, d0d1c8a799996bf0265b98b5d48ab919
          feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, \
          cafebabefacedbaddecaf888, '', \
          d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255, \
          522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad, \
          b094dac5d93471bdec1a502270e3cc6c
          feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, \
          cafebabefacedbaddecaf888, feedfacedeadbeeffeedfacedeadbeefabaddad2, \
          d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39, \
          522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662, \
          76fc6ece0f4e1768cddf8853bb2d551b
          """)
  void encryptsAsPublished(
      String key, String iv, String authenticated, String plaintext, String to, String tag)
      throws GeneralSecurityException {
    Cipher encrypting = cipher(Cipher.ENCRYPT_MODE, key, iv, authenticated);
    assertThat(HEX.formatHex(encrypting.doFinal(HEX.parseHex(plaintext)))).isEqualTo(to + tag);
    Cipher decrypting = cipher(Cipher.DECRYPT_MODE, key, iv, authenticated);
    assertThat(HEX.formatHex(decrypting.doFinal(HEX.parseHex(to + tag)))).isEqualTo(plaintext);
  }

  /** Project Wycheproof (C2SP), {@code testvectors_v1/aes_gcm_test.json}, valid ones. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          91, 92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20, \
          00112233445566778899aabb, 00000000ffffffff, \
          00010203040506070809, \
          e27abdd2d2a53d2f136b, 9a4a2579529301bcfb71c78d4060f52c
          92, 29d3a44f8723dc640239100c365423a312934ac80239212ac3df3421a2098123, \
          00112233445566778899aabb, aabbccddeeff, \
          '', \
          '', 2a7d77fa526b8250cb296078926b5020
          94, cc56b680552eb75008f5484b4cb803fa5063ebd6eab91f6ab6aef4916a766273, \
          99e23ec48985bccdeeab60f1, '', \
          2a, \
          06, 633c1e9703ef744ffffb40edf9d14355
          98, 3b2458d8176e1621c0cc24c0c0e24c1e80d72f7ee9149a4b166176629616d011, \
          45aaa3e5d16d2d42dc03445d, '', \
          3ff1514b1c503915918f0c0c31094a6e1f, \
          73a6b6f45f6ccc5131e07f2caa1f2e2f56, 2d7379ec1db5952d4e95d30c340b1b1d
          103, ff0089ee870a4a39f645b0a5da774f7a5911e9696fc9cad646452c2aa8595a12, \
          bc2a7757d0ce2d8b1f14ccd9, 972ab4e06390caae8f99dd6e2187be6c7ff2c08a24be16ef, \
          748b28031621d95ee61812b4b4f47d04c6fc2ff3, \
          a929ee7e67c7a2f91bbcec6389a3caf43ab49305, ebec6774b955e789591c822dab739e12
          128, 00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f, \
          000000000000000000000000, '', \
          561008fa07a68f5c61285cd013464eaf, \
          23293e9b07ca7d1b0cae7cc489a973b3, ffffffffffffffffffffffffffffffff
          """)
  void encryptsAsWycheproofHasIt(
      int number, String key, String iv, String authenticated, String text, String to, String tag)
      throws GeneralSecurityException {
    encryptsAsPublished(key, iv, authenticated, text, to, tag);
  }

  /** The same file, {@code ModifiedTag}; the control is that the right tag holds. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          130, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 9de8fef6d8ab1bf1bf887232eab590dd
          144, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 9ce8fef6d8ab1bf1bf8872326ab590dd
          149, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 9de8fef6d8ab1bf1be887232eab590dd
          151, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 9ce8fef6d8ab1b71bf887232eab5905d
          152, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 631701092754e40e40778dcd154a6f22
          153, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 00000000000000000000000000000000
          154, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, ffffffffffffffffffffffffffffffff
          156, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, \
          505152535455565758595a5b, '', \
          202122232425262728292a2b2c2d2e2f, \
          b2061457c0759fc1749f174ee1ccadfa, 9de9fff7d9aa1af0be897333ebb491dc
          """)
  void refusesTheTagsThatWycheproofChanged(
      int number, String key, String iv, String authenticated, String text, String to, String tag)
      throws GeneralSecurityException {
    Cipher encrypting = cipher(Cipher.ENCRYPT_MODE, key, iv, authenticated);
    String control = HEX.formatHex(encrypting.doFinal(HEX.parseHex(text)));
    assertThat(control).startsWith(to).isNotEqualTo(to + tag);
    Cipher opensControl = cipher(Cipher.DECRYPT_MODE, key, iv, authenticated);
    assertThat(opensControl.doFinal(HEX.parseHex(control))).isEqualTo(HEX.parseHex(text));

    Cipher decrypting = cipher(Cipher.DECRYPT_MODE, key, iv, authenticated);
    assertThatThrownBy(() -> decrypting.doFinal(HEX.parseHex(to + tag)))
        .isInstanceOf(AEADBadTagException.class);
  }

  private static Cipher cipher(int mode, String key, String iv, String authenticated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    GCMParameterSpec vector = new GCMParameterSpec(128, HEX.parseHex(iv));
    cipher.init(mode, new KeyBytes(HEX.parseHex(key)), vector);
    cipher.updateAAD(HEX.parseHex(authenticated));
    return cipher;
  }
}
