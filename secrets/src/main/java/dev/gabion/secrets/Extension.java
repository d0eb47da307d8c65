package dev.gabion.secrets;

import dev.gabion.core.Environment;
import dev.gabion.core.Insecure;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The AWS Parameters and Secrets Lambda Extension ("Use Secrets Manager secrets in Lambda
 * functions", "Using Parameter Store parameters in AWS Lambda functions"): HTTP on loopback, with
 * the function's session token as proof that it is the function that asks. No class of the SDK is
 * needed.
 *
 * <p>What it answers where it fails is not documented: a status alone decides.
 */
final class Extension implements Fetcher {
  private static final String TOKEN = "X-Aws-Parameters-Secrets-Token";
  private static final int STANDARD_PORT = 2773;

  /** How long it keeps a value unless told otherwise, and at most. */
  private static final int KEEPS_SECONDS = 300;

  private final boolean parameters;
  private final String plain;
  private volatile @Nullable Loopback loopback;
  private volatile Duration keepsFor = Duration.ofSeconds(KEEPS_SECONDS);

  private Extension(boolean parameters, String plain) {
    this.parameters = parameters;
    this.plain = plain;
  }

  static Extension ofSecretsManager() {
    return new Extension(false, "");
  }

  /**
   * Declares parameters.
   *
   * @param plain why plain parameters are taken; empty if they are not
   */
  static Extension ofParameterStore(String plain) {
    return new Extension(true, plain);
  }

  @Override
  public Fetcher withPlain(String reason) {
    return parameters ? ofParameterStore(reason) : Fetcher.super.withPlain(reason);
  }

  @Override
  public void start(Environment environment) {
    Settings settings = environment.settings();
    if (environment.awaitsSnapshot()) {
      throw new StartFailed(
          "The Parameters and Secrets extension takes the function's session token, which does not"
              + " exist under SnapStart: use Secrets.secretsManager() or parameterStore().");
    }
    keepsFor = keepsFor(settings);
    int port = number(settings, "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", STANDARD_PORT, 65_535);
    loopback = new Loopback(port, TOKEN, settings.get("AWS_SESSION_TOKEN"));
  }

  private Duration keepsFor(Settings settings) {
    String name = parameters ? "SSM_PARAMETER_STORE_TTL" : "SECRETS_MANAGER_TTL";
    boolean off =
        settings.find("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED").orElse("").equals("false")
            || settings.find("PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE").orElse("").equals("0");
    return Duration.ofSeconds(off ? 0 : number(settings, name, KEEPS_SECONDS, KEEPS_SECONDS));
  }

  /** A setting of the extension; more than it takes means the most that it takes. */
  private static int number(Settings settings, String name, int standard, int most) {
    String text = settings.find(name).orElse(Integer.toString(standard));
    if (!text.matches("[0-9]{1,9}")) {
      throw new StartFailed("The setting " + name + " is a number from 0 to " + most + ".");
    }
    return Math.min(most, Integer.parseInt(text));
  }

  @Override
  public void close() {
    loopback = null;
  }

  @Override
  public Fetched fetch(Wanted wanted, Scope scope) throws Fault {
    Loopback extension = loopback;
    if (extension == null) {
      throw Fault.closed();
    }
    byte[] reply = extension.get(parameters ? parameter(wanted) : secret(wanted), scope);
    try {
      return parameters ? parameter(reply) : secret(reply);
    } finally {
      Arrays.fill(reply, (byte) 0);
    }
  }

  private static String secret(Wanted wanted) {
    return "/secretsmanager/get?secretId="
        + encoded(wanted.name())
        + (wanted.version() != null
            ? "&versionId=" + encoded(wanted.version())
            : "&versionStage=" + encoded(wanted.stage() == null ? "AWSCURRENT" : wanted.stage()));
  }

  private static String parameter(Wanted wanted) {
    return "/systemsmanager/parameters/get?withDecryption=true&name="
        + encoded(wanted.name())
        + (wanted.version() == null ? "" : "&version=" + encoded(wanted.version()))
        + (wanted.stage() == null ? "" : "&label=" + encoded(wanted.stage()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A reply as {@code GetSecretValue} has it. */
  private static Fetched secret(byte[] reply) throws Fault {
    try (SecretValue whole = SecretValue.copyOf(reply)) {
      String version = text(whole, "VersionId");
      try {
        return Fetched.of(whole.field("SecretString"), version);
      } catch (IllegalArgumentException notText) {
        return Fetched.of(binary(whole), version);
      }
    }
  }

  private static SecretValue binary(SecretValue whole) throws Fault {
    try (SecretValue encoded = whole.field("SecretBinary")) {
      byte[] text = InsecureSecretAccess.bytes(encoded);
      byte[] bytes = Base64.getDecoder().decode(text);
      Arrays.fill(text, (byte) 0);
      SecretValue value = SecretValue.copyOf(bytes);
      Arrays.fill(bytes, (byte) 0);
      return value;
    } catch (IllegalArgumentException unreadable) {
      throw Fault.unreadable("NotTheReply");
    }
  }

  /** A reply as {@code GetParameter} has it. */
  private Fetched parameter(byte[] reply) throws Fault {
    try (SecretValue whole = SecretValue.copyOf(reply);
        SecretValue parameter = whole.object("Parameter")) {
      if (plain.isEmpty() && !text(parameter, "Type").equals("SecureString")) {
        throw Fault.unfit("PlainParameter");
      }
      String version = text(parameter, "Version");
      return Fetched.of(parameter.field("Value"), version);
    } catch (IllegalArgumentException unreadable) {
      throw Fault.unreadable("NotTheReply");
    }
  }

  /** A field that is no secret. */
  private static String text(SecretValue object, String name) throws Fault {
    try (SecretValue field = object.field(name)) {
      return InsecureSecretAccess.text(field);
    } catch (IllegalArgumentException unreadable) {
      throw Fault.unreadable("NotTheReply");
    }
  }

  @Override
  public String name() {
    return parameters ? "extension-ssm" : "extension-secretsmanager";
  }

  @Override
  public String describe() {
    String source =
        "AWS Parameters and Secrets extension: "
            + (parameters ? "Parameter Store" : "Secrets Manager");
    return plain.isEmpty()
        ? source
        : Insecure.INSECURE + source + " with plain parameters (" + plain + ")";
  }

  @Override
  public String advice() {
    return "Check its name, that the function has the extension's layer, and what the extension"
        + " logs.";
  }

  @Override
  public boolean knowsStages() {
    return !parameters;
  }

  @Override
  public Duration keepsFor() {
    return keepsFor;
  }

  /** "The extension can only be called in the INVOKE phase", says the page on parameters. */
  @Override
  public boolean answersDuringInit() {
    return false;
  }
}
