package dev.gabion.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The names and addresses of the world: what tests replace by a small one of their own. */
interface Internet {
  /** The JDK's. */
  Internet REAL =
      new Internet() {
        @Override
        public InetAddress[] addresses(String name) throws IOException {
          return InetAddress.getAllByName(name);
        }

        @Override
        public void connect(Socket socket, InetSocketAddress to, int millis) throws IOException {
          socket.connect(to, millis);
        }

        @Override
        public @Nullable InetAddress peer(Socket socket) {
          return socket.getInetAddress();
        }
      };

  /** All addresses of a name, asked for anew. */
  InetAddress[] addresses(String name) throws IOException;

  /** Connects a socket. */
  void connect(Socket socket, InetSocketAddress to, int millis) throws IOException;

  /** Whom a connected socket is connected to; null if nobody knows. */
  @Nullable InetAddress peer(Socket socket);
}
