package dev.gabion.core;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A refusal: a public code for the outside, a private cause for the audit trail.
 *
 * <p>Logic may throw {@link #notFound()}, {@link #conflict()}, {@link #forbidden()} or any other;
 * whatever it throws that is no rejection is answered as {@link Code#FAULT}.
 */
public final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final Pattern REASON = Pattern.compile("[a-z0-9-]{1,64}");

  /** What a refusal says outside: an HTTP status and its title (RFC 9110 section 15). */
  public enum Code {
    /** The message cannot be read as what it claims to be. */
    MALFORMED(400, "Bad Request"),
    /** No credentials, or they do not hold. */
    UNAUTHENTICATED(401, "Unauthorized"),
    /** The caller may not do this to that. */
    FORBIDDEN(403, "Forbidden"),
    /** There is no such thing, or none that the caller may know of. */
    NOT_FOUND(404, "Not Found"),
    /** The method is not the declared one. */
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    /** The state of the thing forbids it. */
    CONFLICT(409, "Conflict"),
    /** A budget is exceeded. */
    TOO_LARGE(413, "Content Too Large"),
    /** The content type or coding is not a declared one. */
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
    /** Rules are broken. */
    UNFIT(422, "Unprocessable Content"),
    /** Our own fault. */
    FAULT(500, "Internal Server Error"),
    /** No room or no time for the message now; nothing was done, and it may come again. */
    UNAVAILABLE(503, "Service Unavailable");

    private final int status;
    private final String title;

    Code(int status, String title) {
      this.status = status;
      this.title = title;
    }

    /** The HTTP status code. */
    public int status() {
      return status;
    }

    /** The HTTP reason phrase, in English. */
    public String title() {
      return title;
    }
  }

  private final Code code;
  private final String reason;
  private final transient List<Violation> violations;
  private transient @Nullable Caller caller;

  private Rejection(
      Code code, String reason, List<Violation> violations, @Nullable Throwable cause) {
    super(Objects.requireNonNull(code, "code") + ": " + reason, cause, false, false);
    if (!REASON.matcher(reason).matches()) {
      throw new IllegalArgumentException(
          "A rejection's reason is a constant of 1 to 64 of a-z 0-9 and -, since senders see it.");
    }
    this.code = code;
    this.reason = reason;
    this.violations = List.copyOf(violations);
  }

  /**
   * Refuses with a code and a reason.
   *
   * @param reason a constant such as {@code duplicate-field}, 1 to 64 of a-z 0-9 and -; the audit
   *     trail has it always, the sender for what can be mended by sending another message (400,
   *     405, 413, 415, 422)
   * @throws IllegalArgumentException if the reason has another form
   */
  public static Rejection of(Code code, String reason) {
    return new Rejection(code, reason, List.of(), null);
  }

  /** Refuses with a code and a reason, for a cause that only the audit trail learns of. */
  public static Rejection of(Code code, String reason, Throwable cause) {
    return new Rejection(code, reason, List.of(), cause);
  }

  /** Refuses a message that cannot be bound to the declared input, naming the places. */
  public static Rejection malformed(String reason, List<Violation> places) {
    return new Rejection(Code.MALFORMED, reason, places, null);
  }

  /** Refuses an input that breaks rules. */
  public static Rejection unfit(List<Violation> violations) {
    return new Rejection(Code.UNFIT, "rules", violations, null);
  }

  /** Refuses a caller who is not known. */
  public static Rejection unauthenticated(String reason) {
    return of(Code.UNAUTHENTICATED, reason);
  }

  /** Refuses a caller who may not. */
  public static Rejection forbidden() {
    return of(Code.FORBIDDEN, "permit");
  }

  /** There is no such thing, or none that this caller may know of. */
  public static Rejection notFound() {
    return of(Code.NOT_FOUND, "not-found");
  }

  /** The state of the thing forbids it. */
  public static Rejection conflict() {
    return of(Code.CONFLICT, "conflict");
  }

  /** The refusal that {@code failure} stands for: itself, or our own fault. */
  static Rejection from(Throwable failure) {
    if (failure instanceof Rejection rejection) {
      return rejection;
    }
    if (failure instanceof AuditFailed) {
      return fault("audit", failure);
    }
    return fault(failure instanceof StackOverflowError ? "stack-overflow" : "exception", failure);
  }

  /** What is not begun because the time for it is spent. */
  static Rejection outOfTime() {
    return of(Code.UNAVAILABLE, "deadline");
  }

  /** What was begun and is not back when time is up; nobody knows how far it came. */
  static Rejection timedOut() {
    return of(Code.FAULT, "timed-out");
  }

  /** Our own fault. */
  static Rejection fault(String reason, Throwable cause) {
    return new Rejection(Code.FAULT, reason, List.of(), cause);
  }

  /**
   * Names who was refused, where an {@link Authenticator} knows the caller it does not let in.
   *
   * @return this
   */
  public Rejection of(Caller who) {
    caller = who;
    return this;
  }

  /** Who was refused by an authenticator that knows, or null. */
  @Nullable Caller caller() {
    return caller;
  }

  /** What the outside learns. */
  public Code code() {
    return code;
  }

  /** The constant that says more, for the audit trail. */
  public String reason() {
    return reason;
  }

  /** Whether the sender may learn {@link #reason} and {@link #violations}. */
  public boolean explained() {
    return switch (code) {
      case MALFORMED, METHOD_NOT_ALLOWED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, UNFIT -> true;
      case UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT, FAULT, UNAVAILABLE -> false;
    };
  }

  /** How the audit trail sees it. */
  AuditEvent.Verdict verdict() {
    return code == Code.FAULT ? AuditEvent.Verdict.FAILED : AuditEvent.Verdict.DENIED;
  }

  /** Where which rule is broken; empty unless that is why. */
  public List<Violation> violations() {
    return violations;
  }
}
