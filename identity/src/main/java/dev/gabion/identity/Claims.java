package dev.gabion.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Caller;
import dev.gabion.core.Rejection;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The claims of a token whose signature holds (RFC 7519 section 4.1). */
final class Claims {
  /** The year 5138: whatever is beyond is not seconds. */
  private static final long LATEST = 100_000_000_000L;

  private static final Pattern WORD = Pattern.compile("[^\\s\\[\\]]+");

  private final JsonNode claims;

  Claims(JsonNode claims) {
    this.claims = claims;
  }

  /**
   * A text that must be there.
   *
   * @throws Rejection if it is not, or blank
   */
  String text(String name, String reason) {
    JsonNode value = claims.path(name);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw Rejection.unauthenticated(reason);
    }
    return value.textValue();
  }

  /** Whether {@code aud}, a text or a list of them, has this one. */
  boolean isFor(String audience) {
    JsonNode value = claims.path("aud");
    if (value.isTextual()) {
      return value.textValue().equals(audience);
    }
    boolean found = false;
    for (JsonNode one : value) {
      if (!one.isTextual()) {
        return false;
      }
      found |= one.textValue().equals(audience);
    }
    return found && value.isArray();
  }

  /**
   * Demands that a token is good now: {@code exp} is there and not over, {@code nbf} and {@code
   * iat} are not to come, and it was not issued after its end.
   */
  void requireGood(Instant now, Duration skew) {
    Instant end = time("exp");
    if (end == null) {
      throw Rejection.unauthenticated("token-no-expiry");
    }
    if (!now.minus(skew).isBefore(end)) {
      throw Rejection.unauthenticated("token-expired");
    }
    for (String name : List.of("nbf", "iat")) {
      Instant start = time(name);
      if (start != null && (start.isAfter(now.plus(skew)) || start.isAfter(end))) {
        throw Rejection.unauthenticated("token-not-yet");
      }
    }
  }

  private @Nullable Instant time(String name) {
    JsonNode value = claims.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isNumber()) {
      throw Rejection.unauthenticated("token-time");
    }
    BigDecimal seconds = value.decimalValue();
    if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(LATEST)) > 0) {
      throw Rejection.unauthenticated("token-time");
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  /**
   * The scopes that are granted: {@code scope}, between spaces, or {@code scp}, or that as a list.
   */
  List<String> scopes() {
    JsonNode value = claims.has("scope") ? claims.path("scope") : claims.path("scp");
    if (value.isTextual()) {
      return List.of(value.textValue().split(" "));
    }
    List<String> scopes = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(one -> scopes.add(one.isTextual() ? one.textValue() : ""));
    }
    return scopes;
  }

  /** The caller that they name, of the tenant that a claim names if it is asked for. */
  Caller caller(String issuer, @Nullable String tenantClaim) {
    Map<String, String> texts = texts();
    Optional<String> tenant =
        Optional.ofNullable(tenantClaim)
            .map(claims::path)
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .filter(name -> !name.isBlank());
    Caller caller = new Caller(issuer, text("sub", "token-subject"), tenant, texts);
    if (tenantClaim != null && tenant.isEmpty()) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "no-tenant").of(caller);
    }
    return caller;
  }

  /**
   * The claims as API Gateway's authorizer gives them: a list is {@code [a b]}. A list in which
   * that would be ambiguous is left out, and so are objects.
   */
  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> claim : claims.properties()) {
      JsonNode value = claim.getValue();
      if (value.isValueNode() && !value.isNull()) {
        texts.put(claim.getKey(), value.asText());
      } else if (value.isArray()) {
        List<String> words = new ArrayList<>();
        value.forEach(one -> words.add(one.isTextual() ? one.textValue() : ""));
        if (words.stream().allMatch(word -> WORD.matcher(word).matches())) {
          texts.put(claim.getKey(), "[" + String.join(" ", words) + "]");
        }
      }
    }
    return texts;
  }
}
