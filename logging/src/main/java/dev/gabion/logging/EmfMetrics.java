package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.PathObserver;
import dev.gabion.core.Settings;
import dev.gabion.core.StandardOutput;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes security metrics to the function's log in CloudWatch's embedded metric format: hand it to
 * {@code .observedBy(…)}.
 *
 * <p>Counts {@code refused}, {@code refused.<stop>} and {@code refused.<stop>.<rule or reason>},
 * {@code faults}, {@code cold_starts}, {@code secrets.stale}, {@code secrets.refused}, {@code
 * decrypt.failed} and {@code late}; measures {@code path} (the path without your logic) and {@code
 * logic}, in microseconds. The dimensions are the service and the function. No identifier of a
 * caller, tenant, request or message is a dimension, a name or a value; names are codes that your
 * code declares; a line has at most {@value #METRICS} metrics, and from the {@value #NAMES}th on
 * new codes count as {@code other}.
 *
 * <p>At most one line for each invocation. What asks for attention leaves with the invocation that
 * it happened in: before its reply does, or with the next one if there is no reply. What is in
 * order is gathered, and leaves with the first invocation that ends a minute later or has a
 * hundredth value; a quiet environment that ends may take the last minute's with it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Specification:
 *     Embedded metric format</a>
 */
public final class EmfMetrics implements PathObserver, Managed {
  /** How many metrics a directive takes. */
  static final int METRICS = 100;

  /**
   * How many counted names a line has before codes count as {@code other}: that leaves room for the
   * values, and for what is counted by itself and as {@code other} at each of the ten stops.
   */
  static final int NAMES = 70;

  /** How many values a target takes. */
  static final int VALUES = 100;

  private static final Duration GATHER = Duration.ofMinutes(1);
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._/#-]{1,255}");
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String namespace;
  private final String service;
  private final Lines lines;

  private final ReentrantLock lock = new ReentrantLock();
  private final JsonLine json = new JsonLine();
  private final Map<String, Long> counts = new TreeMap<>();
  private final long[] path = new long[VALUES];
  private final long[] logic = new long[VALUES];
  private int values;
  private boolean urgent;
  private @Nullable Instant since;
  private @Nullable String request;
  private String function = "unknown";
  private volatile LogFormat format = LogFormat.of(Settings.of(Map.of()));

  EmfMetrics(String namespace, String service, Lines lines) {
    if (!NAMESPACE.matcher(namespace).matches() || !CODE.matcher(service).matches()) {
      throw new IllegalArgumentException(
          "Metrics take a namespace of letters, digits and . _ / # - (at most 255), and a service's"
              + " name of letters, digits and . _ - (at most 64).");
    }
    this.namespace = namespace;
    this.service = service;
    this.lines = lines;
  }

  /** Metrics of a service in the namespace {@code Gabion}. */
  public static EmfMetrics of(String service) {
    return of("Gabion", service);
  }

  /**
   * Metrics of a service in a namespace of your own.
   *
   * @throws IllegalArgumentException if either has not the form that CloudWatch takes
   */
  public static EmfMetrics of(String namespace, String service) {
    return new EmfMetrics(namespace, service, StandardOutput::writeLine);
  }

  /** Reads which form the function's log has. */
  @Override
  public void start(Environment environment) {
    format = LogFormat.of(environment.settings());
  }

  /** Forgets what was counted before a snapshot: every copy would tell it again. */
  @Override
  public void beforeSnapshot() {
    lock.lock();
    try {
      clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void recorded(AuditEvent event) {
    lock.lock();
    try {
      function = event.invocation().function().name();
      if (since == null) {
        since = event.time();
      }
      switch (event.activity()) {
        case OUTCOME -> outcome(event);
        case AUTHENTICATION -> {} // its refusal is the outcome
        case SECRET -> secret(event);
        case ENCRYPTION -> encryption(event);
        case OUTBOUND -> {} // what it means is for logic to say, and the trail has it
        case FAULT -> urgent("faults");
      }
    } finally {
      lock.unlock();
    }
  }

  private void outcome(AuditEvent event) {
    String now = event.invocation().requestId();
    if (urgent && request != null && !request.equals(now)) {
      flush(event.time()); // the last invocation had no reply
    }
    request = now;
    if (event.invocation().coldStart() && !counts.containsKey("cold_starts")) {
      urgent("cold_starts");
    }
    if (event.facts().containsKey("late")) {
      urgent("late");
    }
    Outcome outcome = event.outcome();
    if (outcome == null) {
      return;
    }
    if (event.verdict() == Verdict.FAILED) {
      urgent("faults");
    } else if (event.verdict() == Verdict.DENIED) {
      Stop stop = event.stop();
      refused(stop == null ? Stop.LOGIC : stop, outcome);
    }
    if (values == VALUES) {
      flush(event.time());
    }
    long whole = 0;
    for (Duration each : outcome.timings().values()) {
      whole += each.toNanos();
    }
    long own = outcome.timings().getOrDefault(Stop.LOGIC, Duration.ZERO).toNanos();
    path[values] = (whole - own) / 1_000;
    logic[values] = own / 1_000;
    values++;
  }

  private void refused(Stop stop, Outcome outcome) {
    String where = "refused." + Attributes.name(stop);
    urgent("refused");
    count(where);
    if (outcome.violations().isEmpty()) {
      count(where, outcome.reason());
    } else {
      for (Violation violation : outcome.violations()) {
        count(where, violation.rule());
      }
    }
  }

  private void secret(AuditEvent event) {
    if (event.verdict() != Verdict.ALLOWED) {
      urgent("secrets.refused");
    } else if (DatastoreActivity.operation(event).equals("stale")) {
      urgent("secrets.stale");
    }
  }

  private void encryption(AuditEvent event) {
    boolean decrypts = DatastoreActivity.operation(event).equals("decrypt");
    if (event.verdict() != Verdict.ALLOWED) {
      urgent(decrypts ? "decrypt.failed" : "encrypt.failed");
    }
  }

  private void urgent(String name) {
    urgent = true;
    count(name);
  }

  private void count(String where, String code) {
    String name = where + "." + (CODE.matcher(code).matches() ? code : "other");
    count(counts.size() < NAMES || counts.containsKey(name) ? name : where + ".other");
  }

  private void count(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  /** Writes what is due once a reply has left. */
  @Override
  public void passed(Stop stop, long nanos) {
    if (stop != Stop.WRITE) {
      return;
    }
    lock.lock();
    try {
      Instant begun = since;
      Instant now = Instant.now();
      if (urgent || values == VALUES || (begun != null && begun.plus(GATHER).isBefore(now))) {
        flush(now);
      }
    } finally {
      lock.unlock();
    }
  }

  private void flush(Instant now) {
    json.start(false);
    json.object("_aws").number("Timestamp", now.toEpochMilli());
    json.array("CloudWatchMetrics").element().text("Namespace", namespace);
    json.array("Dimensions").array().text("service").text("function").end().end();
    json.array("Metrics");
    for (String name : counts.keySet()) {
      json.element().text("Name", name).text("Unit", "Count").end();
    }
    if (values > 0) {
      json.element().text("Name", "path").text("Unit", "Microseconds").end();
      json.element().text("Name", "logic").text("Unit", "Microseconds").end();
    }
    json.end().end().end().end();
    json.text("service", service).text("function", function);
    counts.forEach(json::number);
    if (values > 0) {
      values("path", path);
      values("logic", logic);
    }
    json.finish();
    format.complete(json, now);
    clear();
    try {
      json.writeTo(lines);
    } catch (IOException full) {
      throw new UncheckedIOException(full); // reported once; metrics cost no reply
    }
  }

  private void values(String name, long[] measured) {
    json.array(name);
    for (int i = 0; i < values; i++) {
      json.number(measured[i]);
    }
    json.end();
  }

  private void clear() {
    counts.clear();
    values = 0;
    urgent = false;
    since = null;
    request = null;
  }

  @Override
  public String describe() {
    return "metrics in the namespace " + namespace;
  }
}
