package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The JDK's AES-256-GCM, under our kind of key, against McGrew and Viega, "The Galois/Counter Mode
 * of Operation (GCM)", appendix B, test cases 13, 14, 15 and 16.
 */
class GcmFactsTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Key, vector, additional data, plaintext, ciphertext, tag. */
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
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    GCMParameterSpec vector = new GCMParameterSpec(128, HEX.parseHex(iv));
    cipher.init(Cipher.ENCRYPT_MODE, new KeyBytes(HEX.parseHex(key)), vector);
    cipher.updateAAD(HEX.parseHex(authenticated));
    byte[] sealed = cipher.doFinal(HEX.parseHex(plaintext));
    assertThat(HEX.formatHex(sealed)).isEqualTo(to + tag);

    cipher.init(Cipher.DECRYPT_MODE, new KeyBytes(HEX.parseHex(key)), vector);
    cipher.updateAAD(HEX.parseHex(authenticated));
    assertThat(cipher.doFinal(sealed)).isEqualTo(HEX.parseHex(plaintext));
  }
}
