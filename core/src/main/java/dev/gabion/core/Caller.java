package dev.gabion.core;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who calls, as an {@link Authenticator} proved it.
 *
 * @param issuer who vouches for the caller: an issuer URL, {@code "aws:iam"}, or {@code "anyone"}
 * @param id the caller's identifier, unique within the issuer
 * @param tenant the tenant that the caller belongs to, where the issuer names one
 * @param claims what else the issuer vouches for; never logged
 */
@SuppressWarnings(
    "OptionalUsedAsFieldOrParameterType") // a record component is read, never passed on
public record Caller(
    String issuer, String id, Optional<String> tenant, Map<String, String> claims) {

  /** Copies the claims, so that a caller never changes once identified. */
  public Caller {
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(tenant, "tenant");
    claims = Map.copyOf(claims);
  }

  /** Creates a caller of no tenant and no further claims. */
  public static Caller of(String issuer, String id) {
    return new Caller(issuer, id, Optional.empty(), Map.of());
  }

  /** Names the issuer alone: claims and identifiers stay out of logs that print a caller. */
  @Override
  public String toString() {
    return "Caller[issuer=" + issuer + "]";
  }
}
