package dev.gabion.events;

import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The body of a request as text: media type, base64, gzip and UTF-8 within one budget. */
final class HttpBody {
  private HttpBody() {}

  /**
   * Reads a body.
   *
   * @param contentType the one media type that is taken; the only parameter it may have is {@code
   *     charset=utf-8}
   * @throws Rejection if it has another type or coding, is over its budget, or is not UTF-8
   */
  static String text(HttpApi.Request request, String contentType, Limits limits) {
    requireType(request.header("content-type"), contentType);
    boolean gzip = requireCoding(request.header("content-encoding"));
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    String body = request.body();
    if (body == null || body.isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "no-body");
    }
    // No text of n bytes is shorter than n / 3 units, no base64 of n bytes shorter than 4 n / 3.
    if (body.length() > (request.base64() ? limit / 3 * 4 + 4 : limit)) {
      throw tooLarge();
    }
    if (!request.base64() && !gzip) {
      if (body.length() > limit / 3 && body.getBytes(StandardCharsets.UTF_8).length > limit) {
        throw tooLarge();
      }
      return body;
    }
    byte[] bytes = request.rawBody();
    return StrictJson.text(gzip ? inflate(bytes, limit) : atMost(bytes, limit));
  }

  private static void requireType(Optional<String> given, String contentType) {
    String[] parts = given.orElse("").split(";", -1);
    boolean plain = parts.length == 1;
    boolean utf8 =
        parts.length == 2
            && parts[1].strip().toLowerCase(Locale.ROOT).matches("charset=\"?utf-8\"?");
    if (!parts[0].strip().equalsIgnoreCase(contentType) || !(plain || utf8)) {
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

  private static byte[] inflate(byte[] compressed, int limit) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return atMost(in.readNBytes(limit + 1), limit);
    } catch (IOException invalid) {
      throw Rejection.of(Rejection.Code.MALFORMED, "gzip");
    }
  }

  private static byte[] atMost(byte[] bytes, int limit) {
    if (bytes.length > limit) {
      throw tooLarge();
    }
    return bytes;
  }

  private static Rejection tooLarge() {
    return Rejection.of(Rejection.Code.TOO_LARGE, "body-bytes");
  }
}
