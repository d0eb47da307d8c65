package dev.gabion.benchmarks;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Caller;
import dev.gabion.core.Scope;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.logstash.logback.encoder.LogstashEncoder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a team would write to have the same fields on its log with the logging library it has: a map
 * for each event, handed over as structured arguments. No chain, no scrubbing, no escapes beyond
 * what JSON asks for, and nobody learns of a line that was not taken.
 */
final class AuditPeer implements AuditSink {
  /** Where a map goes. */
  private interface Target {
    void info(Map<String, Object> fields);
  }

  private final Target target;

  private AuditPeer(Target target) {
    this.target = target;
  }

  /** What a JVM is started with, so that SLF4J means Log4j2 and that finds its configuration. */
  static final List<String> OPTIONS =
      List.of(
          "-Dslf4j.provider=org.apache.logging.slf4j.SLF4JServiceProvider",
          "-Dslf4j.internal.verbosity=WARN",
          "-Dlog4j2.configurationFile=audit-peer-log4j2.xml");

  /** Powertools for AWS Lambda, Log4j2: the JSON layout that it brings, on the console. */
  static AuditPeer powertools() {
    Logger logger = LoggerFactory.getLogger("audit");
    return new AuditPeer(
        fields ->
            logger.info(
                "audit",
                software.amazon.lambda.powertools.logging.argument.StructuredArguments.entries(
                    fields)));
  }

  /** Logback with logstash-logback-encoder, on the console. */
  static AuditPeer logback() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    LogstashEncoder encoder = new LogstashEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    ch.qos.logback.classic.Logger logger = context.getLogger("audit");
    logger.addAppender(console);
    return new AuditPeer(
        fields ->
            logger.info(
                "audit", net.logstash.logback.argument.StructuredArguments.entries(fields)));
  }

  @Override
  public void ready(Scope scope) {}

  @Override
  public void write(AuditEvent event) {
    target.info(fields(event));
  }

  private static Map<String, Object> fields(AuditEvent event) {
    InvocationFacts work = event.invocation();
    Outcome outcome = outcome(event);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("category_uid", 6);
    fields.put("class_uid", 6003);
    fields.put("activity_id", 1);
    fields.put("type_uid", 600301);
    fields.put("time", event.time().toEpochMilli());
    fields.put("severity_id", 1);
    fields.put("status", "Success");
    fields.put("status_id", 1);
    fields.put("action_id", 1);
    fields.put("disposition_id", 1);
    fields.put("status_code", Integer.toString(outcome.status()));
    fields.put("status_detail", outcome.reason());
    fields.put("actor", actor(event.caller()));
    fields.put("api", api(event, outcome));
    SourceFacts source = event.source();
    if (source != null) {
      fields.put("src_endpoint", one("ip", source.ip()));
      fields.put("dst_endpoint", one("hostname", source.host()));
      fields.put(
          "http_request", two("http_method", source.method(), "user_agent", source.userAgent()));
      fields.put("http_response", one("code", outcome.status()));
    }
    Map<String, Object> cloud =
        two("provider", "AWS", "cloud_partition", work.function().partition());
    cloud.put("region", work.function().region());
    cloud.put("account", two("uid", work.function().account(), "type_id", 10));
    fields.put("cloud", cloud);
    fields.put("trace", one("uid", work.traceId()));
    fields.put("metadata", metadata(work));
    fields.put("unmapped", unmapped(event, outcome));
    return fields;
  }

  private static Outcome outcome(AuditEvent event) {
    Outcome outcome = event.outcome();
    if (outcome == null) {
      throw new IllegalStateException("Only outcomes are measured.");
    }
    return outcome;
  }

  private static Map<String, Object> actor(@Nullable Caller caller) {
    if (caller == null) {
      return one("user", one("name", "anonymous"));
    }
    Map<String, Object> idp = two("uid", caller.issuer(), "issuer", caller.issuer());
    caller.tenant().ifPresent(tenant -> idp.put("tenant_uid", tenant));
    return two("user", one("uid", caller.id()), "idp", idp);
  }

  private static Map<String, Object> api(AuditEvent event, Outcome outcome) {
    SourceFacts source = event.source();
    Map<String, Object> api =
        two(
            "operation",
            source == null ? "unknown" : source.operation(),
            "service",
            one("name", "orders"));
    api.put("request", one("uid", event.invocation().requestId()));
    api.put("response", one("code", outcome.status()));
    return api;
  }

  private static Map<String, Object> metadata(InvocationFacts work) {
    Map<String, Object> metadata = two("version", "1.9.0", "uid", UUID.randomUUID().toString());
    metadata.put("event_code", "sensitive_create");
    metadata.put("correlation_uid", work.correlationId());
    metadata.put("log_name", "audit");
    metadata.put("product", two("name", "Gabion", "vendor_name", "Gabion"));
    metadata.put("profiles", List.of("cloud", "security_control", "trace"));
    return metadata;
  }

  private static Map<String, Object> unmapped(AuditEvent event, Outcome outcome) {
    InvocationFacts work = event.invocation();
    Map<String, Object> unmapped = two("activity", "outcome", "stop", "record");
    unmapped.put("cold_start", work.coldStart());
    unmapped.put(
        "function", two("name", work.function().name(), "version", work.functionVersion()));
    SourceFacts source = event.source();
    if (source != null) {
      unmapped.put("source", two("kind", source.kind(), "origin", source.origin()));
    }
    unmapped.put("bytes_in", outcome.bytesIn());
    unmapped.put("bytes_out", outcome.bytesOut());
    Map<String, Object> timings = new LinkedHashMap<>();
    Duration sum = Duration.ZERO;
    for (Stop stop : Stop.values()) {
      Duration time = outcome.timings().get(stop);
      if (time != null) {
        sum = sum.plus(time);
        timings.put(stop.name().toLowerCase(Locale.ROOT), time.toNanos() / 1_000);
      }
    }
    unmapped.put("duration_ms", sum.toMillis());
    unmapped.put("timings_us", timings);
    return unmapped;
  }

  private static Map<String, Object> one(String name, @Nullable Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value != null) {
      map.put(name, value);
    }
    return map;
  }

  private static Map<String, Object> two(
      String name, @Nullable Object value, String other, @Nullable Object otherValue) {
    Map<String, Object> map = one(name, value);
    if (otherValue != null) {
      map.put(other, otherValue);
    }
    return map;
  }
}
