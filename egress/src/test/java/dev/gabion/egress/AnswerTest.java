package dev.gabion.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.egress.EgressFailed.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that do not end, or are more than was agreed. */
class AnswerTest {
  private static final int MOST = 100_000;

  private final Work work = Work.of();
  private final AtomicLong sent = new AtomicLong();
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  @Test
  void aBodyOfTheAgreedSizeIsRead() throws Exception {
    answer(Server.ok("a".repeat(MOST)));
    assertThat(got()).hasSize(MOST + 4);
  }

  @Test
  void aBodyThatIsAnnouncedAsLargerIsNotRead() throws Exception {
    answer(Server.ok("a".repeat(MOST + 1)));
    assertThat(refused()).isEqualTo("body");
    assertThat(work.told).hasSize(1);
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
  }

  @Test
  void aBodyThatDoesNotEndIsCutOff() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          out.write(Server.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
          byte[] chunk = Server.raw("1000\r\n" + "a".repeat(4096) + "\r\n");
          pour(out, chunk);
        });
    assertThat(refused()).isEqualTo("body");
    assertThat(work.told).hasSize(2);
    assertThat(work.told.get(0).verdict()).isEqualTo(Verdict.ALLOWED);
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
    assertThat(work.last().fact("detail")).isEqualTo("body");
  }

  @Test
  void aGzippedBodyIsRead() throws Exception {
    answer(gzipped("fine".getBytes(ISO_8859_1)));
    assertThat(got()).isEqualTo("200 fine");
    assertThat(rig.outside.requests.get(0).header("accept-encoding")).isEqualTo("gzip");
  }

  @Test
  void aBodyGzippedInMembersIsRead() throws Exception {
    answer(withHeader(zipped("fi"), zipped(""), zipped("ne")));
    assertThat(got()).isEqualTo("200 fine");
  }

  @Test
  void emptyMembersWithoutEndAreRefusedBeforeTheyFillTheStack() throws Exception {
    byte[][] many = new byte[200_000][];
    Arrays.fill(many, zipped(""));
    byte[] answer = withHeader(many);
    answer(answer);
    try (OutboundClient client = rig.client()) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(work), Rig.URL));
      assertThat(failed.detail()).isEqualTo("encoding");
    }
    byte[] all =
        Arrays.copyOfRange(answer, answer.length - 200_000 * many[0].length, answer.length);
    assertThatThrownBy(() -> new GZIPInputStream(new ByteArrayInputStream(all)).read())
        .as("control")
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void anErrorInABodyEndsTheExchangeAndIsOnTheTrail() throws Exception {
    Exchange exchange = new Exchange(work.deadline(), null, Rig.HOST, 443);
    List<EgressFailed> failures = new ArrayList<>();
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new StackOverflowError();
          }

          @Override
          public int read(byte[] into, int from, int length) {
            throw new StackOverflowError();
          }
        };
    ReplyBody body =
        new ReplyBody(new InputStreamEntity(broken, null), exchange, MOST, false, failures::add);
    assertThatThrownBy(() -> body.getContent().read()).isInstanceOf(StackOverflowError.class);
    assertThat(exchange.isAborted()).isTrue();
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).detail()).isEqualTo("StackOverflowError");
  }

  @Test
  void aGzipBombIsCutOffAtWhatItBecomes() throws Exception {
    byte[] bomb = gzipped(new byte[20 << 20]);
    assertThat(bomb).hasSizeLessThan(MOST);
    answer(bomb);
    try (OutboundClient client = rig.client(each -> each.responseBytes(MOST))) {
      long[] read = new long[1];
      EgressFailed failed =
          catchThrowableOfType(
              EgressFailed.class,
              () ->
                  client
                      .within(work)
                      .execute(
                          new HttpGet(Rig.URL),
                          response -> {
                            var in = response.getEntity().getContent();
                            while (in.read() >= 0) {
                              read[0]++;
                            }
                            return read;
                          }));
      assertThat(failed.detail()).isEqualTo("body");
      assertThat(read[0]).isLessThanOrEqualTo(MOST);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "gzip\r\nContent-Encoding: gzip"})
  void anotherEncodingIsRefused(String encoding) throws Exception {
    answer(
        Server.raw(
            "HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + "\r\nContent-Length: 1\r\n\r\na"));
    assertThat(refused()).isEqualTo("encoding");
  }

  @Test
  void headersThatDoNotEndAreCutOff() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          out.write(Server.raw("HTTP/1.1 200 OK\r\n"));
          pour(out, Server.raw("X-Header: " + "a".repeat(100) + "\r\n"));
        });
    assertThat(failure().reason()).isEqualTo(Reason.ANSWER);
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  @Test
  void aHeaderThatDoesNotEndIsCutOff() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          out.write(Server.raw("HTTP/1.1 200 OK\r\nX-Header: "));
          pour(out, Server.raw("a".repeat(4096)));
        });
    assertThat(failure().reason()).isEqualTo(Reason.ANSWER);
  }

  @Test
  void headersAreBoundedInAll() throws Exception {
    answer(
        Server.raw(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                + ("X-Header: " + "a".repeat(7000) + "\r\n").repeat(20)
                + "\r\n"));
    assertThat(refused()).isEqualTo("headers");
  }

  @Test
  void answersBeforeTheAnswerDoNotGoOnForEver() throws Exception {
    rig.outside.answering(
        (request, out) -> pour(out, Server.raw("HTTP/1.1 103 Early Hints\r\n\r\n")));
    assertThat(failure().reason()).isEqualTo(Reason.BROKEN);
  }

  @Test
  void aConnectionIsNotMadeIntoAnotherProtocol() throws Exception {
    answer(
        Server.raw(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade\r\n\r\n"));
    assertThat(failure().reason()).isEqualTo(Reason.BROKEN);
  }

  @Test
  void whatIsNotHttpIsNoAnswer() throws Exception {
    answer(Server.raw("SSH-2.0-OpenSSH_9.6 secret banner\r\n".repeat(20)));
    EgressFailed failed = failure();
    assertThat(failed.reason()).isIn(Reason.BROKEN, Reason.ANSWER);
    assertThat(failed).hasMessageNotContaining("banner").hasNoCause();
  }

  @Test
  void aShortBodyThatNobodyReadsDoesNotCostTheConnection() throws Exception {
    try (OutboundClient client = rig.client()) {
      for (int i = 0; i < 2; i++) {
        client.within(work).execute(new HttpGet(Rig.URL), ClassicHttpResponse::getCode);
      }
    }
    assertThat(rig.outside.accepted).hasValue(1);
  }

  @Test
  void aLongBodyThatNobodyReadsDoes() throws Exception {
    answer(Server.ok("a".repeat(MOST)));
    try (OutboundClient client = rig.client()) {
      for (int i = 0; i < 2; i++) {
        client.within(work).execute(new HttpGet(Rig.URL), ClassicHttpResponse::getCode);
      }
    }
    assertThat(rig.outside.accepted).hasValue(2);
  }

  /** Sends until nobody takes it any more. */
  private void pour(OutputStream out, byte[] drop) throws IOException {
    while (true) {
      out.write(drop);
      sent.addAndGet(drop.length);
    }
  }

  private void answer(byte[] bytes) {
    rig.outside.answering((request, out) -> out.write(bytes));
  }

  private static byte[] gzipped(byte[] body) throws IOException {
    return withHeader(zipped(body));
  }

  private static byte[] zipped(String text) throws IOException {
    return zipped(text.getBytes(ISO_8859_1));
  }

  private static byte[] zipped(byte[] body) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(body);
    }
    return zipped.toByteArray();
  }

  private static byte[] withHeader(byte[]... members) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    for (byte[] member : members) {
      zipped.write(member);
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(
        Server.raw(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                + zipped.size()
                + "\r\n\r\n"));
    zipped.writeTo(answer);
    return answer.toByteArray();
  }

  private String got() throws Exception {
    try (OutboundClient client = rig.client(each -> each.responseBytes(MOST))) {
      return Rig.get(client.within(work), Rig.URL);
    }
  }

  private String refused() throws Exception {
    EgressFailed failed = failure();
    assertThat(failed.reason()).isEqualTo(Reason.ANSWER);
    return failed.detail();
  }

  private EgressFailed failure() throws Exception {
    try (OutboundClient client = rig.client(each -> each.responseBytes(MOST))) {
      return catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(work), Rig.URL));
    }
  }
}
