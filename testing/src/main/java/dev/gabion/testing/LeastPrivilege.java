package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Learns from a handler's tests which AWS permissions it needs, and holds the policy in the
 * repository to that: what is missing fails the test, and so does what is never used.
 *
 * <pre>{@code
 * LeastPrivilege privileges = LeastPrivilege.of(CreateOrder.class);
 * AwsClients clients = AwsClients.standard()
 *     .insecureLocalEndpoint(aws.uri(), "a test")
 *     .insecureObservedBy(privileges, "a test");
 * … InProcess.send(new CreateOrder(… clients …), event) …
 * privileges.assertMatches(Path.of("src/main/java/…/CreateOrder.policy.json"));
 * }</pre>
 *
 * <p>It sees the calls of the clients that it is handed to, whatever became of them, and nothing
 * else. It keeps of a request what a policy can look at: the names of resources and the encryption
 * context. Needs {@code software.amazon.awssdk:aws-core}, which every SDK client brings. It can be
 * used by many threads.
 */
public final class LeastPrivilege implements ExecutionInterceptor {
  /** The system property that lets {@link #assertMatches} write: {@code write}. */
  private static final String MODE = "gabion.privileges";

  private final String handler;
  private final IamActions actions = IamActions.standard();
  private final Set<IamCall> calls = new LinkedHashSet<>();
  private final SortedSet<String> unknown = new TreeSet<>();
  private final SortedMap<String, String> names = new TreeMap<>();
  private final List<String> patterns = new ArrayList<>();
  private final Set<String> fixed = new TreeSet<>();
  private final Map<String, List<String>> serviceKeys = new TreeMap<>();
  private String account = "123456789012";

  private LeastPrivilege(String handler) {
    this.handler = handler;
  }

  /** Records for one handler: what is handed to its clients, and to no other's. */
  public static LeastPrivilege of(Class<?> handler) {
    return new LeastPrivilege(handler.getSimpleName());
  }

  /** Takes another account than {@link LocalAws}'s for resources that requests name shortly. */
  public synchronized LeastPrivilege account(String id) {
    account = id;
    return this;
  }

  /**
   * Says what a resource is called in the policy, because its ARN is another in each stage.
   *
   * @param name such as {@code CardKeyArn}, which is written as <code>${CardKeyArn}</code>
   * @throws IllegalArgumentException if that is no name of a template's parameter or resource
   */
  public synchronized LeastPrivilege named(String name, String arn) {
    if (!name.matches("[A-Za-z][A-Za-z0-9.]*")) {
      throw new IllegalArgumentException("A name is letters and digits, as in a template.");
    }
    names.put(name, arn);
    return this;
  }

  /**
   * Says which resources are alike, because the test's are but examples: whatever is matched is
   * granted as the pattern.
   *
   * @param arn such as {@code arn:aws:s3:::orders/*}
   */
  public synchronized LeastPrivilege alike(String arn) {
    patterns.add(arn);
    return this;
  }

  /** Says which members of KMS encryption contexts always have the same value: a condition then. */
  public synchronized LeastPrivilege fixedContext(String... keys) {
    fixed.addAll(List.of(keys));
    return this;
  }

  /**
   * Says with which key a service encrypts, if it is the account's own: the service then uses it in
   * the function's name, which no request shows.
   *
   * @param service {@code secretsmanager}, {@code ssm}, {@code s3}, {@code sqs} or {@code sns}
   */
  public synchronized LeastPrivilege encryptedWith(String service, String keyArn) {
    serviceKeys.computeIfAbsent(service, name -> new ArrayList<>()).add(keyArn);
    return this;
  }

  /**
   * Teaches an operation that the table does not have, as a line of it, such as {@code
   * bedrockruntime InvokeModel bedrock:InvokeModel arn(modelId)}.
   *
   * @throws IllegalArgumentException if it is not in the table's form
   */
  public synchronized LeastPrivilege knowing(String line) {
    actions.add(line);
    return this;
  }

