package dev.gabion.egress;

import dev.gabion.core.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** A host, after a scheme or the X-Ray daemon's {@code udp:}, before a port or a path. */
  private static final Pattern HOST =
      Pattern.compile("(?:[a-zA-Z]+:(?://)?)?(\\[[^\\]]*\\]|[^:/\\s]+)[^\\s]*");

  private final List<String> names = new ArrayList<>();
  private final List<byte[]> addresses = new ArrayList<>();

  Inside(Settings settings) {
    for (String setting : SETTINGS) {
      settings.find(setting).ifPresent(this::add);
    }
  }

  private void add(String value) {
    Matcher hosts = HOST.matcher(value);
    while (hosts.find()) {
      String host = HostName.of(hosts.group(1));
      if (host != null) {
        byte[] literal = Cidr.literal(host);
        if (literal.length > 0) {
          addresses.add(literal);
        } else {
          names.add(host);
        }
      }
    }
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
