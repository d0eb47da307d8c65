package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Call;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** What live objects of a function still have of its data keys once its cipher is closed. */
class DataKeyLeakTest {
  private static final String REASON = "a test of leaks";
  private static final Map<String, String> CONTEXT = Map.of("purpose", "leak");

  record Order(String what, String text) {}

  record Answer(String text) {}

  /** Seals, opens and shows its heap, as its caller says. */
  public static final class Sealer extends SecureHandler {
    /** Starts at {@code LOCAL_AWS} with the key {@code KEY}. */
    public Sealer() {
      this(clients(URI.create(Settings.required("LOCAL_AWS"))));
    }

    private Sealer(AwsClients clients) {
      this(
          EnvelopeCipher.with(KmsKeys.of(Settings.required("KEY")).through(clients)),
          clients.client(KmsClient::builder));
    }

    private Sealer(EnvelopeCipher cipher, AwsClient<KmsClient> sdk) {
      super(
          HttpApi.post(Order.class, Answer.class)
              .caller(Authenticator.insecureAnyone(REASON))
              .rules(Rules.insecureAnyInput(REASON))
              .permit(Permit.insecureEveryCaller(REASON))
              .audit(OcsfAudit.of("sealer"))
              .logic((order, call) -> new Answer(obey(order, call, cipher, sdk)))
              .uses(cipher, sdk));
    }

    private static String obey(
        Order order, Call call, EnvelopeCipher cipher, AwsClient<KmsClient> sdk)
        throws IOException {
      return switch (order.what) {
        case "seal" -> cipher.encryptText(call, order.text, CONTEXT);
        case "open" -> cipher.decryptText(call, order.text, CONTEXT);
        case "ask the SDK" -> opened(sdk.get(), order.text);
        case "dump" -> dump(order.text);
        case "close and dump" -> {
          cipher.close();
          yield dump(order.text);
        }
        default -> throw Rejection.conflict();
      };
    }

    /** Opens a data key as a careless user would, on the invocation's own thread. */
    private static String opened(KmsClient kms, String sealed) {
      return "opened " + dataKey(kms, sealed).length;
    }

    private static String dump(String file) throws IOException {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, true);
      return "dumped";
    }
  }

  @BeforeAll
  static void linux() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static AwsClients clients(URI uri) {
    return AwsClients.standard().insecureLocalEndpoint(uri, REASON);
  }

  @Test
  void noLiveObjectHasADataKeyOnceTheCipherIsClosed(@TempDir Path folder) throws Exception {
    try (LocalAws aws = LocalAws.start()) {
      String key = aws.kms().createKey();
      AwsClient<KmsClient> mine = clients(aws.uri()).client(KmsClient::builder);
      mine.start(SampleEnvironment.standard().settings(aws.environment()));
      RuntimeSetup setup =
          RealRuntime.of(Sealer.class)
              .environment("LOCAL_AWS", aws.uri().toString())
              .environment("KEY", key);
      for (Map.Entry<String, String> variable : aws.environment().entrySet()) {
        setup = setup.environment(variable.getKey(), variable.getValue());
      }
      try (mine;
          RealRuntime runtime = setup.start()) {
        String sealed = order(runtime, "seal", "4111111111111111");
        byte[] dataKey = dataKey(mine.get(), sealed);
        assertThat(dataKey).hasSize(32);
        assertThat(order(runtime, "open", sealed)).isEqualTo("4111111111111111");

        Path kept = folder.resolve("kept.hprof");
        assertThat(order(runtime, "dump", kept.toString())).isEqualTo("dumped");
        assertThat(count(kept, dataKey)).as("control: the cache keeps it").isPositive();

        Path closed = folder.resolve("closed.hprof");
        assertThat(order(runtime, "close and dump", closed.toString())).isEqualTo("dumped");
        assertThat(count(closed, dataKey)).isZero();

        Path careless = folder.resolve("careless.hprof");
        assertThat(order(runtime, "ask the SDK", sealed)).isEqualTo("opened 32");
        order(runtime, "dump", careless.toString());
        assertThat(count(careless, dataKey)).as("control: the SDK keeps its buffers").isPositive();
      }
    }
  }

  private static String order(RealRuntime runtime, String what, String text) throws IOException {
    String body = new ObjectMapper().writeValueAsString(new Order(what, text));
    Reply reply = runtime.invoke(SampleEvents.httpApi().body(body).json());
    String answer = new ObjectMapper().readTree(reply.payload()).path("body").asText();
    return new ObjectMapper().readTree(answer).path("text").asText();
  }

  /** The key of the first encrypted data key of a message (format 2), as KMS opens it. */
  private static byte[] dataKey(KmsClient kms, String sealed) {
    ByteBuffer header = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
    header.position(1 + 2 + 32); // version, suite, message id
    skip(header); // context
    header.getShort(); // how many encrypted data keys
    skip(header); // whose
    skip(header); // which
    byte[] encrypted = new byte[header.getShort()];
    header.get(encrypted);
    return kms.decrypt(
            request ->
                request
                    .ciphertextBlob(SdkBytes.fromByteArray(encrypted))
                    .encryptionContext(CONTEXT))
        .plaintext()
        .asByteArray();
  }

  private static void skip(ByteBuffer header) {
    int length = header.getShort();
    header.position(header.position() + length);
  }

  /** How often a heap has a key: its bytes, or their base64 as text, as bytes or as units. */
  private static int count(Path file, byte[] key) throws IOException {
    byte[] heap = Files.readAllBytes(file);
    String text = Base64.getEncoder().encodeToString(key);
    int count = 0;
    for (byte[] form : List.of(key, text.getBytes(UTF_8), text.getBytes(UTF_16BE))) {
      String sought = new String(form, ISO_8859_1);
      String searched = new String(heap, ISO_8859_1);
      for (int at = searched.indexOf(sought); at >= 0; at = searched.indexOf(sought, at + 1)) {
        count++;
      }
    }
    return count;
  }
}
