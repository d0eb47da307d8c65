package dev.gabion.crypto;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;

/** Whatever the bytes, opening them ends in a refusal and in no other exception. */
class OpenFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void anyBytesAreRefused(byte[] message) {
    try (DataKey dataKey = DataKey.copyOf(new byte[Suite.KEY_BYTES], List.of())) {
      try {
        MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
        MessageReader.open(message, header, dataKey);
      } catch (Refused expected) {
        refused(expected);
      }
      try {
        Messages.stream(message, Bounds.DEFAULT).readAllBytes();
      } catch (IOException expected) {
        refused(expected);
      }
    }
  }

  private static void refused(IOException failure) {
    if (!(failure instanceof Refused)) {
      throw new AssertionError("Something else than a refusal.", failure);
    }
  }
}
