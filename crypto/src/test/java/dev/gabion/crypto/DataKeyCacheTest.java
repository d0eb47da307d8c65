package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DataKeyCacheTest {
  private static final DataKeyCache STANDARD = DataKeyCache.standard();

  @Test
  void hasConservativeDefaults() {
    assertThat(STANDARD.maxAge()).isEqualTo(Duration.ofMinutes(5));
    assertThat(STANDARD.maxMessages()).isEqualTo(1_000);
    assertThat(STANDARD.maxBytes()).isEqualTo(268_435_456);
    assertThat(STANDARD.maxKeys()).isEqualTo(1_000);
    assertThat(STANDARD).hasToString("300 s, 1000 messages, 268435456 bytes");
  }

  @Test
  void choicesGiveCopies() {
    DataKeyCache other =
        STANDARD.maxAge(Duration.ofSeconds(1)).maxMessages(2).maxBytes(3).maxKeys(4);

    assertThat(other.maxAge()).isEqualTo(Duration.ofSeconds(1));
    assertThat(other.maxMessages()).isEqualTo(2);
    assertThat(other.maxBytes()).isEqualTo(3);
    assertThat(other.maxKeys()).isEqualTo(4);
    assertThat(STANDARD.maxMessages()).isEqualTo(1_000);
  }

  @Test
  void noMoreMessagesThanGcmAllowsCanBeAskedFor() {
    assertThat(STANDARD.maxMessages(4_294_967_296L).maxMessages()).isEqualTo(4_294_967_296L);
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxMessages(4_294_967_297L));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxMessages(Long.MAX_VALUE));
    assertThat(STANDARD.maxMessages(1).maxMessages()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxMessages(0));
  }

  @Test
  void everyBoundIsABound() {
    assertThat(STANDARD.maxAge(Duration.ofDays(1)).maxAge()).isEqualTo(Duration.ofDays(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.maxAge(Duration.ofDays(1).plusMillis(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxAge(Duration.ofMillis(999)));
    assertThat(STANDARD.maxBytes(1).maxBytes()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxBytes(0));
    assertThat(STANDARD.maxKeys(1).maxKeys()).isEqualTo(1);
    assertThat(STANDARD.maxKeys(100_000).maxKeys()).isEqualTo(100_000);
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxKeys(0));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxKeys(100_001));
  }
}
