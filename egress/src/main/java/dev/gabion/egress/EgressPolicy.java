package dev.gabion.egress;

import dev.gabion.core.Insecure;
import dev.gabion.core.IpNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hosts that a function may call, and nothing else: HTTPS to these names and ports, at
 * addresses that lead out of the house.
 *
 * <pre>{@code
 * EgressPolicy.hosts("api.example.org", "*.pay.example.org:8443")
 * }</pre>
 *
 * <p>Never changes: every choice gives a copy.
 */
public final class EgressPolicy {
  private static final int HTTPS = 443;

  private final List<Rule> rules;
  private final List<Network> networks;

  private EgressPolicy(List<Rule> rules, List<Network> networks) {
    this.rules = rules;
    this.networks = networks;
  }

  /** A host, or all hosts one label below it, and a port. */
  private record Rule(String host, boolean below, int port) {
    boolean has(String asked, int askedPort) {
      if (askedPort != port) {
        return false;
      }
      return below ? asked.substring(asked.indexOf('.') + 1).equals(host) : asked.equals(host);
    }

    @Override
    public String toString() {
      return (below ? "*." : "") + host + (port == HTTPS ? "" : ":" + port);
    }
  }

  /** A network inside that is reached all the same, and why. */
  private record Network(IpNetwork block, String reason) {}

  /**
   * Allows hosts.
   *
   * @param first a name such as {@code api.example.org}, a wildcard for one label such as {@code
   *     *.pay.example.org}, or an address in a network that {@link #insecureNetwork} declares; with
   *     a port other than 443, {@code api.example.org:8443}
   * @param more further ones
   * @throws IllegalArgumentException if one is not written so, or is a wildcard over a whole
   *     top-level domain, or a name of this machine
   */
  public static EgressPolicy hosts(String first, String... more) {
    List<Rule> rules = new ArrayList<>();
    rules.add(rule(first));
    for (String each : more) {
      rules.add(rule(each));
    }
    return new EgressPolicy(List.copyOf(rules), List.of());
  }

  /**
   * Lets allowed hosts be in a network inside: a service in the function's VPC, a VPC endpoint. Who
   * controls the names of allowed hosts can then lead the function anywhere in that network.
   *
   * @param network of a private range, as {@code 10.1.2.0/24} or {@code fd12:3456:789a::/48};
   *     {@code 64:ff9b::/96} where a VPC translates to IPv4, of which every translated address is
   *     judged, too
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason, or the network is not one, or has
   *     something in it that is never reached: loopback, link-local, metadata, multicast
   */
  public EgressPolicy insecureNetwork(String network, String reason) {
    Insecure.reason(reason);
    IpNetwork block = IpNetwork.of(network);
    if (!Addresses.isDeclarable(block)) {
      throw new IllegalArgumentException(
          "A network that is declared must lie in private, shared, unique-local or NAT64 space, and"
              + " have no loopback, link-local or metadata address in it.");
    }
    List<Network> all = new ArrayList<>(networks);
    all.add(new Network(block, reason));
    return new EgressPolicy(rules, List.copyOf(all));
  }

  private static Rule rule(String text) {
    int bracket = text.lastIndexOf(']');
    int colon = text.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean below = host.startsWith("*.");
    String known = HostName.of(below ? host.substring(2) : host);
    if (known == null
        || HostName.isHere(known)
        || (below && !HostName.isName(known))
        || (known.indexOf(':') >= 0 && bracket < 0)) {
      throw new IllegalArgumentException(
          "A host is written as api.example.org, *.pay.example.org or api.example.org:8443; a name"
              + " has a dot in it, a wildcard stands for one label and has two below it, an address"
              + " of IPv6 stands in brackets.");
    }
    return new Rule(known, below, colon < 0 ? HTTPS : port(text.substring(colon + 1)));
  }

  private static int port(String text) {
    int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("A port is a number from 1 to 65535.");
    }
    return port;
  }

  /** Whether a host, in the form that {@link HostName#of} gives, may be called at a port. */
  boolean has(String host, int port) {
    for (Rule rule : rules) {
      if (rule.has(host, port)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a host may be called at any port. */
  boolean hasHost(String host) {
    return rules.stream().anyMatch(rule -> rule.has(host, rule.port()));
  }

  /** The first host that is an address at which nothing may be called; empty if there is none. */
  String unreachable() {
    for (Rule rule : rules) {
      byte[] literal = IpNetwork.literal(rule.host());
      if (literal.length > 0 && !isDeclared(literal)) {
        return rule.host();
      }
    }
    return "";
  }

  private boolean isDeclared(byte[] address) {
    return declared().stream().anyMatch(block -> block.contains(address))
        && Addresses.refusal(address, declared()) == null;
  }

  List<IpNetwork> declared() {
    return networks.stream().map(Network::block).toList();
  }

  /** Says where calls may go; begins with {@code INSECURE: } if that may be inside. */
  public String describe() {
    String hosts = rules.stream().map(Rule::toString).collect(Collectors.joining(", "));
    if (networks.isEmpty()) {
      return "HTTPS to " + hosts;
    }
    return networks.stream()
        .map(network -> network.block() + " (" + network.reason() + ")")
        .collect(
            Collectors.joining(", ", Insecure.INSECURE + "HTTPS to " + hosts + ", also in ", ""));
  }

  @Override
  public String toString() {
    return describe();
  }
}
