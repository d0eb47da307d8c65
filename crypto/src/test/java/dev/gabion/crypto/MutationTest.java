package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * No change of a message is accepted: every bit of whole messages, every length, and random splices
 * of messages under one data key. The reader always has the right data key, as if a wrapping key
 * had given it: what is changed must be found by the message itself.
 *
 * <p>{@code -Dgabion.mutations=n} makes n splices instead of 105,000.
 */
class MutationTest {
  private static final int SPLICES = Integer.getInteger("gabion.mutations", 105_000);

  /** Far above what a message of half a kilobyte takes, and far below what a length could ask. */
  private static final long MOST_ALLOCATED = 250_000;

  private static final byte[] PLAINTEXT = new byte[40];

  private final DataKey dataKey = Messages.newDataKey(1);
  private final Map<Refused.Reason, Integer> reasons = new EnumMap<>(Refused.Reason.class);
  private final long seed = new SecureRandom().nextLong();
  private final Random random = new Random(seed);
  private List<byte[]> originals = List.of();
  private int cases;
  private long mostAllocated;

  /** Nothing, a frame, and three frames; a signed one takes a thousand times as long to refuse. */
  private List<byte[]> messages(Suite suite) throws IOException {
    List<byte[]> messages = new ArrayList<>();
    MessageWriter writer = new MessageWriter(new SecureRandom());
    for (int size : suite.signed() ? new int[] {20} : new int[] {0, 10, 40}) {
      SigningKey signer = suite.signed() ? SigningKey.generate() : null;
      Map<String, String> context = signer == null ? Messages.CONTEXT : signer.in(Messages.CONTEXT);
      byte[] plaintext = Arrays.copyOf(PLAINTEXT, size);
      messages.add(writer.seal(suite, dataKey, context, signer, plaintext, 16));
    }
    originals = messages;
    for (byte[] message : messages) { // control: unchanged, it is accepted
      byte[] plaintext =
          MessageReader.open(message, MessageHeader.parse(message, Bounds.DEFAULT), dataKey);
      assertThat(plaintext).isEqualTo(Arrays.copyOf(PLAINTEXT, plaintext.length));
    }
    refused(new byte[0]); // what is loaded once is not counted
    mostAllocated = 0;
    return messages;
  }

  @Test
  void refusesEveryChangeOfAnUnsignedMessage() throws IOException {
    bitsAndLengths(messages(Suite.COMMITTED));
    splices(SPLICES);
    report("unsigned");
    assertThat(cases).isGreaterThan(SPLICES * 9 / 10 + 7_000);
  }

  @Test
  void refusesEveryChangeOfASignedMessage() throws IOException {
    bitsAndLengths(messages(Suite.SIGNED));
    splices(SPLICES / 200);
    report("signed");
    assertThat(cases).isGreaterThan(3_500);
  }

  private void bitsAndLengths(List<byte[]> messages) throws IOException {
    for (byte[] message : messages) {
      for (int bit = 0; bit < 8 * message.length; bit++) {
        byte[] flipped = message.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        refused(flipped);
      }
      for (int length = 0; length <= message.length + 300; length++) {
        if (length != message.length) {
          byte[] other = Arrays.copyOf(message, length);
          refused(other);
        }
      }
    }
  }

  /** A part of one message in the place of a part of another, or of itself; or noise. */
  private void splices(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      byte[] base = originals.get(random.nextInt(originals.size()));
      byte[] other = originals.get(random.nextInt(originals.size()));
      int from = random.nextInt(base.length);
      int to = random.nextInt(4) == 0 ? from : from + random.nextInt(base.length - from + 1);
      int start = random.nextInt(3) == 0 ? from % other.length : random.nextInt(other.length);
      int end = start + random.nextInt(Math.min(64, other.length - start) + 1);
      byte[] part = Arrays.copyOfRange(other, start, end);
      if (random.nextInt(5) == 0) {
        random.nextBytes(part);
      }
      ByteArrayOutputStream spliced = new ByteArrayOutputStream();
      spliced.write(base, 0, from);
      spliced.write(part);
      spliced.write(base, to, base.length - to);
      byte[] message = spliced.toByteArray();
      if (originals.stream().noneMatch(original -> Arrays.equals(original, message))) {
        refused(message);
      }
    }
  }

  private void refused(byte[] message) throws IOException {
    long before = Allocations.now();
    try {
      MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
      MessageReader.open(message, header, dataKey);
      throw new AssertionError("accepted, seed " + seed + ", case " + cases);
    } catch (Refused refused) {
      reasons.merge(refused.reason(), 1, Integer::sum);
    }
    try (InputStream source = new ByteArrayInputStream(message)) {
      MessageHeader header = MessageHeader.read(source, Bounds.DEFAULT);
      streamRefused(MessageReader.stream(source, header, dataKey, Bounds.DEFAULT));
    } catch (Refused refused) {
      // as it must be
    }
    mostAllocated = Math.max(mostAllocated, Allocations.now() - before);
    cases++;
  }

  /** What is released before the refusal is the beginning of what was sealed. */
  private void streamRefused(InputStream stream) throws IOException {
    byte[] released = new byte[PLAINTEXT.length + 1];
    int length = 0;
    try {
      for (int read; (read = stream.read(released, length, released.length - length)) >= 0; ) {
        length += read;
      }
    } catch (Refused refused) {
      if (Arrays.equals(released, 0, length, PLAINTEXT, 0, Math.min(length, PLAINTEXT.length))) {
        return;
      }
    }
    throw new AssertionError("accepted as a stream, seed " + seed + ", case " + cases);
  }

  private void report(String kind) {
    System.out.println(
        "MutationTest, %s: %,d changed messages refused, at most %,d bytes allocated for one, %s"
            .formatted(kind, cases, mostAllocated, reasons));
    assertThat(mostAllocated).isLessThan(MOST_ALLOCATED);
  }

  static {
    for (int i = 0; i < PLAINTEXT.length; i++) {
      PLAINTEXT[i] = (byte) (i + 1);
    }
  }
}
