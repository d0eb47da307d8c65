package dev.gabion.crypto;

import java.io.IOException;
import java.util.Locale;

/**
 * A message that is not opened, and the constant that says why: for the audit trail, never for
 * whoever sent it.
 *
 * <p>It is an {@link IOException} so that a stream of plaintext can end in it.
 */
final class Refused extends IOException {
  private static final long serialVersionUID = 1;

  /** Why. */
  enum Reason {
    /** The bytes are the Base64 text of a message, not the message. */
    BASE64_TEXT("decode the Base64 text first"),
    /** Message format version 1, whose suites do not commit to their key. */
    VERSION_1("re-encrypt it with the AWS Encryption SDK and a committing suite"),
    /** No version of the message format. */
    VERSION("it is no message of the AWS Encryption SDK"),
    /** A suite that is not one of {@link Suite}. */
    SUITE("re-encrypt it with the AWS Encryption SDK and a committing suite"),
    /** The bytes end too early. */
    TRUNCATED("it is not whole"),
    /** Bytes follow the end. */
    TRAILING_BYTES("hand over one message and nothing else"),
    /** The encryption context is longer than the bound. */
    CONTEXT_TOO_LONG("raise the bound if such contexts are yours"),
    /** The encryption context is not written as the specification demands. */
    CONTEXT("its context is not written as one"),
    /** No encrypted data key, or more than the bound. */
    ENCRYPTED_DATA_KEYS("raise the bound if so many wrapping keys are yours"),
    /** A key provider's name that is not UTF-8. */
    PROVIDER("its key provider is not UTF-8"),
    /** Neither framed nor unframed. */
    CONTENT_TYPE("its body is of no known kind"),
    /** A frame length that its content type does not allow. */
    FRAME_LENGTH("its frame length does not fit its kind of body"),
    /** A frame, or a body without frames, above the bound for streams. */
    FRAME_TOO_LONG("raise the bound, or open it in one piece"),
    /** The context names a verifying key and the suite has no signature. */
    VERIFYING_KEY_UNSIGNED("its context speaks of a signature that its suite has not"),
    /** No verifying key in a signed message's context, or none that is a point on the curve. */
    VERIFYING_KEY("its context holds no verifying key"),
    /** A signed message where bytes would be released before the signature is checked. */
    SIGNED_STREAM("open it in one piece"),
    /** The message's encryption context is not the one that whoever opens it demands. */
    CONTEXT_MISMATCH("it was sealed for something else"),
    /** An unsigned message where only signed ones are opened. */
    UNSIGNED("open it with a cipher that does not demand signatures"),
    /** The data key is not the one that the message commits to. */
    COMMITMENT("its data key is another one"),
    /** The header's tag does not hold. */
    HEADER_TAG("its header was changed"),
    /** A frame is not the next one. */
    SEQUENCE("its frames are out of order"),
    /** The last frame, or a body without frames, has a length that cannot be. */
    CONTENT_LENGTH("its last frame has an impossible length"),
    /** A frame's tag does not hold. */
    FRAME_TAG("a frame was changed"),
    /** The signature does not hold, or is not in canonical form. */
    SIGNATURE("its signature does not hold"),
    /** What should be the Base64 text of a message is not, or not in its one form. */
    NOT_BASE64("it is no sealed text"),
    /** The plaintext is not the text or the JSON that it should be. */
    PLAINTEXT_FORM("open it as bytes"),
    /** A document has no sealed text at that place. */
    NO_FIELD("look at where the field was sealed");

    private final String text;
    private final String message;

    Reason(String advice) {
      this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
      this.message = "The message is refused (" + text + "): " + advice + ".";
    }

    /** The constant for the audit trail, such as {@code frame-tag}. */
    String text() {
      return text;
    }
  }

  private final Reason reason;

  private Refused(Reason reason) {
    super(reason.message);
    this.reason = reason;
  }

  /** Nothing: the reason says where it was, and whoever sends bad messages shall not cost more. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** A refusal for {@code reason}. */
  static Refused because(Reason reason) {
    return new Refused(reason);
  }

  /** Why. */
  Reason reason() {
    return reason;
  }
}
