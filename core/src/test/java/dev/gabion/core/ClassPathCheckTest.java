package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathCheckTest {
  private final Path function;
  private final Path layers;

  ClassPathCheckTest(@TempDir Path folder) throws IOException {
    function = Files.createDirectories(folder.resolve("task"));
    layers = Files.createDirectories(folder.resolve("opt/java/lib"));
  }

  private Path own(String name) throws IOException {
    return jar(function.resolve("lib"), name);
  }

  private Path layer(String name) throws IOException {
    return jar(layers, name);
  }

  private static Path jar(Path folder, String name) throws IOException {
    return Files.createFile(Files.createDirectories(folder).resolve(name));
  }

  private void starts(Path core) {
    assertThatCode(() -> ClassPathCheck.require(function, layers, core)).doesNotThrowAnyException();
  }

  private AbstractThrowableAssert<?, ?> refused(Path core) {
    return assertThatThrownBy(() -> ClassPathCheck.require(function, layers, core))
        .isInstanceOf(StartFailed.class);
  }

  @Test
  void functionsInOnePieceStart() throws IOException {
    starts(function); // all in one jar, unpacked
    Path core = own("gabion-core-1.2.0.jar");
    own("gabion-events-1.2.0.jar");
    own("gabion-orders.jar"); // the user's own
    starts(core);
  }

  @Test
  void functionsWhoseRoomsAreInALayerStart() throws IOException {
    Path core = layer("gabion-core-1.2.0.jar");
    layer("gabion-events-1.2.0.jar");
    own("orders-1.0.jar");
    starts(core);
  }

  @Test
  void oneJarForAllBesideALayerIsRefused() throws IOException {
    layer("gabion-core-1.2.0.jar");
    refused(function).hasMessageContainingAll("gabion-core", "class-path-duplicate");
  }

  @Test
  void aRoomInTheFunctionAndInALayerIsRefused() throws IOException {
    Path core = own("gabion-core-1.2.0.jar");
    own("gabion-events-1.2.0.jar");
    layer("gabion-events-1.2.0.jar");
    refused(core)
        .hasMessageContainingAll("gabion-events", "task/lib", "opt", "class-path-duplicate");
  }

  @Test
  void roomsOfDifferentVersionsAreRefused() throws IOException {
    Path core = own("gabion-core-1.2.0.jar");
    own("gabion-events-1.3.0-SNAPSHOT.jar");
    refused(core)
        .hasMessageContainingAll(
            "gabion-core=1.2.0", "gabion-events=1.3.0-SNAPSHOT", "class-path-versions");
  }

  @Test
  void theRoomForTestsIsRefusedInAJarAndUnpacked() throws IOException {
    Path jar = own("gabion-testing-1.2.0.jar");
    refused(function).hasMessageContaining("class-path-testing");
    Files.delete(jar);
    starts(function);
    Files.createDirectories(function.resolve("dev/gabion/testing"));
    refused(function).hasMessageContaining("class-path-testing");
  }
}
