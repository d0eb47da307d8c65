package dev.gabion.core;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

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
  private final byte[] bytes;
  private volatile boolean wiped;

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
    return MessageDigest.isEqual(live(), other.live());
  }

  /**
   * Whether {@code candidate}, such as a key that a sender presents, is the secret, in time that
   * depends on the candidate's size alone.
   *
   * @throws IllegalStateException if this is wiped
   */
  public boolean matches(byte[] candidate) {
    return MessageDigest.isEqual(live(), candidate);
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
    return new SecretValue(SecretJson.field(live(), name));
  }

  /** Wipes; whoever reads it afterwards gets an exception. Does nothing the second time. */
  @Override
  public void close() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** The bytes themselves, for this room's {@link InsecureSecretAccess}. */
  byte[] live() {
    if (wiped) {
      throw new IllegalStateException(
          "This secret is wiped: use it inside the body that it was lent to.");
    }
    return bytes;
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
