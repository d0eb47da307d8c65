package dev.gabion.egress;

import dev.gabion.core.Deadline;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The client of one piece of work, and the way of one call: look at the request, ask the policy,
 * send, record, bound the answer; and all of that again where an answer leads elsewhere.
 */
final class ScopedClient extends CloseableHttpClient {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD");

  /** What fits into a socket's buffer; whoever sends more may have to wait. */
  private static final int UNWATCHED = 2048;

  private final Live live;
  private final Scope scope;

  ScopedClient(Live live, Scope scope) {
    this.live = live;
    this.scope = scope;
  }

  @Override
  protected CloseableHttpResponse doExecute(
      @Nullable HttpHost target, ClassicHttpRequest request, @Nullable HttpContext unused)
      throws IOException {
    Duration most = live.options().time;
    @Nullable Deadline call =
        scope.deadline().left().compareTo(most) < 0 ? null : Deadline.in(most);
    Outgoing next = looked(target, request);
    for (int followed = 0; ; followed++) {
      Outgoing outgoing = next;
      Trail trail = new Trail(scope, outgoing.method()).to(outgoing.host(), outgoing.port());
      Exchange exchange = new Exchange(scope.deadline(), call, outgoing.host(), outgoing.port());
      ClassicHttpResponse response = exchanged(outgoing, request, exchange, trail);
      if (live.options().redirects == 0) {
        return CloseableHttpResponse.adapt(response);
      }
      next = following(outgoing, response, exchange, trail, followed);
      if (next == null) {
        return CloseableHttpResponse.adapt(response);
      }
      response.close();
    }
  }

  private Outgoing looked(@Nullable HttpHost target, ClassicHttpRequest request)
      throws EgressFailed {
    try {
      return Outgoing.of(target, request);
    } catch (EgressFailed refused) {
      new Trail(scope, request.getMethod()).failed(null, refused);
      throw refused;
    }
  }

  private @Nullable Outgoing following(
      Outgoing outgoing, ClassicHttpResponse response, Exchange exchange, Trail trail, int followed)
      throws IOException {
    try {
      Outgoing next = outgoing.next(response);
      if (next != null && followed >= live.options().redirects) {
        throw EgressFailed.of(Reason.REDIRECT, "too-many");
      }
      return next;
    } catch (EgressFailed refused) {
      response.close();
      EgressFailed failure = refused.at(outgoing.host(), outgoing.port(), null);
      trail.failed(exchange, failure);
      throw failure;
    }
  }

  /** One request and the beginning of its answer, recorded. */
  private ClassicHttpResponse exchanged(
      Outgoing outgoing, ClassicHttpRequest request, Exchange exchange, Trail trail)
      throws IOException {
    if (request instanceof CancellableDependency cancellable) {
      cancellable.setDependency(
          () -> {
            exchange.abort();
            return true;
          });
    }
    ClassicHttpResponse response;
    try {
      if (!live.policy().has(outgoing.host(), outgoing.port())) {
        throw EgressFailed.of(Reason.HOST, "not-in-policy");
      }
      response = bounded(authorised(outgoing, exchange, silence(request)), exchange, trail);
    } catch (IOException thrown) {
      EgressFailed failure = Failures.of(thrown, exchange);
      exchange.end();
      trail.failed(exchange, failure);
      throw failure;
    } catch (RuntimeException thrown) {
      exchange.end();
      EgressFailed failure = failure(thrown);
      trail.failed(exchange, failure);
      if (failure.reason() == Reason.CLOSED) {
        throw failure.at(outgoing.host(), outgoing.port(), null);
      }
      throw thrown;
    } catch (Error broken) {
      exchange.abort();
      exchange.end();
      trail.failed(exchange, Failures.of(broken, exchange));
      throw broken;
    }
    try {
      trail.answered(exchange, response.getCode());
      return response;
    } catch (RuntimeException unrecorded) {
      response.close();
      throw unrecorded;
    }
  }

