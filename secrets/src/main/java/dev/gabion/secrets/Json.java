package dev.gabion.secrets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds its way in JSON without making text of what it passes. */
final class Json {
  /** Keeps no names and lends no buffers to later parsers: neither outlives one read. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .build();

  private Json() {}

  /** The names of the texts at the top of an object; none if this is not one JSON object. */
  static List<String> texts(byte[] json) {
    List<String> names = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return List.of();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          names.add(name);
        }
        parser.skipChildren();
      }
      return parser.nextToken() == null ? names : List.of();
    } catch (IOException notJson) {
      return List.of();
    }
  }

  /**
   * The bytes of one object at the top of another.
   *
   * @throws Fault if there is no such object; without anything of what there is
   */
  static byte[] object(byte[] json, String name) throws Fault {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean wanted = name.equals(parser.currentName());
          boolean object = parser.nextToken() == JsonToken.START_OBJECT;
          int from = (int) parser.currentTokenLocation().getByteOffset();
          parser.skipChildren();
          if (wanted && object) {
            return Arrays.copyOfRange(
                json, from, (int) parser.currentLocation().getByteOffset());
          }
        }
      }
      throw Fault.unreadable("NotTheReply");
    } catch (IOException notJson) {
      throw Fault.unreadable("NotJson"); // the parser's own message may quote the secret
    }
  }
}
