package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Call;
import dev.gabion.core.Permit;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.logging.EmfMetrics;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.Secrets;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is counted of a whole function: the names under which secrets and encryption tell it. */
class MetricsUnderRuntimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REASON = "a test of metrics";
  private static final Map<String, String> CONTEXT = Map.of("purpose", "test");

  record Job(String kind) {}

  record Answer(int size) {}

  /** Uses a secret and a key as it is told. */
  public static final class Counted extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Counted() {
      this(
          AwsClients.standard()
              .insecureLocalEndpoint(URI.create(Settings.required("LOCAL_AWS")), REASON));
    }

    private Counted(AwsClients clients) {
      this(
          Secrets.secretsManager(clients)
              .timeToLive(Duration.ofSeconds(1))
              .staleIfError(Duration.ofMinutes(5)),
          EnvelopeCipher.with(KmsKeys.of(Settings.required("KEY")).through(clients)).uncached());
    }

    private Counted(Secrets secrets, EnvelopeCipher cipher) {
      this(secrets, secrets.secret("held"), secrets.secret("gone"), cipher);
    }

    private Counted(Secrets secrets, SecretHandle held, SecretHandle gone, EnvelopeCipher cipher) {
      super(
          HttpApi.post(Job.class, Answer.class)
              .caller(JwtAuthorizer.scope("work"))
              .rules(Rules.insecureAnyInput(REASON))
              .permit(Permit.insecureEveryCaller(REASON))
              .audit(OcsfAudit.of("jobs"))
              .logic((job, call) -> new Answer(work(job.kind(), call, held, gone, cipher)))
              .observedBy(EmfMetrics.of("jobs"))
              .uses(secrets, cipher));
    }

    private static int work(
        String kind, Call call, SecretHandle held, SecretHandle gone, EnvelopeCipher cipher)
        throws Exception {
      return switch (kind) {
        case "read" -> held.use(call, value -> value.size());
        case "gone" -> gone.use(call, value -> value.size());
        case "seal" -> cipher.encrypt(call, new byte[10], CONTEXT).length;
        case "open" -> {
          byte[] message = cipher.encrypt(call, new byte[10], CONTEXT);
          message[message.length - 1] ^= 1;
          yield cipher.decrypt(call, message, CONTEXT).length;
        }
        default -> 0;
      };
    }
  }

  @BeforeAll
  static void onlyWhereItIsReal() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static Map<String, Long> counted(RealRuntime runtime) throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    for (String line : runtime.logLines()) {
      if (line.contains("\"_aws\"")) {
        JsonNode json = JSON.readTree(line);
        json.properties().stream()
            .filter(member -> member.getValue().isIntegralNumber())
            .forEach(
                member -> counts.merge(member.getKey(), member.getValue().longValue(), Long::sum));
      }
    }
    return counts;
  }

  private static Reply ask(RealRuntime runtime, String kind) {
    return runtime.invoke(
        SampleEvents.httpApi().jwt("ann", "work").body("{\"kind\":\"" + kind + "\"}").json());
  }

  private static void askUntil(RealRuntime runtime, String kind, String counted) throws Exception {
    while (!counted(runtime).containsKey(counted)) {
      ask(runtime, kind);
    }
  }

  @Test
  @Timeout(60)
  void whatSecretsAndEncryptionWriteIsCountedUnderTheNamesThatTheDocumentationGives()
      throws Exception {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put("held", "a secret of sixteen");
      aws.secrets().put("gone", "one more of sixteen");
      RuntimeSetup setup =
          RealRuntime.of(Counted.class)
              .environment("LOCAL_AWS", aws.uri().toString())
              .environment("KEY", aws.kms().createKey());
      for (Map.Entry<String, String> variable : aws.environment().entrySet()) {
        setup = setup.environment(variable.getKey(), variable.getValue());
      }
      try (RealRuntime runtime = setup.start()) {
        assertThat(ask(runtime, "read").isError()).isFalse();
        assertThat(ask(runtime, "seal").isError()).isFalse();
        assertThat(counted(runtime)) // the control: all is in order but for the cold start
            .containsOnlyKeys("cold_starts");

        ask(runtime, "open");
        aws.always("GenerateDataKey").denied();
        ask(runtime, "seal");
        aws.secrets().delete("gone");
        askUntil(runtime, "gone", "secrets.refused"); // once it is a second old
        aws.always("GetSecretValue").unavailable();
        askUntil(runtime, "read", "secrets.stale");
        runtime.invoke(SampleEvents.httpApi().body("{\"kind\":\"none\"}").json()); // a stranger

        assertThat(counted(runtime))
            .containsEntry("cold_starts", 1L)
            .containsEntry("decrypt.failed", 1L)
            .containsEntry("encrypt.failed", 1L)
            .containsEntry("refused.identify", 1L)
            .containsKeys("faults", "secrets.refused", "secrets.stale");
        assertThat(runtime.logLines())
            .anyMatch(
                line ->
                    line.contains("\"class_uid\":3002")
                        && line.contains("\"event_code\":\"authn_login_fail\""));
      }
    }
  }
}
