package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
  private static final String OBEDIENT = "dev/gabion/testing/Handlers$Obedient.class";

  private final Path folder;

  ClassPathTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aClassPathWithSpacesWorksWithAndWithoutTheTelemetryDescriptor() throws IOException {
    RuntimeSetup setup = RealRuntime.of(Handlers.Obedient.class).classPath(List.of(classes()));

    try (RealRuntime plain = setup.start();
        RealRuntime framed = setup.telemetryDescriptor().start()) {
      assertThat(plain.invoke("x").text()).isEqualTo("x");
      assertThat(framed.invoke("x").text()).isEqualTo("x");
      assertThat(plain.invoke("property java.class.path").text())
          .contains("with some spaces")
          .doesNotContain("junit-jupiter");
    }
  }

  @Test
  void aJarThatOnlyNamesOthersWorks() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes().toUri().toASCIIString());
    Path jar = folder.resolve("only a manifest.jar");
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }

    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Obedient.class).classPath(List.of(jar)).start()) {
      assertThat(runtime.invoke("x").text()).isEqualTo("x");
    }
  }

  @Test
  void anotherClassPathIsTheOnlyOne() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Obedient.class).classPath(List.of(folder)).start()) {
      assertThat(runtime.invoke("x").errorType()).hasValue("java.lang.ClassNotFoundException");
    }
  }

  @Test
  void anotherJdkMayRunTheFunction() throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    Path other = Files.createSymbolicLink(folder.resolve("other jdk"), home);

    try (RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).java(other).start()) {
      assertThat(runtime.invoke("env AWS_EXECUTION_ENV").text())
          .isEqualTo("AWS_Lambda_java" + Runtime.version().feature());
      assertThat(runtime.log()).isEmpty();
    } finally {
      Files.delete(other);
    }
  }

  private Path classes() throws IOException {
    Path classes = folder.resolve("with some spaces");
    Path target = classes.resolve(OBEDIENT);
    if (!Files.exists(target)) {
      Files.createDirectories(target.getParent());
      try (var in = getClass().getResourceAsStream("/" + OBEDIENT)) {
        Files.copy(Objects.requireNonNull(in), target);
      }
    }
    return classes;
  }
}
