package dev.gabion.testing;

import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import dev.gabion.core.TlsFloor;
import dev.gabion.testing.TlsServers.Kind;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * Asks TLS servers for a page with each of the clients that the floor is for. Ends each connection
 * before the next, since OpenSSL's server serves one at a time.
 */
final class TlsProbe {
  /** What Lambda's runtime sets before it loads a handler. */
  private static final String RUNTIME_LIST =
      "SSLv3, RC4, MD5withRSA, DH keySize < 1024, EC keySize < 224, DES40_CBC, RC4_40, 3DES_EDE_CBC";

  private static final String DISABLED = "jdk.tls.disabledAlgorithms";

  /** Only a server that hangs is ever waited for this long. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Whoever speaks TLS through the JDK. */
  enum Client {
    HTTPS_URL_CONNECTION {
      @Override
      int status(URI page) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) page.toURL().openConnection();
        connection.setReadTimeout((int) PATIENCE.toMillis());
        try {
          return connection.getResponseCode();
        } finally {
          connection.disconnect();
        }
      }
    },
    SOCKET_FACTORY {
      @Override
      int status(URI page) throws IOException {
        try (Socket socket =
            SSLSocketFactory.getDefault().createSocket(page.getHost(), page.getPort())) {
          socket.setSoTimeout((int) PATIENCE.toMillis());
          socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
          String reply = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
          return Integer.parseInt(reply.substring("HTTP/1.x ".length()));
        }
      }
    },
    HTTP_CLIENT {
      @Override
      int status(URI page) throws IOException, InterruptedException {
        HttpRequest get =
            HttpRequest.newBuilder(page)
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(PATIENCE)
                .build();
        return HttpClient.newHttpClient().send(get, BodyHandlers.discarding()).statusCode();
      }
    },
    AWS_SDK {
      @Override
      int status(URI page) throws IOException {
        SdkHttpFullRequest get =
            SdkHttpFullRequest.builder().method(SdkHttpMethod.GET).uri(page).build();
        try (SdkHttpClient client =
            UrlConnectionHttpClient.builder().socketTimeout(PATIENCE).build()) {
          HttpExecuteResponse reply =
              client.prepareRequest(HttpExecuteRequest.builder().request(get).build()).call();
          reply.responseBody().ifPresent(AbortableInputStream::abort);
          return reply.httpResponse().statusCode();
        }
      }
    };

    abstract int status(URI page) throws IOException, InterruptedException;

    /** {@code accepted}, {@code refused} by TLS, or whatever else went wrong. */
    String ask(URI page) throws InterruptedException {
      try {
        int status = status(page);
        return status == 200 ? "accepted" : "status " + status;
      } catch (IOException failed) {
        return Stream.<Throwable>iterate(failed, e -> e != null, Throwable::getCause)
                .anyMatch(SSLException.class::isInstance)
            ? "refused"
            : failed.toString();
      }
    }
  }

  private TlsProbe() {}

  /** The servers that differ in how strong their TLS is, as {@link #table} takes them. */
  static List<String> strengths(TlsServers servers) {
    EnumSet<Kind> kinds = EnumSet.range(Kind.TLS_1_3, Kind.DHE_1024);
    kinds.addAll(EnumSet.of(Kind.WEAK_SIGNATURE, Kind.SMALL_RSA_KEY));
    return kinds.stream()
        .filter(servers::has)
        .map(kind -> kind + "=" + servers.port(kind))
        .toList();
  }

  /** One line {@code CLIENT KIND answer} for each client and each server. */
  static List<String> table(List<String> servers) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    for (Client client : Client.values()) {
      for (String server : servers) {
        String[] kindAndPort = server.split("=", 2);
        URI page = URI.create("https://127.0.0.1:" + kindAndPort[1] + "/");
        lines.add(client + " " + kindAndPort[0] + " " + client.ask(page));
      }
    }
    return lines;
  }

  /** Takes steps in order: {@code step,step,… KIND=port KIND=port …}. */
  public static void main(String[] args) throws Exception {
    for (String step : args[0].split(",", -1)) {
      switch (step) {
        case "runtime" -> Security.setProperty(DISABLED, RUNTIME_LIST);
        case "forbid-chacha" ->
            Security.setProperty(DISABLED, Security.getProperty(DISABLED) + ", CHACHA20_POLY1305");
        case "lose-java-home" -> System.setProperty("java.home", "/nowhere");
        case "initialise" -> SSLContext.getDefault();
        case "install" -> Class.forName(SecureHandler.class.getName());
        case "require" -> require();
        case "late" -> TlsFloor.insecureLateTls("a test's agent");
        case "probe" ->
            table(Arrays.asList(args).subList(1, args.length)).forEach(System.out::println);
        case "settings" -> {
          System.out.println("disabled " + Security.getProperty(DISABLED));
          System.out.println("protocols " + System.getProperty("jdk.tls.client.protocols"));
          System.out.println("suites " + System.getProperty("jdk.tls.client.cipherSuites"));
        }
        default -> throw new IllegalArgumentException(step);
      }
    }
  }

  private static void require() throws Exception {
    try {
      TlsFloor.require();
      TlsFloor.verified().start(Nothing.AT_ALL);
      System.out.println("floor in force");
    } catch (StartFailed refused) {
      System.out.println("floor refused " + refused.getMessage());
    }
  }

  /** The floor asks nothing of the environment that it starts in. */
  private enum Nothing implements Environment {
    AT_ALL;

    @Override
    public Scope scope() {
      throw new AssertionError("asked for a scope");
    }

    @Override
    public HandlerDescription handler() {
      throw new AssertionError("asked for a handler");
    }

    @Override
    public Settings settings() {
      throw new AssertionError("asked for settings");
    }

    @Override
    public IssuedSecrets issuedSecrets() {
      throw new AssertionError("told of a secret");
    }

    @Override
    public boolean awaitsSnapshot() {
      return false;
    }
  }
}
