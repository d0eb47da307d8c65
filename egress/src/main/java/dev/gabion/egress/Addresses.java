package dev.gabion.egress;

import dev.gabion.core.IpKind;
import dev.gabion.core.IpNetwork;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses lead out of the house, and which lead inside or nowhere.
 *
 * <p>What an address is for {@link IpKind} knows; here it is said what follows, and that an address
 * within another one (RFC 6052 NAT64, RFC 5214 ISATAP) counts as if it were asked for itself.
 */
final class Addresses {
  private Addresses() {}

  /**
   * Why an address is refused, as a short constant; null if it is not.
   *
   * @param address four or sixteen bytes
   * @param declared what is declared to be reachable although it is inside
   */
  static @Nullable String refusal(byte[] address, List<IpNetwork> declared) {
    IpKind kind = IpKind.of(address);
    if (kind == IpKind.PUBLIC) {
      return isIsatap(address) ? refusal(last(address), declared) : null;
    }
    if (!isDeclarable(kind) || !isIn(declared, address)) {
      return kind.code();
    }
    return kind == IpKind.NAT64 ? refusal(last(address), declared) : null;
  }

  /** Whether a declared network undoes a refusal: a service in the function's VPC may be there. */
  private static boolean isDeclarable(IpKind kind) {
    return switch (kind) {
      case PRIVATE, SHARED, UNIQUE_LOCAL, NAT64 -> true;
      default -> false; // nothing of a function's own business is there
    };
  }

  /** Whether a network may be declared: nothing in it is refused always. */
  static boolean isDeclarable(IpNetwork network) {
    boolean known = false;
    for (IpKind kind : IpKind.values()) {
      for (IpNetwork block : kind.blocks()) {
        if (network.overlaps(block)) {
          if (!isDeclarable(kind)) {
            return false;
          }
          known = true;
        }
      }
    }
    return known;
  }

  private static boolean isIn(List<IpNetwork> networks, byte[] address) {
    for (IpNetwork network : networks) {
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
