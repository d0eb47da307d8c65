package dev.gabion.secrets;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Call;
import dev.gabion.core.Environment;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.Logic;
import dev.gabion.core.Managed;
import dev.gabion.core.Rejection;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.secrets.RotationEvents.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;

/** Does one step of a rotation at Secrets Manager and has the user's part of it done. */
final class Rotator implements Managed, Logic<Event, String> {
  static final String CURRENT = "AWSCURRENT";
  static final String PENDING = "AWSPENDING";
  static final String PREVIOUS = "AWSPREVIOUS";

  private final AwsClient<SecretsManagerClient> client;
  private final RotationSteps steps;
  private volatile @Nullable Journal journal;

  Rotator(AwsClients clients, RotationSteps steps) {
    this.client = clients.closingConnections().client(SecretsManagerClient::builder);
    this.steps = steps;
  }

  @Override
  public void start(Environment environment) {
    client.start(environment);
    journal = new Journal("rotation", environment.issuedSecrets());
  }

  @Override
  public void beforeSnapshot() {
    client.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) {
    client.afterRestore(environment);
  }

  @Override
  public String describe() {
    return client.describe() + ": rotation in Secrets Manager";
  }

  /** What has come of the step, in a word. */
  @Override
  public String apply(Event event, Call call) throws Exception {
    call.note("secret", event.arn());
    call.note("version", event.version());
    DescribeSecretResponse secret =
        ask(
            event,
            call,
            () ->
                client
                    .get()
                    .describeSecret(
                        request ->
                            request
                                .secretId(event.arn())
                                .overrideConfiguration(AwsClient.within(call))));
    String result = apply(event, secret, call);
    call.note("result", result);
    return result;
  }

  private String apply(Event event, DescribeSecretResponse secret, Call call) throws Exception {
    List<String> stages = stages(secret, event);
    if (stages.contains(CURRENT)) {
      return "already-current";
    }
    if (!stages.contains(PENDING)) {
      throw refusal("not-pending");
    }
    try (Versions versions = new Versions(this, event, call)) {
      return switch (event.step()) {
        case CREATE -> create(event, versions, call);
        case SET -> set(versions, call);
        case TEST -> test(versions, call);
        case FINISH -> finish(event, secret, versions, call);
      };
    }
  }

  /** Where the version stands, if the secret may be rotated here and now. */
  private static List<String> stages(DescribeSecretResponse secret, Event event) {
    if (secret.deletedDate() != null) {
      throw refusal("secret-deleted");
    }
    if (!Boolean.TRUE.equals(secret.rotationEnabled())) {
      throw refusal("rotation-disabled");
    }
    if (!isFunction(event.function(), secret.rotationLambdaARN())) {
      throw refusal("another-function");
    }
    List<String> stages = secret.versionIdsToStages().get(event.version());
    if (stages == null) {
      throw refusal("unknown-version");
    }
    return stages;
  }

  private static boolean isFunction(FunctionArn function, @Nullable String arn) {
    try {
      return arn != null && FunctionArn.parse(arn).equals(function);
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  private String create(Event event, Versions versions, Call call) throws Exception {
    if (versions.hasPending()) {
      return "kept"; // of an earlier attempt, and perhaps set already
    }
    SecretValue current = versions.current();
    try (SecretValue made = steps.create(versions, call)) {
      if (made.size() == 0 || made.matches(current)) {
        throw refusal("not-a-new-secret");
      }
      issued(made);
      PutSecretValueRequest.Builder request =
          PutSecretValueRequest.builder()
              .secretId(event.arn())
              .clientRequestToken(event.version())
              .versionStages(PENDING)
              .rotationToken(event.proof())
              .overrideConfiguration(AwsClient.within(call));
      if (versions.currentIsText()) {
        request.secretString(InsecureSecretAccess.text(made));
      } else {
        request.secretBinary(SdkBytes.fromByteArrayUnsafe(InsecureSecretAccess.bytes(made)));
      }
      return store(event, request.build(), call);
    }
  }

  private String store(Event event, PutSecretValueRequest request, Call call) {
    return ask(
        event,
        call,
        () -> {
          try {
            client.apart(manager -> manager.putSecretValue(request));
            return "created";
          } catch (ResourceExistsException another) {
            return "kept"; // the same step, sent twice at once, has stored its own
          } finally {
            if (request.secretBinary() != null) {
              Arrays.fill(request.secretBinary().asByteArrayUnsafe(), (byte) 0);
            }
          }
        });
  }

  private String set(Versions versions, Call call) throws Exception {
    versions.pending();
    steps.set(versions, call);
    return "set";
  }

  private String test(Versions versions, Call call) throws Exception {
    versions.pending();
    steps.test(versions, call);
    return "tested";
  }

  /** Nothing becomes current that does not work, whatever steps were sent before. */
  private String finish(Event event, DescribeSecretResponse secret, Versions versions, Call call)
      throws Exception {
    test(versions, call);
    String replaced =
        secret.versionIdsToStages().entrySet().stream()
            .filter(version -> version.getValue().contains(CURRENT))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    ask(
        event,
        call,
        () ->
            client
                .get()
                .updateSecretVersionStage(
                    request ->
                        request
                            .secretId(event.arn())
                            .versionStage(CURRENT)
                            .moveToVersionId(event.version())
                            .removeFromVersionId(replaced)
                            .overrideConfiguration(AwsClient.within(call))));
    return "current";
  }

  /**
   * Asks AWS; nothing of the SDK's own failure goes on.
   *
   * @throws SecretUnavailable if it says no or nothing
   */
  static <T> T ask(Event event, Call call, Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeException failure) {
      Fault fault = AwsFaults.of(failure);
      call.note("code", fault.code());
      throw new SecretUnavailable(event.arn(), fault.reason(), fault);
    }
  }

  AwsClient<SecretsManagerClient> client() {
    return client;
  }

  void issued(SecretValue value) {
    Journal told = journal;
    if (told != null) { // it is: the client was started with it
      told.issued(value);
    }
  }

  private static Rejection refusal(String reason) {
    return Rejection.of(Rejection.Code.CONFLICT, reason);
  }
}
