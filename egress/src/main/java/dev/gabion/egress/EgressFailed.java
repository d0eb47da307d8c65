package dev.gabion.egress;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call to another host was refused or has failed. The message names the host and the reason;
 * path, query, headers and body are never in it.
 */
public final class EgressFailed extends IOException {
  private static final long serialVersionUID = 1;

  /** Why there is no answer, or no more of it. */
  public enum Reason {
    /** The request itself: user info, control characters, a header that is not the caller's. */
    REQUEST,
    /** Not HTTPS. */
    SCHEME,
    /** The policy does not have the host and port. */
    HOST,
    /** The host's name leads inside, or nowhere. */
    ADDRESS,
    /** The certificate, its name or its strength, or what TLS the other side speaks. */
    TLS,
    /** The server's key is none of those that are pinned. */
    PIN,
    /** The answer is larger than was agreed, or is encoded in a way that was not asked for. */
    ANSWER,
    /** The answer leads elsewhere, and may not, or too often. */
    REDIRECT,
    /** The credentials cannot be had or used. */
    CREDENTIALS,
    /** No such name, or no answer from whoever knows names. */
    UNKNOWN_HOST,
    /** Nobody listens there, or every connection is taken. */
    UNREACHABLE,
    /** The time for the call, or for a part of it, has passed. */
    TIME,
    /** The connection broke off, or what came is not HTTP. */
    BROKEN,
    /** The client is closed, or the caller has cancelled the request. */
    CLOSED;

    /** Whether this is a refusal of ours, rather than a failure of somebody's. */
    public boolean isRefusal() {
      return switch (this) {
        case REQUEST, SCHEME, HOST, ADDRESS, TLS, PIN, ANSWER, REDIRECT -> true;
        case CREDENTIALS, UNKNOWN_HOST, UNREACHABLE, TIME, BROKEN, CLOSED -> false;
      };
    }

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;
  private final String detail;

  private EgressFailed(String message, Reason reason, String detail, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.detail = detail;
  }

  /**
   * Makes a failure.
   *
   * @param detail a short constant, or a class name
   */
  static EgressFailed of(Reason reason, String detail) {
    return new EgressFailed(text(null, reason, detail), reason, detail, null);
  }

  /** The same with the host in its message, and what TLS has to say of a certificate. */
  EgressFailed at(String host, int port, @Nullable Throwable tls) {
    EgressFailed named =
        new EgressFailed(text(host + ":" + port, reason, detail), reason, detail, tls);
    named.setStackTrace(getStackTrace());
    return named;
  }

  private static String text(@Nullable String where, Reason reason, String detail) {
    return "The call"
        + (where == null ? "" : " to " + where)
        + (reason.isRefusal() ? " is refused: " : " has failed: ")
        + reason.code()
        + " ("
        + detail
        + ")";
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** What of it, as a short constant such as {@code loopback} or {@code header-value}. */
  public String detail() {
    return detail;
  }
}
