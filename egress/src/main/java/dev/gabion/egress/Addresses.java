package dev.gabion.egress;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses lead out of the house, and which lead inside or nowhere.
 *
 * <p>Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6052 (NAT64), RFC 5214
 * (ISATAP), RFC 4291, and what AWS documents of instance metadata ({@code fd00:ec2::/32}). The
 * {@code is…} methods of {@link java.net.InetAddress} know less than half of it. Of IPv6 only what
 * is in {@code 2000::/3}, the space that IANA hands out, may lead out at all.
 */
final class Addresses {
  /** Who can undo that a class is refused. */
  private enum Rule {
    /** Nobody: nothing of a function's own business is there. */
    ALWAYS,
    /** A declared network: there may be a service in the function's VPC. */
    UNLESS_DECLARED
  }

  private record Kind(String name, Rule rule, List<Cidr> blocks) {
    static Kind always(String name, String... blocks) {
      return new Kind(name, Rule.ALWAYS, Arrays.stream(blocks).map(Cidr::of).toList());
    }

    static Kind unlessDeclared(String name, String... blocks) {
      return new Kind(name, Rule.UNLESS_DECLARED, Arrays.stream(blocks).map(Cidr::of).toList());
    }

    boolean has(byte[] address) {
      for (Cidr block : blocks) {
        if (block.contains(address)) {
          return true;
        }
      }
      return false;
    }
  }

  private static final String NAT64 = "nat64";

  /** The first that has an address is its kind. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.always("unspecified", "0.0.0.0/8", "::/128"),
          Kind.always("loopback", "127.0.0.0/8", "::1/128"),
          Kind.always("metadata", "fd00:ec2::/32"),
          Kind.always("link-local", "169.254.0.0/16", "fe80::/10"),
          Kind.always("multicast", "224.0.0.0/4", "ff00::/8"),
          Kind.always("broadcast", "255.255.255.255/32"),
          Kind.always("reserved", "240.0.0.0/4"),
          Kind.always("ipv4-mapped", "::ffff:0:0/96", "::ffff:0:0:0/96"),
          Kind.always("ipv4-compatible", "::/96"),
          Kind.always("nat64-local", "64:ff9b:1::/48"),
          Kind.always("6to4", "2002::/16", "192.88.99.0/24"),
          Kind.always("teredo", "2001::/32"),
          Kind.always("site-local", "fec0::/10"),
          Kind.always("discard", "100::/64", "100:0:0:1::/64"),
          Kind.always("documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
          Kind.always("documentation", "2001:db8::/32", "3fff::/20"),
          Kind.always("benchmarking", "198.18.0.0/15", "2001:2::/48"),
          Kind.always("protocol", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24"),
          Kind.always("protocol", "192.175.48.0/24", "2001::/23", "2620:4f:8000::/48", "5f00::/16"),
          Kind.unlessDeclared("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
          Kind.unlessDeclared("shared", "100.64.0.0/10"),
          Kind.unlessDeclared("unique-local", "fc00::/7"),
          Kind.unlessDeclared(NAT64, "64:ff9b::/96"));

  private static final Cidr GLOBAL = Cidr.of("2000::/3");

  private Addresses() {}

  /**
   * Why an address is refused, as a short constant; null if it is not.
   *
   * @param address four or sixteen bytes
   * @param declared what is declared to be reachable although it is inside
   */
  static @Nullable String refusal(byte[] address, List<Cidr> declared) {
    for (Kind kind : KINDS) {
      if (kind.has(address)) {
        boolean let = kind.rule() == Rule.UNLESS_DECLARED && isIn(declared, address);
        return let ? embedded(kind, address, declared) : kind.name();
      }
    }
    if (address.length == 16 && !GLOBAL.contains(address)) {
      return "unassigned";
    }
    return isIsatap(address) ? refusal(last(address), declared) : null;
  }

  /** The address behind a translator is judged as if it were asked for itself. */
  private static @Nullable String embedded(Kind kind, byte[] address, List<Cidr> declared) {
    return kind.name().equals(NAT64) ? refusal(last(address), declared) : null;
  }

  /** Whether a network may be declared: nothing in it is refused always. */
  static boolean isDeclarable(Cidr network) {
    boolean known = false;
    for (Kind kind : KINDS) {
      for (Cidr block : kind.blocks()) {
        if (network.overlaps(block)) {
          if (kind.rule() == Rule.ALWAYS) {
            return false;
          }
          known = true;
        }
      }
    }
    return known;
  }

  private static boolean isIn(List<Cidr> networks, byte[] address) {
    for (Cidr network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIsatap(byte[] address) {
    return address.length == 16
        && (address[8] & 0xfd) == 0
        && address[9] == 0
        && address[10] == 0x5e
        && (address[11] & 0xff) == 0xfe;
  }

  private static byte[] last(byte[] address) {
    return Arrays.copyOfRange(address, 12, 16);
  }
}
