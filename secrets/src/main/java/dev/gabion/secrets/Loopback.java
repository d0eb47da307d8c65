package dev.gabion.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gabion.core.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gets one small document from a port of this machine (HTTP/1.1, RFC 9112). Each read is given what
 * is left of the deadline, so that a peer who drips cannot hold a call, which {@link
 * java.net.HttpURLConnection} cannot promise; and no connection or thread is kept.
 */
final class Loopback {
  /** A secret has 64 KB at most, which as JSON may be six times as many. */
  private static final int BOUND = 512 * 1024;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");

  private final int port;
  private final String header;

  Loopback(int port, String name, String value) {
    if (!value.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException("A header's value has no spaces or control characters.");
    }
    this.port = port;
    this.header = name + ": " + value;
  }

  /** The body of a reply whose status is 200; the caller wipes it. */
  byte[] get(String target, Scope scope) throws Fault {
    byte[] reply = new byte[0];
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      int left = left(scope);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), left);
      socket.setTcpNoDelay(true);
      String request =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost:"
              + port
              + "\r\n"
              + header
              + "\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      reply = read(socket, scope);
      return body(reply);
    } catch (SocketTimeoutException silent) {
      throw Fault.unreachable("Timeout");
    } catch (IOException broken) {
      throw Fault.unreachable(broken.getClass().getSimpleName());
    } finally {
      Arrays.fill(reply, (byte) 0);
    }
  }

  private static int left(Scope scope) throws Fault {
    long left = scope.deadline().left().toMillis();
    if (left <= 0) {
      throw Fault.unreachable("Deadline");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  /** Reads until the peer closes. */
  private static byte[] read(Socket socket, Scope scope) throws IOException, Fault {
    InputStream in = socket.getInputStream();
    byte[] read = new byte[8 * 1024];
    int size = 0;
    while (true) {
      socket.setSoTimeout(left(scope));
      int count = in.read(read, size, read.length - size);
      if (count < 0) {
        byte[] all = Arrays.copyOf(read, size);
        Arrays.fill(read, (byte) 0);
        return all;
      }
      size += count;
      if (size > BOUND) {
        throw Fault.unreadable("TooLarge");
      }
      if (size == read.length) {
        byte[] larger = Arrays.copyOf(read, 2 * size);
        Arrays.fill(read, (byte) 0);
        read = larger;
      }
    }
  }

  private static byte[] body(byte[] reply) throws Fault {
    int end = lineEnd(reply, 0);
    Matcher status = STATUS.matcher(text(reply, 0, end));
    if (!status.matches()) {
      throw Fault.unreadable("NotHttp");
    }
    if (!status.group(1).equals("200")) {
      throw refusal(Integer.parseInt(status.group(1)));
    }
    int length = -1;
    boolean chunked = false;
    int from = end + 2;
    for (end = lineEnd(reply, from); end > from; end = lineEnd(reply, from)) {
      String line = text(reply, from, end).toLowerCase(Locale.ROOT).replace(" ", "");
      if (line.startsWith("content-length:")) {
        length = number(line.substring(line.indexOf(':') + 1), 10);
      }
      chunked |= line.equals("transfer-encoding:chunked");
      from = end + 2;
    }
    byte[] body = Arrays.copyOfRange(reply, from + 2, reply.length);
    if (chunked) {
      return unchunked(body);
    }
    if (length >= 0 && length != body.length) {
      Arrays.fill(body, (byte) 0);
      throw Fault.unreadable("Truncated");
    }
    return body;
  }

  /** What is not documented is read as HTTP has it (RFC 9110, section 15). */
  private static Fault refusal(int status) {
    String code = "Http" + status;
    if (status == 401 || status == 403) {
      return Fault.denied(code);
    }
    if (status >= 500 || status == 408 || status == 429) {
      return Fault.unreachable(code);
    }
    return status >= 400 ? Fault.missing(code) : Fault.unreadable(code);
  }

  private static byte[] unchunked(byte[] chunks) throws Fault {
    byte[] body = new byte[chunks.length];
    int size = 0;
    int from = 0;
    try {
      while (true) {
        int end = lineEnd(chunks, from);
        int length = number(text(chunks, from, end).split(";", 2)[0].strip(), 16);
        if (length == 0) {
          return Arrays.copyOf(body, size);
        }
        if (length > chunks.length - end - 2) {
          throw Fault.unreadable("Truncated");
        }
        System.arraycopy(chunks, end + 2, body, size, length);
        size += length;
        from = end + 2 + length + 2;
      }
    } finally {
      Arrays.fill(body, (byte) 0);
      Arrays.fill(chunks, (byte) 0);
    }
  }

  /** Where the line that begins at {@code from} ends. */
  private static int lineEnd(byte[] bytes, int from) throws Fault {
    for (int i = from; i + 1 < bytes.length; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i;
      }
    }
    throw Fault.unreadable("Truncated");
  }

  private static String text(byte[] bytes, int from, int end) {
    return new String(bytes, from, end - from, ISO_8859_1);
  }

  private static int number(String digits, int radix) throws Fault {
    try {
      int number = Integer.parseInt(digits, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      // what it is instead is not said
    }
    throw Fault.unreadable("NotHttp");
  }
}
