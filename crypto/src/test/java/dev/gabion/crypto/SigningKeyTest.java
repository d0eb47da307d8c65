package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Enough keys that some have an even and some an odd ordinate. */
  @Test
  void verifiesWhatItSigns() throws Exception {
    byte[] text = {1, 2, 3};
    boolean[] signs = new boolean[2];
    for (int i = 0; i < 20 || !(signs[0] && signs[1]); i++) {
      SigningKey key = SigningKey.generate();
      byte[] point = Base64.getDecoder().decode(key.publicKey());
      assertThat(point).hasSize(49);
      signs[point[0] - 2] = true;
      Signature signer = key.signer();
      signer.update(text);
      byte[] signature = signer.sign();
      assertThat(SigningKey.canonical(signature, 0, signature.length)).isTrue();
      Signature verifier = SigningKey.verifier(key.in(Map.of()));
      verifier.update(text);
      assertThat(verifier.verify(signature)).isTrue();
      Signature other = SigningKey.verifier(SigningKey.generate().in(Map.of()));
      other.update(text);
      assertThat(other.verify(signature)).isFalse();
    }
  }

  /** FIPS 186-4, D.1.2.4: the base point of P-384, whose ordinate is odd. */
  @Test
  void readsACompressedPoint() throws Refused {
    String x =
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
            + "5502f25dbf55296c3a545e3872760ab7";
    assertThat(SigningKey.verifier(named("03" + x))).isNotNull();
    assertThat(SigningKey.verifier(named("02" + x))).isNotNull();
  }

  @Test
  void refusesWhatIsNoPoint() {
    String x = "00".repeat(47);
    refused(Map.of());
    refused(Map.of(SigningKey.NAME, "not Base64"));
    refused(named("02"));
    refused(named("02" + x + "01")); // the curve has no such abscissa
    refused(named("04" + x + "02")); // not compressed
    refused(named("02" + x + "0002")); // too long
    refused(named("02" + "ff".repeat(48))); // beyond the field
    assertThatThrownBy(() -> refused(named("02" + x + "02"))).isInstanceOf(AssertionError.class);
  }

  private static void refused(Map<String, String> context) {
    assertRefused(Refused.Reason.VERIFYING_KEY, () -> SigningKey.verifier(context));
  }

  private static Map<String, String> named(String hex) {
    return Map.of(SigningKey.NAME, Base64.getEncoder().encodeToString(HEX.parseHex(hex)));
  }

  @Test
  void takesAFreeNameInTheContext() {
    SigningKey key = SigningKey.generate();
    Map<String, String> whole = key.in(Messages.CONTEXT);
    assertThat(whole).containsEntry(SigningKey.NAME, key.publicKey()).hasSize(2);
    assertThatThrownBy(() -> key.in(whole)).isInstanceOf(IllegalArgumentException.class);
  }

  /** X.690: one way to write two positive numbers. */
  @Test
  void knowsTheOneFormOfASignature() {
    assertThat(canonical("3006" + "020101" + "020102")).isTrue();
    assertThat(canonical("3008" + "02020080" + "02020081")).isTrue();
    assertThat(canonical("3007" + "02020001" + "020102")).as("padded").isFalse();
    assertThat(canonical("3006" + "020180" + "020102")).as("negative").isFalse();
    assertThat(canonical("3006" + "020101" + "020182")).as("negative").isFalse();
    assertThat(canonical("3006" + "020100" + "020102")).as("zero").isFalse();
    assertThat(canonical("3006" + "020101" + "020100")).as("zero").isFalse();
    assertThat(canonical("3006" + "020101" + "02010200")).as("more").isFalse();
    assertThat(canonical("3007" + "020101" + "02010200")).as("more within").isFalse();
    assertThat(canonical("308106" + "020101" + "020102")).as("long length").isFalse();
    assertThat(canonical("3106" + "020101" + "020102")).as("a set").isFalse();
    assertThat(canonical("3006" + "030101" + "020102")).as("no number").isFalse();
    assertThat(canonical("3006" + "020101" + "030102")).as("no number").isFalse();
    assertThat(canonical("3006" + "0200" + "02020102")).as("empty").isFalse();
    assertThat(canonical("3006" + "020201" + "020102")).as("overlapping").isFalse();
    assertThat(canonical("3006" + "020401020102")).as("one number").isFalse();
    assertThat(canonical("3006" + "020501020102")).as("beyond the end").isFalse();
    assertThat(canonical("3003" + "020101")).as("one number").isFalse();
    assertThat(canonical("3006" + "0201010201")).as("cut").isFalse();
    assertThat(canonical("3006" + "02ff01" + "020102")).as("length").isFalse();
    assertThat(canonical("")).isFalse();
  }

  private static boolean canonical(String hex) {
    byte[] bytes = HEX.parseHex("aa" + hex + "bb");
    return SigningKey.canonical(bytes, 1, bytes.length - 2);
  }

  /** The JDK reads a number without its sign byte; a message with such a signature is another. */
  @Test
  void refusesASignatureInAnotherForm() throws Exception {
    byte[] message;
    int end;
    do { // until its first number begins with a sign byte
      message = Messages.seal(Suite.SIGNED, new byte[] {1, 2, 3}, 16);
      end = signatureLength(message);
    } while (message[end + 2 + 3] != 49);
    byte[] shorter = new byte[message.length - 1];
    System.arraycopy(message, 0, shorter, 0, end + 2 + 4);
    System.arraycopy(message, end + 2 + 5, shorter, end + 2 + 4, shorter.length - end - 2 - 4);
    ByteBuffer.wrap(shorter).putShort(end, (short) (message.length - end - 3));
    shorter[end + 2 + 1]--;
    shorter[end + 2 + 3]--;

    assertRefused(Refused.Reason.SIGNATURE, () -> Messages.open(shorter));
    // control: the JDK alone takes it
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    Signature verifier = SigningKey.verifier(header.context());
    verifier.update(message, 0, end);
    assertThat(verifier.verify(Arrays.copyOfRange(shorter, end + 2, shorter.length))).isTrue();
  }

  /** Where the footer of a message of one short frame begins. */
  private static int signatureLength(byte[] message) throws Refused {
    return MessageHeader.parse(message, Bounds.DEFAULT).size()
        + 3
        + MessageWriter.FINAL_FRAME_EXTRA;
  }
}
