package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, told from what HttpClient and the JDK throw. Their messages are left behind:
 * they quote paths, headers and bodies. Those of the JDK's TLS speak of certificates, and stay.
 */
final class Failures {
  private static final int DEEPEST = 16;

  private Failures() {}

  static EgressFailed of(Throwable thrown, Exchange exchange) {
    EgressFailed found = find(thrown);
    if (found == null) {
      boolean late = exchange.isOutOfTime();
      found =
          late
              ? EgressFailed.of(Reason.TIME, "deadline")
              : exchange.isAborted()
                  ? EgressFailed.of(Reason.CLOSED, "cancelled")
                  : EgressFailed.of(reason(thrown), thrown.getClass().getSimpleName());
    }
    boolean tls = found.reason() == Reason.TLS && thrown instanceof SSLException;
    return found.at(exchange.host(), exchange.port(), tls ? thrown : null);
  }

  /** Whether another address of the same host would not be any better. */
  static boolean isRefusal(IOException failed) {
    EgressFailed found = find(failed);
    return found == null ? reason(failed) == Reason.TLS : found.reason() != Reason.UNREACHABLE;
  }

  private static @Nullable EgressFailed find(Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      if (each instanceof EgressFailed failed) {
        return failed;
      }
      if (each instanceof Unfit unfit) {
        return EgressFailed.of(unfit.reason(), unfit.detail());
      }
      each = each.getCause();
    }
    return null;
  }

  private static Reason reason(Throwable thrown) {
    if (thrown instanceof MessageConstraintException) {
      return Reason.ANSWER;
    }
    if (thrown instanceof ConnectTimeoutException
        || thrown instanceof ConnectException
        || thrown instanceof NoRouteToHostException
        || thrown instanceof ConnectionRequestTimeoutException) {
      return Reason.UNREACHABLE;
    }
    if (thrown instanceof SocketTimeoutException) {
      return Reason.TIME;
    }
    if (thrown instanceof UnknownHostException) {
      return Reason.UNKNOWN_HOST;
    }
    if (thrown instanceof SSLException) {
      return Reason.TLS;
    }
    if (thrown instanceof IOException
        || thrown instanceof HttpException
        || thrown instanceof Error) {
      return Reason.BROKEN;
    }
    return Reason.CLOSED;
  }
}