  /** HttpClient says that it is closed in several ways; the rest is the caller's, or a secret's. */
  private EgressFailed failure(RuntimeException thrown) {
    if (live.isClosed()) {
      return EgressFailed.of(Reason.CLOSED, "client");
    }
    return thrown instanceof SecretUnavailable missing
        ? EgressFailed.of(Reason.CREDENTIALS, missing.reason().name())
        : EgressFailed.of(Reason.BROKEN, thrown.getClass().getSimpleName());
  }

  /** What the caller's own configuration may shorten. */
  private int silence(ClassicHttpRequest request) {
    long most = live.options().silence.toMillis();
    if (request instanceof Configurable configurable && configurable.getConfig() != null) {
      Timeout asked = configurable.getConfig().getResponseTimeout();
      if (asked != null && asked.isEnabled()) {
        most = Math.min(most, Math.max(1, asked.toMilliseconds()));
      }
    }
    return (int) most;
  }

  private ClassicHttpResponse authorised(Outgoing outgoing, Exchange exchange, int silence)
      throws IOException {
    SecretSource token = live.options().bearers.get(outgoing.host());
    if (token == null || !outgoing.origin()) {
      return sent(outgoing, null, exchange, silence);
    }
    if (outgoing.has("Authorization")) {
      throw EgressFailed.of(Reason.REQUEST, "authorized-twice");
    }
    return token.use(scope, value -> sent(outgoing, bearer(value), exchange, silence));
  }

  /** A header of HttpClient's is text; nothing keeps this one longer than its request. */
  private static String bearer(SecretValue value) throws EgressFailed {
    String token = InsecureSecretAccess.text(value);
    if (!TOKEN.matcher(token).matches()) {
      throw EgressFailed.of(Reason.CREDENTIALS, "token");
    }
    return "Bearer " + token;
  }

  private ClassicHttpResponse sent(
      Outgoing outgoing, @Nullable String authorization, Exchange exchange, int silence)
      throws IOException {
    if (outgoing.entity() != null
        || outgoing.headerBytes() + outgoing.path().length() > UNWATCHED) {
      live.watch(exchange);
    }
    try {
      return live.send(outgoing.request(authorization), exchange, silence);
    } catch (IOException broken) {
      boolean dead =
          exchange.isReused()
              && !exchange.isAnswered()
              && !exchange.isAborted()
              && !exchange.isOutOfTime()
              && REPEATABLE.contains(outgoing.method())
              && outgoing.entity() == null
              && Failures.of(broken, exchange).reason() == Reason.BROKEN;
      if (!dead) {
        throw broken;
      }
      return live.send(outgoing.request(authorization), exchange, silence);
    }
  }

  private ClassicHttpResponse bounded(ClassicHttpResponse response, Exchange exchange, Trail trail)
      throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      exchange.end();
      return response;
    }
    try {
      boolean gzip = isGzip(response);
      if (entity.getContentLength() > live.options().responseBytes) {
        throw EgressFailed.of(Reason.ANSWER, "body");
      }
      if (gzip) {
        response.removeHeaders("Content-Encoding");
        response.removeHeaders("Content-Length");
      }
      response.setEntity(
          new ReplyBody(
              entity,
              exchange,
              live.options().responseBytes,
              gzip,
              failure -> trail.failed(exchange, failure)));
      return response;
    } catch (EgressFailed refused) {
      exchange.abort();
      dropped(response);
      throw refused;
    }
  }

  /** Gives up an answer whose connection is gone already. */
  private static void dropped(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException gone) {
      // As it should be.
    }
  }

  private static boolean isGzip(ClassicHttpResponse response) throws EgressFailed {
    boolean gzip = false;
    for (Header each : response.getHeaders("Content-Encoding")) {
      String coding = String.valueOf(each.getValue()).strip().toLowerCase(Locale.ROOT);
      if (coding.equals("gzip") || coding.equals("x-gzip")) {
        if (gzip) {
          throw EgressFailed.of(Reason.ANSWER, "encoding");
        }
        gzip = true;
      } else if (!coding.isEmpty() && !coding.equals("identity")) {
        throw EgressFailed.of(Reason.ANSWER, "encoding");
      }
    }
    return gzip;
  }

  /** Does nothing: the connections belong to the {@link OutboundClient}. */
  @Override
  public void close() {}

  /** Does nothing, either. */
  @Override
  public void close(CloseMode mode) {}
}
