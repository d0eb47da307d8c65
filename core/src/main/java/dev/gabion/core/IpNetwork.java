package dev.gabion.core;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A block of addresses of one family, such as {@code 10.0.0.0/8} or {@code fc00::/7}. */
public final class IpNetwork {
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("(?=[^.]*:)[0-9a-fA-F:.]{2,45}");

  private final byte[] prefix;
  private final int bits;
  private final String text;

  private IpNetwork(byte[] prefix, int bits, String text) {
    this.prefix = prefix;
    this.bits = bits;
    this.text = text;
  }

  /**
   * Reads a block; its address must have no bits beyond the prefix.
   *
   * @throws IllegalArgumentException if it is written in any other way
   */
  public static IpNetwork of(String text) {
    int slash = text.indexOf('/');
    if (slash > 0 && text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
      byte[] prefix = literal(text.substring(0, slash));
      int bits = Integer.parseInt(text.substring(slash + 1));
      if (prefix.length > 0 && bits <= prefix.length * 8 && isBlank(prefix, bits)) {
        return new IpNetwork(prefix, bits, text);
      }
    }
    throw new IllegalArgumentException(
        "A network is written as 10.1.0.0/16 or fd12:3456::/48, with no bits beyond its length.");
  }

  /**
   * The bytes of an address that is written out in full; none if it is a name or an address in one
   * of the ways that programs disagree about (octal, hexadecimal, short, with a zone).
   */
  public static byte[] literal(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return new byte[0];
    }
    try {
      byte[] address = InetAddress.getByName(text).getAddress(); // asks nobody: it is no name
      return address.length == 4 && text.indexOf(':') >= 0 ? mapped(address) : address;
    } catch (UnknownHostException malformed) {
      return new byte[0];
    }
  }

  /** What was written as IPv6 stays that: the JDK makes IPv4 of it on its own. */
  private static byte[] mapped(byte[] address) {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(address, 0, mapped, 12, 4);
    return mapped;
  }

  /**
   * Whether an address of four or sixteen bytes is in this block; never one of the other family.
   */
  public boolean contains(byte[] address) {
    return address.length == prefix.length && shares(address, bits);
  }

  /** Whether there is an address that is in both. */
  public boolean overlaps(IpNetwork other) {
    return other.prefix.length == prefix.length && shares(other.prefix, Math.min(bits, other.bits));
  }

  private boolean shares(byte[] address, int leading) {
    for (int bit = 0; bit < leading; bit++) {
      if (((address[bit / 8] ^ prefix[bit / 8]) & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte[] address, int from) {
    for (int bit = from; bit < address.length * 8; bit++) {
      if ((address[bit / 8] & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
