package dev.gabion.testing;

import dev.gabion.testing.AwsService.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Secrets Manager, Parameter Store and KMS on this machine, for tests with the real SDK clients:
 * signed requests in, what AWS documents out, and whatever can go wrong on demand.
 *
 * <pre>{@code
 * try (LocalAws aws = LocalAws.start()) {
 *   aws.secrets().put("prod/db", "correct horse");
 *   aws.next("GetSecretValue").throttled();
 *   … AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test") …
 *   assertThat(aws.count("GetSecretValue")).isEqualTo(2);
 * }
 * }</pre>
 *
 * <p>It speaks AWS JSON 1.1 over plain HTTP on 127.0.0.1 and requires every request to be signed
 * (Signature Version 4) with one of its own credentials, which are new for each instance. Versions,
 * stages, labels, key states, limits and error codes are as the services document them; KMS
 * encrypts and authenticates for real.
 *
 * <p>It is no copy of AWS: it knows no IAM policy (whoever signs may do everything), no quota, no
 * eventual consistency, no durability (everything is forgotten when it is closed), and only the
 * operations that {@link #operations()} lists. It can be used by many threads.
 */
public final class LocalAws implements AutoCloseable {
  private static final String ACCOUNT = "123456789012";
  private static final String HOME = "eu-central-1";

  /** Room for the largest secret with every character escaped, and for what surrounds it. */
  private static final int BODY_BYTES = 512 * 1024;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final SigV4.Signer user = signer("AKIA", null);
  private final SigV4.Signer role = signer("ASIA", secret());
  private final Map<String, LocalRegion> regions = new ConcurrentHashMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private final Map<String, Asked> kinds = new HashMap<>();
  private final FaultPlan faults = new FaultPlan();
  private final Map<String, Runnable> hooks = new ConcurrentHashMap<>();
  private final LoopbackHttp http;

  private LocalAws(Clock clock) throws IOException {
    this.clock = clock;
    SigV4 signatures = new SigV4(Map.of(user.keyId(), user, role.keyId(), role), clock);
    AwsJson protocol = new AwsJson(signatures, clock, new Desk());
    this.http = new LoopbackHttp(LoopbackHttp.local(0), BODY_BYTES, protocol::handle);
  }

  /** Serves on a free port of 127.0.0.1: account 123456789012 in eu-central-1. */
  public static LocalAws start() {
    return start(Clock.systemUTC());
  }

  /**
   * Serves by a clock of one's own, which dates versions, deletions and answers. Requests are
   * signed by the client's clock, and refused if that is more than five minutes away; an SDK client
   * that tries again then sets the time of all SDK clients in the process by the answer's date.
   */
  public static LocalAws start(Clock clock) {
    try {
      return new LocalAws(clock);
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  /** The endpoint of every service, such as {@code http://127.0.0.1:41234}. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + http.address().getPort());
  }

  /** The region that it serves, and where everything is set up that names no other. */
  public String region() {
    return HOME;
  }

  /** The access key id of a user, who signs without a session token. */
  public String accessKeyId() {
    return user.keyId();
  }

  /** The secret access key of that user. */
  public String secretAccessKey() {
    return user.secretKey();
  }

  /**
   * The variables that a function's environment has for its region and its role, who signs with a
   * session token: {@code AWS_REGION}, {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY},
   * {@code AWS_SESSION_TOKEN}.
   */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_REGION", HOME,
        "AWS_ACCESS_KEY_ID", role.keyId(),
        "AWS_SECRET_ACCESS_KEY", role.secretKey(),
        "AWS_SESSION_TOKEN", String.valueOf(role.sessionToken()));
  }

  /** Sets up Secrets Manager without a client. */
  public Secrets secrets() {
    return home().secrets();
  }

  /** Sets up Parameter Store without a client. */
  public Parameters parameters() {
    return home().parameters();
  }

  /** Sets up KMS without a client. */
  public Keys kms() {
    return home().kms();
  }

  /** Sets up KMS in another region, which is served from then on. */
  public Keys kms(String region) {
    return served(region).kms();
  }

  /** The operations that it has, by the name of their service in signatures. */
  public Map<String, List<String>> operations() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (Api api : Api.values()) {
      all.put(
          api.signingName, home().service(api).operations().keySet().stream().sorted().toList());
    }
    return all;
  }

  /** Every request that was signed and understood, in the order of arrival. */
  public List<Asked> requests() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }

  /**
   * How often an operation was asked for, whatever became of it.
   *
   * @throws IllegalArgumentException if there is no such operation
   */
  public int count(String operation) {
    known(operation);
    synchronized (asked) {
      return (int) asked.stream().filter(each -> each.operation().equals(operation)).count();
    }
  }

  /** Forgets what was asked so far. */
  public void forgetRequests() {
    synchronized (asked) {
      asked.clear();
    }
  }

  /**
   * Lets something go wrong with the next request for an operation; said twice, with the next two.
   *
   * @throws IllegalArgumentException if there is no such operation
   */
  public Faults next(String operation) {
    return next(operation, 1);
  }

  /** Lets something go wrong with the next requests for an operation. */
  public Faults next(String operation, int times) {
    return faults.next(known(operation), times);
  }

  /** Lets something go wrong with every request for an operation until {@link #recover()}. */
  public Faults always(String operation) {
    return faults.always(known(operation));
  }

  /** Lets something go wrong with every request until {@link #recover()}. */
  public Faults always() {
    return faults.always(FaultPlan.ANY);
  }

  /** Ends all faults that were asked for, and all hooks. */
  public void recover() {
    faults.clear();
    hooks.clear();
  }

  /** Forgets everything: what was set up, what was asked, faults and hooks. */
  public void reset() {
    regions.clear();
    recover();
    forgetRequests();
  }

  /**
   * Does something each time an operation was asked for and before it is done, on the thread that
   * answers: a test waits there for a condition rather than for time. The request counts already.
   */
  public void before(String operation, Runnable hook) {
    hooks.put(known(operation), hook);
  }

  /** Closes all connections; requests under way end without an answer. */
  @Override
  public void close() {
    http.close();
  }

  private LocalRegion home() {
    return served(HOME);
  }

  private LocalRegion served(String name) {
    LocalRegion region = regions.get(name);
    if (region == null) {
      region = new LocalRegion(name, ACCOUNT, clock, this::served);
      LocalRegion first = regions.putIfAbsent(name, region);
      return first == null ? region : first;
    }
    return region;
  }

  private LocalRegion region(String name) {
    LocalRegion region = name.equals(HOME) ? home() : regions.get(name);
    if (region == null) {
      throw AwsRefusal.of(
          "InvalidSignatureException", "Credential should be scoped to a valid region.");
    }
    return region;
  }

  private String known(String operation) {
    if (operations().values().stream().noneMatch(names -> names.contains(operation))) {
      throw new IllegalArgumentException(
          "LocalAws has no operation " + operation + "; it has " + operations());
    }
    return operation;
  }

  private SigV4.Signer signer(String prefix, @Nullable String token) {
    return new SigV4.Signer(prefix + "LOCALAWS00000000", secret(), token);
  }

  private String secret() {
    byte[] bytes = new byte[30];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private final class Desk implements AwsJson.Desk {
    @Override
    public Map<String, AwsService.Operation> operations(Api api, String region) {
      return region(region).service(api).operations();
    }

    @Override
    public FaultPlan.Fault arrived(Api api, String operation, AwsAsk ask) {
      synchronized (asked) {
        asked.add(kinds.computeIfAbsent(operation, name -> new Asked(api.signingName, operation)));
      }
      Runnable hook = hooks.get(operation);
      if (hook != null) {
        hook.run();
      }
      FaultPlan.Fault fault = faults.take(operation);
      return fault == null ? (same, answer) -> answer.get() : fault;
    }
  }

  /**
   * One request.
   *
   * @param service the service's name in signatures: {@code secretsmanager}, {@code ssm}, {@code
   *     kms}
   * @param operation such as {@code GetSecretValue}
   */
  public record Asked(String service, String operation) {}

  /** Chooses what goes wrong. Signatures are checked all the same. */
  public interface Faults {
    /** Nothing is done: {@code ThrottlingException}. */
    void throttled();

    /** Nothing is done: {@code AccessDeniedException}. */
    void denied();

    /** Nothing is done: an error with status 400 and a code of one's own. */
    void refused(String code);

    /** Nothing is done: the service's own fault, with status 500. */
    void failed();

    /** Nothing is done: the service is not there, status 503. */
    void unavailable();

    /** Nothing is done and nothing answered until the client gives up or this is closed. */
    void stalled();

    /** Nothing is done: the connection is reset. */
    void reset();

    /** All is well, after a while. */
    void slow(Duration delay);

    /** It is done, and blanks come one by one in place of the answer, without end. */
    void dripping();

    /** It is done, and the connection ends in the middle of the answer. */
    void truncated();

    /** It is done, and the answer is not JSON. */
    void malformed();
  }

  /** Secrets, set up without a client. */
  public interface Secrets {
    /**
     * Makes text the current version of a secret, which is created if it is not there.
     *
     * @return the version's id
     */
    String put(String name, String text);

    /** Makes bytes the current version of a secret, which is created if it is not there. */
    String put(String name, byte[] bytes);

    /** The ARN of a secret. */
    String arn(String name);

    /** Deletes a secret at once. */
    void delete(String name);

    /** Whom {@code RotateSecret} calls under an ARN, in place of a Lambda function. */
    void rotationFunction(String arn, RotationFunction function);

    /**
     * Rotates a secret as {@code RotateSecret} does: makes an empty version AWSPENDING and calls
     * the rotation function for its four steps, one after another, until one fails. It returns when
     * they are done; AWS calls them after it has answered.
     *
     * @return the new version's id
     */
    String rotate(String name, String functionArn);
  }

  /** A rotation function, as Secrets Manager calls it. */
  @FunctionalInterface
  public interface RotationFunction {
    /**
     * Does one step.
     *
     * @param event a JSON object with {@code Step}, {@code SecretId} and {@code ClientRequestToken}
     */
    void invoke(byte[] event) throws Exception;
  }

  /** Parameters, set up without a client. */
  public interface Parameters {
    /**
     * Makes a plain text the newest version of a parameter.
     *
     * @return the version
     */
    long put(String name, String value);

    /** Makes an encrypted text, a SecureString, the newest version of a parameter. */
    long putSecure(String name, String value);

    /** Names a version. */
    void label(String name, long version, String label);

    /** Deletes a parameter with all its versions. */
    void delete(String name);
  }

  /** KMS keys, set up without a client. */
  public interface Keys {
    /**
     * Makes a symmetric key.
     *
     * @return its ARN
     */
    String createKey();

    /** Makes a symmetric key that can be replicated into other regions. */
    String createMultiRegionKey();

    /**
     * Replicates a multi-Region key into another region, which is served from then on.
     *
     * @return the replica's ARN
     */
    String replicate(String arn, String region);

    /**
     * Makes a key for message authentication codes.
     *
     * @param spec such as {@code HMAC_256}
     */
    String createMacKey(String spec);

    /** Gives a key, by its ARN, a name such as {@code alias/cards}. */
    void alias(String name, String arn);

    /** Disables a key. */
    void disable(String arn);

    /** Enables a disabled key. */
    void enable(String arn);

    /** Lets a key await its deletion, so that nobody can use it. */
    void scheduleDeletion(String arn);
  }
}
