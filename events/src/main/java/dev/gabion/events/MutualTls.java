package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from the client certificate that API Gateway or a load balancer has verified
 * ("How to turn on mutual TLS authentication for your REST APIs in API Gateway", likewise for HTTP
 * APIs; "Mutual authentication with TLS in Application Load Balancer").
 *
 * <p>The chain and the validity are theirs to check against their trust store. What is trusted here
 * is that every way to the function does so: of an API the default endpoint must be disabled, since
 * it asks for no certificate; of a load balancer every listener that forwards to the target group
 * must be in verify mode, since elsewhere a client may write the header lines itself; and the
 * target group must have multi-value headers, since else a line of the client's could not be told
 * from the load balancer's. Passthrough mode, which verifies nothing, is refused, as is what has no
 * such lists. Names are compared as they are written, so declare them as the source writes them:
 * the audit trail's caller shows it.
 */
public final class MutualTls implements Authenticator<HttpRequest> {
  private final Set<String> subjects;
  private final @Nullable String issuer;

  private MutualTls(Set<String> subjects, @Nullable String issuer) {
    this.subjects = subjects;
    this.issuer = issuer;
  }

  /** Demands a certificate of one of these subjects, such as {@code CN=shop,O=Example}. */
  public static MutualTls subject(String name, String... more) {
    Set<String> all = new TreeSet<>(Set.of(more));
    all.add(name);
    return new MutualTls(all, null);
  }

  /** Demands a certificate that this issuer has signed itself, of whatever subject. */
  public static MutualTls issuedBy(String name) {
    return new MutualTls(Set.of(), name);
  }

  /** Demands this issuer as well, where the trust store has several. */
  public MutualTls issuer(String name) {
    return new MutualTls(subjects, name);
  }

  /**
   * Makes sure that what is demanded could be granted.
   *
   * @throws StartFailed if a name is blank
   */
  @Override
  public void start(Environment environment) {
    if (subjects.stream().anyMatch(String::isBlank) || (issuer != null && issuer.isBlank())) {
      throw new StartFailed("MutualTls demands a name that is blank: give distinguished names.");
    }
  }

  @Override
  public Caller identify(HttpRequest request, Scope scope) {
    Certificate certificate = request.clientCertificate();
    if (certificate == null || certificate.subject.isBlank() || certificate.issuer.isBlank()) {
      throw Rejection.unauthenticated("no-certificate");
    }
    Caller caller =
        new Caller(
            certificate.issuer,
            certificate.subject,
            Optional.empty(),
            Map.of("serialNumber", certificate.serialNumber));
    if (issuer != null && !issuer.equals(certificate.issuer)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "issuer").of(caller);
    }
    if (!subjects.isEmpty() && !subjects.contains(certificate.subject)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "subject").of(caller);
    }
    return caller;
  }

  @Override
  public String describe() {
    return "mutual TLS"
        + (subjects.isEmpty() ? "" : " as " + String.join(" or ", subjects))
        + (issuer == null ? "" : ", issued by " + issuer);
  }

  /** A verified certificate, as its source names it. */
  record Certificate(String subject, String issuer, String serialNumber) {
    private static final String HEADER = "x-amzn-mtls-clientcert";

    /** What API Gateway has verified, or null. */
    static @Nullable Certificate of(HttpFields holder) {
      if (!holder.has("clientCert")) {
        return null;
      }
      HttpFields certificate = holder.object("clientCert");
      return new Certificate(
          certificate.text("subjectDN"),
          certificate.text("issuerDN"),
          certificate.text("serialNumber"));
    }

    /**
     * What a load balancer in verify mode has written, or null. Each header must have one line: of
     * two, a client has written one.
     */
    static @Nullable Certificate ofLoadBalancer(HttpHeaders headers) {
      Optional<String> subject = headers.only(HEADER + "-subject");
      Optional<String> issuer = headers.only(HEADER + "-issuer");
      Optional<String> serial = headers.only(HEADER + "-serial-number");
      boolean verified = subject.isPresent() && issuer.isPresent() && serial.isPresent();
      return verified && headers.all(HEADER).isEmpty()
          ? new Certificate(subject.get(), issuer.get(), serial.get())
          : null;
    }
  }
}
