package dev.gabion.egress;

import dev.gabion.core.Environment;
import dev.gabion.core.Insecure;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.StartFailed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Calls to other hosts that cannot be turned against the function: HTTPS alone, to the hosts of a
 * policy alone, nowhere inside, and never past the deadline. Hand it to {@code .uses(…)}, and use
 * Apache HttpClient as you know it:
 *
 * <pre>{@code
 * OutboundClient rates = OutboundClient.of(EgressPolicy.hosts("api.example.org"));
 * …
 * rates.within(call).execute(new HttpGet("https://api.example.org/rates"), answer -> …)
 * }</pre>
 *
 * <p>What is different from a plain HttpClient: plain HTTP, user info, control characters in paths
 * and headers are refused; proxies, cookies, credentials and the configuration of a context or a
 * request have no effect but a shorter response timeout; nothing is repeated but a GET or HEAD
 * whose kept connection turns out to be dead; answers are bounded, and what of them is compressed
 * with anything but gzip is refused. Every failure is an {@link EgressFailed}. Each request is on
 * the audit trail.
 *
 * <p>Choices are made before it is started; each gives a copy that has a life of its own.
 */
public final class OutboundClient implements Managed, AutoCloseable {
  private final EgressPolicy policy;
  private final Options options;
  private volatile @Nullable Live live;
  private @Nullable Environment environment;

  private OutboundClient(EgressPolicy policy, Options options) {
    this.policy = policy;
    this.options = options;
  }

  /** What is chosen; a copy is changed before it has a client, and never after. */
  static final class Options {
    OutboundTls tls = OutboundTls.standard();
    Map<String, SecretSource> bearers = Map.of();
    int redirects;
    Duration time = Duration.ofSeconds(10);
    Duration connect = Duration.ofSeconds(2);
    Duration silence = Duration.ofSeconds(5);
    long responseBytes = 4 << 20;
    int connections = 20;
    Internet internet = Internet.REAL;
    String loopback = "";

    private Options copy() {
      Options copy = new Options();
      copy.tls = tls;
      copy.bearers = bearers;
      copy.redirects = redirects;
      copy.time = time;
      copy.connect = connect;
      copy.silence = silence;
      copy.responseBytes = responseBytes;
      copy.connections = connections;
      copy.internet = internet;
      copy.loopback = loopback;
      return copy;
    }
  }

  /**
   * Makes a client: ten seconds for a call, two of them to connect, five of silence, four mebibytes
   * of answer, twenty connections, no redirects.
   *
   * @throws IllegalArgumentException if the policy has an address as a host that is in no network
   *     that it declares
   */
  public static OutboundClient of(EgressPolicy policy) {
    String unreachable = policy.unreachable();
    if (!unreachable.isEmpty()) {
      throw new IllegalArgumentException(
          "The host "
              + unreachable
              + " is an address: name the host, or declare its network with insecureNetwork.");
    }
    return new OutboundClient(policy, new Options());
  }

  /** Takes other authorities, pins or a client certificate. */
  public OutboundClient tls(OutboundTls other) {
    return but(changed -> changed.tls = other);
  }

  /**
   * Sends a secret as {@code Authorization: Bearer} with each request to one host, at whatever port
   * the policy allows, and with no request that an answer from elsewhere has led there.
   *
   * @param host a name that the policy allows
   * @param token an RFC 6750 token; started, wiped and woken with this client
   * @throws IllegalArgumentException if it is not a name
   */
  public OutboundClient bearer(String host, SecretSource token) {
    String known = HostName.of(host);
    if (known == null) {
      throw new IllegalArgumentException("A token is for one host, such as api.example.org.");
    }
    Map<String, SecretSource> all = new HashMap<>(options.bearers);
    all.put(known, token);
    return but(changed -> changed.bearers = Map.copyOf(all));
  }

  /**
   * Follows redirects, each of which the policy must allow; to another host or port only a few
   * harmless headers go along, and no body.
   *
   * @param most how many for one call
   */
  public OutboundClient redirects(int most) {
    return but(changed -> changed.redirects = within("redirects", most, 0, 10));
  }

