package dev.gabion.events;

import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of a request: media type, base64, gzip and UTF-8 within one budget. */
final class HttpBody {
  private static final Set<String> UTF_8 = Set.of("charset=utf-8", "charset=\"utf-8\"");

  private final @Nullable String given;
  private final boolean base64;

  /**
   * @param given the body as the event has it, or null
   * @param base64 whether the event has it in base64
   */
  HttpBody(@Nullable String given, boolean base64) {
    this.given = given;
    this.base64 = base64;
  }

  boolean isEmpty() {
    return given == null || given.isEmpty();
  }

  /** Refuses a body that cannot be within its budget, before anybody works on it. */
  void check(Limits limits) {
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    // Text of n bytes has at most n units; base64 of n bytes about a third more.
    if (given != null && given.length() > (base64 ? limit / 3 * 4 + 4 : limit)) {
      throw tooLarge();
    }
  }

  /** The body as it was sent: base64 undone, compression not. */
  byte[] raw() {
    if (given == null) {
      return new byte[0];
    }
    if (!base64) {
      return given.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(given);
    } catch (IllegalArgumentException invalid) {
      throw Rejection.of(Rejection.Code.MALFORMED, "base64");
    }
  }

  /**
   * Reads a body that was checked, as text.
   *
   * @param contentType the one media type that is taken; the only parameter it may have is {@code
   *     charset=utf-8}
   * @throws Rejection if it has another type or coding, is over its budget, or is not UTF-8
   */
  String text(HttpHeaders headers, String contentType, Limits limits) {
    requireType(headers.get("content-type"), contentType);
    boolean gzip = requireCoding(headers.get("content-encoding"));
    if (given == null || given.isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "no-body");
    }
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    if (!base64 && !gzip) {
      // A unit is three bytes at most.
      if (given.length() > limit / 3 && given.getBytes(StandardCharsets.UTF_8).length > limit) {
        throw tooLarge();
      }
      return given;
    }
    byte[] bytes = raw();
    return StrictJson.text(gzip ? Gzip.inflate(bytes, limit) : atMost(bytes, limit));
  }

  private static void requireType(Optional<String> given, String contentType) {
    String[] parts = given.orElse("").split(";", -1);
    boolean plain = parts.length == 1;
    boolean utf8 = parts.length == 2 && UTF_8.contains(parts[1].strip().toLowerCase(Locale.ROOT));
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(contentType) || !(plain || utf8)) {
      throw Rejection.of(Rejection.Code.UNSUPPORTED_MEDIA_TYPE, "content-type");
    }
  }

  /** Whether the body is compressed. */
  private static boolean requireCoding(Optional<String> given) {
    String coding = given.orElse("identity").strip().toLowerCase(Locale.ROOT);
    return switch (coding) {
      case "identity" -> false;
      case "gzip" -> true;
      default -> throw Rejection.of(Rejection.Code.UNSUPPORTED_MEDIA_TYPE, "content-encoding");
    };
  }

  private static byte[] atMost(byte[] bytes, int limit) {
    if (bytes.length > limit) {
      throw tooLarge();
    }
    return bytes;
  }

  static Rejection tooLarge() {
    return Rejection.of(Rejection.Code.TOO_LARGE, "body-bytes");
  }
}
