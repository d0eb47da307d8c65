package dev.gabion.egress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A world in which every name is outside, and all of outside is this machine. */
final class Loopback implements Internet {
  /** What no policy refuses; nothing is ever sent to it. */
  private static final byte[] OUTSIDE = {93, -72, -41, 14};

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
      throw new UncheckedIOException(impossible);
    }
  }
}
