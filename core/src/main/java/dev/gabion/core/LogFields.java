package dev.gabion.core;

import org.slf4j.MDC;

/**
 * The fields that every line of an application log carries while a message is served: SLF4J's
 * mapped diagnostic context, which is the thread's own.
 *
 * <p>Without a provider of SLF4J nothing is done, and nothing of SLF4J is loaded, which would
 * complain of it.
 */
final class LogFields {
  private static final String PROVIDERS = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";

  /** Whether somebody logs; asked once, since a class path does not change. */
  private static final boolean LOGGED =
      LogFields.class.getClassLoader().getResource(PROVIDERS) != null
          || System.getProperty("slf4j.provider") != null;

  private static final int LONGEST = 256;

  private LogFields() {}

  /** Whether there is a provider to be readied. */
  static boolean areLogged() {
    return LOGGED;
  }

  /** Lets the provider initialise itself, so that the first message does not wait for it. */
  static void prepare() {
    MDC.clear();
  }

  /** Sets the fields of a message, in place of whatever was left there. */
  static void set(Call call) {
    if (LOGGED) {
      MDC.clear();
      MDC.put("correlation_id", printable(call.correlationId()));
      MDC.put("request_id", printable(call.requestId()));
      call.tenantId().ifPresent(tenant -> MDC.put("tenant", printable(tenant)));
    }
  }

  /** Removes all fields, logic's own as well: the thread serves somebody else next. */
  static void clear() {
    if (LOGGED) {
      MDC.clear();
    }
  }

  /** No field ends a line, or says more than an identifier does. */
  private static String printable(String value) {
    StringBuilder printable = new StringBuilder(value.length());
    for (int i = 0; i < Math.min(value.length(), LONGEST); i++) {
      char c = value.charAt(i);
      printable.append(c > ' ' && c < 0x7F ? c : '?');
    }
    return printable.toString();
  }
}
