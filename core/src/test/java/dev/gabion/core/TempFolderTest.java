package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempFolderTest {
  private final Path place;

  TempFolderTest(@TempDir Path place) {
    this.place = place;
  }

  /** A folder as {@code process} leaves it, with a file in it. */
  private Path left(String name) throws IOException {
    Path folder = Files.createDirectory(place.resolve(name));
    Files.writeString(folder.resolve("card.txt"), "4111");
    return folder;
  }

  private static String[] parts() throws IOException {
    Path own = TempFolder.create();
    Files.delete(own);
    return own.getFileName().toString().split("-", 5);
  }

  @Test
  void aFolderIsItsOwnersAlone() throws IOException {
    Path folder = TempFolder.create();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    TempFolder.delete(folder);
    assertThat(folder).doesNotExist();
  }

  @Test
  void whatAProcessThatHasEndedLeftIsGoneAndNothingElse() throws Exception {
    String[] own = parts(); // gabion, namespace, process, start, random
    long ended = endedProcess();
    String alive = own[0] + "-" + own[1] + "-" + own[2] + "-" + own[3] + "-1";
    Path dead = left("gabion-" + own[1] + "-" + ended + "-" + own[3] + "-1");
    Path former = left("gabion-" + own[1] + "-" + own[2] + "-1000-1");
    Path ours = left(alive);
    Path unknownStart = left("gabion-" + own[1] + "-" + own[2] + "-0-1");
    Path elsewhere = left("gabion-1" + own[1] + "-" + ended + "-" + own[3] + "-1");
    Path strangers = left("gabion-runtime123");
    Path outside = Files.createDirectory(place.resolve("outside"));
    Files.writeString(outside.resolve("kept.txt"), "kept");
    Path link =
        Files.createSymbolicLink(
            place.resolve("gabion-" + own[1] + "-" + ended + "-" + own[3] + "-2"), outside);
    Path inside = Files.createSymbolicLink(dead.resolve("link"), outside);
    assertThat(inside).exists();

    TempFolder.clear(place);

    assertThat(dead).as("its process has ended").doesNotExist();
    assertThat(former).as("another process had the number").doesNotExist();
    assertThat(ours).isDirectoryContaining("glob:**card.txt");
    assertThat(unknownStart).isDirectoryContaining("glob:**card.txt");
    assertThat(elsewhere).as("another namespace").isDirectoryContaining("glob:**card.txt");
    assertThat(strangers).isDirectoryContaining("glob:**card.txt");
    assertThat(link).as("no link is followed").isSymbolicLink();
    assertThat(outside.resolve("kept.txt")).exists();
  }

  private static long endedProcess() throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    process.waitFor();
    return process.pid();
  }

  @Test
  void aPlaceThatIsNotThereHasNothingToClear() throws IOException {
    TempFolder.clear(place.resolve("none"));
    TempFolder.clear(Settings.of(Map.of()));

    assertThat(place).isEmptyDirectory();
  }
}
