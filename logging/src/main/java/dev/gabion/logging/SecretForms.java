package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
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
  /** Lines of a secret that are shorter are ordinary words, not secrets themselves. */
  private static final int SHORTEST_LINE = 16;

  private static final int LINES = 256;
  private static final int FIELDS = 256;

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

  /** Itself, in base64, hexadecimal, and as Java prints an array. No text is made of it. */
  static List<Form> of(byte[] secret) {
    List<Form> forms = new ArrayList<>();
    forms.add(new Form(secret.clone()));
    addBase64(secret, forms);
    forms.add(new Form(hex(secret, "0123456789abcdef")));
    forms.add(new Form(hex(secret, "0123456789ABCDEF")));
    forms.add(new Form(array(secret)));
    addLatin(secret, forms);
    addEscapedInBase64(secret, forms);
    return forms;
  }

  private static byte[] hex(byte[] secret, String digits) {
    byte[] hex = new byte[2 * secret.length];
    for (int i = 0; i < secret.length; i++) {
      hex[2 * i] = (byte) digits.charAt((secret[i] & 0xFF) >> 4);
      hex[2 * i + 1] = (byte) digits.charAt(secret[i] & 0x0F);
    }
    return hex;
  }

  /** Signed decimal numbers with a comma and a space between them. */
  private static byte[] array(byte[] secret) {
    byte[] array = new byte["-128, ".length() * secret.length];
    int size = 0;
    for (byte b : secret) {
      if (size > 0) {
        array[size++] = ',';
        array[size++] = ' ';
      }
      if (b < 0) {
        array[size++] = '-';
      }
      int number = Math.abs(b);
      for (int power = number > 99 ? 100 : number > 9 ? 10 : 1; power > 0; power /= 10) {
        array[size++] = (byte) ('0' + number / power % 10);
      }
    }
    return cut(array, size);
  }

  private static byte[] cut(byte[] longer, int size) {
    byte[] cut = Arrays.copyOf(longer, size);
    Arrays.fill(longer, (byte) 0);
    return cut;
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
    byte[] printed = new byte[2 * secret.length];
    int size = 0;
    for (byte b : secret) {
      if (b < 0) {
        printed[size++] = (byte) (0xC0 | ((b & 0xFF) >> 6));
        printed[size++] = (byte) (0x80 | (b & 0x3F));
      } else {
        printed[size++] = b;
      }
    }
    byte[] form = cut(printed, size);
    if (size != secret.length) {
      forms.add(new Form(form));
    } else {
      Arrays.fill(form, (byte) 0);
    }
  }

  /** What a JSON document that is in base64 as a whole has of it. */
  private static void addEscapedInBase64(byte[] secret, List<Form> forms) {
    byte[] escaped = new byte[2 * secret.length];
    int size = 0;
    for (byte b : secret) {
      byte letter =
          switch (b) {
            case '"', '\\' -> b;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
          };
      if (letter != 0) {
        escaped[size++] = '\\';
      }
      escaped[size++] = letter == 0 ? b : letter;
    }
    byte[] whole = cut(escaped, size);
    if (size != secret.length) {
      addBase64(whole, forms);
    }
    Arrays.fill(whole, (byte) 0);
  }

  /** A secret without the white space and the byte order mark around it: it may be used so. */
  static byte[] bare(byte[] secret) {
    boolean mark =
        secret.length > 2
            && secret[0] == (byte) 0xEF
            && secret[1] == (byte) 0xBB
            && secret[2] == (byte) 0xBF;
    int from = mark ? 3 : 0;
    int to = secret.length;
    while (from < to && isBlank(secret[from])) {
      from++;
    }
    while (to > from && isBlank(secret[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(secret, from, to);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
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
