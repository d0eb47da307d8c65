package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One HTTP request, whichever of the HTTP sources hands it over. */
public abstract sealed class HttpRequest implements HttpEnvelope
    permits HttpApi.Request, RestApi.Request, Alb.Request {
  private final JsonNode event;
  private final String id;
  private final String method;
  private final HttpHeaders headers;
  private final HttpQuery query;
  private final HttpBody body;
  private final SourceFacts facts;

  HttpRequest(
      JsonNode event,
      HttpFields fields,
      String id,
      String method,
      HttpHeaders headers,
      HttpQuery query,
      SourceFacts facts) {
    this.event = event;
    this.id = id;
    this.method = method;
    this.headers = headers;
    this.query = query;
    this.facts = facts;
    this.body = new HttpBody(fields.textOrNull("body"), fields.flag("isBase64Encoded"));
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final SourceFacts facts() {
    return facts;
  }

  @Override
  public final String method() {
    return method;
  }

  @Override
  public final Optional<String> header(String name) {
    return headers.get(name);
  }

  /**
   * The value of a cookie, for an authenticator that goes by one. A cookie comes with every request
   * that a browser sends to this host, whichever page makes it do so: let a cookie alone permit
   * nothing that changes something.
   *
   * @throws Rejection if any cookie of the request is not as RFC 6265 section 4.1.1 writes it, or
   *     if two have one name
   */
  public final Optional<String> cookie(String name) {
    return HttpCookies.find(cookies(), name);
  }

  @Override
  public final byte[] rawBody() {
    return body.raw();
  }

  /** The whole event. */
  final JsonNode event() {
    return event;
  }

  final HttpHeaders headers() {
    return headers;
  }

  final HttpBody body() {
    return body;
  }

  final HttpQuery query() {
    return query;
  }

  /** The lines of cookies. */
  List<String> cookies() {
    return headers.all("cookie");
  }

  /** What the event has of cookies apart from its header lines. */
  List<String> cookiesApart() {
    return List.of();
  }

  abstract Map<String, String> pathParameters();

  /** The client's certificate that the source has verified, or null. */
  abstract MutualTls.@Nullable Certificate clientCertificate();

  /** How the source reads the reply. */
  abstract HttpReply.Shape shape();
}
