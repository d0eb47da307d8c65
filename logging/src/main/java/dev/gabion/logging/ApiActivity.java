package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.Caller;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of an audit event as an API Activity, OCSF 1.9.0 class 6003.
 *
 * <p>What OCSF has no name for stands in {@code unmapped}. {@code duration} is not used: since
 * 1.9.0 it is the window of an aggregate, so the time taken is {@code unmapped.duration_ms}. {@code
 * http_request.url} is not used: it would demand the path. Detail events take this class too until
 * each kind has its own; {@code unmapped.activity} tells them apart.
 */
final class ApiActivity {
  private static final int CLASS = 6003;
  private static final int OTHER = 99;

  /** RFC 9110 section 9.3 and RFC 5789; the schema allows no method that it does not list. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  /** IPv4, or what has the looks of IPv6; the schema allows 40 characters. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?=.{2,40}$)([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,8})");

  private final String service;
  private final Optional<String> level;

  private ApiActivity(String service, Optional<String> level) {
    this.service = service;
    this.level = level;
  }

  /** For a log in text format. */
  static ApiActivity plain(String service) {
    return new ApiActivity(service, Optional.empty());
  }

  /** For a log in JSON format, which drops what is below {@code level}. */
  static ApiActivity atLevel(String service, String level) {
    return new ApiActivity(service, Optional.of(level));
  }

  /** One line of JSON, without a line break. */
  byte[] render(AuditEvent event) throws IOException {
    BoundedJson json = new BoundedJson();
    if (level.isPresent()) {
      json.text("timestamp", event.time().truncatedTo(ChronoUnit.MILLIS).toString());
      json.text("level", level.get());
    }
    kind(json, event);
    verdict(json, event);
    actor(json, event.caller());
    api(json, event);
    endpoints(json, event.source());
    http(json, event);
    cloud(json, event.invocation().function());
    trace(json, event.invocation().traceId());
    unmapped(json, event);
    metadata(json, event); // last: it says whether anything before was cut
    return json.finish();
  }

  private static void kind(BoundedJson json, AuditEvent event) throws IOException {
    SourceFacts source = event.source();
    String method = source == null ? null : source.method();
    int activity = event.activity() == Activity.OUTCOME ? activityOf(method) : OTHER;
    json.number("category_uid", 6);
    json.number("class_uid", CLASS);
    json.number("activity_id", activity);
    json.number("type_uid", CLASS * 100L + activity);
    if (activity == OTHER) {
      json.text("activity_name", nameOf(event, method));
    }
    json.number("time", event.time().toEpochMilli());
  }

  private static int activityOf(@Nullable String method) {
    return switch (method == null ? "" : method) {
      case "POST" -> 1; // Create
      case "GET", "HEAD" -> 2; // Read
      case "PUT", "PATCH" -> 3; // Update
      case "DELETE" -> 4; // Delete
      default -> OTHER;
    };
  }

  private static String nameOf(AuditEvent event, @Nullable String method) {
    if (event.activity() != Activity.OUTCOME) {
      return lower(event.activity());
    }
    return method == null ? operation(event.source()) : method;
  }

  private static void verdict(BoundedJson json, AuditEvent event) throws IOException {
    Outcome outcome = event.outcome();
    switch (event.verdict()) {
      case ALLOWED -> verdict(json, 1, "Success", 1, 1, 1); // Informational; Allowed
      case DENIED -> // Low or Medium; Denied
          verdict(json, severity(event.stop()), "Failure", 2, 2, disposition(event.stop()));
      case FAILED ->
          verdict(json, 4, "Failure", 2, 0, 27); // High; logic may have run or not; Error
    }
    if (outcome != null) {
      json.text("status_code", Integer.toString(outcome.status()));
      json.text("status_detail", outcome.reason());
    }
  }

  private static void verdict(
      BoundedJson json, int severity, String status, int statusId, int action, int disposition)
      throws IOException {
    json.number("severity_id", severity);
    json.text("status", status);
    json.number("status_id", statusId);
    json.number("action_id", action);
    json.number("disposition_id", disposition);
  }

  /** Medium where it is about who sends or asks, Low where it is about what was sent. */
  private static int severity(@Nullable Stop stop) {
    return switch (stop == null ? Stop.LOGIC : stop) {
      case OPEN, IDENTIFY, PERMIT -> 3;
      case READ, DECODE, CHECK, LOGIC, SEAL, RECORD, WRITE -> 2;
    };
  }

  private static int disposition(@Nullable Stop stop) {
    return switch (stop == null ? Stop.LOGIC : stop) {
      case DECODE, CHECK, LOGIC -> 25; // Rejected
      case PERMIT -> 26; // Unauthorized
      case READ, OPEN, IDENTIFY, SEAL, RECORD, WRITE -> 2; // Blocked
    };
  }

  private static void actor(BoundedJson json, @Nullable Caller caller) throws IOException {
    json.object("actor").object("user");
    if (caller == null) {
      json.text("name", "anonymous").end();
    } else {
      json.text("uid", caller.id()).end();
      json.object("idp").text("uid", caller.issuer()).text("issuer", caller.issuer());
      json.text("tenant_uid", caller.tenant().orElse(null)).end();
    }
    json.end();
  }

