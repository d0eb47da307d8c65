package dev.gabion.secrets;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/**
 * AWS Secrets Manager ({@code GetSecretValue}, {@code BatchGetSecretValue}). The stage that is
 * wanted stands in each request.
 */
final class SecretsManager implements Fetcher {
  private static final String CURRENT = "AWSCURRENT";

  /** {@code BatchGetSecretValue} takes a list of 20. */
  private static final int BATCH = 20;

  private final AwsClient<SecretsManagerClient> client;

  SecretsManager(AwsClients clients) {
    this.client = clients.closingConnections().client(SecretsManagerClient::builder);
  }

  @Override
  public void start(Environment environment) {
    client.start(environment);
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public Fetched fetch(Wanted wanted, Scope scope) throws Fault {
    GetSecretValueResponse reply;
    try {
      reply = client.apart(manager -> manager.getSecretValue(request(wanted, scope)));
    } catch (RuntimeException failure) {
      throw AwsFaults.of(failure);
    }
    return fetched(reply.secretString(), reply.secretBinary(), reply.versionId());
  }

  private static GetSecretValueRequest request(Wanted wanted, Scope scope) {
    GetSecretValueRequest.Builder request =
        GetSecretValueRequest.builder()
            .secretId(wanted.name())
            .overrideConfiguration(AwsClient.within(scope));
    if (wanted.version() != null) {
      request.versionId(wanted.version());
    } else {
      request.versionStage(wanted.stage() == null ? CURRENT : wanted.stage());
    }
    return request.build();
  }

  private static Fetched fetched(
      @Nullable String text, @Nullable SdkBytes binary, @Nullable String version) throws Fault {
    if (version != null && text != null) {
      return Fetched.of(SecretValue.ofText(text), version);
    }
    if (version != null && binary != null) {
      return Fetched.of(SecretValue.copyOf(binary.asByteArrayUnsafe()), version);
    }
    throw Fault.unreadable("NotTheReply");
  }

  /**
   * Asks for all current versions, 20 at a time; one alone is asked for singly. A role without
   * {@code secretsmanager:BatchGetSecretValue} gets nothing here.
   */
  @Override
  public Map<Wanted, Fetched> fetchAll(Collection<Wanted> wanted, Scope scope) {
    List<String> names =
        wanted.stream().filter(Wanted::isCurrent).map(Wanted::name).distinct().toList();
    Map<Wanted, Fetched> fetched = new HashMap<>();
    for (int from = 0; names.size() > 1 && from < names.size(); from += BATCH) {
      List<String> some = names.subList(from, Math.min(from + BATCH, names.size()));
      try {
        client
            .apart(
                manager ->
                    manager.batchGetSecretValue(
                        request ->
                            request
                                .secretIdList(some)
                                .overrideConfiguration(AwsClient.within(scope))))
            .secretValues()
            .forEach(entry -> add(fetched, some, entry));
      } catch (RuntimeException failure) {
        return fetched; // what is missing is asked for singly, and says why
      }
    }
    return fetched;
  }

  private static void add(
      Map<Wanted, Fetched> fetched, List<String> names, SecretValueEntry entry) {
    String asked = names.contains(entry.name()) ? entry.name() : entry.arn();
    if (names.contains(asked) && entry.versionStages().contains(CURRENT)) {
      try {
        fetched.put(
            Wanted.current(asked),
            fetched(entry.secretString(), entry.secretBinary(), entry.versionId()));
      } catch (Fault unreadable) {
        return; // asked for singly
      }
    }
  }

  @Override
  public String name() {
    return "secretsmanager";
  }

  @Override
  public String describe() {
    return client.describe() + ": Secrets Manager";
  }

  @Override
  public String advice() {
    return "Check its name and Region, that the function's role has secretsmanager:GetSecretValue"
        + " on it, and kms:Decrypt on its key if that is not AWS's own.";
  }

  @Override
  public boolean knowsStages() {
    return true;
  }
}
