package dev.gabion.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What an IP address is for: the public internet, a network of one's own, or something special.
 *
 * <p>Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6052 (NAT64), RFC
 * 4291, and what AWS documents of instance metadata ({@code fd00:ec2::/32}). The {@code is…}
 * methods of {@link java.net.InetAddress} know less than half of it. Of IPv6 only what is in {@code
 * 2000::/3}, the space that IANA hands out, may be public.
 */
@SuppressWarnings("ImmutableEnumChecker") // a list that never changes, of networks that never do
public enum IpKind {
  /** This host, before it has an address. */
  UNSPECIFIED("0.0.0.0/8", "::/128"),
  /** This machine. */
  LOOPBACK("127.0.0.0/8", "::1/128"),
  /** AWS's instance metadata over IPv6; over IPv4 it is link-local. */
  METADATA("fd00:ec2::/32"),
  /** The wire that this machine is at. */
  LINK_LOCAL("169.254.0.0/16", "fe80::/10"),
  /** Groups of machines. */
  MULTICAST("224.0.0.0/4", "ff00::/8"),
  /** Every machine at this wire. */
  BROADCAST("255.255.255.255/32"),
  /** Kept for later. */
  RESERVED("240.0.0.0/4"),
  /** IPv4 within IPv6, as a socket has it. */
  IPV4_MAPPED("::ffff:0:0/96", "::ffff:0:0:0/96"),
  /** IPv4 within IPv6, as it was once thought of. */
  IPV4_COMPATIBLE("::/96"),
  /** A translator of a network's own. */
  NAT64_LOCAL("64:ff9b:1::/48"),
  /** A tunnel by RFC 3056. */
  SIX_TO_FOUR("2002::/16", "192.88.99.0/24"),
  /** A tunnel by RFC 4380. */
  TEREDO("2001::/32"),
  /** What unique-local addresses were before. */
  SITE_LOCAL("fec0::/10"),
  /** Nowhere. */
  DISCARD("100::/64", "100:0:0:1::/64"),
  /** Books. */
  DOCUMENTATION("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
  /** Laboratories. */
  BENCHMARKING("198.18.0.0/15", "2001:2::/48"),
  /** Protocols that IANA numbers. */
  PROTOCOL(
      "192.0.0.0/24",
      "192.31.196.0/24",
      "192.52.193.0/24",
      "192.175.48.0/24",
      "2001::/23",
      "2620:4f:8000::/48",
      "5f00::/16"),
  /** A network's own, RFC 1918. */
  PRIVATE("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
  /** A provider's own, RFC 6598. */
  SHARED("100.64.0.0/10"),
  /** A network's own, RFC 4193. */
  UNIQUE_LOCAL("fc00::/7"),
  /** An IPv4 address behind a translator. */
  NAT64("64:ff9b::/96"),
  /** Outside of what IANA hands out. */
  UNASSIGNED(),
  /** The public internet. */
  PUBLIC();

  private static final IpNetwork HANDED_OUT = IpNetwork.of("2000::/3");
  private static final List<IpKind> ALL = List.of(values());

  private final List<IpNetwork> blocks;

  IpKind(String... blocks) {
    this.blocks = Arrays.stream(blocks).map(IpNetwork::of).toList();
  }

  /**
   * What an address is for; the first kind that has it.
   *
   * @param address four or sixteen bytes
   */
  public static IpKind of(byte[] address) {
    for (IpKind kind : ALL) {
      for (IpNetwork block : kind.blocks) {
        if (block.contains(address)) {
          return kind;
        }
      }
    }
    return address.length == 16 && !HANDED_OUT.contains(address) ? UNASSIGNED : PUBLIC;
  }

  /** The blocks of this kind; none where it is all the rest. */
  public List<IpNetwork> blocks() {
    return List.copyOf(blocks);
  }

  /** The kind's code, such as {@code link-local}. */
  public String code() {
    return this == SIX_TO_FOUR ? "6to4" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
