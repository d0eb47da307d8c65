package dev.gabion.crypto;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.crypto.Refused.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * One field of a document, by its place (RFC 6901): what it holds is sealed as JSON, so that it
 * comes back as what it was, and stands there as Base64 text meanwhile.
 */
final class JsonField {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonNode parent;
  private final JsonPointer last;
  private final JsonNode value;

  private JsonField(JsonNode parent, JsonPointer last, JsonNode value) {
    this.parent = parent;
    this.last = last;
    this.value = value;
  }

  /**
   * Finds a field; it may be missing.
   *
   * @param pointer such as {@code /card/number}
   * @throws IllegalArgumentException if it is no pointer, or names the whole document
   */
  static JsonField at(JsonNode document, String pointer) {
    JsonPointer place = JsonPointer.compile(pointer);
    JsonPointer last = place.last();
    if (last == null || last.matches()) {
      throw new IllegalArgumentException(
          "A field's place is a JSON pointer below the document, such as /card/number.");
    }
    return new JsonField(document.at(place.head()), last, document.at(place));
  }

  /**
   * What it holds, as bytes for the caller to wipe.
   *
   * @throws IllegalArgumentException if it is missing
   */
  byte[] plaintext() {
    if (value.isMissingNode()) {
      throw new IllegalArgumentException("The document has no field at that place to be sealed.");
    }
    byte[] bytes = new byte[0];
    try {
      bytes = JSON.writeValueAsBytes(value);
      JsonNode again = JSON.readTree(bytes); // what is too long to be read again is not sealed
      if (value.equals(JsonField::compare, again)) {
        return bytes;
      }
    } catch (IOException unwritable) {
      // Refused below.
    }
    Arrays.fill(bytes, (byte) 0);
    throw new IllegalArgumentException(
        "The field holds what JSON cannot say, such as NaN, -0.0 or bytes, or a number, name or"
            + " text too long to be read again: make text of it first.");
  }

  /** Zero if a value that is neither object nor array comes back as what it was. */
  private static int compare(JsonNode value, JsonNode again) {
    boolean same =
        (value.isNumber() && again.isNumber())
            ? isSameNumber(value.asText(), again.asText())
            : value.equals(again);
    return same ? 0 : 1;
  }

  private static boolean isSameNumber(String value, String again) {
    try {
      BigDecimal number = new BigDecimal(value);
      boolean negativeZero = number.signum() == 0 && value.startsWith("-");
      return !negativeZero && number.compareTo(new BigDecimal(again)) == 0;
    } catch (NumberFormatException notFinite) {
      return false;
    }
  }

  /**
   * What it holds once it is sealed.
   *
   * @throws Refused if it is no text
   */
  String sealed() throws Refused {
    if (!value.isTextual()) {
      throw Refused.because(Reason.NO_FIELD);
    }
    return value.textValue();
  }

  /** Puts a message's text into its place. */
  void put(String sealed) {
    put(JSON.getNodeFactory().textNode(sealed));
  }

  /** Puts back what was sealed. */
  void put(JsonNode node) {
    if (parent instanceof ObjectNode object) {
      object.set(last.getMatchingProperty(), node);
    } else if (parent instanceof ArrayNode array) {
      array.set(last.getMatchingIndex(), node);
    }
  }

  /**
   * What was sealed; wipes the bytes.
   *
   * @throws Refused if it was no field of a document
   */
  static JsonNode read(byte[] plaintext) throws Refused {
    try {
      JsonNode node = JSON.readTree(plaintext);
      if (!node.isMissingNode()) {
        return node;
      }
    } catch (IOException notJson) {
      // Refused below.
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
    throw Refused.because(Reason.PLAINTEXT_FORM);
  }
}
