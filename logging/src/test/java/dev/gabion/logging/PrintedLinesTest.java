package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile text can do to those who read the log. */
class PrintedLinesTest {
  private static final String HOSTILE =
      "\u0000\u0007\b\f\u000b\u001b[31m\u007f\u0085\u009b\u061c\u200b\u200c\u200d\u200e\u200f"
          + "\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u206f\ufeff"
          + "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180e\u180f\u3164\ufe00\uffa0\ufff0\ufff9\ufffb"
          + "\ud82f\udca0\ud834\udd73\ud834\udd7a\udb40\udc01\udb40\udc41\udb40\udd00";

  private static String tamed(String lines) {
    return new String(PrintedLines.tamed(lines.getBytes(UTF_8)), UTF_8);
  }

  @Test
  void ordinaryLinesAreTheSameArray() {
    byte[] lines = "ä€😀 ❤️ ☎︎ ⠀ – “quoted” \t{\"a\":1}\r\n{\"class_uid\":1}\n\n".getBytes(UTF_8);

    assertThat(PrintedLines.tamed(lines)).isSameAs(lines);
  }

  @Test
  void noCharacterColoursHidesOrTurnsText() {
    String tamed = tamed("<" + HOSTILE + ">\n");

    assertThat(tamed)
        .matches("[ -~]+\n")
        .startsWith("<\\u0000\\u0007\\u0008")
        .contains("\\ufeff\\u00ad")
        .endsWith("\\udb40\\udd00>\n");
    assertThat(tamed.length()).isEqualTo(2 + 6 * (HOSTILE.length() - 4) + 4 + 1);
  }

  @Test
  void aCarriageReturnAloneDoesNotEndALine() {
    assertThat(tamed("one\rtwo\r\nthree\r")).isEqualTo("one\\u000dtwo\r\nthree\\u000d");
  }

  @Test
  void aTextInALineOfJsonStaysTheSameText() throws IOException {
    String line = "{\"a\":\"\u200b\u202e\u2028\ufeff\udb40\udc41\"}";

    assertThat(Recorded.STRICT.readTree(tamed(line))).isEqualTo(Recorded.STRICT.readTree(line));
    assertThat(tamed(line)).isNotEqualTo(line);
  }

  @Test
  void brokenUtf8IsLeftAsItIs() {
    for (byte[] broken :
        List.of(
            new byte[] {(byte) 0xE2, (byte) 0x80, 'a', (byte) 0xC2, (byte) 0xEF},
            new byte[] {(byte) 0xF3, (byte) 0xA0, (byte) 0x81, 'a', (byte) 0xFE, (byte) 0xC2, '"'},
            new byte[] {(byte) 0xF3, (byte) 0xA0, (byte) 0x81},
            new byte[] {(byte) 0x80, (byte) 0xAD, (byte) 0xE2, '\n'})) {
      assertThat(PrintedLines.tamed(broken)).isSameAs(broken);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"class_uid\":6003,\"metadata\":{\"product\":{\"name\":\"Gabion\"}}}",
        " \t{ \"metadata\":{\"product\":{\"name\":\"Gabion\"}}, \"class_uid\" : 6003}",
        "{\"cl\\u0061ss_uid\":6003,\"metadata\":{\"product\":{\"name\":\"\\u0047abion\"}}}",
        "12:00:01 INFO got {\"class_uid\":6003,\"metadata\":{\"product\":{\"name\":\"Gabion\"}}}",
        "} {y} { {\"class_uid\":6003,\"metadata\":{\"product\":{\"name\":\"\\u0047abion\"}}}",
        "what is left of one: {\"class_uid\":6003,\"metadata\":{\"prod",
        "a name twice: {\"class_uid\":6003,\"class_uid\":6003}",
        "the name first \"class_uid\": {}{",
      })
  void aPrintedLineDoesNotPassForAnAuditEventOrWhatIsLeftOfOne(String forged) {
    int brace = forged.indexOf('{');
    String marked = forged.substring(0, brace) + "printed: " + forged.substring(brace);

    assertThat(tamed("user agent: x\n" + forged + "\r\n" + forged + "\nend\n"))
        .isEqualTo("user agent: x\n" + marked + "\r\n" + marked + "\nend\n");
  }

  @Test
  void whatWillBePrintedInPiecesIsMarkedWhereverItMayBeCut() {
    String longLine = "{\"class_uid\":1,\"a\":\"" + "x".repeat(200_000) + "\"}";

    assertThat(tamed(longLine)).startsWith("printed: {");
  }

  @Test
  void whatARealEventBeginsWithIsWhatIsMarked() throws IOException {
    String real = Recorded.lineOf(AuditEvents.done());

    assertThat(tamed(real)).isEqualTo("printed: " + real);
  }

  @Test
  void theScrubberTakesSecretsOutOfPrintedLinesBeforeTheyAreTamed() {
    Scrubber scrubber = new Scrubber(new AtomicLong()::get, () -> {});
    scrubber.learn(dev.gabion.core.SecretValue.ofText("with\u200bzero width"));

    assertThat(new String(scrubber.apply("<with\u200bzero width>\u001b".getBytes(UTF_8)), UTF_8))
        .isEqualTo("<[secret]>\\u001b");
  }
}
