package dev.gabion.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs messages of {@link Suite#SIGNED}: ECDSA on P-384 with SHA-384.
 *
 * <p>Its public half travels in the encryption context, so {@link #in} comes before a data key is
 * asked for: the wrapping key binds it. Facts: AWS Encryption SDK specification, {@code
 * framework/transitive-requirements.md} "ECDSA"; point compression: SEC 1 section 2.3.3 and 2.3.4.
 */
final class SigningKey {
  /** The name in the encryption context under which the public half travels. */
  static final String NAME = "aws-crypto-public-key";

  /** The longest signature: two numbers of 49 bytes, and what DER puts around them. */
  static final int LONGEST_SIGNATURE = 104;

  private static final String CURVE = "secp384r1";
  private static final String ALGORITHM = "SHA384withECDSA";
  private static final int COORDINATE_BYTES = 48;

  private final PrivateKey key;
  private final String publicKey;

  private SigningKey(PrivateKey key, String publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  /** Makes a new one. */
  static SigningKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(pair.getPrivate(), compress(((ECPublicKey) pair.getPublic()).getW()));
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("This JDK has no elliptic curve P-384.", absent);
    }
  }

  /** The public half, compressed and in Base64. */
  String publicKey() {
    return publicKey;
  }

  /**
   * A context with the public half in it.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  Map<String, String> in(Map<String, String> context) {
    Map<String, String> whole = new TreeMap<>(context);
    if (whole.put(NAME, publicKey) != null) {
      throw new IllegalArgumentException("An encryption context may not have " + NAME + ".");
    }
    return whole;
  }

  /** What signs; for one message. */
  Signature signer() {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      return signer;
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("This JDK has no " + ALGORITHM + ".", absent);
    }
  }

  /**
   * What verifies the signature of a message with this context.
   *
   * @throws Refused for {@link Refused.Reason#VERIFYING_KEY}, if the context has no point of the
   *     curve
   */
  static Signature verifier(Map<String, String> context) throws Refused {
    try {
      ECParameterSpec curve = curve();
      ECPoint point = decompress(context.get(NAME), curve);
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(
          KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve)));
      return verifier;
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("This JDK has no " + ALGORITHM + ".", absent);
    }
  }

  /**
   * Whether a signature is written in the one form that DER (X.690) has for two positive numbers:
   * the JDK would read others, too.
   */
  static boolean canonical(byte[] bytes, int from, int length) {
    int end = from + length;
    if (length < 8 || bytes[from] != 0x30 || bytes[from + 1] != length - 2) {
      return false;
    }
    int second = afterNumber(bytes, from + 2, end);
    return second >= 0 && afterNumber(bytes, second, end) == end;
  }

  /** Where a positive number in its shortest form ends, or -1 if there is none. */
  private static int afterNumber(byte[] bytes, int at, int end) {
    if (end - at < 3 || bytes[at] != 2) {
      return -1;
    }
    int length = bytes[at + 1];
    int from = at + 2;
    if (length < 1 || length > end - from || bytes[from] < 0) {
      return -1;
    }
    boolean padded = bytes[from] == 0 && (length == 1 || bytes[from + 1] >= 0);
    return padded ? -1 : from + length;
  }

  private static String compress(ECPoint point) {
    byte[] bytes = new byte[1 + COORDINATE_BYTES];
    bytes[0] = (byte) (point.getAffineY().testBit(0) ? 3 : 2);
    byte[] x = point.getAffineX().toByteArray();
    int length = Math.min(x.length, COORDINATE_BYTES);
    System.arraycopy(x, x.length - length, bytes, bytes.length - length, length);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static ECPoint decompress(@Nullable String text, ECParameterSpec curve) throws Refused {
    byte[] bytes = decoded(text);
    if (bytes.length != 1 + COORDINATE_BYTES || (bytes[0] != 2 && bytes[0] != 3)) {
      throw Refused.because(Refused.Reason.VERIFYING_KEY);
    }
    BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger x = new BigInteger(1, bytes, 1, COORDINATE_BYTES);
    // y² = x³ + ax + b; as p is 3 modulo 4, a root of r is r to the (p + 1) / 4 if there is one.
    BigInteger square =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(p);
    BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    if (x.compareTo(p) >= 0 || !y.multiply(y).mod(p).equals(square)) {
      throw Refused.because(Refused.Reason.VERIFYING_KEY);
    }
    return new ECPoint(x, y.testBit(0) == (bytes[0] == 3) ? y : p.subtract(y));
  }

  private static byte[] decoded(@Nullable String text) throws Refused {
    try {
      return Base64.getDecoder().decode(text == null ? "" : text);
    } catch (IllegalArgumentException notBase64) {
      throw Refused.because(Refused.Reason.VERIFYING_KEY);
    }
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }
}
