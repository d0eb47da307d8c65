package dev.gabion.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every written case of server-side request forgery, against a listener that nobody may reach: with
 * the policy none does, without it a plain HttpClient does in every category in which Java's URLs
 * allow it.
 */
class SsrfTest {
  /** A case, as the file has it. */
  record Case(String category, String url, String answers) {
    boolean isRedirect() {
      return category.equals("redirect");
    }
  }

  private Rig rig;
  private volatile String location = "";

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
    rig.world
        .name("inside.example.org", "10.0.0.1")
        .name("mixed.example.org", World.OUTSIDE, "127.0.0.1");
    rig.outside.answering(
        (request, out) -> {
          String next = location;
          out.write(
              next.isEmpty()
                  ? Server.raw("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                  : ("HTTP/1.1 302 Found\r\nLocation: "
                          + next
                          + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                      .getBytes(UTF_8));
          throw new IOException("closes, so that the next request looks the name up again");
        });
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  @Test
  void noCaseReachesTheInside() throws Exception {
    List<Case> cases = cases();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(300);
    Map<String, Map<String, Integer>> decisions = new TreeMap<>();
    Map<String, Integer> control = new TreeMap<>();
    for (Case each : cases) {
      String decision = decided(each);
      decisions
          .computeIfAbsent(each.category, none -> new TreeMap<>())
          .merge(decision, 1, Integer::sum);
      assertThat(rig.inside.accepted).as(each + " reached the inside").hasValue(0);
    }
    try (CloseableHttpClient plain = plain()) {
      for (Case each : cases) {
        int before = rig.inside.accepted.get();
        prepare(each);
        attempt(plain, each);
        control.merge(each.category, rig.inside.accepted.get() > before ? 1 : 0, Integer::sum);
      }
    }
    report(cases.size(), decisions, control);
    assertThat(control.get("resolves-inside")).isGreaterThan(30);
    assertThat(control.get("rebinding")).isGreaterThan(10);
    assertThat(control.get("redirect")).isGreaterThan(5);
    assertThat(control.get("dotted")).isGreaterThan(20);
  }

  /** What became of a case, with a policy that allows its host if any policy can. */
  private String decided(Case each) throws Exception {
    prepare(each);
    EgressPolicy policy = EgressPolicy.hosts(Rig.HOST, "inside.example.org", "mixed.example.org");
    String decision = attempted(policy, each);
    String generous = each.isRedirect() ? "" : host(each.url);
    if (generous.isEmpty()) {
      return decision;
    }
    try {
      OutboundClient.of(EgressPolicy.hosts(generous));
    } catch (IllegalArgumentException undeclarable) {
      return decision;
    }
    prepare(each);
    return attempted(EgressPolicy.hosts(generous), each);
  }

  private String attempted(EgressPolicy policy, Case each) throws Exception {
    try (OutboundClient client = rig.client(policy, some -> some.redirects(3))) {
      return attempt(client.within(Work.of()), each);
    }
  }

  private void prepare(Case each) {
    location = each.isRedirect() ? each.url : "";
    rig.world.script(Rig.HOST, each.answers.equals("-") ? World.OUTSIDE : each.answers);
  }

  private static String attempt(CloseableHttpClient client, Case each) {
    String decision = "";
    int times = each.answers.indexOf(';') < 0 ? 1 : 2;
    for (int i = 0; i < times; i++) {
      try {
        HttpGet get = new HttpGet(each.isRedirect() ? Rig.URL : each.url);
        decision = client.execute(get, answer -> Integer.toString(answer.getCode()));
      } catch (EgressFailed refused) {
        decision = refused.reason().code() + ":" + refused.detail();
      } catch (IllegalArgumentException | NullPointerException notAnUri) {
        decision = "no-uri";
      } catch (IOException | RuntimeException failed) {
        decision = "failed:" + failed.getClass().getSimpleName();
      }
    }
    return decision;
  }

  /** The host of a URL with its port, as a policy would have it. */
  private static String host(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost() == null ? "" : uri.getHost();
      return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    } catch (Exception unclear) {
      return "";
    }
  }

  /** HttpClient as everybody has it, in the same world. */
  private CloseableHttpClient plain() throws Exception {
    DefaultHttpClientConnectionOperator operator =
        new DefaultHttpClientConnectionOperator(
            socks -> new Led(),
            null,
            rig.world.resolver(),
            RegistryBuilder.<TlsSocketStrategy>create()
                .register("https", new DefaultClientTlsStrategy(Keys.SERVER.context()))
                .build());
    return HttpClients.custom()
        .setConnectionManager(
            new PoolingHttpClientConnectionManager(
                operator,
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.ofMinutes(1),
                null))
        .build();
  }

  /** A socket that the world leads to one of its servers. */
  private final class Led extends Socket {
    Led() {
      super(Proxy.NO_PROXY);
    }

    @Override
    public void connect(SocketAddress to, int millis) throws IOException {
      int port = rig.world.port(((InetSocketAddress) to).getAddress());
      super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
    }
  }

  private static void report(
      int count, Map<String, Map<String, Integer>> decisions, Map<String, Integer> control) {
    System.out.println("SSRF: " + count + " cases; reached with the policy: 0. By category:");
    decisions.forEach(
        (category, made) ->
            System.out.println(
                "  %-17s %3d  %s; without the policy %d reach the inside"
                    .formatted(
                        category,
                        made.values().stream().mapToInt(Integer::intValue).sum(),
                        made,
                        control.getOrDefault(category, 0))));
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = SsrfTest.class.getResourceAsStream("ssrf-cases.tsv");
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] fields = line.split("\t", -1);
          cases.add(new Case(fields[0], unescaped(fields[1]), fields[2]));
        }
      }
    }
    return cases;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        plain.append(text.charAt(i));
      } else if (text.charAt(i + 1) == '\\') {
        plain.append('\\');
        i++;
      } else {
        plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      }
    }
    return plain.toString();
  }
}
