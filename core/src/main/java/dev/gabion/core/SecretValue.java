package dev.gabion.core;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.NotSerializableException;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A secret: bytes that print as nothing, compare in constant time, and are read through {@link
 * InsecureSecretAccess} alone.
 *
 * <p>What {@link SecretSource#use} lends is wiped by its owner, not by the borrower: keep nothing
 * of it past the body. It is neither {@link java.io.Serializable} nor written by Jackson.
 *
 * <p>Wiping zeroes this object's own bytes. What a JVM cannot wipe: copies that the garbage
 * collector left behind when it moved the bytes, text and buffers of the library that the secret
 * came through, and whatever {@link InsecureSecretAccess} handed out.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonSerialize(using = SecretValue.Refused.class)
public final class SecretValue implements AutoCloseable {
  /** Transient, so that no library that writes objects by their fields takes it for one. */
  private final transient byte[] bytes;

  private transient volatile boolean wiped;

  private SecretValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies a secret in; the caller wipes its own array. */
  public static SecretValue copyOf(byte[] bytes) {
    return new SecretValue(bytes.clone());
  }

  /** Copies text in, as UTF-8; the text itself stays in memory until it is collected. */
  public static SecretValue ofText(String text) {
    return new SecretValue(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int size() {
    return bytes.length;
  }

  /**
   * Whether {@code other} is the same secret, in time that depends on the size of {@code other}
   * alone.
   *
   * @throws IllegalStateException if either is wiped
   */
  public boolean matches(SecretValue other) {
    return other.read(this::isEqual);
  }

  /**
   * Whether {@code candidate}, such as a key that a sender presents, is the secret, in time that
   * depends on the candidate's size alone. Nothing matches an empty secret: it would let in whoever
   * presents nothing.
   *
   * @throws IllegalStateException if this is wiped
   */
  public boolean matches(byte[] candidate) {
    return isEqual(candidate) && size() > 0;
  }

  private boolean isEqual(byte[] candidate) {
    return read(secret -> MessageDigest.isEqual(candidate, secret)); // the first sets the time
  }

  /**
   * One text, number or truth value of a secret that is a JSON object, as a secret of its own: text
   * without its escapes, the others as they are written. The rest is not made into objects.
   *
   * @param name the name of a field at the top of the object
   * @throws IllegalArgumentException if this is not a JSON object, or has no such field, or that is
   *     null, an object or an array; the message has nothing of the secret
   * @throws IllegalStateException if this is wiped
   */
  public SecretValue field(String name) {
    return new SecretValue(read(secret -> SecretJson.field(secret, name)));
  }

  /**
   * One object in a secret that is a JSON object, as it is written, as a secret of its own.
   *
   * @param name the name of a field at the top of the object
   * @throws IllegalArgumentException if there is not one such object; the message has nothing of
   *     the secret
   * @throws IllegalStateException if this is wiped
   */
  public SecretValue object(String name) {
    return new SecretValue(read(secret -> SecretJson.object(secret, name)));
  }

  /**
   * Lends each text at the top of a secret that is a JSON object, with its name, and wipes it when
   * the visitor has returned; nothing if this is no such object.
   *
   * @throws IllegalStateException if this is wiped
   */
  public void forEachText(BiConsumer<String, SecretValue> visitor) {
    read(
        secret -> {
          SecretJson.eachText(
              secret,
              (name, text) -> {
                try (SecretValue value = SecretValue.copyOf(text)) {
                  visitor.accept(name, value);
                }
              });
          return secret.length;
        });
  }

  /**
   * The same JSON object in which one text, number or truth value has become another text: what a
   * rotation makes of a secret.
   *
   * @param name the name of a field at the top of the object, which is there
   * @param text UTF-8
   * @throws IllegalArgumentException as {@link #field} does
   * @throws IllegalStateException if either is wiped
   */
  public SecretValue with(String name, SecretValue text) {
    return new SecretValue(
        read(secret -> text.read(value -> SecretJson.with(secret, name, value))));
  }

  /** Wipes; whoever reads it afterwards gets an exception. Does nothing the second time. */
  @Override
  public void close() {
    wiped = true;
    VarHandle.fullFence(); // no zero is seen before the mark
    Arrays.fill(bytes, (byte) 0);
  }

  /**
   * What {@code reading} makes of the bytes, unless they are wiped before it has ended: half-wiped
   * bytes are no secret, and zeroes must match nothing.
   */
  <R> R read(Function<byte[], R> reading) {
    requireLive();
    R result = reading.apply(bytes);
    VarHandle.fullFence(); // the mark is looked at only after the bytes
    requireLive();
    return result;
  }

  private void requireLive() {
    if (wiped) {
      throw new IllegalStateException(
          "This secret is wiped: use it inside the body that it was lent to.");
    }
  }

  /** Says nothing of the secret, not even its size. */
  @Override
  public String toString() {
    return "SecretValue[…]";
  }

  /** What stands in Jackson's way. */
  static final class Refused extends JsonSerializer<SecretValue> {
    @Override
    public void serialize(SecretValue value, JsonGenerator to, SerializerProvider provider)
        throws NotSerializableException {
      throw new NotSerializableException("A secret is never written as JSON.");
    }
  }
}
