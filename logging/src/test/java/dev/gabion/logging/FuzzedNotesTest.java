package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Notes of any characters at all, under any names. */
class FuzzedNotesTest {
  private static final int NOTES = Integer.getInteger("gabion.fuzz.notes", 10_000);

  private static final String BREAKING = "\"\\\n\r\t{}[]:,\0\u001b\u202e\u200b\u2028\ud83d\ude00";

  /** What is most likely to break out of a line, and any UTF-16 unit, halves of pairs included. */
  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(60);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(4)) {
        case 0 -> text.append((char) random.nextInt(0x10000));
        case 1 -> text.append(BREAKING.charAt(random.nextInt(BREAKING.length())));
        case 2 -> text.append((char) random.nextInt(0x80));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  @Test
  void everyLineIsOneStrictJsonObjectThatSaysTheNotesAgain() throws Exception {
    SplittableRandom random = new SplittableRandom(20_261_124);
    Recorded recorded = new Recorded(Recorded.JSON);
    int notes = 0;
    while (notes < NOTES) {
      Map<String, String> facts = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        facts.put(random.nextBoolean() ? "note." + i : text(random), text(random));
      }
      notes += facts.size();
      recorded.audit.write(AuditEvents.noted(facts));
      String line = new String(recorded.lines.remove(0), UTF_8);

      assertThat(line).matches("[ -~]+");
      JsonNode json = Recorded.STRICT.readTree(line);
      JsonNode said = json.at("/unmapped/facts");
      assertThat(said.size() + json.at("/unmapped/omitted").asInt()).isEqualTo(facts.size());
      said.properties()
          .forEach(
              each ->
                  assertThat(each.getValue().textValue())
                      .isEqualTo(whole(facts.getOrDefault(each.getKey(), "?"))));
    }
    System.out.println("Fuzzed " + notes + " notes: each line parsed.");
  }

  /** A text with the replacement character for each half of a pair. */
  private static String whole(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
