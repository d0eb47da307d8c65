package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Issues certificates as RFC 5280 has them, the wrong ones too: what the JDK has no public class
 * for and a test should not need another library for.
 */
final class Certificates {
  /** A certificate with its key. */
  record Issued(X509Certificate certificate, KeyPair keys, String name) {
    PrivateKey key() {
      return keys.getPrivate();
    }
  }

  /** What a server's certificate says. */
  record Leaf(
      List<String> hosts, Instant notBefore, Instant notAfter, String algorithm, KeyPair keys) {
    static Leaf of(KeyPair keys, String... hosts) {
      Instant now = Instant.now();
      Duration day = Duration.ofDays(1);
      return new Leaf(
          List.of(hosts), now.minus(day), now.plus(day.multipliedBy(2)), "SHA256withRSA", keys);
    }

    Leaf valid(Instant from, Instant to) {
      return new Leaf(hosts, from, to, algorithm, keys);
    }

    Leaf with(KeyPair other) {
      return new Leaf(hosts, notBefore, notAfter, algorithm, other);
    }

    Leaf signedBy(String other) {
      return new Leaf(hosts, notBefore, notAfter, other, keys);
    }
  }

  private Certificates() {}

  static KeyPair rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  /** An authority that signs with RSA. */
  static Issued authority(String name, KeyPair keys) throws GeneralSecurityException {
    byte[] basics = extension("2.5.29.19", true, Der.sequence(Der.truth()));
    Leaf terms = Leaf.of(keys);
    return new Issued(sign(name, name, terms, keys.getPrivate(), List.of(basics)), keys, name);
  }

  /** A server's certificate; the issuer's algorithm is the leaf's to name. */
  static Issued issue(Issued authority, Leaf leaf) throws GeneralSecurityException, IOException {
    String name = leaf.hosts.isEmpty() ? "nobody" : leaf.hosts.get(0);
    List<byte[]> extensions = List.of(extension("2.5.29.17", false, names(leaf.hosts)));
    X509Certificate certificate = sign(authority.name, name, leaf, authority.key(), extensions);
    return new Issued(certificate, leaf.keys, name);
  }

  /** A server's certificate that vouches for itself. */
  static Issued selfSigned(Leaf leaf) throws GeneralSecurityException, IOException {
    String name = leaf.hosts.get(0);
    List<byte[]> extensions = List.of(extension("2.5.29.17", false, names(leaf.hosts)));
    return new Issued(sign(name, name, leaf, leaf.keys.getPrivate(), extensions), leaf.keys, name);
  }

  private static X509Certificate sign(
      String issuer, String subject, Leaf leaf, PrivateKey signer, List<byte[]> extensions)
      throws GeneralSecurityException {
    byte[] algorithm = Der.sequence(Der.oid(oid(leaf.algorithm)), Der.nothing());
    byte[] content =
        Der.sequence(
            Der.tagged(0xA0, Der.integer(BigInteger.TWO)), // version 3
            Der.integer(new BigInteger(120, new SecureRandom()).add(BigInteger.ONE)),
            algorithm,
            name(issuer),
            Der.sequence(Der.time(leaf.notBefore), Der.time(leaf.notAfter)),
            name(subject),
            leaf.keys.getPublic().getEncoded(),
            Der.tagged(0xA3, Der.sequence(extensions.toArray(byte[][]::new))));
    Signature signature = Signature.getInstance(leaf.algorithm);
    signature.initSign(signer);
    signature.update(content);
    byte[] whole = Der.sequence(content, algorithm, Der.bits(signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  /** RFC 8017 appendix A.2.4. */
  private static String oid(String algorithm) {
    return switch (algorithm) {
      case "SHA256withRSA" -> "1.2.840.113549.1.1.11";
      case "SHA1withRSA" -> "1.2.840.113549.1.1.5";
      default -> throw new IllegalArgumentException(algorithm);
    };
  }

  private static byte[] name(String common) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(common))));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.truth(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  /** Subject alternative names: DNS names, and addresses that are written in digits. */
  private static byte[] names(List<String> hosts) throws IOException {
    List<byte[]> names = new ArrayList<>();
    for (String host : hosts) {
      names.add(
          host.matches("[0-9.]+")
              ? Der.tagged(0x87, InetAddress.getByName(host).getAddress())
              : Der.tagged(0x82, host.getBytes(US_ASCII)));
    }
    return Der.sequence(names.toArray(byte[][]::new));
  }
}
