package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret is planted, everything is made to talk, and all that was said is searched. */
class LeakTest {
  private final Canary canary = new Canary();

  @BeforeAll
  static void linux() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static RuntimeSetup setup(String uri, Map<String, String> environment, String secrets) {
    RuntimeSetup setup =
        RealRuntime.of(Vault.class)
            .environment("LOCAL_AWS", uri)
            .environment("SECRET_NAMES", secrets)
            .systemProperty("slf4j.provider", LoudLog.class.getName());
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      setup = setup.environment(variable.getKey(), variable.getValue());
    }
    return setup;
  }

  private static Reply order(RealRuntime runtime, String what, String secret, String file) {
    String body =
        "{\"what\":\"%s\",\"secret\":\"%s\",\"file\":\"%s\"}".formatted(what, secret, file);
    return runtime.invoke(SampleEvents.httpApi().body(body).json());
  }

  private static String order(RealRuntime runtime, String what) {
    return order(runtime, what, "prod/db", "").text();
  }

  @Test
  void aSecretThatIsUsedIsNowhereInWhatIsSaid() {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put("prod/db", canary.text());
      List<String> replies = new ArrayList<>();
      RealRuntime runtime = setup(aws.uri().toString(), aws.environment(), "prod/db").start();
      try (runtime) {
        for (String what : List.of("use", "refuse", "throw", "fail", "look")) {
          replies.add(order(runtime, what));
        }
        assertThat(replies.get(0)).contains("used " + canary.text().getBytes(UTF_8).length);
        assertThat(replies.get(4)).containsPattern("looked at [1-9][0-9]");
        assertThat(canary.foundIn(String.join("\n", replies))).isEmpty();
        assertThat(canary.foundIn(runtime.log())).isEmpty();
        assertThat(runtime.logLines())
            .as("there was something to search")
            .anyMatch(line -> line.startsWith("LOUD DEBUG software.amazon.awssdk.request "))
            .anyMatch(line -> line.startsWith("dev.gabion.secrets.Held "))
            .anyMatch(line -> line.contains("\"class_uid\"") && line.contains("prod/db"));

        order(runtime, "confess");
        assertThat(canary.foundIn(runtime.log()))
            .as("control")
            .contains("raw", "base64", "URL-escaped", "JSON-escaped", "hex", "numbers");
      }
    }
  }

  /** What a source may answer that quotes a secret and is no use. */
  private List<Response> quotes() {
    String json = canary.json();
    return List.of(
        Response.json(
            400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no " + json + "\"}"),
        Response.json(400, "{\"__type\":\"" + json + "\",\"message\":\"" + json + "\"}"),
        Response.json(400, "{\"__type\":\"DecryptionFailure\",\"Message\":\"" + json + "\"}"),
        Response.json(400, "{\"__type\":\"ThrottlingException\",\"message\":\"" + json + "\"}"),
        Response.json(500, canary.text()),
        Response.json(200, canary.text()),
        Response.json(200, "{\"SecretString\":\"" + json + "\""),
        Response.json(200, "{\"SecretString\":\"" + json),
        Response.json(200, "{\"SecretString\":\"v\",\"VersionId\":" + json + "}"),
        Response.json(200, "{\"SecretString\":{\"a\":\"" + json + "\"},\"VersionId\":\"v\"}"),
        Response.json(200, "{\"SecretBinary\":\"" + json + "\",\"VersionId\":\"v\"}"),
        Response.json(200, "{\"SecretString\":\"" + json + "\",\"CreatedDate\":\"" + json + "\"}"),
        Response.json(200, "{\"SecretString\":\"" + json + "\"}"),
        Response.json(200, "{\"\\u00zz" + json + "\":1}"),
        Response.json(200, "{\"SecretString\":\"" + json + "\",\"VersionId\":\"v\"}")
            .delivered(LoopbackHttp.Delivery.TRUNCATED));
  }

  /** At DEBUG the SDK itself logs what AWS says of a failure. */
  private static RuntimeSetup quiet(RuntimeSetup setup) {
    return setup.systemProperty(LoudLog.LEVEL, "INFO");
  }

  @Test
  void anAnswerThatQuotesASecretIsNotQuoted() throws IOException {
    List<Response> quotes = quotes();
    AtomicReference<Response> answer = new AtomicReference<>(Response.json(500, "{}"));
    String names =
        IntStream.range(0, quotes.size()).mapToObj(i -> "s" + i).collect(Collectors.joining(","));
    try (LocalAws aws = LocalAws.start();
        LoopbackHttp http =
            new LoopbackHttp(
                LoopbackHttp.local(0), 10_000, r -> Objects.requireNonNull(answer.get()));
        RealRuntime runtime =
            quiet(setup("http://127.0.0.1:" + http.address().getPort(), aws.environment(), names))
                .start()) {
      assertThat(runtime.initError()).as("a source that fails at INIT is asked again").isEmpty();
      for (int i = 0; i < quotes.size(); i++) {
        answer.set(quotes.get(i));
        Reply reply = order(runtime, "fail", "s" + i, "");

        assertThat(reply.text()).as("answer " + i).contains("Internal Server Error");
        assertThat(canary.foundIn(reply.payload())).as("answer " + i).isEmpty();
        assertThat(canary.foundIn(reply.log())).as("answer " + i).isEmpty();
        assertThat(canary.foundIn(quotes.get(i).body())).as("control " + i).isNotEmpty();
        assertThat(reply.logLines())
            .anyMatch(line -> line.contains("SecretUnavailable: The secret s"))
            .anyMatch(line -> line.contains("\"class_uid\""));
      }
    }
  }

  @Test
  void anAnswerAtInitThatQuotesASecretIsNotQuoted() throws IOException {
    for (Response quote : List.of(quotes().get(0), quotes().get(2), quotes().get(6))) {
      try (LocalAws aws = LocalAws.start();
          LoopbackHttp http = new LoopbackHttp(LoopbackHttp.local(0), 10_000, r -> quote);
          RealRuntime runtime =
              quiet(
                      setup(
                          "http://127.0.0.1:" + http.address().getPort(),
                          aws.environment(),
                          "prod/db"))
                  .start()) {
        runtime
            .initError()
            .ifPresent(error -> assertThat(canary.foundIn(error.payload())).isEmpty());
        assertThat(runtime.log()).isNotEmpty();
        assertThat(canary.foundIn(runtime.log())).isEmpty();
      }
    }
  }

  @Test
  void noLiveObjectHasASecretThatIsWiped(@TempDir Path folder) throws IOException {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put("prod/db", canary.text());
      try (RealRuntime runtime =
          setup(aws.uri().toString(), aws.environment(), "prod/db").start()) {
        Path before = folder.resolve("before.hprof");
        Path after = folder.resolve("after.hprof");
        assertThat(order(runtime, "use")).contains("used ");
        assertThat(order(runtime, "dump", "prod/db", before.toString()).text()).contains("dumped");
        order(runtime, "refuse"); // fetches again
        assertThat(order(runtime, "wipe and dump", "prod/db", after.toString()).text())
            .contains("dumped");

        assertThat(count(before)).as("control").isPositive();
        assertThat(count(after)).isZero();

        Path control = folder.resolve("control.hprof");
        assertThat(order(runtime, "ask the SDK")).contains("asked ");
        order(runtime, "dump", "prod/db", control.toString());
        assertThat(count(control)).as("control: the SDK's parser keeps its buffers").isPositive();
      }
    }
  }

  private int count(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readAllBytes();
      return canary.countIn(bytes, bytes.length);
    }
  }
}
