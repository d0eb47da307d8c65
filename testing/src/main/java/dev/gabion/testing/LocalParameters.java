package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Parameter Store. A SecureString is encrypted with its KMS key, bound to the parameter's ARN.
 *
 * <p>Source: AWS Systems Manager API Reference; AWS Systems Manager User Guide, "Working with
 * parameter versions", "Working with parameter labels"; AWS KMS Developer Guide, "How AWS Systems
 * Manager Parameter Store uses AWS KMS".
 */
final class LocalParameters implements AwsService, LocalAws.Parameters {
  private static final int STANDARD_BYTES = 4096;
  private static final int ADVANCED_BYTES = 8192;
  private static final int LEVELS = 15;
  private static final int PAGE = 10;
  private static final int LABELS = 10;
  private static final int VERSIONS = 100;
  private static final String STANDARD = "Standard";
  private static final String ADVANCED = "Advanced";
  private static final String SECURE = "SecureString";
  private static final String OWN_KEY = "alias/aws/ssm";

  /** One version; a secure value is the ciphertext. */
  private record Version(
      long number, String type, String value, @Nullable String key, Instant modified) {}

  /** A parameter: its versions, and the labels that name them. */
  private static final class Parameter {
    final String name;
    final String arn;
    final TreeMap<Long, Version> versions = new TreeMap<>();
    final Map<String, Long> labels = new TreeMap<>();
    String tier = STANDARD;

    Parameter(String name, String arn) {
      this.name = name;
      this.arn = arn;
    }

    Version newest() {
      return versions.lastEntry().getValue();
    }

    boolean isLabelled(long version) {
      return labels.containsValue(version);
    }
  }

  private final TreeMap<String, Parameter> parameters = new TreeMap<>();
  private final String arnPrefix;
  private final Clock clock;
  private final LocalKms kms;
  private final Map<String, Operation> operations =
      Map.of(
          "PutParameter", this::putParameter,
          "GetParameter", this::getParameter,
          "GetParameters", this::getParameters,
          "GetParametersByPath", this::getParametersByPath,
          "LabelParameterVersion", this::labelParameterVersion,
          "DeleteParameter", this::deleteParameter);

  LocalParameters(String place, Clock clock, LocalKms kms) {
    this.arnPrefix = "arn:aws:ssm:" + place + ":parameter";
    this.clock = clock;
    this.kms = kms;
  }

  @Override
  public Map<String, Operation> operations() {
    return operations;
  }

  private synchronized ObjectNode putParameter(AwsAsk ask) {
    String name = name(ask.text("Name"));
    String value = ask.text("Value");
    Parameter there = parameters.get(name);
    if (there != null && !ask.flag("Overwrite")) {
      throw AwsRefusal.of(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the"
              + " request to true.");
    }
    String type = type(ask, there);
    String tier = tier(ask.find("Tier"), value.getBytes(UTF_8).length, there);
    Parameter parameter = there == null ? new Parameter(name, arn(name)) : there;
    long version = add(parameter, type, value, ask.find("KeyId"));
    parameter.tier = tier;
    parameters.put(name, parameter);
    return AwsService.answer().put("Version", version).put("Tier", tier);
  }

  private static String type(AwsAsk ask, @Nullable Parameter there) {
    String type = ask.find("Type");
    if (type == null && there != null) {
      return there.newest().type();
    }
    if (type == null || !List.of("String", "StringList", SECURE).contains(type)) {
      throw AwsRefusal.of("ValidationException", "A parameter type is required.");
    }
    if (there != null && !there.newest().type().equals(type)) {
      throw AwsRefusal.of(
          "HierarchyTypeMismatchException", "The type of a parameter cannot be changed.");
    }
    return type;
  }

  private static String tier(@Nullable String asked, int size, @Nullable Parameter there) {
    boolean isAdvanced = there != null && there.tier.equals(ADVANCED);
    if (isAdvanced && STANDARD.equals(asked)) {
      throw AwsRefusal.of(
          "ValidationException", "An advanced parameter cannot become a standard one.");
    }
    boolean grows = "Intelligent-Tiering".equals(asked) && size > STANDARD_BYTES;
    String tier = isAdvanced || grows || ADVANCED.equals(asked) ? ADVANCED : STANDARD;
    int most = tier.equals(ADVANCED) ? ADVANCED_BYTES : STANDARD_BYTES;
    if (size > most) {
      throw AwsRefusal.of(
          "ValidationException",
          tier + " tier parameters support a maximum parameter value of " + most + " characters.");
    }
    return tier;
  }

