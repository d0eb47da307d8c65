package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * HKDF-SHA512 against published values: Project Wycheproof, {@code hkdf_sha512_test.json}, and the
 * AWS Encryption SDK's "Message Format V2 Test Vectors" of 2020-09-18, cases 4, 10 and 11.
 */
class HkdfTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Wycheproof cases 1, 5, 12, 16 and 20: input, salt, information, size, output. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          60ab7f45b0ad534683b3a6c020d4f775, '', '', 20, 2109bd244744acae2b8caa9e70f57596ad680212
          4055536896c406d5fe14a6cd6b999bff, '', 2094768a8816f7df070d6e08b7ad93755dc9024b, 42, \
          0191ca548ab4c1f91eeaeaa2e561f954983885dd363c80079f7bbd053da4274b236f4ef0e4954b34a386
          8677dc79233ef3480777c4c601ef4f0b, ad88db718244e2cb60e35f874d7ad81f, \
          a38f634d947819a9bfa792174b42baa20c9fce15, 64, \
          918e9cda37bf7f52506111048a878e64a503f9869d0c2615047b995f1efedc4f713b4dbcc940838e68f6a2bf772ebefae9154e9075da80ea1fd68b9df580ad76
          a679521cdb56aafc5a4b76db0431a4dd, \
          123033b1ddaead83a4b9cfef8a660bd8e00fde01e67c35656c6d7607d456, \
          44ec41ab4f4e64f4a36e5e30c9f0dc1d77ae4974, 20, cb914a0b318cd57eda5b9575dd511313b60cb7ef
          34bae5a158c1678aa76a744417a70d7a, \
          1532075f363e061133780ac959bf653c7687d181b9431215d6f62dd2f1ec3019d61c50fa82c70ae25e624c849a276b0c57d7c02a4d753fe84a1a6621e9a5ef01, \
          87ec30aa53acfc3d09ccc1d57d654fdbce403cd4, 42, \
          65f5385dab06d375033a6a25926ef4bf5dc660737ab8ccef370af10cc9dcd7743cf273fd048f64b7301e
          """)
  void derivesWhatIsPublished(String input, String salt, String information, int size, String to) {
    try (Hkdf hkdf = Hkdf.extract(HEX.parseHex(salt), HEX.parseHex(input))) {
      assertThat(hkdf.expand(HEX.parseHex(information), size)).isEqualTo(HEX.parseHex(to));
    }
  }

  /** Wycheproof case 21, the longest there is: its first 64 bytes and those from 64 to 96. */
  @Test
  void chainsBlocks() {
    byte[] salt =
        HEX.parseHex(
            "8dec7fa5cb2bf9d277121bd42e04d963f3a6aa6ed54606babc4a40c210296848"
                + "c08d79c03d018a3f71112dae4d63a0ff86cbe1174457f28946f3af58327d45fc");
    try (Hkdf hkdf = Hkdf.extract(salt, HEX.parseHex("dfc7c0159b921546a4ccb3067cafdd6c"))) {
      byte[] longest = hkdf.expand(HEX.parseHex("7fa60cc2c830aba2"), 16_320);
      assertThat(HEX.formatHex(longest, 0, 96))
          .isEqualTo(
              "b52c51a447b923e2e6acfc05cd6fb0fb65d8f67f7facce95d3fd4b0dc0dc41d7"
                  + "a92bd06c1fa156d7756d603f8c26a5023cb842c7a133850e842aceea3779417d"
                  + "29a517452fac99855a2ec52503e725975b1d1142fe20608ca753d39301d37d99");
      assertThat(hkdf.expand(HEX.parseHex("7fa60cc2c830aba2"), 70))
          .isEqualTo(Arrays.copyOf(longest, 70));
    }
  }

  /** RFC 2104: a key longer than the block of 128 bytes is hashed, one as long is not. */
  @Test
  void takesSaltsLongerThanABlock() throws Exception {
    for (int length : new int[] {127, 128, 129, 300}) {
      byte[] salt = new byte[length];
      Arrays.fill(salt, (byte) 7);
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(salt, "HmacSHA512"));
      mac.init(new SecretKeySpec(mac.doFinal(new byte[] {1, 2, 3}), "HmacSHA512"));
      mac.update((byte) 9);
      try (Hkdf hkdf = Hkdf.extract(salt, new byte[] {1, 2, 3})) {
        assertThat(hkdf.expand(new byte[] {9}, 64)).isEqualTo(mac.doFinal(new byte[] {1}));
      }
    }
  }

  @Test
  void keepsTheRfcsLimit() {
    try (Hkdf hkdf = Hkdf.extract(new byte[32], new byte[32])) {
      assertThatThrownBy(() -> hkdf.expand(new byte[0], 16_321))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> hkdf.expand(new byte[0], 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(hkdf.expand(new byte[0], 1)).hasSize(1);
    }
  }

  @Test
  void forgetsItsKeyWhenClosed() {
    Hkdf hkdf = Hkdf.extract(new byte[] {1}, new byte[] {2});
    byte[] before = hkdf.expand(new byte[0], 32);
    hkdf.close();
    assertThat(hkdf.expand(new byte[0], 32)).isNotEqualTo(before);
    Hkdf other = Hkdf.extract(new byte[] {3}, new byte[] {4});
    other.close();
    assertThat(hkdf.expand(new byte[0], 32)).isEqualTo(other.expand(new byte[0], 32));
  }

  /** Suite, data key, message id; the encryption key and the commitment. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          COMMITTED, 0000000000000000000000000000000000000000000000000000000000000000, \
          0000000000000000000000000000000000000000000000000000000000000000, \
          a9299dde8c7bafe70878698986e82e6378b94bf2cc29551824681647bae113a3, \
          433d837f59cb7e9bc6334d154aff831109c6372d98f8b5ac8588bff7efaba651
          COMMITTED, 49f7689f61287455a2198e884ef2032595e1cca64f8f62100a2fb5c7fb70da1a, \
          3ca5a9c973819a4e320f26a4ab4551957b92b683e8690d27d2d3b58bff4b755b, \
          a3e6af3abf396166c61658781b9900e48f30056e2aaded1de7ff81b16fee3a2b, \
          f1b15c98a7debf8692be14f9bea72e061e2b1531ca3a9ccee80c7af4f0f0728a
          SIGNED, 49f7689f61287455a2198e884ef2032595e1cca64f8f62100a2fb5c7fb70da1a, \
          3ca5a9c973819a4e320f26a4ab4551957b92b683e8690d27d2d3b58bff4b755b, \
          a36c9a2526bcd5039891f59a321b4b9ed88b2f207765f9fa6fe5627cfc01109f, \
          f1b15c98a7debf8692be14f9bea72e061e2b1531ca3a9ccee80c7af4f0f0728a
          """)
  void derivesTheKeysOfAMessage(Suite suite, String key, String id, String to, String commitment) {
    DataKey dataKey = DataKey.copyOf(HEX.parseHex(key), List.of());
    MessageKeys keys = MessageKeys.derive(suite, dataKey, HEX.parseHex(id));
    assertThat(keys.encryption().getEncoded()).isEqualTo(HEX.parseHex(to));
    assertThat(keys.commitment()).isEqualTo(HEX.parseHex(commitment));
    keys.close();
    assertThat(keys.encryption().getEncoded()).containsOnly(0);
  }
}
