package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogConfigurationTest {
  private static final String LOG4J =
      "org/apache/logging/log4j/core/appender/ConsoleAppender.class";
  private static final String DIRECT =
      "<Configuration><Appenders><Console name=\"c\" direct=\"true\"/></Appenders></Configuration>";

  private final Path folder;

  LogConfigurationTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    write(LOG4J, "");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void require(String setting) throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      new LogConfiguration(loader)
          .require(
              Settings.of(
                  setting.isEmpty() ? Map.of() : Map.of("LOG4J_CONFIGURATION_FILE", setting)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log4j2.xml | <Console name=\"c\" direct=\"true\"/>",
        "log4j2.xml | <Console direct = 'TRUE'/>",
        "log4j2.xml | <Console><direct>false</direct></Console><Console direct=\"${env:DIRECT}\"/>",
        "log4j2-test.xml | <Console DIRECT=\"true\"/>",
        "log4j2.properties | appender.console.direct = true",
        "log4j2.properties | appender.console.direct:true",
        "log4j2.yaml | Console: { name: c, direct: true }",
        "log4j2.json | {\"Console\":{\"direct\": true}}",
        "log4j2.jsn | {\"Console\":{\"direct\":\"true\"}}",
        "log4j2.xml | <Lambda name=\"l\"/>",
        "log4j2.properties | appender.lambda.type = Lambda",
        "log4j2.json | {\"type\": \"Lambda\"}",
      })
  void anAppenderThatGoesPastStandardOutputKeepsTheFunctionFromStarting(String name, String text)
      throws IOException {
    write(name, text);

    assertThatThrownBy(() -> require(""))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(name)
        .hasMessageContaining("System.out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Console name=\"c\" follow=\"true\"/>",
        "<Console name=\"c\" direct=\"false\"/>",
        "<!-- not direct=\"true\" --><Console name=\"redirect\" indirect=\"true\"/>",
        "<JsonTemplateLayout eventTemplateUri=\"classpath:LambdaEcsLayout.json\"/>",
      })
  void aConsoleThatFollowsDoesNot(String text) throws IOException {
    write("log4j2.xml", text);

    assertThatCode(() -> require("")).doesNotThrowAnyException();
  }

  @Test
  void withoutLog4jNobodyReadsItsConfiguration() throws IOException {
    write("log4j2.xml", DIRECT);
    Files.delete(folder.resolve(LOG4J));

    assertThatCode(() -> require("")).doesNotThrowAnyException();
  }

  @Test
  void theFileThatASettingNamesIsReadInPlaceOfTheOthers() throws IOException {
    write("log4j2.xml", DIRECT);
    write("other/good.xml", "<Console follow=\"true\"/>");
    write("other/bad.xml", DIRECT);
    String good = folder.resolve("other/good.xml").toString();

    assertThatCode(() -> require(good)).doesNotThrowAnyException();
    assertThatCode(() -> require("classpath:other/good.xml")).doesNotThrowAnyException();
    assertThatCode(() -> require("other/good.xml")).doesNotThrowAnyException();
    assertThatThrownBy(() -> require(good + ", classpath:other/bad.xml"))
        .hasMessageContaining("bad.xml");
    assertThatThrownBy(() -> require(folder.resolve("other/bad.xml").toUri().toString()))
        .hasMessageContaining("bad.xml");
  }

  @Test
  void theFileThatLog4jsOwnPropertiesNameIsRead() throws IOException {
    write("log4j2.component.properties", "log4j2.configurationFile=other.xml");
    write("other.xml", DIRECT);

    assertThatThrownBy(() -> require("")).hasMessageContaining("other.xml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://logs.example.org/log4j2.xml", "missing.xml", "\u0000", "file:/x/y"})
  void whatCannotBeLookedAtIsRefused(String place) {
    assertThatThrownBy(() -> require(place)).isInstanceOf(StartFailed.class);
  }

  @Test
  void whatIsTooLongToBeLookedAtIsRefused() throws IOException {
    write("log4j2.xml", " ".repeat(1024 * 1024 + 1));

    assertThatThrownBy(() -> require("")).hasMessageContaining("megabyte");
  }
}
