package dev.gabion.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Another context whose client sockets and engines start out at a floor that it does not know
 * itself: {@link TlsFloor#under}, and the repair of {@link TlsFloor#insecureLateTls}.
 */
final class FlooredContext extends SSLContext {
  private FlooredContext(SSLContext weak, UnaryOperator<SSLParameters> floor) {
    super(new Spi(weak, floor), weak.getProvider(), weak.getProtocol());
  }

  /** Puts a floor under a context that nobody else needs to know. */
  static SSLContext under(SSLContext context, UnaryOperator<SSLParameters> floor) {
    return new FlooredContext(context, floor);
  }

  /** Puts a floor under the default context and under the default factory for HTTPS. */
  static void makeDefault(UnaryOperator<SSLParameters> floor) throws NoSuchAlgorithmException {
    SSLContext.setDefault(new FlooredContext(SSLContext.getDefault(), floor));
    HttpsURLConnection.setDefaultSSLSocketFactory(
        new Sockets(HttpsURLConnection.getDefaultSSLSocketFactory(), floor));
  }

  private static final class Spi extends SSLContextSpi {
    private final SSLContext weak;
    private final UnaryOperator<SSLParameters> floor;

    Spi(SSLContext weak, UnaryOperator<SSLParameters> floor) {
      this.weak = weak;
      this.floor = floor;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("The default context is initialised already.");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new Sockets(weak.getSocketFactory(), floor);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return weak.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return floored(weak.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return floored(weak.createSSLEngine(host, port));
    }

    private SSLEngine floored(SSLEngine engine) {
      engine.setSSLParameters(floor.apply(engine.getSSLParameters()));
      return engine;
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return weak.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return weak.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return floor.apply(weak.getDefaultSSLParameters());
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return weak.getSupportedSSLParameters();
    }
  }

  private static final class Sockets extends SSLSocketFactory {
    private final SSLSocketFactory weak;
    private final UnaryOperator<SSLParameters> floor;

    Sockets(SSLSocketFactory weak, UnaryOperator<SSLParameters> floor) {
      this.weak = weak;
      this.floor = floor;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return floor.apply(new SSLParameters()).getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return weak.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
      return floored(weak.createSocket());
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean close)
        throws IOException {
      return floored(weak.createSocket(below, host, port, close));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return floored(weak.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return floored(weak.createSocket(host, port, from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return floored(weak.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return floored(weak.createSocket(host, port, from, fromPort));
    }

    private Socket floored(Socket socket) {
      SSLSocket tls = (SSLSocket) socket;
      tls.setSSLParameters(floor.apply(tls.getSSLParameters()));
      return tls;
    }
  }
}
