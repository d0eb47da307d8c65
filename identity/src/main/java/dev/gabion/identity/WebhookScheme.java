package dev.gabion.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Rejection;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a sender writes its signature: what stands in which header, and what is signed. */
interface WebhookScheme {
  /** The length of an HMAC-SHA-256. */
  int MAC_BYTES = 32;

  /** Seconds since 1970, written in one way only; five digits more than are in use. */
  Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,10}");

  /**
   * Reads what a request claims; nothing of it is proven.
   *
   * @throws Rejection if there is no signature, or not one of just this form
   */
  Claimed read(HttpEnvelope request);

  /** Whether what is signed says when. */
  boolean timed();

  /** Who vouches, as it stands in the caller. */
  String issuer();

  /** What a request claims: signatures of which one must hold, and when it was signed. */
  final class Claimed {
    private final List<byte[]> signatures;
    private final byte[] before;
    private final @Nullable Instant time;

    private Claimed(List<byte[]> signatures, String before, @Nullable Instant time) {
      this.signatures = signatures;
      this.before = before.getBytes(US_ASCII);
      this.time = time;
    }

    /** Whether one of the signatures is {@code mac}; all are looked at, each in constant time. */
    boolean matches(byte[] mac) {
      boolean matches = false;
      for (byte[] signature : signatures) {
        matches |= MessageDigest.isEqual(mac, signature);
      }
      return matches;
    }

    /** What is signed before the body. */
    byte[] before() {
      return before.clone();
    }

    /** When it was signed; null if the scheme does not say. */
    @Nullable Instant time() {
      return time;
    }
  }

  /** A signature over the body alone, in one header. */
  record Plain(String issuer, String header, String prefix, WebhookSignature.Encoding encoding)
      implements WebhookScheme {
    @Override
    public Claimed read(HttpEnvelope request) {
      String value = required(request, header);
      int length = encoding == WebhookSignature.Encoding.HEX ? 64 : 44;
      if (value.length() != prefix.length() + length || !value.startsWith(prefix)) {
        throw unreadable();
      }
      String text = value.substring(prefix.length());
      byte[] signature = encoding == WebhookSignature.Encoding.HEX ? hex(text) : base64(text);
      return new Claimed(List.of(signature), "", null);
    }

    @Override
    public boolean timed() {
      return false;
    }
  }

  /** {@code Stripe-Signature: t=1492774577,v1=…,v1=…}, over {@code t.body}. */
  record Stripe() implements WebhookScheme {
    private static final int HEADER_CHARS = 1024;
    private static final int SIGNATURES = 8;
    private static final Pattern ITEM = Pattern.compile("([a-z][a-z0-9]{0,7})=([^=]{1,128})");

    @Override
    public Claimed read(HttpEnvelope request) {
      String value = required(request, "Stripe-Signature");
      if (value.length() > HEADER_CHARS) {
        throw unreadable();
      }
      String time = null;
      List<byte[]> signatures = new ArrayList<>();
      for (String item : value.split(",", -1)) {
        var parts = ITEM.matcher(item);
        if (!parts.matches()) {
          throw unreadable();
        }
        if (parts.group(1).equals("t")) {
          if (time != null) {
            throw unreadable();
          }
          time = parts.group(2);
        } else if (parts.group(1).equals("v1")) {
          signatures.add(hex(parts.group(2)));
        } // others are not looked at, or a weaker one would do
      }
      if (time == null || signatures.isEmpty() || signatures.size() > SIGNATURES) {
        throw unreadable();
      }
      return new Claimed(signatures, time + ".", instant(time));
    }

    @Override
    public boolean timed() {
      return true;
    }

    @Override
    public String issuer() {
      return "stripe-webhook";
    }
  }

  /** {@code X-Slack-Signature: v0=…} over {@code v0:X-Slack-Request-Timestamp:body}. */
  record Slack() implements WebhookScheme {
    @Override
    public Claimed read(HttpEnvelope request) {
      String value = required(request, "X-Slack-Signature");
      String time = required(request, "X-Slack-Request-Timestamp");
      if (!value.startsWith("v0=")) {
        throw unreadable();
      }
      Instant at = instant(time);
      return new Claimed(List.of(hex(value.substring(3))), "v0:" + time + ":", at);
    }

    @Override
    public boolean timed() {
      return true;
    }

    @Override
    public String issuer() {
      return "slack-webhook";
    }
  }

  private static String required(HttpEnvelope request, String header) {
    return request.header(header).orElseThrow(() -> Rejection.unauthenticated("no-signature"));
  }

  /** Lower case only: there is one way to write a signature. */
  private static byte[] hex(String text) {
    if (text.length() != 2 * MAC_BYTES
        || !text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      throw unreadable();
    }
    return HexFormat.of().parseHex(text);
  }

  /** With its padding and no spare bits set: there is one way to write a signature. */
  private static byte[] base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == MAC_BYTES && Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException invalid) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static Instant instant(String seconds) {
    if (!SECONDS.matcher(seconds).matches()) {
      throw unreadable();
    }
    return Instant.ofEpochSecond(Long.parseLong(seconds));
  }

  private static Rejection unreadable() {
    return Rejection.unauthenticated("signature-format");
  }
}