  private long add(Parameter parameter, String type, String value, @Nullable String keyId) {
    boolean secure = type.equals(SECURE);
    if (!secure && keyId != null) {
      throw AwsRefusal.of("ValidationException", "KeyId is for SecureString alone.");
    }
    if (parameter.versions.size() == VERSIONS) {
      dropOldest(parameter);
    }
    long number = parameter.versions.isEmpty() ? 1 : parameter.newest().number() + 1;
    String key = keyId == null ? OWN_KEY : keyId;
    String kept = secure ? encrypted(parameter, value, key) : value;
    parameter.versions.put(
        number, new Version(number, type, kept, secure ? key : null, clock.instant()));
    return number;
  }

  private static void dropOldest(Parameter parameter) {
    long oldest = parameter.versions.firstKey();
    if (parameter.isLabelled(oldest)) {
      throw AwsRefusal.of(
          "ParameterMaxVersionLimitExceeded", "The oldest of 100 versions has a label.");
    }
    parameter.versions.remove(oldest);
  }

  private String encrypted(Parameter parameter, String value, String keyId) {
    byte[] blob = key(keyId).encrypt(value.getBytes(UTF_8), context(parameter));
    return Base64.getEncoder().encodeToString(blob);
  }

  private String decrypted(Parameter parameter, Version version) {
    String keyId = version.key();
    if (keyId == null) {
      return version.value();
    }
    byte[] blob = Base64.getDecoder().decode(version.value());
    return new String(key(keyId).decrypt(blob, context(parameter)), UTF_8);
  }

  private LocalKmsKey key(String id) {
    try {
      LocalKmsKey key = kms.key(id);
      key.require(false);
      return key;
    } catch (AwsRefusal refusal) {
      throw AwsRefusal.of("InvalidKeyId", "The KMS key cannot be used: " + refusal.code());
    }
  }

  private static SortedMap<String, String> context(Parameter parameter) {
    return new TreeMap<>(Map.of("PARAMETER_ARN", parameter.arn));
  }

  private synchronized ObjectNode getParameter(AwsAsk ask) {
    return AwsService.answer().set("Parameter", read(ask.text("Name"), ask.flag("WithDecryption")));
  }

  private synchronized ObjectNode getParameters(AwsAsk ask) {
    List<String> names = ask.texts("Names");
    if (names.isEmpty() || names.size() > PAGE) {
      throw AwsRefusal.invalid("names", "must have between 1 and " + PAGE + " members");
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw AwsRefusal.invalid("names", "must not have a member twice");
    }
    ObjectNode answer = AwsService.answer();
    ArrayNode found = answer.putArray("Parameters");
    ArrayNode invalid = answer.putArray("InvalidParameters");
    for (String name : names.stream().sorted().toList()) {
      try {
        found.add(read(name, ask.flag("WithDecryption")));
      } catch (AwsRefusal refusal) {
        if (!refusal.code().startsWith("Parameter")) {
          throw refusal;
        }
        invalid.add(name);
      }
    }
    return answer;
  }

  private synchronized ObjectNode getParametersByPath(AwsAsk ask) {
    String path = ask.text("Path");
    if (!path.startsWith("/")) {
      throw AwsRefusal.of(
          "ValidationException", "The parameter path must begin with a slash and end with none.");
    }
    String under = path.endsWith("/") ? path : path + "/";
    boolean recursive = ask.flag("Recursive");
    List<Parameter> all =
        parameters.tailMap(under).values().stream()
            .takeWhile(each -> each.name.startsWith(under))
            .filter(each -> recursive || each.name.indexOf('/', under.length()) < 0)
            .toList();
    AwsPage<Parameter> page = AwsPage.of(all, ask, PAGE, "InvalidNextToken");
    ObjectNode answer = AwsService.answer();
    ArrayNode found = answer.putArray("Parameters");
    boolean decrypt = ask.flag("WithDecryption");
    page.items().forEach(each -> found.add(describe(each, each.newest(), decrypt, null)));
    page.tokenInto(answer);
    return answer;
  }