  /** Bounds a whole call, redirects and the answer's body included; so does the deadline. */
  public OutboundClient time(Duration most) {
    return but(changed -> changed.time = positive(most));
  }

  /** Bounds finding a host's addresses, and connecting to each of them. */
  public OutboundClient connect(Duration most) {
    return but(changed -> changed.connect = positive(most));
  }

  /** Bounds each wait for the next byte. */
  public OutboundClient silence(Duration most) {
    return but(changed -> changed.silence = positive(most));
  }

  /** Bounds the body of an answer, as it comes and decompressed. */
  public OutboundClient responseBytes(int most) {
    return but(changed -> changed.responseBytes = within("bytes", most, 0, Integer.MAX_VALUE));
  }

  /** Bounds the connections that are open at once, to all hosts together. */
  public OutboundClient connections(int most) {
    return but(changed -> changed.connections = within("connections", most, 1, 1000));
  }

  /**
   * Has every name of the policy be this machine, for a test against a server of its own: each
   * connection goes to the loopback interface, at the port that the policy names. All else stands:
   * the policy, TLS and the name in the certificate, every bound.
   *
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason
   */
  public OutboundClient insecureLoopback(String reason) {
    Insecure.reason(reason);
    return but(
        changed -> {
          changed.internet = new Loopback();
          changed.loopback = reason;
        });
  }

  /** Takes another world of names and addresses, for this room's tests. */
  OutboundClient on(Internet other) {
    return but(changed -> changed.internet = other);
  }

  private OutboundClient but(Consumer<Options> choice) {
    Options changed = options.copy();
    choice.accept(changed);
    return new OutboundClient(policy, changed);
  }

  private static int within(String what, int number, int least, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "The number of " + what + " is from " + least + " to " + most + ".");
    }
    return number;
  }

  private static Duration positive(Duration time) {
    if (time.toMillis() < 1 || time.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException("A bound is from a millisecond to fifteen minutes.");
    }
    return time;
  }

  /**
   * Makes the client's TLS; does nothing the second time in one environment.
   *
   * @throws StartFailed if the TLS floor is not in force, or a token, a pin or a client certificate
   *     is for a host that the policy does not allow
   */
  @Override
  public void start(Environment starting) throws Exception {
    for (SecretSource token : options.bearers.values()) {
      token.start(starting);
    }
    awake(starting);
  }

  private synchronized void awake(Environment waking) {
    if (waking != environment) {
      close();
      live = new Live(policy, options, waking.settings());
      environment = waking;
    }
  }

  /** Closes all connections: neither they nor their keys are in a snapshot. */
  @Override
  public void beforeSnapshot() throws Exception {
    close();
    for (SecretSource token : options.bearers.values()) {
      token.beforeSnapshot();
    }
  }

  @Override
  public void afterRestore(Environment restored) throws Exception {
    for (SecretSource token : options.bearers.values()) {
      token.afterRestore(restored);
    }
    awake(restored);
  }

  /**
   * The client for one piece of work: its deadline bounds every call, its trail records each.
   * Closing it does nothing.
   *
   * @throws IllegalStateException if this is not started, or closed
   */
  public CloseableHttpClient within(Scope scope) {
    Live started = live;
    if (started == null) {
      throw new IllegalStateException(
          "This outbound client is not started: hand it, or what works with it, to .uses(…).");
    }
    return new ScopedClient(started, scope);
  }

  /** Closes all connections; a later start makes it usable again. */
  @Override
  public synchronized void close() {
    Live closing = live;
    live = null;
    environment = null;
    if (closing != null) {
      closing.close();
    }
  }

  /** Says where calls may go; begins with {@code INSECURE: } if that may be inside. */
  @Override
  public String describe() {
    if (!options.loopback.isEmpty()) {
      return Insecure.INSECURE + "every host is this machine (" + options.loopback + ")";
    }
    String tls = options.tls.describe();
    return policy.describe() + (tls.isEmpty() ? "" : " (" + tls + ")");
  }
}
