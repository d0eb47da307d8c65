package dev.gabion.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StartFailed;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension's protocol, against a server that demands what the extension demands. */
class ExtensionTest {
  private static final String TOKEN = "session/token+value==";

  private final HttpServer server = server();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final AtomicInteger unproven = new AtomicInteger();
  private volatile int status = 200;
  private volatile byte[] reply = new byte[0];
  private volatile long length; // 0: in chunks

  private HttpServer server() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.createContext(
          "/",
          exchange -> {
            if (!TOKEN.equals(
                exchange.getRequestHeaders().getFirst("X-Aws-Parameters-Secrets-Token"))) {
              unproven.incrementAndGet();
              exchange.sendResponseHeaders(401, -1);
            } else {
              targets.add(exchange.getRequestURI().toString());
              exchange.sendResponseHeaders(status, length);
              exchange.getResponseBody().write(reply);
            }
            exchange.close();
          });
      started.start();
      return started;
    } catch (IOException noPort) {
      throw new IllegalStateException(noPort);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("AWS_SESSION_TOKEN", TOKEN);
    settings.put(
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", Integer.toString(server.getAddress().getPort()));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private String use(SecretHandle handle, Work scope) {
    return handle.use(scope, InsecureSecretAccess::text);
  }

  private String secret(String json) {
    reply = json.getBytes(UTF_8);
    SecretHandle handle = Secrets.extension().secret("prod/db");
    Work work = Work.with(settings(), false);
    handle.start(work);
    return use(handle, work);
  }

  @Test
  void aSecretIsAskedForWithTheTokenAndItsStage() {
    assertThat(
            secret("{\"Name\":\"prod/db\",\"VersionId\":\"v1\",\"SecretString\":\"h\\u00f6rse\"}"))
        .isEqualTo("hörse");
    assertThat(targets)
        .containsExactly("/secretsmanager/get?secretId=prod%2Fdb&versionStage=AWSCURRENT");
    assertThat(unproven).hasValue(0);
  }

  @Test
  void aServerThatGetsAnotherTokenRefuses() { // the control: the header is looked at
    SecretHandle handle = Secrets.extension().secret("prod/db");
    Work work = Work.with(settings("AWS_SESSION_TOKEN", "another"), false);
    handle.start(work);
    assertThatThrownBy(() -> use(handle, work))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.DENIED));
    assertThat(unproven).hasValue(1);
  }

  @Test
  void versionsAndStagesAreNamed() {
    reply = "{\"VersionId\":\"v1\",\"SecretString\":\"horse\"}".getBytes(UTF_8);
    Secrets secrets = Secrets.extension();
    SecretHandle previous = secrets.secretOfStage("prod/db", "AWSPREVIOUS");
    SecretHandle named = secrets.secretOfVersion("prod/db", "a-b");
    Work work = Work.with(settings(), false);
    secrets.start(work);
    use(previous, work);
    use(named, work);
    assertThat(targets)
        .containsExactly(
            "/secretsmanager/get?secretId=prod%2Fdb&versionStage=AWSPREVIOUS",
            "/secretsmanager/get?secretId=prod%2Fdb&versionId=a-b");
  }

  @Test
  void bytesComeAsBytes() {
    reply = "{\"VersionId\":\"v1\",\"SecretBinary\":\"AP8B\"}".getBytes(UTF_8);
    SecretHandle handle = Secrets.extension().secret("prod/db");
    Work work = Work.with(settings(), false);
    handle.start(work);
    assertThat(handle.<byte[], RuntimeException>use(work, InsecureSecretAccess::bytes))
        .containsExactly(0, 255, 1);
  }

  @Test
  void aParameterIsDecryptedAndIsASecureString() {
    reply = parameter("SecureString");
    Secrets secrets = Secrets.extensionParameters();
    SecretHandle current = secrets.secret("/prod/db");
    SecretHandle third = secrets.secretOfVersion("/prod/db", "3");
    SecretHandle blue = secrets.secretOfStage("/prod/db", "blue");
    Work work = Work.with(settings(), false);
    secrets.start(work);
    assertThat(use(current, work)).isEqualTo("horse");
    assertThat(work.last().facts()).containsEntry("version", "7");
    use(third, work);
    use(blue, work);
    String target = "/systemsmanager/parameters/get?withDecryption=true&name=%2Fprod%2Fdb";
    assertThat(targets).containsExactly(target, target + "&version=3", target + "&label=blue");
  }

  @Test
  void aPlainParameterIsTakenOnlyIfSaidSo() {
    reply = parameter("String");
    Work work = Work.with(settings(), false);
    SecretHandle refused = Secrets.extensionParameters().secret("/prod/db");
    refused.start(work);
    assertThatThrownBy(() -> use(refused, work)).isInstanceOf(SecretUnavailable.class);
    assertThat(work.last().facts()).containsEntry("code", "PlainParameter");

    SecretHandle taken =
        Secrets.extensionParameters().insecurePlainParameters("a flag").secret("/prod/db");
    taken.start(work);
    assertThat(use(taken, work)).isEqualTo("horse");
  }

  private static byte[] parameter(String type) {
    return ("{\"Parameter\":{\"Name\":\"/prod/db\",\"Type\":\""
            + type
            + "\",\"Value\":\"horse\",\"Version\":7,\"DataType\":\"text\"},\"ResultMetadata\":{}}")
        .getBytes(UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "401, DENIED",
    "403, DENIED",
    "400, MISSING",
    "404, MISSING",
    "408, UNREACHABLE",
    "429, UNREACHABLE",
    "500, UNREACHABLE",
    "503, UNREACHABLE",
    "302, UNREADABLE",
    "204, UNREADABLE"
  })
  void aStatusAloneDecides(int answered, Reason reason) {
    status = answered;
    length = answered == 204 ? -1 : 0;
    SecretHandle handle = Secrets.extension().secret("prod/db");
    Work work = Work.with(settings(), false);
    handle.start(work);
    assertThatThrownBy(() -> use(handle, work))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(reason));
    assertThat(work.last().facts()).containsEntry("code", "Http" + answered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "correct horse",
        "{",
        "[]",
        "{\"VersionId\":\"v1\"}",
        "{\"SecretString\":\"correct horse\"}",
        "{\"VersionId\":\"v1\",\"SecretString\":null}",
        "{\"VersionId\":\"v1\",\"SecretString\":{\"a\":1}}",
        "{\"VersionId\":\"v1\",\"SecretBinary\":\"correct horse\"}",
        "{\"VersionId\":\"v1\",\"SecretString\":\"correct horse\"} and more",
        "{\"VersionId\":\"v1\",\"SecretString\":\"correct horse\",\"SecretString\":\"b\"}",
      })
  void whatIsNotTheReplyIsQuotedNowhere(String json) {
    assertThatThrownBy(() -> secret(json))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> {
              assertThat(unavailable.reason()).isEqualTo(Reason.UNREADABLE);
              for (Throwable t = unavailable; t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("horse");
              }
            });
  }

  @Test
  void aReplyWithALengthIsTakenWhole() {
    reply = "{\"VersionId\":\"v1\",\"SecretString\":\"horse\"}".getBytes(UTF_8);
    length = reply.length;
    assertThat(secret("{\"VersionId\":\"v1\",\"SecretString\":\"horse\"}")).isEqualTo("horse");
  }

  @Test
  void aReplyIsBounded() {
    String json = "{\"VersionId\":\"v1\",\"SecretString\":\"" + "x".repeat(600_000) + "\"}";
    assertThatThrownBy(() -> secret(json)).isInstanceOf(SecretUnavailable.class);
    String large = "{\"VersionId\":\"v1\",\"SecretString\":\"" + "x".repeat(65_536) + "\"}";
    assertThat(secret(large)).hasSize(65_536);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
      })
  void whatIsNotHttpIsRefused(String bytes) throws IOException {
    try (RawServer raw = new RawServer(bytes, false)) {
      assertThatThrownBy(() -> use(raw.handle(), raw.work(Duration.ofSeconds(10))))
          .isInstanceOf(SecretUnavailable.class);
    }
  }

  @Test
  void whoeverIsSilentOrDripsIsLeftAtTheDeadline() throws IOException {
    for (String drip : List.of("", "H", " ")) {
      try (RawServer raw = new RawServer(drip, true)) {
        long begun = System.nanoTime();
        assertThatThrownBy(() -> use(raw.handle(), raw.work(Duration.ofMillis(600))))
            .isInstanceOfSatisfying(
                SecretUnavailable.class,
                unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.UNREACHABLE));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void nobodyIsThere() throws IOException {
    ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    free.close();
    SecretHandle handle = Secrets.extension().secret("prod/db");
    Work work =
        Work.with(
            settings(
                "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", Integer.toString(free.getLocalPort())),
            false);
    handle.start(work);
    assertThatThrownBy(() -> use(handle, work)).isInstanceOf(SecretUnavailable.class);
    assertThat(work.last().facts()).containsEntry("code", "ConnectException");
  }

  @Test
  void itsOwnCacheCountsUnlessItIsOff() {
    assertThat(keeps()).isEqualTo(Duration.ofMinutes(5));
    assertThat(keeps("SECRETS_MANAGER_TTL", "20")).isEqualTo(Duration.ofSeconds(20));
    assertThat(keeps("SECRETS_MANAGER_TTL", "0")).isZero();
    assertThat(keeps("SECRETS_MANAGER_TTL", "9999")).isEqualTo(Duration.ofMinutes(5));
    assertThat(keeps("SSM_PARAMETER_STORE_TTL", "0")).isEqualTo(Duration.ofMinutes(5));
    assertThat(keeps("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED", "false")).isZero();
    assertThat(keeps("PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE", "0")).isZero();
    assertThatThrownBy(() -> keeps("SECRETS_MANAGER_TTL", "-1"))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("SECRETS_MANAGER_TTL");
  }

  private Duration keeps(String... more) {
    Extension extension = Extension.ofSecretsManager();
    extension.start(Work.with(settings(more), false));
    return extension.keepsFor();
  }

  @Test
  void itIsRefusedWhereASnapshotIsAwaited() {
    Secrets secrets = Secrets.extension();
    secrets.secret("prod/db");
    assertThatThrownBy(() -> secrets.start(Work.with(settings(), true)))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("SnapStart");
  }

  @Test
  void noClassOfTheSdkIsNeeded() throws Exception {
    reply = "{\"VersionId\":\"v1\",\"SecretString\":\"horse\"}".getBytes(UTF_8);
    List<URL> without = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("awssdk") && !entry.replace('\\', '/').contains("/aws/target/")) {
        without.add(new File(entry).toURI().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(without.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> loader.loadClass("software.amazon.awssdk.core.SdkClient"))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> alone = loader.loadClass(Alone.class.getName());
      Object text = alone.getMethod("use", Map.class).invoke(null, settings());
      assertThat(text).isEqualTo("horse");

      // The control: the other sources do need them.
      assertThatThrownBy(() -> alone.getMethod("useTheSdk").invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .hasCauseInstanceOf(NoClassDefFoundError.class);
    }
  }

  /** What runs where there is no SDK. */
  public static final class Alone {
    private Alone() {}

    public static String use(Map<String, String> settings) {
      SecretHandle handle = Secrets.extension().secret("prod/db");
      Work work = Work.with(settings, false);
      handle.start(work);
      return handle.use(work, (SecretValue value) -> InsecureSecretAccess.text(value));
    }

    public static Object useTheSdk() {
      return Secrets.secretsManager();
    }
  }

  /** Answers with given bytes, once or again and again. */
  private final class RawServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    RawServer(String bytes, boolean forEver) throws IOException {
      Thread thread =
          new Thread(
              () -> {
                try (Socket peer = socket.accept()) {
                  OutputStream out = peer.getOutputStream();
                  InputStream in = peer.getInputStream();
                  int read = in.read(new byte[4096]);
                  do {
                    out.write(bytes.getBytes(UTF_8));
                    out.flush();
                    Thread.sleep(forEver ? 20 : 0);
                  } while (forEver && read > 0 && !socket.isClosed());
                } catch (IOException | InterruptedException over) {
                  // The peer went away, or the test is over.
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    SecretHandle handle() {
      SecretHandle handle = Secrets.extension().secret("prod/db");
      handle.start(
          Work.with(
              settings(
                  "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
                  Integer.toString(socket.getLocalPort())),
              false));
      return handle;
    }

    Work work(Duration time) {
      return Work.in(time);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
