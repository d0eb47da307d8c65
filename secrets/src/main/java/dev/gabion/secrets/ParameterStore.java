package dev.gabion.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Environment;
import dev.gabion.core.Insecure;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * AWS Systems Manager Parameter Store ({@code GetParameter}, {@code GetParameters}, {@code
 * GetParametersByPath}), decrypted.
 */
final class ParameterStore implements Fetcher {
  /** {@code GetParameters} takes ten names, a page of a path has ten parameters. */
  private static final int BATCH = 10;

  /** What nobody has under one path by intention. */
  private static final int UNDER_PATH = 200;

  private final AwsClients clients;
  private final AwsClient<SsmClient> client;
  private final String plain;

  /**
   * Declares the source.
   *
   * @param plain why plain parameters are taken; empty if they are not
   */
  ParameterStore(AwsClients clients, String plain) {
    this.clients = clients;
    this.client = clients.closingConnections().client(SsmClient::builder);
    this.plain = plain;
  }

  @Override
  public Fetcher withPlain(String reason) {
    return new ParameterStore(clients, reason);
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
    if (wanted.path()) {
      return fetchPath(wanted.name(), scope);
    }
    Parameter parameter;
    try {
      parameter =
          client
              .apart(
                  store ->
                      store.getParameter(
                          request ->
                              request
                                  .name(selected(wanted))
                                  .withDecryption(true)
                                  .overrideConfiguration(AwsClient.within(scope))))
              .parameter();
    } catch (RuntimeException failure) {
      throw AwsFaults.of(failure);
    }
    return Fetched.of(value(parameter), String.valueOf(parameter.version()));
  }

  /** A version or label stands behind the name. */
  static String selected(Wanted wanted) {
    String selector = wanted.version() == null ? wanted.stage() : wanted.version();
    return selector == null ? wanted.name() : wanted.name() + ":" + selector;
  }

  private SecretValue value(@Nullable Parameter parameter) throws Fault {
    if (parameter == null || parameter.value() == null || parameter.version() == null) {
      throw Fault.unreadable("NotTheReply");
    }
    if (plain.isEmpty() && parameter.type() != ParameterType.SECURE_STRING) {
      throw Fault.unfit("PlainParameter");
    }
    return SecretValue.ofText(parameter.value());
  }

  private Fetched fetchPath(String path, Scope scope) throws Fault {
    Map<String, SecretValue> values = new TreeMap<>();
    Map<String, Long> versions = new TreeMap<>(); // pages come in any order
    boolean whole = false;
    try {
      String next = null;
      do {
        GetParametersByPathResponse page = page(path, next, scope);
        for (Parameter parameter : page.parameters()) {
          String name = parameter.name().substring(path.length());
          values.put(name, value(parameter));
          versions.put(name, parameter.version());
        }
        if (values.size() > UNDER_PATH) {
          throw Fault.unfit("TooManyParameters");
        }
        next = page.nextToken();
      } while (next != null && !next.isEmpty());
      if (values.isEmpty()) {
        throw Fault.missing("NoParameters");
      }
      whole = true;
      return new Fetched(values, digest(versions));
    } catch (RuntimeException failure) {
      throw AwsFaults.of(failure);
    } finally {
      if (!whole) {
        values.values().forEach(SecretValue::close);
      }
    }
  }

  private GetParametersByPathResponse page(String path, @Nullable String token, Scope scope) {
    return client.apart(
        store ->
            store.getParametersByPath(
                request ->
                    request
                        .path(path)
                        .recursive(true)
                        .withDecryption(true)
                        .maxResults(BATCH)
                        .nextToken(token)
                        .overrideConfiguration(AwsClient.within(scope))));
  }

  /** Names and versions as one short identifier. */
  private static String digest(Map<String, Long> versions) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(versions.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every JDK has SHA-256.", impossible);
    }
  }

  /** Asks for all parameters, ten at a time; one alone is asked for singly. */
  @Override
  public Map<Wanted, Fetched> fetchAll(Collection<Wanted> wanted, Scope scope) {
    Map<String, Wanted> names = new HashMap<>();
    wanted.stream().filter(one -> !one.path()).forEach(one -> names.put(selected(one), one));
    List<String> all = names.keySet().stream().toList();
    Map<Wanted, Fetched> fetched = new HashMap<>();
    for (int from = 0; all.size() > 1 && from < all.size(); from += BATCH) {
      List<String> some = all.subList(from, Math.min(from + BATCH, all.size()));
      try {
        client
            .apart(
                store ->
                    store.getParameters(
                        request ->
                            request
                                .names(some)
                                .withDecryption(true)
                                .overrideConfiguration(AwsClient.within(scope))))
            .parameters()
            .forEach(parameter -> add(fetched, names, parameter));
      } catch (RuntimeException failure) {
        return fetched; // what is missing is asked for singly, and says why
      }
    }
    return fetched;
  }

  private void add(Map<Wanted, Fetched> fetched, Map<String, Wanted> names, Parameter parameter) {
    String selector = parameter.selector() == null ? "" : parameter.selector();
    Wanted asked = names.get(parameter.name() + selector);
    if (asked == null) {
      asked = names.get(parameter.arn() + selector);
    }
    if (asked != null) {
      try {
        fetched.put(asked, Fetched.of(value(parameter), String.valueOf(parameter.version())));
      } catch (Fault unfit) {
        return; // asked for singly
      }
    }
  }

  @Override
  public String name() {
    return "ssm";
  }

  @Override
  public String describe() {
    String source = client.describe() + ": Parameter Store";
    if (plain.isEmpty()) {
      return source;
    }
    return (source.startsWith(Insecure.INSECURE) ? "" : Insecure.INSECURE)
        + source
        + " with plain parameters ("
        + plain
        + ")";
  }

  @Override
  public String advice() {
    return "Check its name and Region, that it is of type SecureString, that the function's role has"
        + " ssm:GetParameter, ssm:GetParameters or ssm:GetParametersByPath on it, and kms:Decrypt on"
        + " its key if that is not AWS's own.";
  }

  @Override
  public boolean knowsStages() {
    return false;
  }

  @Override
  public boolean knowsPaths() {
    return true;
  }
}
