package dev.gabion.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A token in its compact form, taken apart strictly and not believed (RFC 7515 section 7.1): there
 * is one way only to write each of its parts in base64. A token's text is still no name for it:
 * ECDSA has two signatures for each, and a load balancer's may be padded or not.
 */
final class Jws {
  private static final int PARTS = 3;

  private final JsonNode header;
  private final byte[] signed;
  private final byte[] payload;
  private final byte[] signature;
  private final StrictJson json;

  private Jws(JsonNode header, byte[] signed, byte[] payload, byte[] signature, StrictJson json) {
    this.header = header;
    this.signed = signed;
    this.payload = payload;
    this.signature = signature;
    this.json = json;
  }

  /**
   * Takes a token apart.
   *
   * @param padded whether its parts may end in {@code =}, as a load balancer writes them
   * @throws Rejection if it is none: an encrypted token, which has five parts, is none either
   */
  static Jws of(String token, int mostChars, boolean padded, StrictJson json) {
    if (token.length() > mostChars) {
      throw Rejection.unauthenticated("token-length");
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != PARTS) {
      throw unreadable();
    }
    JsonNode header = object(decode(parts[0], padded), json);
    requirePlain(header);
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    return new Jws(header, signed, decode(parts[1], padded), decode(parts[2], padded), json);
  }

  /**
   * Refuses what would have to be understood (RFC 7515 section 4.1.11), another form of payload
   * (RFC 7797), compression, and a token in a token. Keys in a header, or where to fetch one, are
   * not looked at.
   */
  private static void requirePlain(JsonNode header) {
    if (header.has("crit") || header.has("b64") || header.has("zip") || header.has("cty")) {
      throw Rejection.unauthenticated("token-header");
    }
  }

  private static byte[] decode(String part, boolean padded) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      String plain = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      if (bytes.length > 0
          && (part.equals(plain)
              || (padded && part.equals(Base64.getUrlEncoder().encodeToString(bytes))))) {
        return bytes;
      }
    } catch (IllegalArgumentException invalid) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static JsonNode object(byte[] bytes, StrictJson json) {
    JsonNode node;
    try {
      node = json.tree(StrictJson.text(bytes));
    } catch (Rejection unfit) {
      throw Rejection.of(Rejection.Code.UNAUTHENTICATED, "token-format", unfit);
    }
    if (!node.isObject()) {
      throw unreadable();
    }
    return node;
  }

  static Rejection unreadable() {
    return Rejection.unauthenticated("token-format");
  }

  /** The header, as it is claimed. */
  JsonNode header() {
    return header;
  }

  /** A text of the header; empty if there is none. */
  String header(String name) {
    JsonNode value = header.path(name);
    if (!value.isTextual() && !value.isMissingNode()) {
      throw unreadable();
    }
    return value.asText("");
  }

  /**
   * The claims, once the signature holds.
   *
   * @throws Rejection if it does not
   */
  JsonNode claims(Verifier verifier) {
    if (!verifier.verify(signed, signature)) {
      throw Rejection.unauthenticated("token-signature");
    }
    return object(payload, json);
  }

  /** Who knows whether a signature holds. */
  @FunctionalInterface
  interface Verifier {
    boolean verify(byte[] signed, byte[] signature);
  }
}
