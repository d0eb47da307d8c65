package dev.gabion.crypto;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, opening them ends in a refusal or a plaintext and in nothing else, and a
 * stream says the same as one piece. {@code mvn -Pfuzz -pl crypto -am test} looks for more.
 */
class OpenFuzzTest {
  static List<byte[]> messages() {
    return List.of(
        Messages.seal(Suite.COMMITTED, new byte[0], 16),
        Messages.seal(Suite.COMMITTED, new byte[40], 16),
        Messages.seal(Suite.SIGNED, new byte[20], 16),
        Official.encrypt(Official.suite(Suite.COMMITTED), 2, Messages.CONTEXT, new byte[9], 0),
        new byte[0]);
  }

  @MethodSource("messages")
  @FuzzTest(maxDuration = "1m")
  void anyBytesAreOpenedOrRefused(byte[] message) throws IOException {
    byte[] whole = null;
    boolean signed = false;
    try {
      MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
      signed = header.suite().signed();
      whole = MessageReader.open(message, header, Messages.bare(header));
    } catch (Refused expected) {
      // and no other exception
    }
    byte[] stream = null;
    try {
      stream = Messages.openStream(message);
    } catch (Refused expected) {
      // and no other exception
    }
    if (!signed && !same(whole, stream)) {
      throw new AssertionError("A stream says something else than one piece.");
    }
  }

  private static boolean same(byte @Nullable [] one, byte @Nullable [] other) {
    return Arrays.equals(one, other);
  }
}
