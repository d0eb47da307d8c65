package dev.gabion.egress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;

/** A world in which every name is outside, and all of outside is this machine. */
final class Loopback implements Internet {
  @Override
  public InetAddress[] addresses(String name) throws IOException {
    return new InetAddress[] {outside(name)};
  }

  @Override
  public void connect(Socket socket, InetSocketAddress to, int millis) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()), millis);
  }

  @Override
  public InetAddress peer(Socket socket) {
    try {
      return outside("");
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** An address that no policy refuses; nothing is ever sent to it. */
  private static InetAddress outside(String name) throws UnknownHostException {
    return InetAddress.getByAddress(name, new byte[] {93, -72, -41, 14});
  }
}
