package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * How one secret may be written, apart from escapes, which {@link Reading} undoes.
 *
 * <p>In base64 a secret within other bytes stands at one of three alignments (RFC 4648 section 4).
 * For each there is a core of characters that the secret alone decides, and beside it at most one
 * character on either side that it decides in part.
 */
final class SecretForms {
  /** Lines and fields of a secret that are shorter are ordinary words, not secrets themselves. */
  private static final int SHORTEST_LINE = 16;

  private static final int LINES = 256;
  private static final int FIELDS = 64;

  /** What is no secret in a secret; names of the structure in which AWS keeps databases' ones. */
  private static final Set<String> NO_SECRETS =
      Set.of(
          "engine",
          "host",
          "port",
          "dbname",
          "dbInstanceIdentifier",
          "dbClusterIdentifier",
          "username");

  /** Keeps no names and lends no buffers to later parsers. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .build();

  /** One way to write it, and how many bytes beside it are taken out as well. */
  static final class Form {
    final byte[] bytes;
    final int before;
    final int after;

    Form(byte[] bytes) {
      this(bytes, 0, 0);
    }

    private Form(byte[] bytes, int before, int after) {
      this.bytes = bytes;
      this.before = before;
      this.after = after;
    }
  }

  private SecretForms() {}

  /** Itself, in base64, hexadecimal, and as Java prints an array. */
  static List<Form> of(byte[] secret) {
    List<Form> forms = new ArrayList<>();
    forms.add(new Form(secret.clone()));
    addBase64(secret, forms);
    HexFormat hex = HexFormat.of();
    forms.add(new Form(hex.formatHex(secret).getBytes(US_ASCII)));
    forms.add(new Form(hex.withUpperCase().formatHex(secret).getBytes(US_ASCII)));
    String array = Arrays.toString(secret);
    forms.add(new Form(array.substring(1, array.length() - 1).getBytes(US_ASCII)));
    addLatin(secret, forms);
    addEscapedInBase64(secret, forms);
    return forms;
  }

  private static void addBase64(byte[] secret, List<Form> forms) {
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[shift + secret.length];
      System.arraycopy(secret, 0, shifted, shift, secret.length);
      byte[] encoded = Base64.getEncoder().encode(shifted);
      int from = (8 * shift + 5) / 6;
      int to = 8 * shifted.length / 6;
      int before = shift == 0 ? 0 : 1;
      int after = 8 * shifted.length % 6 == 0 ? 0 : 1;
      forms.add(new Form(Arrays.copyOfRange(encoded, from, to), before, after));
      Arrays.fill(shifted, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** What bytes that are no text look like once they were taken for Latin-1. */
  private static void addLatin(byte[] secret, List<Form> forms) {
    byte[] printed = new String(secret, ISO_8859_1).getBytes(UTF_8);
    if (printed.length != secret.length) {
      forms.add(new Form(printed));
    }
  }

  /** What a JSON document that is in base64 as a whole has of it. */
  private static void addEscapedInBase64(byte[] secret, List<Form> forms) {
    StringBuilder escaped = new StringBuilder(secret.length + 16);
    for (byte b : secret) {
      switch (b) {
        case '"', '\\' -> escaped.append('\\').append((char) b);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> escaped.append((char) (b & 0xFF));
      }
    }
    if (escaped.length() != secret.length) {
      byte[] bytes = escaped.toString().getBytes(ISO_8859_1);
      addBase64(bytes, forms);
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The lines of a secret that has several, such as a private key: they may be printed apart. */
  static List<byte[]> lines(byte[] secret) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= secret.length && lines.size() < LINES; i++) {
      if (i == secret.length || secret[i] == '\n') {
        int to = i > from && secret[i - 1] == '\r' ? i - 1 : i;
        boolean whole = from == 0 && i == secret.length;
        if (!whole && to - from >= SHORTEST_LINE && secret[from] != '-') {
          lines.add(Arrays.copyOfRange(secret, from, to));
        }
        from = i + 1;
      }
    }
    return lines;
  }

  /**
   * The texts and numbers of a secret that is a JSON object, whatever depth they are at. What is
   * not JSON has none; what breaks off in the middle has those before.
   */
  static List<byte[]> fields(byte[] secret) {
    List<byte[]> fields = new ArrayList<>();
    if (secret.length == 0 || secret[0] != '{') {
      return fields;
    }
    try (JsonParser parser = FACTORY.createParser(secret)) {
      while (parser.nextToken() != null && fields.size() < FIELDS) {
        JsonToken token = parser.currentToken();
        if ((token == JsonToken.VALUE_STRING || token.isNumeric())
            && !NO_SECRETS.contains(String.valueOf(parser.currentName()))) {
          fields.add(parser.getText().getBytes(UTF_8));
        }
      }
    } catch (IOException broken) {
      return fields;
    }
    return fields;
  }
}
