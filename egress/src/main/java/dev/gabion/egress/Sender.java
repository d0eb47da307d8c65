package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.FormattedHeader;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Sends a request over a connection, fresh or not, in the time of its exchange. */
final class Sender extends HttpRequestExecutor {
  /** More answers before the answer are none. */
  private static final int INFORMATIONAL = 8;

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback unused,
      HttpContext context)
      throws IOException, HttpException {
    Exchange exchange = Connector.exchange(context);
    if (connection instanceof Line line && line.socket() != null) {
      exchange.on(line.socket(), false);
      exchange.secured(line.getSSLSession());
    } else {
      throw EgressFailed.of(Reason.CLOSED, "no-connection");
    }
    int[] before = new int[1];
    ClassicHttpResponse response =
        super.execute(
            request,
            connection,
            (information, on, with) -> {
              if (++before[0] > INFORMATIONAL || information.getCode() == 101) {
                throw new HttpException("not asked for");
              }
            },
            context);
    exchange.answered();
    int bytes = 0;
    for (Header each : response.getHeaders()) {
      bytes +=
          each instanceof FormattedHeader whole
              ? whole.getBuffer().length()
              : each.getName().length() + String.valueOf(each.getValue()).length();
    }
    if (bytes > Outgoing.HEADER_BYTES) {
      throw EgressFailed.of(Reason.ANSWER, "headers");
    }
    return response;
  }
}
