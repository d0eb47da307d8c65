package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContextBytesTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void writesNothingForNone() throws Refused {
    assertThat(ContextBytes.write(Map.of())).isEmpty();
    assertThat(ContextBytes.read(new byte[0])).isEmpty();
  }

  /** U+FFEE comes before U+1F511 in UTF-8, and behind its surrogates in UTF-16. */
  @Test
  void sortsByTheBytesOfTheNames() {
    Map<String, String> context = new LinkedHashMap<>();
    context.put("\uD83D\uDD11", "4");
    context.put("\uFFEE", "3");
    context.put("b", "2");
    context.put("aa", "1");
    assertThat(HEX.formatHex(ContextBytes.write(context)))
        .isEqualTo(
            "0004"
                + ("0002" + "6161" + "0001" + "31")
                + ("0001" + "62" + "0001" + "32")
                + ("0003" + "efbfae" + "0001" + "33")
                + ("0004" + "f09f9491" + "0001" + "34"));
  }

  @Test
  void readsAnyOrderAndKeepsIt() throws Refused {
    assertThat(ContextBytes.read(HEX.parseHex("0002" + "0001620000" + "0001610000")))
        .containsExactly(Map.entry("b", ""), Map.entry("a", ""));
  }

  @Test
  void givesAContextThatNobodyChanges() throws Refused {
    Map<String, String> context = ContextBytes.read(HEX.parseHex("0001" + "0001620000"));
    assertThatThrownBy(() -> context.put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesWhatIsNotWrittenSo() {
    refused("0000"); // none, but written
    refused("00"); // no count
    refused("0001"); // a pair that is missing
    refused("0001" + "0001"); // a name that is missing
    refused("0001" + "000161"); // a length that is missing
    refused("0001" + "000161" + "00");
    refused("0001" + "000161" + "000262"); // a value that is cut
    refused("0001" + "0001610000" + "00"); // more than the pairs
    refused("0002" + "0001610000"); // fewer pairs
    refused("0001" + "0001610000" + "0001620000"); // more pairs
    refused("0002" + "0001610000" + "0001610000"); // one name twice
    refused("0002" + "00016100016c" + "00016100016d");
    refused("0001" + "0001ff0000"); // no UTF-8
    refused("0001" + "0001610001ff");
    refused("0001" + "0002c0800000"); // an overlong form
    refused("0001" + "0003eda0800000"); // half a character
  }

  private static void refused(String hex) {
    assertRefused(Refused.Reason.CONTEXT, () -> ContextBytes.read(HEX.parseHex(hex)));
  }

  @Test
  void writesNothingThatTheOfficialSdkWouldNotRead() {
    Map<String, String> longest = Map.of("n", "v".repeat(ContextBytes.LONGEST - 7));
    assertThat(ContextBytes.write(longest)).hasSize(32_767);
    notWritten(Map.of("n", "v".repeat(ContextBytes.LONGEST - 6)));
    notWritten(Map.of("", "v"));
    notWritten(Map.of("n", ""));
    notWritten(Map.of("n", "\uD800"));
    notWritten(Map.of("\uDC00?", "v"));
  }

  private static void notWritten(Map<String, String> context) {
    assertThatThrownBy(() -> ContextBytes.write(context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("v".repeat(10));
  }
}
