package dev.gabion.logging;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.FunctionArn;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * How lines of one kind begin: what is the same in each of them, so that it is written, hashed and
 * looked through for secrets once.
 *
 * <p>It is made of what our own code decides and of where the function runs. Nothing that anybody
 * sent is in it, and nothing that tells one invocation from another. It ends within {@code
 * metadata}, behind a text. Not safe for several threads.
 */
final class Opening {
  private final Kind kind;
  private final byte[] bytes;
  private final boolean truncated;
  private final @Nullable MessageDigest hashed;
  private final boolean plain;
  private @Nullable Object searched;
  private boolean unmarked;

  /**
   * What decides how a line begins.
   *
   * @param type the class of the event
   * @param activity what was done, in numbers
   * @param severity how bad that is
   * @param disposition what became of it
   * @param status the status of the reply, or 0 where there is none
   * @param brief whether its texts are short
   * @param http whether there is a reply in HTTP that is told in full
   * @param traced whether the line names a trace as the schema does
   * @param code OWASP's name for it
   * @param function where all this happens
   */
  record Kind(
      int type,
      int activity,
      Verdict verdict,
      int severity,
      int disposition,
      int status,
      boolean brief,
      boolean http,
      boolean traced,
      String code,
      FunctionArn function) {

    /** Written out: what a record brings for it takes long the first time, and longer each. */
    boolean is(Kind other) {
      return type == other.type
          && activity == other.activity
          && verdict == other.verdict
          && severity == other.severity
          && disposition == other.disposition
          && status == other.status
          && brief == other.brief
          && http == other.http
          && traced == other.traced
          && code.equals(other.code)
          && isSamePlace(function, other.function);
    }

    private static boolean isSamePlace(FunctionArn one, FunctionArn other) {
      return one.partition().equals(other.partition())
          && one.region().equals(other.region())
          && one.account().equals(other.account());
    }
  }

  private Opening(Kind kind) {
    this.kind = kind;
    JsonLine json = new JsonLine().start(kind.brief);
    write(json, kind);
    bytes = json.copy();
    truncated = json.truncated();
    MessageDigest sha256 = Chain.sha256();
    sha256.update(bytes);
    hashed = copy(sha256);
    plain = Scrubber.isPlain(bytes);
  }

  private static void write(JsonLine json, Kind kind) {
    json.number("category_uid", kind.type / 1_000);
    json.number("class_uid", kind.type);
    json.number("activity_id", kind.activity);
    json.number("type_uid", kind.type * 100L + kind.activity);
    json.number("severity_id", kind.severity);
    boolean success = kind.verdict == Verdict.ALLOWED;
    json.text("status", success ? "Success" : "Failure").number("status_id", success ? 1 : 2);
    json.number("action_id", action(kind.verdict)).number("disposition_id", kind.disposition);
    if (kind.status != 0) {
      json.text("status_code", Integer.toString(kind.status));
    }
    if (kind.http) {
      json.object("http_response").number("code", kind.status).end();
    }
    FunctionArn function = kind.function;
    json.object("cloud").text("provider", "AWS").text("cloud_partition", function.partition());
    json.text("region", function.region());
    json.object("account").text("uid", function.account()).number("type_id", 10).end(); // AWS
    json.end();
    json.object("metadata").text("version", "1.9.0").text("log_name", "audit");
    json.object("product").text("name", "Gabion").text("vendor_name", "Gabion").end();
    json.array("profiles").text("cloud").text("security_control");
    json.text(kind.traced ? "trace" : null).end();
    json.text("event_code", kind.code);
  }

  private static int action(Verdict verdict) {
    return switch (verdict) {
      case ALLOWED -> 1;
      case DENIED -> 2;
      case FAILED -> 0; // what was asked for may be done
    };
  }

  /** A copy that goes on by itself; null from a provider that gives none. */
  private static @Nullable MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException none) {
      return null;
    }
  }

  int length() {
    return bytes.length;
  }

  /** Whether anything was cut. */
  boolean truncated() {
    return truncated;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The hash of this much of a line, to be gone on with; null if there is none to be had. */
  @Nullable MessageDigest hashed() {
    return hashed == null ? null : copy(hashed);
  }

  /**
   * How many bytes of a line that begins so need not be looked through: all or none.
   *
   * <p>Nothing in them looks like a secret, nothing that does goes on behind the quotation mark
   * that they end in and the comma that follows it, and no issued secret has its mark in them.
   */
  int clean(@Nullable SecretSearch search) {
    if (search != null && search.of() != searched) {
      unmarked = !search.marks(bytes);
      searched = search.of();
    }
    return plain && (search == null || unmarked) ? bytes.length : 0;
  }

  /** The last openings that were used; few, since few kinds of events happen in one function. */
  static final class Recent {
    private static final int KEPT = 16;

    private final Opening[] openings = new Opening[KEPT];
    private int count;
    private int oldest;

    Opening of(Kind kind) {
      for (int i = 0; i < count; i++) {
        if (openings[i].kind.is(kind)) {
          return openings[i];
        }
      }
      Opening opening = new Opening(kind);
      openings[oldest] = opening;
      oldest = (oldest + 1) % KEPT;
      count = Math.min(count + 1, KEPT);
      return opening;
    }
  }
}
