package dev.gabion.events;

import dev.gabion.core.Insecure;
import dev.gabion.core.Rejection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which web pages of other origins may read the replies (Fetch Standard, "CORS protocol").
 *
 * <p>Origins are compared as a whole: there is no wildcard, no pattern, and an origin that is not
 * declared is never sent back. A preflight request is answered at the door, before any caller is
 * asked for. This is what browsers ask of a server, no protection of the server: whoever is no
 * browser sends what it likes.
 */
public final class Cors {
  private static final Pattern ORIGIN =
      Pattern.compile("https://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?");
  private static final Pattern PLAIN =
      Pattern.compile("http://(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:]+\\])(?::[0-9]{1,5})?");

  private final Set<String> origins;
  private final Set<String> requestHeaders;
  private final Set<String> exposed;
  private final boolean credentials;
  private final Duration maxAge;
  private final String insecure;

  private Cors(
      Set<String> origins,
      Set<String> requestHeaders,
      Set<String> exposed,
      boolean credentials,
      Duration maxAge,
      String insecure) {
    this.origins = origins;
    this.requestHeaders = requestHeaders;
    this.exposed = exposed;
    this.credentials = credentials;
    this.maxAge = maxAge;
    this.insecure = insecure;
  }

  /**
   * Lets pages of these origins read replies. They may send the headers {@code content-type} and
   * {@code authorization}, and a browser may keep a preflight's answer for ten minutes.
   *
   * @param origin scheme, host and port as a browser writes them, such as {@code
   *     https://app.example.org}: lower-case, no path, no port that is the default
   * @throws IllegalArgumentException if one is not such an origin, or not https
   */
  public static Cors origins(String origin, String... more) {
    Set<String> all = joined(Set.of(origin), more);
    for (String each : all) {
      if (!ORIGIN.matcher(each).matches() || each.endsWith(":443")) {
        throw new IllegalArgumentException(
            "An origin is https://host or https://host:port, in lower case, with nothing behind"
                + " it: no path, no wildcard.");
      }
    }
    Set<String> headers = joined(Set.of(), "authorization", "content-type");
    return new Cors(all, headers, Set.of(), false, Duration.ofMinutes(10), "");
  }

  /**
   * Lets pages of an origin without TLS read replies as well, such as {@code
   * http://localhost:3000}.
   *
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  public Cors insecureHttpOrigin(String origin, String reason) {
    Insecure.reason(reason);
    if (!PLAIN.matcher(origin).matches()) {
      throw new IllegalArgumentException("An insecure origin is http://host or http://host:port.");
    }
    return new Cors(
        joined(origins, origin),
        requestHeaders,
        exposed,
        credentials,
        maxAge,
        insecure + ", " + Insecure.INSECURE + "http origin (" + reason + ")");
  }

  /** Lets pages send cookies, client certificates and what the browser keeps for HTTP logins. */
  public Cors credentials() {
    return new Cors(origins, requestHeaders, exposed, true, maxAge, insecure);
  }

  /** Lets pages send these headers as well. */
  public Cors requestHeaders(String... names) {
    Set<String> all = joined(requestHeaders, headers(names));
    return new Cors(origins, all, exposed, credentials, maxAge, insecure);
  }

  /** Lets pages read these headers of a reply. */
  public Cors exposing(String... names) {
    Set<String> all = joined(exposed, headers(names));
    return new Cors(origins, requestHeaders, all, credentials, maxAge, insecure);
  }

  /** Lets browsers keep a preflight's answer for this long; they have bounds of their own. */
  public Cors maxAge(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("The time to keep a preflight's answer is not negative.");
    }
    return new Cors(origins, requestHeaders, exposed, credentials, time, insecure);
  }

  private static Set<String> joined(Set<String> some, String... more) {
    Set<String> all = new TreeSet<>(some);
    for (String each : more) {
      all.add(each.toLowerCase(Locale.ROOT));
    }
    return all;
  }

  /** To a browser a star is every header there is: nobody has named those. */
  private static String[] headers(String... names) {
    for (String name : names) {
      if (!HttpReply.isName(name) || name.equals("*")) {
        throw new IllegalArgumentException(
            "A header's name is a token (RFC 9110 section 5.6.2), and there is no wildcard.");
      }
    }
    return names;
  }

  /** Whether a browser asks what a page may do, rather than does it. */
  boolean isPreflight(HttpRequest request) {
    return request.method().equals("OPTIONS")
        && request.header("origin").isPresent()
        && request.header("access-control-request-method").isPresent();
  }

  /**
   * Makes sure that the page may do what it asks for.
   *
   * @throws Rejection if it may not; the answer then has no header that says it may
   */
  void check(HttpRequest preflight, Set<String> methods) {
    require(isAllowed(preflight), "cors-origin");
    require(
        preflight.header("access-control-request-method").filter(methods::contains).isPresent(),
        "cors-method");
    String asked = preflight.header("access-control-request-headers").orElse("");
    List<String> names = asked.isBlank() ? List.of() : Arrays.asList(asked.split(",", -1));
    require(
        names.stream()
            .allMatch(name -> requestHeaders.contains(name.strip().toLowerCase(Locale.ROOT))),
        "cors-headers");
  }

  private static void require(boolean kept, String reason) {
    if (!kept) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, reason);
    }
  }

  private boolean isAllowed(HttpRequest request) {
    return request.headers().only("origin").filter(origins::contains).isPresent();
  }

  /** Says in any reply whether the page that asked may read it. */
  void addTo(HttpReply reply, HttpRequest request) {
    reply.vary("origin");
    if (!isAllowed(request)) {
      return;
    }
    reply.set("access-control-allow-origin", request.header("origin").orElseThrow());
    if (credentials) {
      reply.set("access-control-allow-credentials", "true");
    }
    if (!exposed.isEmpty()) {
      reply.set("access-control-expose-headers", String.join(", ", exposed));
    }
  }

  /** Says what the page may do. */
  void addPreflightTo(HttpReply reply, Set<String> methods) {
    reply.vary("access-control-request-method");
    reply.vary("access-control-request-headers");
    reply.set("access-control-allow-methods", String.join(", ", new TreeSet<>(methods)));
    reply.set("access-control-allow-headers", String.join(", ", requestHeaders));
    reply.set("access-control-max-age", "" + maxAge.toSeconds());
  }

  /** Says in one line what is let through. */
  String describe() {
    return "CORS for "
        + String.join(" ", origins)
        + (credentials ? " with credentials" : "")
        + insecure;
  }
}
