package dev.gabion.egress;

import dev.gabion.core.IpNetwork;
import dev.gabion.core.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the function's own environment is made of: the hosts that the runtime, its extensions and
 * its credentials are at, which no policy can allow.
 */
final class Inside {
  /** Hosts or URLs, as the runtime and its extensions name them. */
  private static final List<String> SETTINGS =
      List.of(
          "AWS_LAMBDA_RUNTIME_API",
          "AWS_LAMBDA_METADATA_API",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "AWS_EC2_METADATA_SERVICE_ENDPOINT",
          "AWS_XRAY_DAEMON_ADDRESS");

  private static final List<String> SCHEMES = List.of("https://", "http://", "udp:", "tcp:");

  private final List<String> names = new ArrayList<>();
  private final List<byte[]> addresses = new ArrayList<>();

  Inside(Settings settings) {
    for (String setting : SETTINGS) {
      settings.find(setting).ifPresent(this::add);
    }
  }

  /** Takes each part between spaces: the X-Ray daemon may have two. */
  private void add(String value) {
    for (String part : value.split(" ", -1)) {
      String host = HostName.of(host(part));
      byte[] literal = host == null ? new byte[0] : IpNetwork.literal(host);
      if (literal.length > 0) {
        addresses.add(literal);
      } else if (host != null) {
        names.add(host);
      }
    }
  }

  /** The host of a URL, of {@code udp:host:port} or of {@code host:port}. */
  private static String host(String part) {
    String rest = part;
    for (String scheme : SCHEMES) {
      if (rest.startsWith(scheme)) {
        rest = rest.substring(scheme.length());
      }
    }
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    int bracket = authority.indexOf(']');
    int colon = authority.indexOf(':', Math.max(bracket, 0));
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  boolean has(String name) {
    return HostName.isHere(name) || names.contains(name);
  }

  boolean has(byte[] address) {
    for (byte[] each : addresses) {
      if (Arrays.equals(each, address)) {
        return true;
      }
    }
    return false;
  }
}
