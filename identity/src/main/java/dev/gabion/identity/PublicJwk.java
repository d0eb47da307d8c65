package dev.gabion.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One public key of a set, for one algorithm.
 *
 * @param algorithm the one that it says it is for; empty if it does not say
 */
record PublicJwk(String id, String algorithm, PublicKey key) {
  private static final int SET_CHARS = 256 * 1024;
  private static final int KEYS = 100;

  /** What a key has that must stay with its owner (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
  private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  /**
   * Reads a JWK Set, and passes over what is for something else.
   *
   * @throws StartFailed if it is none, two keys have one name, one is private or symmetric, or none
   *     is left
   */
  static List<PublicJwk> set(String text) {
    JsonNode keys = tree(text).path("keys");
    if (!keys.isArray() || keys.size() > KEYS) {
      throw new StartFailed(
          "A JWK Set is an object with a list \"keys\" of at most " + KEYS + " keys.");
    }
    List<PublicJwk> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode key : keys) {
      if (PRIVATE.stream().anyMatch(key::has)) {
        throw new StartFailed(
            "A JWK Set has a private or symmetric key in it: replace that key, and publish the"
                + " public part alone.");
      }
      PublicJwk one = isForSignatures(key) ? read(key) : null;
      if (one == null) {
        continue;
      }
      if (!names.add(one.key().getAlgorithm() + " " + one.id())) {
        throw new StartFailed("A JWK Set has two keys of one type with the same kid.");
      }
      read.add(one);
    }
    if (read.isEmpty()) {
      throw new StartFailed(
          "A JWK Set has no key to verify with: RSA of "
              + JwtKeys.RSA_BITS
              + " bits or more, or EC on P-256.");
    }
    return List.copyOf(read);
  }

  private static JsonNode tree(String text) {
    if (text.length() > SET_CHARS) {
      throw new StartFailed("A JWK Set has at most " + SET_CHARS + " characters.");
    }
    try {
      return new StrictJson(Limits.defaults()).tree(text);
    } catch (Rejection unfit) {
      throw new StartFailed("A JWK Set is not strict JSON: " + unfit.reason() + ".");
    }
  }

  /** What a key may be for, where it says so (RFC 7517 sections 4.2 and 4.3). */
  private static boolean isForSignatures(JsonNode key) {
    boolean verifies = !key.has("key_ops");
    for (JsonNode operation : key.path("key_ops")) {
      verifies |= operation.asText("").equals("verify");
    }
    return verifies && key.path("use").asText("sig").equals("sig");
  }

  private static @Nullable PublicJwk read(JsonNode key) {
    try {
      if (!(JWK.parse(key.toString()) instanceof AsymmetricJWK parsed)) {
        return null;
      }
      PublicKey made = parsed.toPublicKey();
      for (BearerJwt.Algorithm algorithm : BearerJwt.Algorithm.values()) {
        if (Signatures.suits(made, algorithm)) {
          return new PublicJwk(key.path("kid").asText(""), key.path("alg").asText(""), made);
        }
      }
      return null;
    } catch (ParseException | JOSEException | IllegalArgumentException other) {
      return null; // a type that is not known (RFC 7517 section 5), or no key
    }
  }

  /**
   * The key for a token; null if there is none, or a token names none where there are several. A
   * key that does not say what it is for is for the first allowed algorithm that it suits, and for
   * no other (RFC 8725 section 3.1).
   */
  static @Nullable PublicKey find(
      List<PublicJwk> keys,
      String id,
      BearerJwt.Algorithm algorithm,
      List<BearerJwt.Algorithm> allowed) {
    for (PublicJwk key : keys) {
      boolean named = id.isEmpty() ? keys.size() == 1 : key.id.equals(id);
      if (named && key.isFor(algorithm, allowed)) {
        return key.key;
      }
    }
    return null;
  }

  private boolean isFor(BearerJwt.Algorithm wanted, List<BearerJwt.Algorithm> allowed) {
    if (!algorithm.isEmpty()) {
      return algorithm.equals(wanted.name()) && Signatures.suits(key, wanted);
    }
    for (BearerJwt.Algorithm one : allowed) {
      if (Signatures.suits(key, one)) {
        return one == wanted;
      }
    }
    return false;
  }
}
