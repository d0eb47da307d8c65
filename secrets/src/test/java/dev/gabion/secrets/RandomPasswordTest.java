package dev.gabion.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomPasswordTest {
  private static String next(RandomPassword passwords) {
    try (SecretValue password = passwords.next()) {
      return InsecureSecretAccess.text(password);
    }
  }

  @Test
  void aPasswordHasTheLengthAndSomeOfEachKindAndNothingElse() {
    RandomPassword passwords = RandomPassword.of(40, "abcdefghijk", "0", "~!");
    for (int i = 0; i < 500; i++) {
      assertThat(next(passwords)).matches("[a-k0~!]{40}").contains("0").containsPattern("[~!]");
      assertThat(next(RandomPassword.letters(22)))
          .matches("[A-Za-z0-9]{22}")
          .containsPattern("[A-Z]")
          .containsPattern("[a-z]")
          .containsPattern("[0-9]");
    }
  }

  @Test
  void noTwoAreAlike() {
    RandomPassword passwords = RandomPassword.letters(22);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      seen.add(next(passwords));
    }

    assertThat(seen).hasSize(2_000);
  }

  /**
   * 94 characters do not divide 256: taken by their remainder, the first 68 of them would come up
   * half as often again as the rest. Chi squared with 93 degrees of freedom exceeds 180 once in ten
   * million runs.
   */
  @Test
  void eachCharacterIsAsLikelyAsAnyOther() {
    StringBuilder alphabet = new StringBuilder();
    for (char c = '!'; c <= '~'; c++) {
      alphabet.append(c);
    }
    int length = 94_000;
    String drawn = next(RandomPassword.of(length, alphabet.toString()));
    int[] biased =
        IntStream.range(0, length).map(i -> '!' + (int) (i * 7919L % 256) % 94).toArray();

    assertThat(chiSquared(drawn.chars().toArray())).isLessThan(180);
    assertThat(chiSquared(biased)).as("control").isGreaterThan(1_000);
  }

  private static double chiSquared(int[] drawn) {
    double expected = drawn.length / 94.0;
    int[] counts = new int[94];
    for (int c : drawn) {
      counts[c - '!']++;
    }
    return IntStream.of(counts)
        .mapToDouble(count -> (count - expected) * (count - expected) / expected)
        .sum();
  }

  @Test
  void whatCanBeGuessedIsNoPassword() {
    for (Runnable weak :
        List.<Runnable>of(
            () -> RandomPassword.letters(21),
            () -> RandomPassword.of(127, "01"),
            () -> RandomPassword.of(100, "a"),
            () -> RandomPassword.of(100),
            () -> RandomPassword.of(0, "0123456789"))) {
      assertThatThrownBy(weak::run).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(next(RandomPassword.of(128, "01"))).hasSize(128);
  }

  @Test
  void aKindHasVisibleCharactersThatAreNowhereElse() {
    for (String[] kinds :
        new String[][] {
          {"abcdefa"}, {"abcdef", "f012345"}, {"ab cdef"}, {"äöü"}, {"abc\n"}, {"abcdef", ""}
        }) {
      assertThatThrownBy(() -> RandomPassword.of(200, kinds))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("visible ASCII");
    }
  }
}
