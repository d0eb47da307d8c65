package dev.gabion.examples.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is built to be published, room by room; runs in the phase {@code verify}. */
class ArtifactsIT {
  private static final Path ROOT = Path.of(System.getProperty("gabion.root"));

  static Collection<String> rooms() {
    return House.ROOMS.keySet();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomsJarHoldsTheRoomAlone(String room) throws IOException {
    assertThat(jar(room, "").wrongWithClasses()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void sourcesAndJavadocComeWithIt(String room) throws IOException {
    assertThat(jar(room, "-sources").wrong()).isEmpty();
    assertThat(jar(room, "-javadoc").wrong()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aBillOfMaterialsNamesWhatItNeeds(String room) throws IOException {
    JsonNode bill = new ObjectMapper().readTree(only(room, "-cyclonedx\\.json").toFile());

    assertThat(bill.path("bomFormat").textValue()).isEqualTo("CycloneDX");
    assertThat(bill.at("/metadata/component/name").textValue()).isEqualTo("gabion-" + room);
    assertThat(bill.path("components"))
        .isNotEmpty()
        .allSatisfy(
            component -> {
              assertThat(component.path("purl").textValue()).startsWith("pkg:maven/");
              assertThat(component.path("hashes")).isNotEmpty();
              assertThat(component.path("licenses")).isNotEmpty();
            });
  }

  @Test
  void aJarThatHoldsMoreOrLessIsFound(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("gabion-core-1.jar");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, "META-INF/NOTICE", new byte[] {1});
      put(zip, "com/fasterxml/jackson/Shaded.class", new byte[] {0, 0, 0, 0, 0, 0, 0, 61});
      put(zip, "dev/gabion/core/Newer.class", new byte[] {0, 0, 0, 0, 0, 0, 0, 69});
    }

    assertThat(new Jar("core", file, ROOT, built()).wrongWithClasses())
        .containsExactly(
            "byte code above Java 17: dev/gabion/core/Newer.class",
            "no LICENSE",
            "no NOTICE",
            "no module name",
            "stray: com/fasterxml/jackson/Shaded.class",
            "time of its own: META-INF/NOTICE",
            "time of its own: com/fasterxml/jackson/Shaded.class",
            "time of its own: dev/gabion/core/Newer.class");
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2001, 2, 3, 4, 5, 6));
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static Jar jar(String room, String classifier) throws IOException {
    return new Jar(room, only(room, classifier + "\\.jar"), ROOT, built());
  }

  /** The one file of a room's build with this ending. */
  private static Path only(String room, String ending) throws IOException {
    Pattern name = Pattern.compile("gabion-" + room + "-[0-9][0-9.]*(-SNAPSHOT)?" + ending);
    try (Stream<Path> files = Files.list(ROOT.resolve(room).resolve("target"))) {
      List<Path> found =
          files.filter(file -> name.matcher(file.getFileName().toString()).matches()).toList();
      assertThat(found).as("files like " + name + "; clean if there are several").hasSize(1);
      return found.get(0);
    }
  }

  /** The one time of all that is built, as the parent says it. */
  private static LocalDateTime built() throws IOException {
    Matcher time =
        Pattern.compile("<project.build.outputTimestamp>(.*)</")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(time.find()).isTrue();
    return LocalDateTime.ofInstant(Instant.parse(time.group(1)), ZoneOffset.UTC);
  }
}
