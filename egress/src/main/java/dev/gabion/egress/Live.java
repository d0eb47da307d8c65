package dev.gabion.egress;

import dev.gabion.core.Settings;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * What an {@link OutboundClient} has between its start and its end: connections, and who watches.
 */
final class Live {
  /** A name's new address is taken up after so long; a server's own limit is mostly shorter. */
  private static final Duration LIFETIME = Duration.ofMinutes(2);

  /** After such a pause, and an environment may have been frozen, a connection is looked at. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Of an answer's status and each of its headers; 64 KiB of headers in all are checked later. */
  private static final int LINE_CHARACTERS = 8 << 10;

  private static final int HEADERS = 100;

  private final EgressPolicy policy;
  private final OutboundClient.Options options;
  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor guard;
  private volatile boolean closed;

  Live(EgressPolicy policy, OutboundClient.Options options, Settings settings) {
    this.policy = policy;
    this.options = options;
    for (String host : options.bearers.keySet()) {
      if (!policy.hasHost(host)) {
        throw new StartFailed(
            "A token is for " + host + ", which the egress policy does not allow: add the host.");
      }
    }
    for (String host : options.tls.hosts()) {
      if (!policy.hasHost(host)) {
        throw new StartFailed(
            "A pin or a client certificate is for "
                + host
                + ", which the egress policy does not allow: add the host.");
      }
    }
    this.client = client(policy, options, settings);
    this.guard = new ScheduledThreadPoolExecutor(1, Live::thread); // starts it when it is needed
    guard.setRemoveOnCancelPolicy(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "gabion-egress-guard");
    thread.setDaemon(true);
    return thread;
  }

  private static CloseableHttpClient client(
      EgressPolicy policy, OutboundClient.Options options, Settings settings) {
    Connector connector =
        new Connector(
            options.internet,
            new Inside(settings),
            policy.declared(),
            options.tls.socketFactory(),
            options.connect,
            options.silence);
    Http1Config limits =
        Http1Config.custom()
            .setMaxLineLength(LINE_CHARACTERS)
            .setMaxHeaderCount(HEADERS)
            .setMaxEmptyLineCount(4)
            .build();
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(
            connector,
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            TimeValue.of(LIFETIME),
            Line.within(limits));
    connections.setMaxTotal(options.connections);
    connections.setDefaultMaxPerRoute(options.connections);
    connections.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setTimeToLive(TimeValue.of(LIFETIME))
            .setValidateAfterInactivity(TimeValue.of(PAUSE))
            .build());
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setRequestExecutor(new Sender())
        .setRoutePlanner((target, context) -> route(target))
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableConnectionState()
        .build();
  }

  /** Straight there, over TLS; an address in the target is left behind. */
  private static HttpRoute route(HttpHost target) {
    int port = target.getPort() < 0 ? Outgoing.HTTPS : target.getPort();
    HttpHost named = new HttpHost("https", target.getHostName(), port);
    return new HttpRoute(named, null, true);
  }

  EgressPolicy policy() {
    return policy;
  }

  OutboundClient.Options options() {
    return options;
  }

  /** Watches over an exchange that may get stuck in sending, of which no socket knows the time. */
  void watch(Exchange exchange) {
    exchange.guardedBy(
        guard.schedule(exchange::expire, exchange.left().toMillis(), TimeUnit.MILLISECONDS));
  }

  /** One exchange of HttpClient's, with nothing in its context but what is ours. */
  ClassicHttpResponse send(BasicClassicHttpRequest request, Exchange exchange, int silenceMillis)
      throws IOException {
    HttpClientContext context = HttpClientContext.create();
    context.setAttribute(Connector.EXCHANGE, exchange);
    context.setRequestConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.ofMilliseconds(exchange.patience(0)))
            .setResponseTimeout(Timeout.ofMilliseconds(silenceMillis))
            .setRedirectsEnabled(false)
            .setAuthenticationEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build());
    return client.executeOpen(null, request, context);
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    guard.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }
}
