package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Servers that stall at each phase, and that drip, for ever: each call ends by itself, and by its
 * deadline. What it took is printed; the bound that is asserted leaves room for a busy machine.
 */
class TimeTest {
  private static final Duration DEADLINE = Duration.ofMillis(900);
  private static final Duration MOST = Duration.ofSeconds(20);

  private final Work work = Work.in(DEADLINE);
  private final CountDownLatch over = new CountDownLatch(1);
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
  }

  @AfterEach
  void tearDown() throws Exception {
    over.countDown();
    rig.close();
  }

  @Test
  void namesThatNobodyAnswersFor() throws Exception {
    Internet silent =
        new Silent() {
          @Override
          public InetAddress[] addresses(String name) throws IOException {
            stall();
            throw new IOException("never");
          }
        };
    assertThat(ends("names", each -> each.on(silent), new HttpGet(Rig.URL)).detail())
        .isEqualTo("names");
  }

  @Test
  void aHandshakeThatNobodyAnswers() throws Exception {
    Server deaf = Server.talking(ServerSocketFactory.getDefault(), socket -> stall());
    World world = new World(deaf.port(), rig.inside.port()).name(Rig.HOST, World.OUTSIDE);
    try (deaf) {
      ends("handshake", each -> each.on(world), new HttpGet(Rig.URL));
    }
  }

  @Test
  void aHandshakeThatDrips() throws Exception {
    Server dripping =
        Server.talking(
            ServerSocketFactory.getDefault(),
            socket -> {
              socket.getOutputStream().write(new byte[] {0x16, 3, 3, 0x40, 0}); // 16 KiB to come
              drip(socket.getOutputStream());
            });
    World world = new World(dripping.port(), rig.inside.port()).name(Rig.HOST, World.OUTSIDE);
    try (dripping) {
      ends("handshake, dripping", each -> each.on(world), new HttpGet(Rig.URL));
    }
  }

  @Test
  void anAnswerThatDoesNotCome() throws Exception {
    rig.outside.answering((request, out) -> stall());
    ends("answer", each -> each, new HttpGet(Rig.URL));
  }

  @Test
  void aSilenceEndsBeforeTheDeadline() throws Exception {
    rig.outside.answering((request, out) -> stall());
    Work patient = Work.of();
    try (OutboundClient client = rig.client(each -> each.silence(Duration.ofMillis(300)))) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(patient), Rig.URL));
      assertThat(failed.reason()).isEqualTo(Reason.TIME);
      assertThat(failed.detail()).isEqualTo("SocketTimeoutException");
    }
  }

  @Test
  void headersThatDrip() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          out.write(Server.raw("HTTP/1.1 200 OK\r\nX-Header: "));
          drip(out);
        });
    ends("headers, dripping", each -> each, new HttpGet(Rig.URL));
  }

  @Test
  void aBodyThatDrips() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          out.write(Server.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"));
          drip(out);
        });
    ends("body, dripping", each -> each, new HttpGet(Rig.URL));
    assertThat(work.told).hasSize(2);
  }

  @Test
  void aServerThatTakesNothing() throws Exception {
    Server full =
        Server.talking(
            Keys.SERVER.context().getServerSocketFactory(),
            socket -> {
              ((SSLSocket) socket).startHandshake();
              stall();
            });
    World world = new World(full.port(), rig.inside.port()).name(Rig.HOST, World.OUTSIDE);
    HttpPost post = new HttpPost(Rig.URL);
    post.setEntity(new ByteArrayEntity(new byte[64 << 20], ContentType.APPLICATION_OCTET_STREAM));
    try (full) {
      ends("sending", each -> each.on(world), post);
    }
  }

  @Test
  void aCallThatBeginsTooLateDoesNotBegin() throws Exception {
    Work late = Work.in(Duration.ofMillis(50));
    try (OutboundClient client = rig.client()) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(late), Rig.URL));
      assertThat(failed.reason()).isEqualTo(Reason.TIME);
    }
    assertThat(rig.outside.accepted).hasValue(0);
  }

  @Test
  void aConnectionThatWaitedServesTheNextCallInItsOwnTime() throws Exception {
    Work first = Work.of();
    try (OutboundClient client = rig.client()) {
      Rig.get(client.within(first), Rig.URL);
      rig.outside.answering((request, out) -> stall());
      EgressFailed failed =
          catchThrowableOfType(
              EgressFailed.class, () -> Rig.get(client.within(Work.in(DEADLINE)), Rig.URL));
      assertThat(failed.reason()).isEqualTo(Reason.TIME);
    }
    assertThat(rig.outside.accepted).hasValue(1);
  }

  private EgressFailed ends(
      String phase, UnaryOperator<OutboundClient> choices, ClassicHttpRequest request)
      throws Exception {
    try (OutboundClient client = rig.client(choices)) {
      long began = System.nanoTime();
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.send(client.within(work), request));
      long millis = (System.nanoTime() - began) / 1_000_000;
      System.out.println(
          "Stalled: %-20s ended after %d ms; the deadline was after %d ms"
              .formatted(phase, millis, DEADLINE.toMillis()));
      assertThat(failed.reason()).isEqualTo(Reason.TIME);
      assertThat(millis).isLessThan(MOST.toMillis());
      return failed;
    }
  }

  private void stall() {
    try {
      over.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void drip(OutputStream out) throws Exception {
    while (!over.await(20, TimeUnit.MILLISECONDS)) {
      out.write('a');
      out.flush();
    }
  }

  /** The internet, of which a part does not answer. */
  private abstract static class Silent implements Internet {
    @Override
    public void connect(Socket socket, InetSocketAddress to, int millis) {
      throw new IllegalStateException("nobody gets this far");
    }

    @Override
    public @Nullable InetAddress peer(Socket socket) {
      return null;
    }
  }
}
