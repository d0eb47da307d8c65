package dev.gabion.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds environment variables that hold secrets: by a value that is a known kind of secret, or by a
 * name that promises one and a value that refers to none.
 *
 * <p>It is asked about whole values under their names and once, the logging room's scrubber about
 * bytes in the midst of lines and each time: neither could use the other's patterns.
 */
final class EnvironmentSecrets {
  /** AWS Lambda Developer Guide, "Defined runtime environment variables": the runtime's own. */
  private static final Set<String> RUNTIMES_OWN =
      Set.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN",
          "AWS_LAMBDA_METADATA_TOKEN",
          "PWD", // the shell's working directory
          "OLDPWD");

  /** Kinds of secret that have a form of their own; the first is any text that is in the way. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "(?<![A-Za-z0-9_])(?:"
              + String.join(
                  "|",
                  "(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])", // AWS
                  "eyJ[A-Za-z0-9_-]{9,}\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]+", // RFC 7519, RFC 7516
                  "gh[pousr]_[A-Za-z0-9]{30,}", // GitHub
                  "github_pat_[A-Za-z0-9_]{22,}",
                  "glpat-[A-Za-z0-9_-]{20,}", // GitLab
                  "xox[a-z]-[A-Za-z0-9-]{10,}", // Slack
                  "xapp-[A-Za-z0-9-]{10,}",
                  "hooks\\.slack\\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]+",
                  "[sr]k_(?:live|test)_[A-Za-z0-9]{16,}", // Stripe
                  "whsec_[A-Za-z0-9+/=]{16,}",
                  "AIza[A-Za-z0-9_-]{35}", // Google
                  "GOCSPX-[A-Za-z0-9_-]{20,}",
                  "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}", // SendGrid
                  "npm_[A-Za-z0-9]{36}",
                  "sk-[A-Za-z0-9_-]{32,}") // OpenAI, Anthropic
              + ")");

  /** RFC 7468, and what else stands in such armour, also in base64 once more. */
  private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY");

  private static final Pattern ARMOUR_IN_BASE64 =
      Pattern.compile("LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,}");

  /** RFC 3986 section 3.2.1, and the parameters of JDBC; not where something is still to be put. */
  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile(
          "[a-z][a-z0-9+.-]*://[^/\\s:@]*:[^/\\s@${<%*][^/\\s@]*@"
              + "|[?&;](?i:password|pwd)=[^&;\\s${<%*]");

  private static final Set<String> SECRET_WORDS =
      Set.of(
          "PASSWORD",
          "PASSWORDS",
          "PASSWD",
          "PASSPHRASE",
          "PWD",
          "SECRET",
          "SECRETS",
          "TOKEN",
          "APIKEY",
          "CREDENTIAL",
          "CREDENTIALS");

  /** What a key is for that nobody may know. */
  private static final Set<String> KEYS =
      Set.of("API", "ACCESS", "PRIVATE", "SECRET", "SIGNING", "ENCRYPTION", "HMAC", "SHARED");

  /** Behind a word for a secret these say that the value is something about it. */
  private static final Set<String> ABOUT =
      Set.of(
          "ALG",
          "ALGORITHM",
          "ALIAS",
          "ARN",
          "ARNS",
          "ATTRIBUTE",
          "AUDIENCE",
          "BUCKET",
          "CACHE",
          "CLAIM",
          "COUNT",
          "DAYS",
          "DURATION",
          "ENABLED",
          "ENDPOINT",
          "EXPIRATION",
          "EXPIRES",
          "EXPIRY",
          "EXTENSION",
          "FIELD",
          "FILE",
          "FORMAT",
          "HEADER",
          "HOST",
          "HOURS",
          "ID",
          "IDS",
          "ISSUER",
          "LENGTH",
          "LIFETIME",
          "LIMIT",
          "LOCATION",
          "MANAGER",
          "MAX",
          "MILLIS",
          "MIN",
          "MINUTES",
          "MODE",
          "MS",
          "NAME",
          "NAMES",
          "PARAM",
          "PARAMETER",
          "PARAMETERS",
          "PATH",
          "POLICY",
          "PREFIX",
          "PROVIDER",
          "REF",
          "REGION",
          "REQUIRED",
          "ROTATION",
          "SCOPE",
          "SECONDS",
          "SERVICE",
          "SIZE",
          "SOURCE",
          "SSM",
          "STAGE",
          "STORE",
          "SUFFIX",
          "TABLE",
          "TIMEOUT",
          "TTL",
          "TYPE",
          "URI",
          "URL",
          "VALIDITY",
          "VERSION");

  /** An ARN, an address, a place to resolve, a path, or a name of several words and parts. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "arn:.*"
              + "|[a-z][a-z0-9+.-]*://.*"
              + "|\\{\\{resolve:.*|(?:ssm|secretsmanager|alias)[:/].*"
              + "|(?:/[A-Za-z0-9_.-]+)+"
              + "|[a-z0-9_.-]+(?:/[a-z0-9_.-]+)+"
              + "|[A-Za-z_.-]+(?:/[A-Za-z_.-]+)+"
              + "|(?i:true|false|yes|no|on|off|none|null|enabled|disabled)",
          Pattern.DOTALL);

  /** How KMS names a key, which is no key. */
  private static final Pattern KEY_ID =
      Pattern.compile("(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");

  private EnvironmentSecrets() {}

  /** The names of the variables that hold secrets. */
  static List<String> names(Settings settings) {
    List<String> found = new ArrayList<>();
    for (String name : settings.names()) {
      if (!RUNTIMES_OWN.contains(name) && isSecret(name, settings.get(name))) {
        found.add(name);
      }
    }
    return found;
  }

  private static boolean isSecret(String name, String value) {
    return KNOWN.matcher(value).find()
        || PASSWORD_IN_URL.matcher(value).find()
        || isPrivateKey(value)
        || (isPromised(name) && !refers(name, value.strip()));
  }

  private static boolean isPrivateKey(String value) {
    if (PRIVATE_KEY.matcher(value).find()) {
      return true;
    }
    var armour = ARMOUR_IN_BASE64.matcher(value);
    if (!armour.find()) {
      return false;
    }
    String start = armour.group();
    String whole = start.substring(0, Math.min(60, start.length()) / 4 * 4);
    String text = new String(Base64.getDecoder().decode(whole), StandardCharsets.ISO_8859_1);
    return PRIVATE_KEY.matcher(text).find();
  }

  /** Whether a name ends in a secret, and says nothing behind it that is about one. */
  private static boolean isPromised(String name) {
    List<String> words =
        Arrays.stream(BETWEEN_WORDS.split(name)).map(w -> w.toUpperCase(Locale.ROOT)).toList();
    for (int i = words.size() - 1; i >= 0; i--) {
      String word = words.get(i);
      if (ABOUT.contains(word)) {
        return false;
      }
      if (SECRET_WORDS.contains(word)
          || (word.equals("KEY") && i > 0 && KEYS.contains(words.get(i - 1)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether all that a value lists are names of something. */
  private static boolean refers(String name, String value) {
    boolean isKey = name.toUpperCase(Locale.ROOT).contains("KEY");
    return Arrays.stream(value.split(",", -1))
        .map(String::strip)
        .allMatch(
            part -> REFERENCE.matcher(part).matches() || (isKey && KEY_ID.matcher(part).matches()));
  }
}
