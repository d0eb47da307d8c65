package dev.gabion.egress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * A small world on the loopback interface: a few addresses are outside, where one server is, and
 * all others are inside, where another listens that nobody may reach. Knows nothing of the classes
 * that are tested.
 */
final class World implements Internet {
  static final String OUTSIDE = "93.184.215.14";
  private static final List<String> OUTSIDES =
      List.of("93.184.", "2606:2800:220:1:248:1893:25c8:1946".substring(0, 10));
  private static final Pattern NUMBER = Pattern.compile("[0-9.]+|0x[0-9a-fA-FxX.]+|.*:.*");

  private final int outsidePort;
  private final int insidePort;
  private final Map<String, List<List<String>>> names = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Map<Socket, InetAddress> peers = Collections.synchronizedMap(new WeakHashMap<>());
  private volatile String lie = "";

  World(int outsidePort, int insidePort) {
    this.outsidePort = outsidePort;
    this.insidePort = insidePort;
  }

  /** A name and its addresses. */
  World name(String name, String... addresses) {
    names.put(name, List.of(List.of(addresses)));
    return this;
  }

  /** A name whose addresses change: each answer has those between two semicolons. */
  World script(String name, String answers) {
    names.put(
        name,
        Arrays.stream(answers.split(";", -1)).map(one -> List.of(one.split(",", -1))).toList());
    asked.remove(name);
    return this;
  }

  /** Connects to another address than the one that was asked for, from now on. */
  void lie(String address) {
    lie = address;
  }

  int asked(String name) {
    AtomicInteger count = asked.get(name);
    return count == null ? 0 : count.get();
  }

  @Override
  public InetAddress[] addresses(String name) throws IOException {
    if (NUMBER.matcher(name).matches()) {
      return InetAddress.getAllByName(name); // a number in some form: nobody is asked
    }
    List<List<String>> answers = names.get(name);
    if (answers == null) {
      throw new UnknownHostException(name);
    }
    int times = asked.computeIfAbsent(name, none -> new AtomicInteger()).getAndIncrement();
    List<String> answer = answers.get(Math.min(times, answers.size() - 1));
    InetAddress[] addresses = new InetAddress[answer.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] =
          InetAddress.getByAddress(name, InetAddress.getByName(answer.get(i)).getAddress());
    }
    return addresses;
  }

  /** The same for HttpClient. */
  DnsResolver resolver() {
    return new DnsResolver() {
      @Override
      public InetAddress[] resolve(String name) throws UnknownHostException {
        try {
          return addresses(name);
        } catch (UnknownHostException unknown) {
          throw unknown;
        } catch (IOException impossible) {
          throw new UncheckedIOException(impossible);
        }
      }

      @Override
      public String resolveCanonicalHostname(String name) {
        return name;
      }
    };
  }

  @Override
  public void connect(Socket socket, InetSocketAddress to, int millis) throws IOException {
    InetAddress real = lie.isEmpty() ? to.getAddress() : InetAddress.getByName(lie);
    peers.put(socket, real);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(real)), millis);
  }

  @Override
  public @Nullable InetAddress peer(Socket socket) {
    return peers.get(socket);
  }

  /** Where an address is, on the loopback interface. */
  int port(InetAddress address) {
    String text = address.getHostAddress();
    return OUTSIDES.stream().anyMatch(text::startsWith) ? outsidePort : insidePort;
  }
}
