package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Messages that come and go in pieces. */
class StreamTest {
  private final byte[] plaintext = new byte[1000];

  StreamTest() {
    new SecureRandom().nextBytes(plaintext);
  }

  @Test
  void comesBackWhateverThePieces() throws IOException {
    for (int size : new int[] {0, 1, 63, 64, 65, 128, 1000}) {
      byte[] expected = Arrays.copyOf(plaintext, size);
      for (int step : new int[] {1, 7, 64, 1000}) {
        byte[] message = Messages.sealStream(expected, 64, step);
        assertThat(message)
            .as("frames like those of a message in one piece")
            .hasSameSizeAs(Messages.seal(Suite.COMMITTED, expected, 64));
        assertThat(Messages.open(message)).isEqualTo(expected);
        assertThat(readInSteps(message, step)).isEqualTo(expected);
      }
    }
  }

  private static byte[] readInSteps(byte[] message, int step) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream stream = Messages.stream(message, Bounds.DEFAULT)) {
      byte[] buffer = new byte[step + 2];
      for (int read; (read = stream.read(buffer, 1, step)) >= 0; ) {
        assertThat(buffer[0] | buffer[step + 1]).isZero();
        all.write(buffer, 1, read);
      }
      assertThat(stream.read()).isEqualTo(-1);
    }
    return all.toByteArray();
  }

  @Test
  void readsSingleBytes() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 64);
    try (InputStream stream = Messages.stream(message, Bounds.DEFAULT)) {
      assertThat(stream.available()).isZero();
      for (int i = 0; i < plaintext.length; i++) {
        assertThat(stream.read()).isEqualTo(plaintext[i] & 0xFF);
        assertThat(stream.available()).isEqualTo(i < 960 ? 63 - i % 64 : 999 - i);
      }
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.read(new byte[0])).isZero();
    }
  }

  @Test
  void writesSingleBytes() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    OutputStream stream =
        new MessageWriter(new SecureRandom())
            .stream(Messages.newDataKey(1), Messages.CONTEXT, message, 64);
    int header = message.size();
    assertThat(header).as("the header goes first").isPositive();
    for (int i = 0; i < 64; i++) {
      stream.write(plaintext[i]);
    }
    assertThat(message.size()).as("a full frame may be the last").isEqualTo(header);
    stream.write(plaintext[64]);
    assertThat(message.size()).isEqualTo(header + MessageWriter.FRAME_EXTRA + 64);
    stream.close();
    stream.close();
    assertThat(message.size())
        .isEqualTo(header + MessageWriter.FRAME_EXTRA + 64 + MessageWriter.FINAL_FRAME_EXTRA + 1);
    assertThat(Messages.open(message.toByteArray())).isEqualTo(Arrays.copyOf(plaintext, 65));
    assertThatThrownBy(() -> stream.write(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stream.write(plaintext)).isInstanceOf(IOException.class);
  }

  @Test
  void flushesAndClosesWhatItWritesTo() throws IOException {
    StringBuilder calls = new StringBuilder();
    OutputStream to =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            calls.append("flush ");
          }

          @Override
          public void close() {
            calls.append("close ");
          }
        };
    try (OutputStream stream =
        new MessageWriter(new SecureRandom())
            .stream(Messages.newDataKey(1), Messages.CONTEXT, to, 64)) {
      stream.flush();
    }
    assertThat(calls).hasToString("flush close ");
  }

  @Test
  void closesWhatItReadsFrom() throws IOException {
    StringBuilder calls = new StringBuilder();
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 64);
    InputStream source =
        new ByteArrayInputStream(message) {
          @Override
          public void close() {
            calls.append("close ");
          }
        };
    MessageHeader header = MessageHeader.read(source, Bounds.DEFAULT);
    InputStream stream =
        MessageReader.stream(source, header, Messages.bare(header), Bounds.DEFAULT);
    stream.close();
    stream.close();
    assertThat(calls).hasToString("close ");
    assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    assertThatThrownBy(() -> stream.read(new byte[1])).isInstanceOf(IOException.class);
  }

  /** However it is cut, what comes out is the beginning, whole frames of it, and then an error. */
  @Test
  void everyTruncationEndsInAnError() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, Arrays.copyOf(plaintext, 100), 32);
    int header = MessageHeader.parse(message, Bounds.DEFAULT).size();
    for (int length = header; length < message.length; length++) {
      byte[] cut = Arrays.copyOf(message, length);
      InputStream stream = Messages.stream(cut, Bounds.DEFAULT);
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      assertRefused(Refused.Reason.TRUNCATED, () -> stream.transferTo(released));
      int whole = Math.min(3, (length - header) / (32 + MessageWriter.FRAME_EXTRA));
      assertThat(released.toByteArray()).isEqualTo(Arrays.copyOf(plaintext, 32 * whole));
      assertRefused(Refused.Reason.TRUNCATED, stream::read); // and it stays so
      stream.close(); // which has been said
    }
  }

  /** A parser that stops at its closing brace never sees the end; closing does. */
  @Test
  void closingEarlyStillFindsTheCut() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 64);
    InputStream whole = Messages.stream(message, Bounds.DEFAULT);
    assertThat(whole.readNBytes(10)).isEqualTo(Arrays.copyOf(plaintext, 10));
    whole.close();

    InputStream cut = Messages.stream(Arrays.copyOf(message, message.length - 1), Bounds.DEFAULT);
    assertThat(cut.readNBytes(10)).isEqualTo(Arrays.copyOf(plaintext, 10));
    assertRefused(Refused.Reason.TRUNCATED, cut::close);
  }

  @Test
  void releasesTheLastFrameOnlyIfNothingFollows() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 600);
    byte[] more = Arrays.copyOf(message, message.length + 1);
    InputStream stream = Messages.stream(more, Bounds.DEFAULT);
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> stream.transferTo(released));
    assertThat(released.size()).isEqualTo(600);
    assertThat(stream.available()).isZero();
    assertRefused(Refused.Reason.TRAILING_BYTES, stream::read);
  }

  @Test
  void releasesNothingOfAFrameThatWasTouched() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 600);
    message[message.length - 200] ^= 1;
    InputStream stream = Messages.stream(message, Bounds.DEFAULT);
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    assertRefused(Refused.Reason.FRAME_TAG, () -> stream.transferTo(released));
    assertThat(released.size()).isEqualTo(600);
    assertThat(stream.available()).isZero();
  }

  @Test
  void holdsABodyWithoutFramesWithinTheBound() throws IOException {
    byte[] message =
        Official.encrypt(Official.suite(Suite.COMMITTED), 1, Messages.CONTEXT, plaintext, 0);
    Bounds exact = new Bounds(3, 1000, plaintext.length);
    assertThat(Messages.stream(message, exact).readAllBytes()).isEqualTo(plaintext);
    Bounds tight = new Bounds(3, 1000, plaintext.length - 1);
    InputStream stream = Messages.stream(message, tight);
    assertRefused(Refused.Reason.FRAME_TOO_LONG, stream::read);
    byte[] more = Arrays.copyOf(message, message.length + 1);
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.stream(more, exact).readAllBytes());
  }

  @Test
  void passesOnWhatItReadsFromAndEndsThere() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, plaintext, 64);
    InputStream source =
        new BrokenInput(new ByteArrayInputStream(Arrays.copyOf(message, message.length - 100)));
    MessageHeader header = MessageHeader.read(source, Bounds.DEFAULT);
    InputStream stream =
        MessageReader.stream(source, header, Messages.bare(header), Bounds.DEFAULT);
    Throwable thrown = catchThrowable(stream::readAllBytes);
    assertThat(thrown).isInstanceOf(IOException.class).hasMessage("the network is down");
    assertThat(catchThrowable(stream::read)).isSameAs(thrown);
    stream.close();
  }

  /** A length of gigabytes costs what has arrived, and not what it says. */
  @Test
  void allocatesAsBytesArrive() throws IOException {
    byte[] message = Messages.seal(Suite.COMMITTED, new byte[0], 1 << 30);
    Bounds wide = new Bounds(3, 1000, Integer.MAX_VALUE - 16);
    int header = MessageHeader.parse(message, Bounds.DEFAULT).size();
    byte[] hostile = Arrays.copyOf(message, header + 24 + 100_000);
    ByteBuffer.wrap(hostile).putInt(header + 20, 1 << 30);
    InputStream stream = Messages.stream(hostile, wide);
    long before = Allocations.now();
    assertRefused(Refused.Reason.TRUNCATED, stream::read);
    assertThat(Allocations.now() - before).isLessThan(1_000_000);
  }

  /** What was cut by a full disk does not get an end that would make it look whole. */
  @Test
  void writesNoEndAfterAFailure() throws IOException {
    StringBuilder calls = new StringBuilder();
    OutputStream to =
        new FilterOutputStream(OutputStream.nullOutputStream()) {
          @Override
          public void write(byte[] some, int offset, int length) throws IOException {
            calls.append("write ");
            if (calls.length() > "write ".length()) {
              throw new IOException("the disk is full");
            }
          }

          @Override
          public void close() {
            calls.append("close ");
          }
        };
    OutputStream stream =
        new MessageWriter(new SecureRandom())
            .stream(Messages.newDataKey(1), Messages.CONTEXT, to, 64);
    assertThatThrownBy(() -> stream.write(plaintext)).hasMessage("the disk is full");
    assertThatThrownBy(() -> stream.write(plaintext)).isInstanceOf(IOException.class);
    stream.close();
    assertThat(calls).hasToString("write write close ");
  }

  @Test
  void hasNoMoreFramesThanTheFormatCounts() throws IOException {
    MessageKeys keys =
        MessageKeys.derive(Suite.COMMITTED, Messages.newDataKey(1), new byte[Suite.ID_BYTES]);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    MessageOutput stream =
        new MessageOutput(
            FrameCipher.sealing(keys.encryption(), new byte[Suite.ID_BYTES]),
            keys,
            frames,
            4,
            FrameCipher.LAST_SEQUENCE - 1);
    stream.write(new byte[8]); // the one before the last, and what may be the last
    assertThatThrownBy(() -> stream.write(1)).hasMessageContaining("2^32 - 1 frames");
    assertThat(frames.size()).isEqualTo(MessageWriter.FRAME_EXTRA + 4);
    stream.close();
    assertThat(frames.size()).as("no end").isEqualTo(MessageWriter.FRAME_EXTRA + 4);
  }
}
