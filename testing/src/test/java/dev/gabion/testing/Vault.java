package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Call;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import dev.gabion.core.Rules;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.Secrets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A function with secrets, which does with them as its caller says. */
public final class Vault extends SecureHandler {
  private static final String REASON = "a test of leaks";

  record Order(String what, String secret, String file) {}

  record Answer(String text) {}

  /** Starts with the secrets that the setting {@code SECRET_NAMES} names, at {@code LOCAL_AWS}. */
  public Vault() {
    this(
        AwsClients.standard()
            .insecureLocalEndpoint(URI.create(Settings.required("LOCAL_AWS")), REASON));
  }

  private Vault(AwsClients clients) {
    this(Secrets.secretsManager(clients), clients.client(SecretsManagerClient::builder));
  }

  private Vault(Secrets secrets, AwsClient<SecretsManagerClient> sdk) {
    this(secrets, handles(secrets), sdk);
  }

  private Vault(
      Secrets secrets, Map<String, SecretHandle> handles, AwsClient<SecretsManagerClient> sdk) {
    super(
        HttpApi.post(Order.class, Answer.class)
            .caller(Authenticator.insecureAnyone(REASON))
            .rules(Rules.insecureAnyInput(REASON))
            .permit(Permit.insecureEveryCaller(REASON))
            .audit(OcsfAudit.of("vault"))
            .logic((order, call) -> new Answer(obey(order, call, secrets, handles, sdk)))
            .uses(secrets, sdk));
  }

  private static Map<String, SecretHandle> handles(Secrets secrets) {
    Map<String, SecretHandle> handles = new TreeMap<>();
    for (String name : Settings.required("SECRET_NAMES").split(",", -1)) {
      handles.put(name, secrets.secret(name));
    }
    return handles;
  }

  private static String obey(
      Order order,
      Call call,
      Secrets secrets,
      Map<String, SecretHandle> handles,
      AwsClient<SecretsManagerClient> sdk)
      throws Exception {
    SecretHandle handle = handles.get(order.secret);
    if (handle == null) {
      throw Rejection.notFound();
    }
    return switch (order.what) {
      case "use" -> handle.use(call, value -> "used " + value.size());
      case "refuse" ->
          handle.use(
              call,
              value -> {
                throw new IllegalStateException(InsecureSecretAccess.text(value));
              },
              failure -> true);
      case "throw" ->
          handle.use(
              call,
              value -> {
                throw new Exception(InsecureSecretAccess.text(value));
              });
      case "fail" -> fail(handle, call);
      case "look" -> handle.use(call, value -> look(call, secrets, handles, value));
      case "confess" -> handle.use(call, Vault::confess);
      case "ask the SDK" ->
          "asked "
              + sdk.get()
                  .getSecretValue(
                      request ->
                          request
                              .secretId(order.secret)
                              .overrideConfiguration(AwsClient.within(call)))
                  .secretString()
                  .length();
      case "dump" -> dump(order.file);
      case "wipe and dump" -> {
        secrets.close();
        yield dump(order.file);
      }
      default -> throw Rejection.conflict();
    };
  }

  /** A failure as a careless user would print it. */
  private static String fail(SecretHandle handle, Call call) {
    try {
      return handle.use(call, value -> "used " + value.size());
    } catch (SecretUnavailable failure) {
      failure.printStackTrace(LoudLog.RAW);
      LoudLog.RAW.println(Looker.look(LoudLog.RAW::println, failure, failure.getCause()));
      throw failure;
    }
  }

  private static String look(
      Call call, Secrets secrets, Map<String, SecretHandle> handles, SecretValue value) {
    int objects =
        Looker.look(
            LoudLog.RAW::println, call, secrets, handles, value, new Answer("x"), List.of(value));
    return "looked at " + objects;
  }

  /** The control: what the others must not do. */
  private static String confess(SecretValue value) throws IOException {
    String text = InsecureSecretAccess.text(value);
    byte[] bytes = InsecureSecretAccess.bytes(value);
    List<String> forms = new ArrayList<>();
    forms.add(text);
    forms.add(Base64.getEncoder().encodeToString(bytes));
    forms.add(URLEncoder.encode(text, UTF_8));
    forms.add(new ObjectMapper().writeValueAsString(text));
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(Arrays.toString(bytes));
    forms.forEach(LoudLog.RAW::println);
    return "confessed";
  }

  private static String dump(String file) throws IOException {
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, true);
    return "dumped";
  }
}