  /** Records a call before it is made; SDK clients call this. */
  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    String service = serviceOf(context.request());
    String operation =
        String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
    Region region = attributes.getAttribute(AwsExecutionAttribute.AWS_REGION);
    record(service, operation, context.request(), region == null ? Region.AWS_GLOBAL : region);
  }

  private synchronized void record(
      String service, String operation, SdkRequest request, Region region) {
    List<IamActions.Need> needs = actions.of(service, operation);
    if (needs.isEmpty()) {
      unknown.add(
          service
              + " "
              + operation
              + " is not in the table: teach it with LeastPrivilege.knowing(\""
              + service
              + " "
              + operation
              + " ACTION RESOURCE\")");
    }
    IamResources resources =
        new IamResources(PartitionMetadata.of(region).id(), region.id(), account);
    for (IamActions.Need need : needs) {
      try {
        if (!need.needsNothing()) {
          calls.addAll(IamCall.of(need, request, resources));
        }
      } catch (IllegalArgumentException unclear) {
        unknown.add(service + " " + operation + ": " + unclear.getMessage());
      }
    }
  }

  /** The service as its package is called: {@code secretsmanager}, {@code s3}, {@code dynamodb}. */
  private static String serviceOf(SdkRequest request) {
    return request
        .getClass()
        .getPackageName()
        .replaceFirst("^software\\.amazon\\.awssdk\\.services\\.", "")
        .replaceFirst("\\.model$", "");
  }

  /**
   * The least policy for what was called, as JSON.
   *
   * @throws AssertionError if nothing was called, or what is not understood
   */
  public String policy() {
    return recorded().json();
  }

  /**
   * The least policy as {@code Policies} of a function in a SAM template: partition, region and
   * account are those of the stack, and what was {@link #named} is substituted.
   *
   * @throws AssertionError if nothing was called, or what is not understood
   */
  public String sam() {
    IamPolicy policy = recorded();
    Set<String> regions = new TreeSet<>();
    needed().forEach(call -> regions.add(part(call.resource(), 3)));
    regions.remove("");
    String home = regions.size() == 1 ? regions.iterator().next() : "";
    return policy.sam(text -> ofStack(text, home));
  }

  private synchronized String ofStack(String text, String home) {
    String[] parts = text.split(":", 6);
    if (parts.length == 6 && parts[0].equals("arn")) {
      parts[1] = "${AWS::Partition}";
      parts[3] = !home.isEmpty() && parts[3].equals(home) ? "${AWS::Region}" : parts[3];
      parts[4] = parts[4].equals(account) ? "${AWS::AccountId}" : parts[4];
      return String.join(":", parts);
    }
    return text.endsWith("." + home + ".amazonaws.com")
        ? text.replace("." + home + ".", ".${AWS::Region}.")
        : text;
  }

  private static String part(String arn, int number) {
    String[] parts = arn.split(":", 6);
    return parts.length == 6 ? parts[number] : "";
  }

  /**
   * Compares the policy in the repository with the least one, grant by grant. With {@code
   * -Dgabion.privileges=write} it is written instead.
   *
   * @throws AssertionError if a grant is missing, or never used, or wider than what was called; if
   *     nothing was called; if an operation is not known
   */
  public void assertMatches(Path file) {
    IamPolicy least = recorded();
    if ("write".equals(System.getProperty(MODE))) {
      write(file, least.json());
      return;
    }
    IamPolicy committed = read(file);
    SortedSet<String> differences = new TreeSet<>();
    least.allowed().stream()
        .filter(grant -> !committed.allowed().contains(grant))
        .forEach(grant -> differences.add("+ called, not granted so: " + grant));
    committed.allowed().stream()
        .filter(grant -> !least.allowed().contains(grant))
        .forEach(grant -> differences.add("- granted, not called so: " + grant));
    committed
        .denied()
        .forEach(grant -> differences.add("- denied, which belongs into another policy: " + grant));
    fail(file, differences);
  }

  /**
   * Holds what was called to a policy that was written by hand, with wildcards perhaps: every call
   * must be allowed, and every grant used by one.
   *
   * @throws AssertionError if a call is not allowed, or a grant never used; if nothing was called;
   *     if an operation is not known, or the policy cannot be judged
   */
  public void assertCovers(Path file) {
    recorded();
    IamPolicy committed = read(file).at(this::resolved);
    SortedSet<String> differences = new TreeSet<>();
    for (IamCall call : needed()) {
      if (!committed.allows(call)) {
        differences.add("+ called, not allowed: " + grant(call));
      }
    }
    for (IamGrant grant : committed.allowed()) {
      if (needed().stream().noneMatch(grant::allows)) {
        differences.add("- granted, never used: " + grant);
      }
    }
    fail(file, differences);
  }

  private void fail(Path file, SortedSet<String> differences) {
    if (!differences.isEmpty()) {
      throw new AssertionError(
          handler
              + " and "
              + file
              + " differ:\n  "
              + String.join("\n  ", differences)
              + "\n  If the calls are right, run the test with -D"
              + MODE
              + "=write and look at the change.");
    }
  }

  private IamPolicy recorded() {
    List<IamCall> needed = needed();
    synchronized (this) {
      if (!unknown.isEmpty()) {
        throw new AssertionError(
            "What " + handler + " called is not understood:\n  " + String.join("\n  ", unknown));
      }
    }
    if (needed.isEmpty()) {
      throw new AssertionError(
          "No call of "
              + handler
              + " was seen that needs a permission: hand this to its clients, with"
              + " AwsClients.insecureObservedBy(…) or as an execution interceptor.");
    }
    return IamPolicy.of(needed.stream().map(this::grant).toList());
  }

  /** What was called, with the keys of services where they are known. */
  private synchronized List<IamCall> needed() {
    List<IamCall> all = new ArrayList<>();
    for (IamCall call : calls) {
      if (!call.resource().equals(IamCall.KEY_OF_SERVICE)) {
        all.add(call);
        continue;
      }
      String via = call.context().getOrDefault(IamCall.VIA, List.of("")).get(0);
      serviceKeys
          .getOrDefault(via.replaceFirst("\\..*", ""), List.of())
          .forEach(key -> all.add(call.at(key)));
    }
    return all;
  }

  /** The least grant for a call. */
  private synchronized IamGrant grant(IamCall call) {
    SortedMap<String, SortedMap<String, SortedSet<String>>> conditions = new TreeMap<>();
    call.context()
        .forEach(
            (key, values) -> {
              if (key.equals(IamCall.KEYS)) {
                if (values.isEmpty()) {
                  condition(conditions, "Null", key, List.of("true"));
                } else {
                  condition(conditions, "ForAllValues:StringEquals", key, values);
                }
              } else if (key.startsWith(IamCall.VALUE)
                  && !fixed.contains(key.substring(IamCall.VALUE.length()))) {
                condition(conditions, "Null", key, List.of("false"));
              } else {
                condition(conditions, "StringEquals", key, values);
              }
            });
    return new IamGrant(call.action(), called(call.resource()), conditions);
  }

  private static void condition(
      SortedMap<String, SortedMap<String, SortedSet<String>>> conditions,
      String operator,
      String key,
      List<String> values) {
    conditions.computeIfAbsent(operator, name -> new TreeMap<>()).put(key, new TreeSet<>(values));
  }

  /** What a resource is called in the policy. */
  private String called(String arn) {
    for (Map.Entry<String, String> name : new LinkedHashMap<>(names).entrySet()) {
      if (name.getValue().equals(arn)) {
        return "${" + name.getKey() + "}";
      }
    }
    return patterns.stream()
        .filter(pattern -> IamGrant.wild(pattern, false).matcher(arn).matches())
        .findFirst()
        .orElse(arn);
  }

  private synchronized String resolved(String resource) {
    String text = resource;
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace("${" + name.getKey() + "}", name.getValue());
    }
    if (text.contains("${")) {
      throw new AssertionError(
          "The policy has " + resource + ": say with named(…) what it stands for.");
    }
    return text;
  }

  private IamPolicy read(Path file) {
    if (!Files.exists(file)) {
      throw new AssertionError(
          handler + " has no policy at " + file + ": run the test with -D" + MODE + "=write.");
    }
    try {
      return IamPolicy.parse(Files.readString(file, UTF_8));
    } catch (IllegalArgumentException unclear) {
      throw new AssertionError(file + ": " + unclear.getMessage(), unclear);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static void write(Path file, String json) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, json, UTF_8);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
