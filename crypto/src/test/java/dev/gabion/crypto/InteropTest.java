package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we write the official Encryption SDK for Java 3.0.2 opens, and the other way round. */
class InteropTest {
  private static final int[] SIZES = {0, 1, 15, 16, 17, 255, 256, 257, 1000, 4096, 8192, 70_000};
  private static final int[] FRAMES = {1, 16, 256, 1000, 4096, 1 << 20};

  /** So that a case that fails can be run again. */
  private final Random random = new Random(20261124);

  private int cases;

  @ParameterizedTest
  @EnumSource
  void opensWhatTheOfficialSdkWrites(Suite suite) throws IOException {
    for (int size : SIZES) {
      for (int frame : FRAMES) {
        if (size / frame <= 4096) {
          opens(suite, size, frame);
        }
      }
      opens(suite, size, 0);
    }
    opens(suite, 10_000_000, 4096);
    opens(suite, 10_000_000, 0);
    System.out.println("InteropTest: " + cases + " messages of the official SDK, " + suite);
    assertThat(cases).isGreaterThanOrEqualTo(80);
  }

  private void opens(Suite suite, int size, int frame) throws IOException {
    byte[] plaintext = bytes(size);
    Map<String, String> context = context();
    int keys = 1 + random.nextInt(3);
    byte[] message = Official.encrypt(Official.suite(suite), keys, context, plaintext, frame);

    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    assertThat(header.suite()).isEqualTo(suite);
    assertThat(header.framed()).isEqualTo(frame > 0);
    assertThat(header.frameLength()).isEqualTo(frame);
    assertThat(header.encryptedDataKeys()).hasSize(keys);
    assertThat(Messages.without(header.context())).isEqualTo(context);
    assertSame(Messages.open(message), plaintext);
    if (!suite.signed()) {
      assertSame(Messages.openStream(message), plaintext);
      if (frame > 0) {
        byte[] streamed = Official.encryptStream(Official.suite(suite), context, plaintext, frame);
        assertSame(Messages.open(streamed), plaintext);
        assertSame(Messages.openStream(streamed), plaintext);
      }
    }
    cases++;
  }

  @ParameterizedTest
  @EnumSource
  void theOfficialSdkOpensWhatWeWrite(Suite suite) throws IOException {
    for (int size : SIZES) {
      for (int frame : FRAMES) {
        if (size / frame <= 4096) {
          officialOpens(suite, size, frame);
        }
      }
    }
    officialOpens(suite, 10_000_000, 1 << 20);
    officialOpens(suite, 10_000_000, 4096);
    System.out.println("InteropTest: " + cases + " messages of ours, " + suite);
    assertThat(cases).isGreaterThanOrEqualTo(70);
  }

  private void officialOpens(Suite suite, int size, int frame) throws IOException {
    byte[] plaintext = bytes(size);
    Map<String, String> context = context();
    int keys = 1 + random.nextInt(3);
    byte[] message = Messages.seal(suite, keys, context, plaintext, frame);

    CryptoResult<byte[], ?> opened = Official.decrypt(message);
    assertSame(opened.getResult(), plaintext);
    assertThat(Messages.without(opened.getEncryptionContext())).isEqualTo(context);
    if (!suite.signed()) {
      byte[] streamed = Messages.sealStream(plaintext, frame, 1 + random.nextInt(9000));
      assertSame(Official.decrypt(streamed).getResult(), plaintext);
    }
    cases++;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*COMMIT_KEY.*")
  void refusesSuitesThatDoNotCommit(CryptoAlgorithm suite) {
    byte[] message = Official.encrypt(suite, 1, Messages.CONTEXT, bytes(100), 64);

    assertThatThrownBy(() -> Messages.open(message))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.VERSION_1));
    assertThat(Official.decrypt(message).getResult()).hasSize(100); // control
  }

  /** Faster than AssertJ, which looks at each byte of megabytes in turn. */
  private static void assertSame(byte[] found, byte[] expected) {
    assertThat(Arrays.equals(found, expected)).isTrue();
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** None to six pairs in letters of one to four bytes, in an order that is not UTF-16's. */
  private Map<String, String> context() {
    String[] letters = {"a", "Z", "0", "ß", "ツ", "\uFFEE", "\uD83D\uDD11", "\uD800\uDF48"};
    Map<String, String> context = new TreeMap<>();
    for (int pairs = random.nextInt(7); pairs > 0; pairs--) {
      StringBuilder name = new StringBuilder(letters[random.nextInt(letters.length)]);
      for (int more = random.nextInt(12); more > 0; more--) {
        name.append(letters[random.nextInt(letters.length)]);
      }
      context.put(name.toString(), name.reverse().toString());
    }
    return context;
  }
}
