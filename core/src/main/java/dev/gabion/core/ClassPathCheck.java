package dev.gabion.core;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a deployed class path on which it is not plain which Gabion runs: one that is there
 * twice, such as in the function and in a layer of which the function's is taken, one of which two
 * rooms are of different versions, and the room that is for tests.
 *
 * <p>Asks the class loader where one class of each room is, and opens no jar itself: jars that
 * nothing was looked for in yet are opened by the class loader, as it does for the first class that
 * is in none of them.
 */
final class ClassPathCheck {
  /** A class of each room that no test and no other room has. */
  static final Map<String, String> ROOMS =
      Map.of(
          "core", "SecureHandler",
          "events", "HttpApi",
          "identity", "BearerJwt",
          "validation", "BeanRules",
          "logging", "OcsfAudit",
          "aws", "AwsClients",
          "secrets", "Secrets",
          "crypto", "EnvelopeCipher",
          "egress", "OutboundClient");

  private static final String FOR_TESTS = "dev/gabion/testing/RealRuntime.class";

  private static final Pattern JAR = Pattern.compile("/gabion-[a-z]+-([0-9][^/]*)\\.jar!");

  private ClassPathCheck() {}

  /**
   * Looks, where this is Lambda.
   *
   * @throws StartFailed if it is not plain which Gabion runs
   * @throws IOException if the class path cannot be read
   */
  static void require(Settings settings, Class<?> handler) throws IOException {
    if (!EnvironmentCheck.isLambda(settings)) {
      return;
    }
    ClassLoader loader = handler.getClassLoader();
    Map<String, String> versions = new TreeMap<>();
    for (Map.Entry<String, String> room : new TreeMap<>(ROOMS).entrySet()) {
      List<URL> places =
          places(loader, "dev/gabion/" + room.getKey() + "/" + room.getValue() + ".class");
      if (places.size() > 1) {
        throw new StartFailed(
            "gabion-"
                + room.getKey()
                + " is on the class path more than once: in "
                + jar(places.get(0))
                + " and in "
                + jar(places.get(1))
                + ". Keep it in the function or in the layer. Code: class-path-duplicate.");
      }
      places.forEach(place -> version(place, room.getKey(), versions));
    }
    if (Map.copyOf(inverted(versions)).size() > 1) {
      throw new StartFailed(
          "Rooms of different versions are on the class path: "
              + versions
              + ". Import gabion-bom. Code: class-path-versions.");
    }
    for (URL place : places(loader, FOR_TESTS)) {
      if (isDeployed(place, settings)) {
        throw new StartFailed(
            "gabion-testing is deployed, in "
                + jar(place)
                + ": give the dependency the scope test. Code: class-path-testing.");
      }
    }
  }

  private static List<URL> places(ClassLoader loader, String resource) throws IOException {
    Map<String, URL> distinct = new LinkedHashMap<>(); // a URL's own equals asks the network
    for (URL url : Collections.list(loader.getResources(resource))) {
      distinct.put(url.toString(), url);
    }
    return List.copyOf(distinct.values());
  }

  private static void version(URL place, String room, Map<String, String> versions) {
    Matcher jar = JAR.matcher(place.toString());
    if (jar.find()) {
      versions.put("gabion-" + room, jar.group(1));
    }
  }

  private static Map<String, String> inverted(Map<String, String> versions) {
    Map<String, String> inverted = new TreeMap<>();
    versions.forEach((room, version) -> inverted.put(version, room));
    return inverted;
  }

  /**
   * Whether it came with the function or with a layer. Tests run functions in their own class path,
   * which is elsewhere.
   */
  private static boolean isDeployed(URL place, Settings settings) {
    String path = path(place);
    String root = settings.find("LAMBDA_TASK_ROOT").orElse("/var/task");
    return isUnder(path, root) || isUnder(path, "/opt");
  }

  private static boolean isUnder(String path, @Nullable String root) {
    return root != null && path.startsWith(root.endsWith("/") ? root : root + "/");
  }

  /** The path of a file, or of the jar that it is in; with what a URL makes of a space. */
  private static String path(URL place) {
    String text = place.toString();
    int file = text.indexOf("file:");
    return file < 0 ? text : text.substring(file + "file:".length()).replace("%20", " ");
  }

  private static String jar(URL place) {
    String path = path(place);
    int inside = path.indexOf("!/");
    return inside < 0 ? path.substring(0, path.indexOf("dev/gabion/")) : path.substring(0, inside);
  }
}
