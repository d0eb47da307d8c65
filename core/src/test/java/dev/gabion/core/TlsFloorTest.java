package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void readsAListThatGoesOverSeveralLines(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("java.security");
    Files.writeString(file, "# x=y\njdk.tls.disabledAlgorithms=SSLv3, \\\n    RC4\nother=1\n");
    assertThat(TlsFloor.disabledIn(file.toFile())).isEqualTo("SSLv3, RC4");
  }

  @Test
  void takesAFileThatCannotBeReadForNoList(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("java.security");
    assertThat(TlsFloor.disabledIn(file.toFile())).isNull();
    Files.writeString(file, "jdk.tls.disabledAlgorithms=\\u12\n");
    assertThat(TlsFloor.disabledIn(file.toFile())).isNull();
    Files.writeString(file, "other=1\n");
    assertThat(TlsFloor.disabledIn(file.toFile())).isNull();
  }

  @Test
  void refusesToBeLateForNoReason() {
    assertThatThrownBy(() -> TlsFloor.insecureLateTls(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
