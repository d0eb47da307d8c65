package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at how Log4j 2 is configured, where it is there: an appender that writes past {@code
 * System.out} writes past the scrubber.
 *
 * <p>Log4j is not loaded. Its configuration is looked for where it looks (Log4j manual,
 * "Configuration file location" and "Property sources"), in all formats, and read as text.
 */
final class LogConfiguration {
  private static final String LOG4J =
      "org/apache/logging/log4j/core/appender/ConsoleAppender.class";
  private static final int LONGEST = 1024 * 1024;
  private static final List<String> NAMES = List.of("log4j2-test.", "log4j2.");
  private static final List<String> FORMATS =
      List.of("properties", "yaml", "yml", "json", "jsn", "xml");
  private static final List<String> PROPERTIES =
      List.of("log4j2.configurationFile", "log4j.configurationFile", "log4j2.Configuration.file");

  private final ClassLoader loader;

  LogConfiguration(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Makes sure that no appender writes past {@code System.out}.
   *
   * @throws StartFailed if one does, or if that cannot be told
   */
  void require(Settings settings) {
    if (loader.getResource(LOG4J) == null) {
      return;
    }
    List<String> named = named(settings);
    for (String place : named) {
      Configured.require(place, locate(place));
    }
    for (String name : named.isEmpty() ? NAMES : List.<String>of()) {
      for (String format : FORMATS) {
        URL found = loader.getResource(name + format);
        if (found != null) {
          Configured.require(name + format, found);
        }
      }
    }
  }

  private List<String> named(Settings settings) {
    List<String> places = new ArrayList<>();
    Properties component = component();
    for (String property : PROPERTIES) {
      add(places, System.getProperty(property));
      add(places, component.getProperty(property));
    }
    add(places, settings.find("LOG4J_CONFIGURATION_FILE").orElse(null));
    return places;
  }

  private static void add(List<String> places, @Nullable String several) {
    if (several != null && !several.isBlank()) {
      places.addAll(List.of(several.strip().split("\\s*,\\s*", -1)));
    }
  }

  private Properties component() {
    Properties component = new Properties();
    URL found = loader.getResource("log4j2.component.properties");
    if (found != null) {
      try (InputStream in = found.openStream()) {
        component.load(in);
      } catch (IOException | IllegalArgumentException unreadable) {
        throw refused("log4j2.component.properties", "cannot be read");
      }
    }
    return component;
  }

  /** A URL, {@code classpath:} and a name, a file, or a name alone. */
  private URL locate(String place) {
    String name = place.replaceFirst("^class(path|loader):/*", "");
    try {
      if (Files.exists(Path.of(name))) {
        return Path.of(name).toUri().toURL();
      }
      URL found = loader.getResource(name);
      if (found != null) {
        return found;
      }
      if (place.startsWith("file:")) {
        return URI.create(place).toURL();
      }
    } catch (IOException | IllegalArgumentException odd) {
      throw refused(place, "cannot be found");
    }
    throw refused(place, "cannot be found in the function itself");
  }

  private static StartFailed refused(String name, String what) {
    return new StartFailed(
        "Log4j's configuration "
            + name
            + " "
            + what
            + ": its lines would go past System.out, where secrets are scrubbed.");
  }

  /** One configuration; apart, since most functions have none and need no patterns at start. */
  private static final class Configured {
    /** An attribute, key or property named "direct" that is set to anything but false. */
    private static final Pattern DIRECT =
        Pattern.compile("(?i)\\bdirect\"?'?\\s{0,8}[=:]\\s{0,8}[\"']?(?!false\\b)[^\\s\"']");

    /** An appender that hands its lines to the runtime's own logger. */
    private static final Pattern RUNTIMES =
        Pattern.compile("<Lambda\\b|(?i:\\btype)\"?'?\\s{0,8}[=:]\\s{0,8}[\"']?Lambda\\b");

    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");

    static void require(String name, URL found) {
      String text;
      try (InputStream in = found.openStream()) {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
          throw refused(name, "has more than a megabyte");
        }
        text = COMMENT.matcher(new String(bytes, ISO_8859_1)).replaceAll("");
      } catch (IOException unreadable) {
        throw refused(name, "cannot be read");
      }
      Matcher direct = DIRECT.matcher(text);
      if (direct.find()) {
        throw refused(name, "has an appender with direct=\"true\"; remove that");
      }
      if (RUNTIMES.matcher(text).find()) {
        throw refused(name, "has the Lambda appender; take Console instead");
      }
    }
  }
}
