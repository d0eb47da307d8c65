package dev.gabion.aws;

import dev.gabion.core.Environment;
import dev.gabion.core.Insecure;
import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import dev.gabion.core.TlsFloor;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * How clients of AWS services are made: nothing is guessed, what a profile file says has no effect,
 * no metadata service is asked, TLS is as the floor demands, and no call that is bound {@link
 * AwsClient#within} outlives its deadline by more than its clean-up, and a second where credentials
 * have to be asked for.
 *
 * <p>Never changes: every choice gives a copy.
 */
public final class AwsClients {
  /** A connection within AWS takes milliseconds; what takes longer is better tried again. */
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** Silence for so long ends an attempt. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** One call with all its attempts, unless the deadline comes first. */
  static final Duration CALL = Duration.ofSeconds(8);

  private static final int ATTEMPTS = 3;

  private static final AwsClients STANDARD =
      new AwsClients(null, null, false, false, false, null, null);

  private final @Nullable String region;
  private final @Nullable Supplier<? extends AwsCredentialsProvider> credentials;
  private final boolean fips;
  private final boolean dualStack;
  private final boolean closing;
  private final @Nullable LocalEndpoint endpoint;
  private final @Nullable Observer observer;

  private AwsClients(
      @Nullable String region,
      @Nullable Supplier<? extends AwsCredentialsProvider> credentials,
      boolean fips,
      boolean dualStack,
      boolean closing,
      @Nullable LocalEndpoint endpoint,
      @Nullable Observer observer) {
    this.region = region;
    this.credentials = credentials;
    this.fips = fips;
    this.dualStack = dualStack;
    this.closing = closing;
    this.endpoint = endpoint;
    this.observer = observer;
  }

  /** An endpoint that is not AWS's, and why. */
  private record LocalEndpoint(URI uri, String reason) {}

  /** Who sees every request and answer, and why. */
  private record Observer(ExecutionInterceptor interceptor, String reason) {}

  /**
   * Clients as a function needs them: the region of {@code AWS_REGION}, the credentials of the
   * function's role as the runtime gives them, AWS's own endpoints.
   */
  public static AwsClients standard() {
    return STANDARD;
  }

  /** Takes another region, such as {@code eu-central-1}. */
  public AwsClients region(String other) {
    return new AwsClients(other, credentials, fips, dualStack, closing, endpoint, observer);
  }

  /**
   * Takes other credentials than the function's role, such as those of a role that it assumes.
   *
   * @param other makes a provider for each client, and again after a restore: a client closes its
   *     provider with itself, and nothing that a provider has kept may be in a snapshot
   */
  public AwsClients credentials(Supplier<? extends AwsCredentialsProvider> other) {
    return new AwsClients(region, other, fips, dualStack, closing, endpoint, observer);
  }

  /**
   * Takes endpoints whose cryptography is validated to FIPS 140; so does the setting {@code
   * AWS_USE_FIPS_ENDPOINT}.
   */
  public AwsClients fips() {
    return new AwsClients(region, credentials, true, dualStack, closing, endpoint, observer);
  }

  /**
   * Takes endpoints that answer over IPv6 as well; so does the setting {@code
   * AWS_USE_DUALSTACK_ENDPOINT}.
   */
  public AwsClients dualStack() {
    return new AwsClients(region, credentials, fips, true, closing, endpoint, observer);
  }

  /**
   * Closes each connection once its answer is read, for answers that are secrets and are rare: the
   * JDK keeps an idle connection for five seconds, and with it what was decrypted last.
   */
  public AwsClients closingConnections() {
    return new AwsClients(region, credentials, fips, dualStack, true, endpoint, observer);
  }

  /**
   * Takes one endpoint for every service, in plain HTTP too: for a stand-in of AWS on a developer's
   * machine. Whoever is at that endpoint or on the way to it learns every secret.
   *
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason, or the URI is not one of http or https
   */
  public AwsClients insecureLocalEndpoint(URI uri, String reason) {
    Insecure.reason(reason);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException("An endpoint is a URI such as http://localhost:4566.");
    }
    return new AwsClients(
        region, credentials, fips, dualStack, closing, new LocalEndpoint(uri, reason), observer);
  }

  /**
   * Lets an interceptor of the SDK see every call, such as the {@code LeastPrivilege} of a test. It
   * sees every secret, and could change what is sent.
   *
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason
   */
  public AwsClients insecureObservedBy(ExecutionInterceptor interceptor, String reason) {
    Insecure.reason(reason);
    return new AwsClients(
        region, credentials, fips, dualStack, closing, endpoint, new Observer(interceptor, reason));
  }

  /**
   * Declares a client of one service; made when the handler starts, and made again after a restore.
   * For services with small answers: one of more than 8 MiB is refused.
   *
   * @param builder makes a fresh builder, such as {@code KmsClient::builder}
   */
  public <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkClient>
      AwsClient<C> client(Supplier<B> builder) {
    return new AwsClient<>(environment -> make(builder.get(), environment), describe());
  }

  /**
   * Says where clients lead, and begins with {@code INSECURE: } if that is not AWS, or not AWS
   * alone.
   */
  public String describe() {
    String where = "AWS" + (fips ? ", FIPS" : "") + (dualStack ? ", dual-stack" : "");
    if (endpoint != null) {
      where = Insecure.INSECURE + "AWS at a local endpoint (" + endpoint.reason() + ")";
    }
    if (observer == null) {
      return where;
    }
    return (endpoint == null ? Insecure.INSECURE : "")
        + where
        + ", observed by "
        + observer.interceptor().getClass().getName()
        + " ("
        + observer.reason()
        + ")";
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkClient>
      C make(B builder, Environment environment) {
    Settings settings = environment.settings();
    if (endpoint == null) {
      refuseEndpointsOf(settings);
    } else {
      builder.endpointOverride(endpoint.uri());
    }
    if (endpoint == null || endpoint.uri().getScheme().equalsIgnoreCase("https")) {
      TlsFloor.require();
    }
    C client =
        builder
            .region(Region.of(region == null ? settings.get("AWS_REGION") : region))
            .credentialsProvider(
                credentials == null ? rolesOf(settings) : new PromptCredentials(credentials.get()))
            .fipsEnabled(endpoint == null && (fips || isOn(settings, "AWS_USE_FIPS_ENDPOINT")))
            .dualstackEnabled(
                endpoint == null && (dualStack || isOn(settings, "AWS_USE_DUALSTACK_ENDPOINT")))
            .defaultsMode(DefaultsMode.STANDARD)
            .httpClientBuilder(this::http)
            .overrideConfiguration(this::bounds)
            .build();
    if (endpoint == null && client.serviceClientConfiguration().endpointOverride().isPresent()) {
      client.close();
      throw elsewhere("The SDK has found an endpoint that");
    }
    return client;
  }

  private SdkHttpClient http(AttributeMap defaults) {
    return new PromptHttpClient(
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECT)
            .socketTimeout(SILENCE)
            .buildWithDefaults(defaults),
        closing);
  }

  private void bounds(ClientOverrideConfiguration.Builder override) {
    if (observer != null) {
      override.addExecutionInterceptor(observer.interceptor());
    }
    override
        .defaultProfileFile(ProfileFile.aggregator().build())
        .defaultProfileName("none")
        .apiCallTimeout(CALL)
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build());
  }

  /** What an operator demands of all clients is not undone here. */
  private static boolean isOn(Settings settings, String name) {
    return settings.find(name).filter("true"::equalsIgnoreCase).isPresent();
  }

  /** Whoever can set a variable or a property must not be able to send secrets elsewhere. */
  private static void refuseEndpointsOf(Settings settings) {
    for (String name : settings.names()) {
      if (name.startsWith("AWS_ENDPOINT_URL") || name.equals("AWS_PARTITIONS_FILE")) {
        throw elsewhere("The setting " + name);
      }
    }
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("aws.endpointUrl") || name.equals("aws.partitionsFile")) {
        throw elsewhere("The system property " + name);
      }
    }
  }

  private static StartFailed elsewhere(String what) {
    return new StartFailed(
        what
            + " would send secrets elsewhere than to AWS: remove it, or say"
            + " AwsClients.insecureLocalEndpoint(uri, reason).");
  }

  /**
   * The role's credentials: from the runtime's variables, or, under SnapStart, from the runtime's
   * own credentials endpoint, which is asked only when a call is made.
   */
  private static AwsCredentialsProvider rolesOf(Settings settings) {
    if (settings.find("AWS_CONTAINER_CREDENTIALS_FULL_URI").isPresent()) {
      return new PromptCredentials(ContainerCredentialsProvider.builder().build());
    }
    String id = settings.get("AWS_ACCESS_KEY_ID");
    String key = settings.get("AWS_SECRET_ACCESS_KEY");
    return StaticCredentialsProvider.create(
        settings
            .find("AWS_SESSION_TOKEN")
            .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, key, token))
            .orElseGet(() -> AwsBasicCredentials.create(id, key)));
  }
}