  private void api(BoundedJson json, AuditEvent event) throws IOException {
    json.object("api").text("operation", operation(event.source()));
    json.object("service").text("name", service).end();
    json.object("request").text("uid", event.invocation().requestId()).end();
    Outcome outcome = event.outcome();
    if (outcome != null) {
      json.object("response").number("code", outcome.status());
      if (event.verdict() != AuditEvent.Verdict.ALLOWED) {
        json.text("error", outcome.reason());
      }
      json.end();
    }
    json.end();
  }

  private static String operation(@Nullable SourceFacts source) {
    return source == null ? "unknown" : source.operation();
  }

  private static void endpoints(BoundedJson json, @Nullable SourceFacts source) throws IOException {
    json.object("src_endpoint");
    if (source == null) {
      json.text("name", "unknown");
    } else if (isAddress(source.ip())) {
      json.text("ip", source.ip());
    } else {
      json.text("svc_name", source.kind()).text("uid", source.origin());
    }
    json.end();
    if (source != null && source.host() != null) {
      json.object("dst_endpoint").text("hostname", source.host()).end();
    }
  }

  private static boolean isAddress(@Nullable String ip) {
    return ip != null && ADDRESS.matcher(ip).matches();
  }

  private static void http(BoundedJson json, AuditEvent event) throws IOException {
    SourceFacts source = event.source();
    if (source == null || source.method() == null) {
      return;
    }
    json.object("http_request");
    json.text("http_method", METHODS.contains(source.method()) ? source.method() : null);
    json.text("user_agent", source.userAgent()).end();
    Outcome outcome = event.outcome();
    if (outcome != null) {
      json.object("http_response").number("code", outcome.status()).end();
    }
  }

  private static void cloud(BoundedJson json, FunctionArn function) throws IOException {
    json.object("cloud").text("provider", "AWS").text("cloud_partition", function.partition());
    json.text("region", function.region());
    json.object("account").text("uid", function.account()).number("type_id", 10).end(); // AWS
    json.end();
  }

  private static void trace(BoundedJson json, @Nullable String header) throws IOException {
    if (header != null) {
      json.object("trace").text("uid", root(header)).end();
    }
  }

  /** The root of an X-Ray trace header, {@code Root=1-…;Parent=…;Sampled=1}. */
  private static String root(String header) {
    int from = header.indexOf("Root=");
    if (from < 0) {
      return header;
    }
    int to = header.indexOf(';', from);
    return header.substring(from + "Root=".length(), to < 0 ? header.length() : to);
  }

  private static void unmapped(BoundedJson json, AuditEvent event) throws IOException {
    json.object("unmapped");
    Stop stop = event.stop();
    json.text("activity", lower(event.activity()))
        .text("stop", stop == null ? "init" : lower(stop));
    json.flag("cold_start", event.invocation().coldStart());
    json.object("function").text("name", event.invocation().function().name());
    json.text("version", event.invocation().functionVersion()).end();
    SourceFacts source = event.source();
    if (source != null) {
      json.object("source").text("kind", source.kind()).text("origin", source.origin());
      json.text("ip", isAddress(source.ip()) ? null : source.ip()).end();
    }
    Outcome outcome = event.outcome();
    if (outcome != null) {
      outcome(json, outcome);
    }
    facts(json, event.facts());
    if (json.omitted() > 0) {
      json.number("omitted", json.omitted());
    }
    json.end();
  }

  private static void outcome(BoundedJson json, Outcome outcome) throws IOException {
    json.number("bytes_in", outcome.bytesIn()).number("bytes_out", outcome.bytesOut());
    Duration taken = outcome.timings().values().stream().reduce(Duration.ZERO, Duration::plus);
    json.number("duration_ms", taken.toMillis());
    json.object("timings_us");
    for (Stop stop : Stop.values()) {
      Duration time = outcome.timings().get(stop);
      if (time != null) {
        json.number(lower(stop), time.toNanos() / 1_000);
      }
    }
    json.end().array("cause");
    for (String place : outcome.cause()) {
      if (json.takes(place)) {
        json.text(place);
      }
    }
    json.end().array("violations");
    for (Violation violation : outcome.violations()) {
      if (json.takes(violation.path(), violation.rule())) {
        json.element().text("path", violation.path()).text("rule", violation.rule()).end();
      }
    }
    json.end();
  }

  /** Facts in an object of their own, where no name of theirs can stand for one of ours. */
  private static void facts(BoundedJson json, Map<String, String> facts) throws IOException {
    if (facts.isEmpty()) {
      return;
    }
    String[] names = facts.keySet().toArray(String[]::new);
    Arrays.sort(names);
    json.object("facts");
    for (String name : names) {
      String value = facts.getOrDefault(name, "");
      if (json.takesName(name) && json.takes(name, value)) {
        json.text(name, value);
      }
    }
    json.end();
  }

  private static void metadata(BoundedJson json, AuditEvent event) throws IOException {
    AuditEvent.InvocationFacts work = event.invocation();
    Caller caller = event.caller();
    String tenant = work.tenant();
    if (tenant == null && caller != null) {
      tenant = caller.tenant().orElse(null);
    }
    json.object("metadata").text("version", "1.9.0").text("uid", UUID.randomUUID().toString());
    json.text("correlation_uid", work.correlationId()).text("tenant_uid", tenant);
    json.text("log_name", "audit");
    json.object("product").text("name", "Gabion").text("vendor_name", "Gabion").end();
    json.array("profiles").text("cloud").text("security_control");
    if (work.traceId() != null) {
      json.text("trace");
    }
    json.end();
    if (json.truncated()) {
      json.flag("is_truncated", true);
    }
    json.end();
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
