package dev.gabion.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Lets a benchmark call a server on the loopback interface, which no policy allows. */
public final class LoopbackOutside implements Internet {
  private static final byte[] OUTSIDE = {93, -72, -41, 14};

  private LoopbackOutside() {}

  /** The same client in a world in which every name is outside, and outside is here. */
  public static OutboundClient of(OutboundClient client) {
    return client.on(new LoopbackOutside());
  }

  @Override
  public InetAddress[] addresses(String name) throws IOException {
    return new InetAddress[] {InetAddress.getByAddress(name, OUTSIDE)};
  }

  @Override
  public void connect(Socket socket, InetSocketAddress to, int millis) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()), millis);
  }

  @Override
  public InetAddress peer(Socket socket) {
    try {
      return InetAddress.getByAddress(OUTSIDE);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
