package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Scope;
import dev.gabion.core.TlsFloor;
import dev.gabion.egress.EgressPolicy;
import dev.gabion.egress.OutboundClient;
import dev.gabion.egress.OutboundTls;
import dev.gabion.testing.SampleEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;

/** Who calls another host. */
public enum OutboundCaller {
  /** {@code OutboundClient}, in an invocation whose trail goes nowhere. */
  GABION {
    @Override
    Calling start(X509Certificate trusted, int port) throws Exception {
      OutboundClient client =
          OutboundClient.of(EgressPolicy.hosts(OutboundServer.HOST + ":" + port))
              .insecureLoopback("the server is the benchmark's own")
              .tls(OutboundTls.standard().trustOnly(trusted));
      client.start(SampleEnvironment.standard());
      Scope scope = new Untold();
      return () -> read(client.within(scope), port);
    }
  },
  /** The same Apache HttpClient as its builder makes it, with the same trust. */
  HTTPCLIENT {
    @Override
    Calling start(X509Certificate trusted, int port) throws Exception {
      TlsFloor.require();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("trusted", trusted);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      CloseableHttpClient client =
          HttpClients.custom()
              .setConnectionManager(
                  PoolingHttpClientConnectionManagerBuilder.create()
                      .setDnsResolver(new Here())
                      .setTlsSocketStrategy(new DefaultClientTlsStrategy(context))
                      .build())
              .build();
      return () -> read(client, port);
    }
  };

  /** One call. */
  interface Calling {
    int call() throws Exception;
  }

  abstract Calling start(X509Certificate trusted, int port) throws Exception;

  private static int read(CloseableHttpClient client, int port) throws IOException {
    return client.execute(
        new HttpGet("https://" + OutboundServer.HOST + ":" + port + "/"),
        answer -> {
          try (InputStream in = answer.getEntity().getContent()) {
            return in.readAllBytes().length;
          }
        });
  }

  /** An invocation with time and without a trail. */
  private static final class Untold implements Scope {
    private final Deadline deadline = Deadline.in(Duration.ofHours(1));

    @Override
    public String correlationId() {
      return "bench";
    }

    @Override
    public Deadline deadline() {
      return deadline;
    }

    @Override
    public Optional<String> tenantId() {
      return Optional.empty();
    }

    @Override
    public void record(
        AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {}
  }

  /** Finds every host here. */
  private static final class Here implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) {
      return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
