package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Notifications of an S3 bucket ("Processing Amazon S3 event notifications with Lambda", "Event
 * message structure"). The input is a {@link Change}: where something happened, never the object.
 *
 * <p>S3 invokes asynchronously: nobody reads the reply, and it cannot name records. If one of
 * several records is not done, the invocation fails, and Lambda delivers all of them again, twice;
 * then it sends the event to the function's failure destination or drops it. Logic therefore may
 * see a record that it has done already.
 *
 * <p>A bucket's ARN names no account, and a bucket's name may become another account's once the
 * bucket is deleted: the function's permission for S3 must have {@code SourceAccount}.
 */
public final class S3 extends RecordSource<S3.Change, S3.Change> {
  private static final Shape SHAPE = new Shape("not-s3");

  private final String bucket;

  private S3(String bucket, Terms terms) {
    super(Change.class, terms);
    this.bucket = bucket;
  }

  /**
   * Takes the notifications of one bucket.
   *
   * @param bucket its name, or its ARN
   * @throws IllegalArgumentException if it is neither
   */
  public static S3 bucket(String bucket) {
    String name = bucket.replaceFirst("^arn:aws[a-z-]{0,16}:s3:::", "");
    // Amazon S3 User Guide, "General purpose bucket naming rules"
    if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException(
          "A bucket is named as in arn:aws:s3:::name, or by its name alone.");
    }
    return new S3(name, Terms.PLAIN);
  }

  /** Keeps records there that can never pass, rather than have Lambda try again. */
  public S3 quarantine(Quarantine quarantine) {
    return new S3(bucket, terms.quarantine(quarantine));
  }

  @Override
  public String describe() {
    return "S3: changes in " + bucket + terms.describe();
  }

  @Override
  protected Delivery<Change> open(JsonNode event, FunctionArn function) {
    List<Change> changes =
        SHAPE.records(
            event,
            each -> {
              Change change = new Change(each);
              String arn = "arn:" + function.partition() + ":s3:::" + bucket;
              if (!change.facts.origin().equals(arn) || !change.bucket.equals(bucket)) {
                throw Shape.foreign();
              }
              return change;
            });
    return new Delivery<>(changes, false);
  }

  /** Refuses a key that no path and no log could take. */
  @Override
  protected void admit(Change change, Limits limits) {
    change.key();
  }

  @Override
  protected boolean bindsInput() {
    return false;
  }

  @Override
  protected Change decode(Change change, StrictJson json) {
    return change;
  }

  @Override
  protected boolean namesFailures() {
    return false;
  }

  /** The key of an object, fit to be used: decoded once, and none that leads out of a folder. */
  public static final class Key {
    /** Amazon S3 User Guide, "Naming Amazon S3 objects". */
    private static final int LONGEST = 1024;

    private final String value;

    private Key(String value) {
      this.value = value;
    }

    /**
     * Checks a key that is not encoded.
     *
     * @throws Rejection {@code key} if it is empty or has more than 1,024 bytes, begins with a
     *     slash, has a segment {@code .} or {@code ..} between slashes or backslashes, or a control
     *     character in it
     */
    public static Key of(String key) {
      boolean fit =
          !key.isEmpty()
              && key.getBytes(StandardCharsets.UTF_8).length <= LONGEST
              && key.charAt(0) != '/'
              && key.charAt(0) != '\\'
              && key.chars().noneMatch(Character::isISOControl);
      for (String segment : key.split("[/\\\\]", -1)) {
        fit &= !segment.equals(".") && !segment.equals("..");
      }
      if (!fit) {
        throw unfit();
      }
      return new Key(key);
    }

    /** Decodes a key as notifications have it: percent-encoded UTF-8, a plus sign for a space. */
    static Key ofEvent(String encoded) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
      for (int i = 0; i < encoded.length(); i++) {
        char c = encoded.charAt(i);
        if (c == '%') {
          bytes.write(
              Character.digit(hex(encoded, i + 1), 16) << 4
                  | Character.digit(hex(encoded, i + 2), 16));
          i += 2;
        } else if (c > ' ' && c < 0x7F) {
          bytes.write(c == '+' ? ' ' : c);
        } else {
          throw unfit();
        }
      }
      return of(StrictJson.text(bytes.toByteArray()));
    }

    private static char hex(String text, int at) {
      if (at >= text.length()
          || text.charAt(at) > 'f'
          || Character.digit(text.charAt(at), 16) < 0) {
        throw unfit();
      }
      return text.charAt(at);
    }

    private static Rejection unfit() {
      return Rejection.of(Rejection.Code.MALFORMED, "key");
    }

    /** The key, as S3's other operations take it. */
    public String value() {
      return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.value.equals(value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }

    /** Says nothing of the key: keys have names of customers in them. */
    @Override
    public String toString() {
      return "S3.Key";
    }
  }

  /** Something that happened to one object. */
  public static final class Change implements SentEnvelope {
    private final JsonNode whole;
    private final String bucket;
    private final String encodedKey;
    private final String sequencer;
    private final String id;
    private final SourceFacts facts;

    private Change(JsonNode sent) {
      SHAPE.require(sent, "eventSource", "aws:s3");
      JsonNode s3 = SHAPE.object(sent, "s3");
      JsonNode from = SHAPE.object(s3, "bucket");
      this.whole = sent;
      this.bucket = SHAPE.text(from, "name");
      JsonNode object = SHAPE.object(s3, "object");
      this.encodedKey = SHAPE.text(object, "key");
      // Not every kind of notification has one.
      this.sequencer = Objects.requireNonNullElse(SHAPE.textOrNull(object, "sequencer"), "");
      String version = SHAPE.textOrNull(object, "versionId");
      SHAPE.textOrNull(object, "eTag");
      this.facts = SourceFacts.of("s3", SHAPE.text(from, "arn"), SHAPE.text(sent, "eventName"));
      this.id = digest(facts.operation(), encodedKey, String.valueOf(version), sequencer);
    }

    /** No key has a line break that is not encoded. */
    private static String digest(String... parts) {
      try {
        byte[] bytes = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        return HexFormat.of().formatHex(digest, 0, 16);
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private JsonNode object() {
      return whole.path("s3").path("object");
    }

    /**
     * A digest of event, key, version and sequencer: the same when the change is notified again. S3
     * itself has no identifier for it.
     */
    @Override
    public String id() {
      return id;
    }

    /** What orders the changes of one key, in hexadecimal digits; empty if S3 sent none. */
    public String sequencer() {
      return sequencer;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** What happened, such as {@code ObjectCreated:Put}. */
    public String event() {
      return facts.operation();
    }

    /** The bucket's name. */
    public String bucket() {
      return bucket;
    }

    /**
     * Which object.
     *
     * @throws Rejection if its key is not fit to be used; logic never sees such a change
     */
    public Key key() {
      return Key.ofEvent(encodedKey);
    }

    /** Which version of it, in a bucket that has versions. */
    public Optional<String> version() {
      return Optional.ofNullable(SHAPE.textOrNull(object(), "versionId"))
          .filter(version -> !version.isEmpty());
    }

    /** The object's size in bytes, as the notification says; empty for a deletion. */
    public OptionalLong size() {
      JsonNode size = object().path("size");
      return size.canConvertToLong() && size.isIntegralNumber()
          ? OptionalLong.of(size.longValue())
          : OptionalLong.empty();
    }

    /** The object's entity tag. */
    public Optional<String> eTag() {
      return Optional.ofNullable(SHAPE.textOrNull(object(), "eTag"));
    }

    /** The principal who has changed the object. */
    @Override
    public Optional<String> sender() {
      return Optional.ofNullable(whole.path("userIdentity").path("principalId").textValue());
    }

    @Override
    public byte[] original() {
      return Shape.bytes(whole);
    }

    @Override
    public byte[] asEvent() {
      return Shape.event(whole);
    }
  }
}