  private synchronized ObjectNode labelParameterVersion(AwsAsk ask) {
    Parameter parameter = parameter(ask.text("Name"));
    long number =
        ask.number("ParameterVersion", 1, Long.MAX_VALUE).orElse(parameter.newest().number());
    if (!parameter.versions.containsKey(number)) {
      throw versionNotFound();
    }
    List<String> invalid = new ArrayList<>();
    List<String> valid = new ArrayList<>();
    for (String label : ask.texts("Labels")) {
      boolean fit =
          label.matches("[A-Za-z_.-][A-Za-z0-9_.-]{0,99}") && !label.matches("(?i)(aws|ssm).*");
      (fit ? valid : invalid).add(label);
    }
    long there =
        parameter.labels.entrySet().stream()
            .filter(label -> label.getValue() == number && !valid.contains(label.getKey()))
            .count();
    if (there + valid.size() > LABELS) {
      throw AwsRefusal.of("ParameterVersionLabelLimitExceeded", "A version can have ten labels.");
    }
    valid.forEach(label -> parameter.labels.put(label, number));
    ObjectNode answer = AwsService.answer().put("ParameterVersion", number);
    invalid.forEach(answer.putArray("InvalidLabels")::add);
    return answer;
  }

  private synchronized ObjectNode deleteParameter(AwsAsk ask) {
    parameters.remove(parameter(ask.text("Name")).name);
    return AwsService.answer();
  }

  /** Reads {@code name}, {@code name:version} or {@code name:label}; the name may be an ARN. */
  private ObjectNode read(String asked, boolean decrypt) {
    boolean byArn = asked.startsWith(arnPrefix);
    String text = byArn ? asked.substring(arnPrefix.length()) : asked;
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    boolean flat = byArn && name.indexOf('/', 1) < 0 && !parameters.containsKey(name);
    Parameter parameter = parameter(flat ? name.substring(1) : name);
    if (colon < 0) {
      return describe(parameter, parameter.newest(), decrypt, null);
    }
    String selector = text.substring(colon + 1);
    Long number =
        selector.matches("[0-9]{1,18}") ? Long.valueOf(selector) : parameter.labels.get(selector);
    Version version = number == null ? null : parameter.versions.get(number);
    if (version == null) {
      throw versionNotFound();
    }
    return describe(parameter, version, decrypt, ":" + selector);
  }

  private ObjectNode describe(
      Parameter parameter, Version version, boolean decrypt, @Nullable String selector) {
    ObjectNode answer =
        AwsService.answer()
            .put("Name", parameter.name)
            .put("Type", version.type())
            .put("Value", decrypt ? decrypted(parameter, version) : version.value())
            .put("Version", version.number())
            .put("LastModifiedDate", AwsService.seconds(version.modified()))
            .put("ARN", parameter.arn)
            .put("DataType", "text");
    return selector == null ? answer : answer.put("Selector", selector);
  }

  private Parameter parameter(String name) {
    Parameter parameter = parameters.get(name.strip());
    if (parameter == null) {
      throw AwsRefusal.of("ParameterNotFound", "There is no such parameter.");
    }
    return parameter;
  }

  private static AwsRefusal versionNotFound() {
    return AwsRefusal.of("ParameterVersionNotFound", "The parameter has no such version or label.");
  }

  /** A name as it may be given to a new parameter. */
  private static String name(String text) {
    String name = text.strip();
    if (name.matches("(?i)/aws/.*")) {
      throw AwsRefusal.of("AccessDeniedException", "No access to reserved parameter name.");
    }
    if (!name.matches("[a-zA-Z0-9_./-]{1,1011}")
        || name.matches("(?i)/?(aws|ssm).*")
        || name.matches(".*//.*|.*/")
        || (name.indexOf('/') > 0 && !name.startsWith("/"))) {
      throw AwsRefusal.of(
          "ValidationException",
          "A name has letters, digits and _.-/ alone, begins with / if it has one, and not with"
              + " aws or ssm.");
    }
    if (name.chars().filter(c -> c == '/').count() > LEVELS) {
      throw AwsRefusal.of(
          "HierarchyLevelLimitExceededException", "A hierarchy has at most 15 levels.");
    }
    return name;
  }

  private String arn(String name) {
    return arnPrefix + (name.startsWith("/") ? "" : "/") + name;
  }

  @Override
  public long put(String name, String value) {
    return put(name, value, "String");
  }

  @Override
  public long putSecure(String name, String value) {
    return put(name, value, SECURE);
  }

  private long put(String name, String value, String type) {
    return putParameter(
            new AwsAsk(
                AwsService.answer()
                    .put("Name", name)
                    .put("Value", value)
                    .put("Type", type)
                    .put("Overwrite", true)))
        .path("Version")
        .asLong();
  }

  @Override
  public synchronized void label(String name, long version, String label) {
    Parameter parameter = parameter(name);
    if (!parameter.versions.containsKey(version)) {
      throw versionNotFound();
    }
    parameter.labels.put(label, version);
  }

  @Override
  public synchronized void delete(String name) {
    parameters.remove(parameter(name).name);
  }
}
