package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads one field of a secret that is a JSON object, and leaves the rest unread in its bytes. */
final class SecretJson {
  /** Keeps no names and lends no buffers to later parsers: neither outlives one read. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .build();

  private SecretJson() {}

  /**
   * The field's bytes, a copy.
   *
   * @throws IllegalArgumentException if there is no such field; without anything of the secret
   */
  static byte[] field(byte[] json, String name) {
    byte @Nullable [] found = null;
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean wanted = name.equals(parser.currentName());
          JsonToken value = parser.nextToken();
          if (wanted && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            found = bytes(parser);
          } else {
            parser.skipChildren();
          }
        }
        if (parser.nextToken() == null && found != null) {
          return found;
        }
      }
    } catch (IOException malformed) {
      if (found != null) {
        Arrays.fill(found, (byte) 0);
      }
      throw refusal(name); // the parser's own message may quote the secret
    }
    throw refusal(name);
  }

  private static byte[] bytes(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    ByteBuffer encoded = ByteBuffer.allocate(3 * length);
    CoderResult result =
        UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, length), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    if (parser.currentToken() == JsonToken.VALUE_STRING) { // other tokens' texts are shared
      Arrays.fill(text, from, from + length, '\0');
    }
    if (result.isError()) {
      result.throwException();
    }
    return bytes;
  }

  private static IllegalArgumentException refusal(String name) {
    return new IllegalArgumentException(
        "The secret is not a JSON object with one text, number or truth value named "
            + name
            + ": look at how it is stored.");
  }
}
