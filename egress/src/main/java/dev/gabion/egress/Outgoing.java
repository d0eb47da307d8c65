package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * One request as it will be sent: taken apart, looked at, and put together anew, so that what was
 * looked at is what is sent.
 *
 * @param origin whether this goes where its sender sent it, and not where an answer has led
 */
record Outgoing(
    String method,
    String host,
    int port,
    String path,
    List<Header> headers,
    @Nullable HttpEntity entity,
    boolean origin) {
  /** What a name may have beside letters and digits: RFC 9110 section 5.6.2. */
  private static final String MARKS = "!#$%&'*+.^_`|~-";

  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_METHOD = 16;

  /** They read what is not theirs, or make something else of the connection. */
  private static final Set<String> NO_METHODS = Set.of("TRACE", "CONNECT");

  /** Headers about the connection and the message's frame, which HttpClient writes. */
  private static final Set<String> NOT_THE_CALLERS =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "te",
          "trailer",
          "connection",
          "keep-alive",
          "upgrade",
          "proxy-connection",
          "proxy-authorization");

  /** What goes along to another host; a key may stand in any other. */
  private static final Set<String> HARMLESS =
      Set.of("accept", "accept-charset", "accept-encoding", "accept-language", "user-agent");

  static final int HTTPS = 443;
  static final int HEADER_BYTES = 64 << 10;

  /** Copies the headers. */
  Outgoing {
    headers = List.copyOf(headers);
  }

  /**
   * Takes a request apart.
   *
   * @param target where it goes, if its caller says so beside the request
   */
  static Outgoing of(@Nullable HttpHost target, ClassicHttpRequest request) throws EgressFailed {
    URIAuthority authority = request.getAuthority();
    if (authority != null && authority.getUserInfo() != null) {
      throw EgressFailed.of(Reason.REQUEST, "user-info");
    }
    String scheme = target == null ? request.getScheme() : target.getSchemeName();
    if (!"https".equalsIgnoreCase(scheme)
        || (request.getScheme() != null && !"https".equalsIgnoreCase(request.getScheme()))) {
      throw EgressFailed.of(Reason.SCHEME, "not-https");
    }
    String host = host(target, authority);
    int port = port(target, authority);
    String method = request.getMethod();
    if (method == null || !isMethod(method) || NO_METHODS.contains(method)) {
      throw EgressFailed.of(Reason.REQUEST, "method");
    }
    String path = request.getPath();
    String sent = path == null || path.isEmpty() ? "/" : path;
    if (!isPath(sent)) {
      throw EgressFailed.of(Reason.REQUEST, "path");
    }
    return new Outgoing(method, host, port, sent, checked(request), request.getEntity(), true);
  }

  private static String host(@Nullable HttpHost target, @Nullable URIAuthority authority)
      throws EgressFailed {
    String asked = target == null ? "" : target.getHostName();
    if (authority != null && target == null) {
      asked = authority.getHostName();
    }
    String host = asked == null ? null : HostName.of(asked);
    if (host == null) {
      throw EgressFailed.of(Reason.REQUEST, "host");
    }
    if (target != null && authority != null && !host.equals(HostName.of(authority.getHostName()))) {
      throw EgressFailed.of(Reason.REQUEST, "two-hosts");
    }
    return host;
  }

  private static int port(@Nullable HttpHost target, @Nullable URIAuthority authority)
      throws EgressFailed {
    int port = target != null ? target.getPort() : authority != null ? authority.getPort() : -1;
    int sent = port < 0 ? HTTPS : port;
    if (target != null && authority != null) {
      int other = authority.getPort() < 0 ? HTTPS : authority.getPort();
      if (other != sent) {
        throw EgressFailed.of(Reason.REQUEST, "two-ports");
      }
    }
    return sent;
  }

  private static List<Header> checked(ClassicHttpRequest request) throws EgressFailed {
    List<Header> headers = new ArrayList<>();
    int bytes = 0;
    for (Header each : request.getHeaders()) {
      String value = each.getValue() == null ? "" : each.getValue();
      if (!isToken(each.getName())) {
        throw EgressFailed.of(Reason.REQUEST, "header-name");
      }
      if (!isOneLine(value)) {
        throw EgressFailed.of(Reason.REQUEST, "header-value");
      }
      if (NOT_THE_CALLERS.contains(each.getName().toLowerCase(Locale.ROOT))) {
        throw EgressFailed.of(Reason.REQUEST, "header-of-ours");
      }
      bytes += each.getName().length() + value.length();
      headers.add(each);
    }
    if (bytes > HEADER_BYTES) {
      throw EgressFailed.of(Reason.REQUEST, "headers");
    }
    return headers;
  }

  static boolean isMethod(String text) {
    if (text.isEmpty() || text.length() > LONGEST_METHOD) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 'A' || text.charAt(i) > 'Z') {
        return false;
      }
    }
    return true;
  }

  private static boolean isToken(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      boolean letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
      if (!letter && !(each >= '0' && each <= '9') && MARKS.indexOf(each) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Visible ASCII from the root on, with nothing that some take for a separator. */
  private static boolean isPath(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each <= ' ' || each > '~' || each == '#' || each == '\\') {
        return false;
      }
    }
    return text.startsWith("/");
  }

  /** HttpClient makes spaces of some of these, and sends the others. */
  private static boolean isOneLine(String value) {
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      if ((each < ' ' && each != '\t') || each > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * Where an answer leads; null if nowhere else.
   *
   * @throws EgressFailed if it leads where no request may go, or may not go with its body
   */
  @Nullable Outgoing next(ClassicHttpResponse response) throws EgressFailed {
    int status = response.getCode();
    boolean leads = (status >= 301 && status <= 303) || status == 307 || status == 308;
    if (!leads || !response.containsHeader("Location")) {
      return null;
    }
    URI to = location(response);
    String host = to.getHost() == null ? null : HostName.of(to.getHost());
    if (!"https".equalsIgnoreCase(to.getScheme())) {
      throw EgressFailed.of(Reason.REDIRECT, "not-https");
    }
    if (host == null || to.getRawUserInfo() != null) {
      throw EgressFailed.of(Reason.REDIRECT, "host");
    }
    int port = to.getPort() < 0 ? HTTPS : to.getPort();
    boolean same = host.equals(this.host) && port == this.port;
    boolean reads = status == 303 || (status < 303 && method.equals("POST"));
    String next = reads && !method.equals("HEAD") ? "GET" : method;
    HttpEntity body = next.equals(method) ? entity : null;
    if (body != null && !(same && body.isRepeatable())) {
      throw EgressFailed.of(Reason.REDIRECT, "body");
    }
    String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    String sent = to.getRawQuery() == null ? path : path + "?" + to.getRawQuery();
    if (!isPath(sent)) {
      throw EgressFailed.of(Reason.REDIRECT, "location");
    }
    return new Outgoing(next, host, port, sent, going(same, body != null), body, origin && same);
  }

  private URI location(ClassicHttpResponse response) throws EgressFailed {
    try {
      String location = response.countHeaders("Location") == 1 ? value(response) : "\n";
      URI here = new URI("https://" + authority() + path);
      return here.resolve(new URI(location));
    } catch (URISyntaxException unclear) {
      throw EgressFailed.of(Reason.REDIRECT, "location");
    }
  }

  private static String value(ClassicHttpResponse response) {
    Header location = response.getFirstHeader("Location");
    return location == null || location.getValue() == null ? "\n" : location.getValue();
  }

  private String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private List<Header> going(boolean same, boolean carries) {
    List<Header> going = new ArrayList<>();
    for (Header each : headers) {
      String name = each.getName().toLowerCase(Locale.ROOT);
      boolean ofBody = name.startsWith("content-");
      if (same ? carries || !ofBody : HARMLESS.contains(name)) {
        going.add(each);
      }
    }
    return going;
  }

  boolean has(String header) {
    return headers.stream().anyMatch(each -> each.getName().equalsIgnoreCase(header));
  }

  int headerBytes() {
    int bytes = 0;
    for (Header each : headers) {
      bytes += each.getName().length() + String.valueOf(each.getValue()).length();
    }
    return bytes;
  }

  /** Puts the request together. */
  BasicClassicHttpRequest request(@Nullable String authorization) {
    BasicClassicHttpRequest request =
        new BasicClassicHttpRequest(
            method, new HttpHost("https", host, port == HTTPS ? -1 : port), path);
    headers.forEach(request::addHeader);
    if (!has("Accept-Encoding")) {
      request.addHeader("Accept-Encoding", "gzip");
    }
    if (authorization != null) {
      request.addHeader(new BasicHeader("Authorization", authorization, true));
    }
    request.setEntity(entity);
    return request;
  }
}
