package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object of bounded size that no text in it can get out of.
 *
 * <p>Every byte is a printable ASCII character: line breaks, terminal escapes, bidirectional and
 * zero-width characters and all other text beyond ASCII are escaped by their number. Half a
 * surrogate pair becomes the replacement character, since strict readers refuse the whole line for
 * it (RFC 8259 section 8.2).
 *
 * <p>A text is cut at {@value #TEXT} characters and then ends in an ellipsis. Lists ask {@link
 * #takes} before each element; the room that they may not use holds what is written after them.
 */
final class BoundedJson {
  /** The longest line, its line break included. */
  static final int LINE_BYTES = 256 * 1024;

  /** The longest text, in UTF-16 units: as long as the longest note of a call. */
  static final int TEXT = 1_024;

  /** The longest name that is not our own, in UTF-16 units. */
  static final int NAME = 128;

  /** Room for what follows the lists; {@link ApiActivity} writes two texts there. */
  private static final int RESERVE = 32 * 1024;

  private static final int ESCAPED = "\\uXXXX".length();

  private static final JsonFactory FACTORY =
      ((JsonFactoryBuilder) JsonFactory.builder())
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .characterEscapes(new DeleteToo())
          .build();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * 1024);
  private final JsonGenerator json;
  private boolean truncated;
  private int omitted;

  BoundedJson() throws IOException {
    json = FACTORY.createGenerator(bytes);
    json.writeStartObject();
  }

  BoundedJson object(String name) throws IOException {
    json.writeObjectFieldStart(name);
    return this;
  }

  BoundedJson array(String name) throws IOException {
    json.writeArrayFieldStart(name);
    return this;
  }

  BoundedJson element() throws IOException {
    json.writeStartObject();
    return this;
  }

  BoundedJson end() throws IOException {
    if (json.getOutputContext().inArray()) {
      json.writeEndArray();
    } else {
      json.writeEndObject();
    }
    return this;
  }

  /** Writes a text; nothing where there is none. */
  BoundedJson text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, fit(value));
    }
    return this;
  }

  BoundedJson text(String value) throws IOException {
    json.writeString(fit(value));
    return this;
  }

  BoundedJson number(String name, long value) throws IOException {
    json.writeNumberField(name, value);
    return this;
  }

  BoundedJson flag(String name, boolean value) throws IOException {
    json.writeBooleanField(name, value);
    return this;
  }

  /** Whether there is room for an element of these texts; if not, it counts as omitted. */
  boolean takes(String... texts) {
    long most = 64;
    for (String text : texts) {
      most += (long) ESCAPED * Math.min(text.length(), TEXT + 1);
    }
    boolean room = bytes.size() + json.getOutputBuffered() + most <= LINE_BYTES - RESERVE;
    if (!room) {
      omit();
    }
    return room;
  }

  /** Whether a foreign text may be a name, uncut, so that no two become the same. */
  boolean takesName(String name) {
    boolean fit = !name.isEmpty() && name.length() <= NAME && paired(name).equals(name);
    if (!fit) {
      omit();
    }
    return fit;
  }

  private void omit() {
    truncated = true;
    omitted++;
  }

  /** How many elements were left out so far. */
  int omitted() {
    return omitted;
  }

  /** Whether anything was cut or left out so far. */
  boolean truncated() {
    return truncated;
  }

  /** Ends the object. */
  byte[] finish() throws IOException {
    json.writeEndObject();
    json.close();
    return bytes.toByteArray();
  }

  private String fit(String text) {
    if (text.length() <= TEXT) {
      return paired(text);
    }
    truncated = true;
    int end = Character.isHighSurrogate(text.charAt(TEXT - 1)) ? TEXT - 1 : TEXT;
    return paired(text.substring(0, end)) + "…";
  }

  private static String paired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceHalves(text);
      }
    }
    return text;
  }

  private static String replaceHalves(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }

  /** Escapes DEL as well, the one ASCII control character that JSON lets pass. */
  private static final class DeleteToo extends CharacterEscapes {
    private static final long serialVersionUID = 1;

    private final int[] ascii = standardAsciiEscapesForJSON();

    private DeleteToo() {
      ascii[0x7F] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int ch) {
      return null;
    }
  }
}
