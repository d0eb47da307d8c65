package dev.gabion.events;

import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The body of a request as text: media type, base64, gzip and UTF-8 within one budget. */
final class HttpBody {
  private static final Set<String> UTF_8 = Set.of("charset=utf-8", "charset=\"utf-8\"");

  private HttpBody() {}

  /** Refuses a body that cannot be within its budget, before anybody works on it. */
  static void check(HttpApi.Request request, Limits limits) {
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    String body = request.body();
    // Text of n bytes has at most n units; base64 of n bytes about a third more.
    if (body != null && body.length() > (request.base64() ? limit / 3 * 4 + 4 : limit)) {
      throw tooLarge();
    }
  }

  /**
   * Reads a body that was checked.
   *
   * @param contentType the one media type that is taken; the only parameter it may have is {@code
   *     charset=utf-8}
   * @throws Rejection if it has another type or coding, is over its budget, or is not UTF-8
   */
  static String text(HttpApi.Request request, String contentType, Limits limits) {
    requireType(request.header("content-type"), contentType);
    boolean gzip = requireCoding(request.header("content-encoding"));
    String body = request.body();
    if (body == null || body.isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "no-body");
    }
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    if (!request.base64() && !gzip) {
      // A unit is three bytes at most.
      if (body.length() > limit / 3 && body.getBytes(StandardCharsets.UTF_8).length > limit) {
        throw tooLarge();
      }
      return body;
    }
    byte[] bytes = request.rawBody();
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
