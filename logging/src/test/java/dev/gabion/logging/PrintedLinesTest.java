package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile text can do to those who read the log. */
class PrintedLinesTest {
  private static final String HOSTILE =
      "\u0000\u0007\b\f\u000b\u001b[31m\u007f\u0085\u009b\u061c\u200b\u200c\u200d\u200e\u200f"
          + "\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u206f\ufeff";

  private static String tamed(String lines) {
    return new String(PrintedLines.tamed(lines.getBytes(UTF_8)), UTF_8);
  }

  @Test
  void ordinaryLinesAreTheSameArray() {
    byte[] lines = "ä€😀 – “quoted” \t{\"a\":1}\r\n{\"class_uid\":1}\n\n".getBytes(UTF_8);

    assertThat(PrintedLines.tamed(lines)).isSameAs(lines);
  }

  @Test
  void noCharacterColoursHidesOrTurnsText() {
    String tamed = tamed("<" + HOSTILE + ">\n");

    assertThat(tamed)
        .matches("[ -~]+\n")
        .startsWith("<\\u0000\\u0007\\u0008")
        .endsWith("\\ufeff>\n");
    assertThat(tamed.length()).isEqualTo(2 + 6 * (HOSTILE.length() - 4) + 4 + 1);
  }

  @Test
  void aCarriageReturnAloneDoesNotEndALine() {
    assertThat(tamed("one\rtwo\r\nthree\r")).isEqualTo("one\\u000dtwo\r\nthree\\u000d");
  }

  @Test
  void aTextInALineOfJsonStaysTheSameText() throws IOException {
    String line = "{\"a\":\"\u200b\u202e\u2028\ufeff\"}";

    assertThat(Recorded.STRICT.readTree(tamed(line))).isEqualTo(Recorded.STRICT.readTree(line));
    assertThat(tamed(line)).isNotEqualTo(line);
  }

  @Test
  void brokenUtf8IsLeftAsItIs() {
    byte[] broken = {(byte) 0xE2, (byte) 0x80, 'a', (byte) 0xC2, (byte) 0xEF};

    assertThat(PrintedLines.tamed(broken)).isSameAs(broken);
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
