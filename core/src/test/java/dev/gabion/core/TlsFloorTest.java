package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TlsFloorTest {
  private static final List<String> FLOOR = List.of("TLSv1.3", "TLSv1.2");

  @Test
  void offersTheWholeFloorToWhoeverAsksForNothing() {
    assertThat(TlsFloor.within(FLOOR, null)).isEqualTo(FLOOR);
    assertThat(TlsFloor.within(FLOOR, "")).isEqualTo(FLOOR);
    assertThat(TlsFloor.within(FLOOR, " , ")).isEqualTo(FLOOR);
  }

  @Test
  void keepsWhatIsStricter() {
    assertThat(TlsFloor.within(FLOOR, "TLSv1.3")).containsExactly("TLSv1.3");
    assertThat(TlsFloor.within(FLOOR, "\"TLSv1.3\"")).containsExactly("TLSv1.3");
  }

  @Test
  void dropsWhatIsBelow() {
    assertThat(TlsFloor.within(FLOOR, "TLSv1, TLSv1.2")).containsExactly("TLSv1.2");
  }

  @Test
  void standsWhereOnlyWhatIsBelowWasAskedFor() {
    assertThat(TlsFloor.within(FLOOR, "TLSv1,TLSv1.1")).isEqualTo(FLOOR);
  }

  @Test
  void refusesToBeLateForNoReason() {
    assertThatThrownBy(() -> TlsFloor.insecureLateTls(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
