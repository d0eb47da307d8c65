package dev.gabion.core;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses a deployed function of which it is not plain which Gabion runs: one that is there twice,
 * such as in the function and in a layer of which the function's is taken, one of which two rooms
 * are of different versions, and one with the room that is for tests.
 *
 * <p>Goes by the names of the jars in the two folders that Lambda takes libraries from (AWS Lambda
 * Developer Guide, "Packaging your layer content" and "Deploy Java Lambda functions with .zip
 * archives"), and by where {@link SecureHandler} itself came from, which finds a function in one
 * jar beside a layer. It opens no jar, since every function would wait for that. So it does not see
 * rooms in jars of other names, but for core, nor what a container image has elsewhere.
 */
final class ClassPathCheck {
  private static final String LAYERS = "/opt/java/lib";

  private static final Pattern JAR = Pattern.compile("gabion-([a-z]+)-([0-9].*)\\.jar");

  private ClassPathCheck() {}

  /**
   * Looks, where this is Lambda.
   *
   * @throws StartFailed if it is not plain which Gabion runs
   * @throws IOException if a folder cannot be read
   */
  static void require(Settings settings) throws IOException, URISyntaxException {
    if (EnvironmentCheck.isLambda(settings)) {
      Path function = Path.of(settings.find("LAMBDA_TASK_ROOT").orElse("/var/task"));
      CodeSource core = SecureHandler.class.getProtectionDomain().getCodeSource();
      require(
          function, Path.of(LAYERS), core == null ? function : Path.of(core.getLocation().toURI()));
    }
  }

  /** The same for these folders, when {@code core} is where this class was loaded from. */
  static void require(Path function, Path layers, Path core) throws IOException {
    Map<String, Path> found = new HashMap<>();
    found.put("core", core.toRealPath());
    Map<String, String> versions = new TreeMap<>();
    for (Path folder : List.of(function.resolve("lib"), layers)) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "gabion-*.jar")) {
        for (Path jar : jars) {
          add(jar, found, versions);
        }
      }
    }
    if (new TreeSet<>(versions.values()).size() > 1) {
      throw new StartFailed(
          "Rooms of different versions are on the class path: "
              + versions
              + ". Import gabion-bom. Code: class-path-versions.");
    }
    if (found.containsKey("testing") || Files.isDirectory(function.resolve("dev/gabion/testing"))) {
      throw new StartFailed(
          "gabion-testing is deployed: give the dependency the scope test."
              + " Code: class-path-testing.");
    }
  }

  private static void add(Path jar, Map<String, Path> found, Map<String, String> versions)
      throws IOException {
    Matcher name = JAR.matcher(String.valueOf(jar.getFileName()));
    if (!name.matches()) {
      return;
    }
    String room = name.group(1);
    Path place = jar.toRealPath();
    Path other = found.put(room, place);
    if (other != null && !other.equals(place)) {
      throw new StartFailed(
          "gabion-"
              + room
              + " is deployed more than once: in "
              + other
              + " and in "
              + place
              + ". Keep it in the function or in the layer. Code: class-path-duplicate.");
    }
    versions.put("gabion-" + room, name.group(2));
  }
}
