package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Caller;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that events of several classes share.
 *
 * <p>{@code duration} is not used: since 1.9.0 it is the window of an aggregate, so the time taken
 * is {@code unmapped.duration_ms}.
 */
final class Attributes {
  /** The number of an activity that the schema does not list. */
  static final int OTHER = 99;

  /** IPv4, or what has the looks of IPv6; the schema allows 40 characters. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?=.{2,40}$)([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,8})");

  private static final List<Stop> STOPS = List.of(Stop.values());

  private Attributes() {}

  /** What an event is: its category is the first digit of its class. */
  static void kind(
      JsonLine json, AuditEvent event, int type, int activity, @Nullable String otherName) {
    json.number("category_uid", type / 1_000);
    json.number("class_uid", type);
    json.number("activity_id", activity);
    json.number("type_uid", type * 100L + activity);
    json.text("activity_name", activity == OTHER ? otherName : null);
    json.number("time", event.time().toEpochMilli());
  }

  /** How it ended, the profile Security Control included. */
  static void verdict(JsonLine json, AuditEvent event) {
    switch (event.verdict()) {
      case ALLOWED -> verdict(json, 1, "Success", 1, 1, 1); // Informational; Allowed
      case DENIED -> // Low or Medium; Denied
          verdict(json, severity(event.stop()), "Failure", 2, 2, disposition(event.stop()));
      case FAILED ->
          verdict(json, 4, "Failure", 2, 0, 27); // High; what was asked for may be done; Error
    }
    Outcome outcome = event.outcome();
    if (outcome != null) {
      json.text("status_code", Integer.toString(outcome.status()));
      json.text("status_detail", outcome.reason());
    } else {
      json.text("status_detail", event.facts().getOrDefault("reason", event.facts().get("code")));
    }
  }

  private static void verdict(
      JsonLine json, int severity, String status, int statusId, int action, int disposition) {
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

  static void actor(JsonLine json, @Nullable Caller caller) {
    json.object("actor");
    user(json, caller);
    if (caller != null) {
      json.object("idp").text("uid", caller.issuer()).text("issuer", caller.issuer());
      json.text("tenant_uid", caller.tenant().orElse(null)).end();
    }
    json.end();
  }

  static void user(JsonLine json, @Nullable Caller caller) {
    json.object("user");
    if (caller == null) {
      json.text("name", "anonymous");
    } else {
      json.text("uid", caller.id());
    }
    json.end();
  }

  /** From where, and to which host. */
  static void endpoints(JsonLine json, @Nullable SourceFacts source) {
    json.object("src_endpoint");
    if (source == null) {
      json.text("name", "unknown");
    } else if (isAddress(source.ip())) {
      json.text("ip", source.ip());
    } else {
      json.text("svc_name", source.kind()).text("uid", source.origin());
    }
    json.end();
    if (source != null && source.host() != null && !json.brief()) {
      json.object("dst_endpoint").text("hostname", source.host()).end();
    }
  }

  private static boolean isAddress(@Nullable String ip) {
    return ip != null && ADDRESS.matcher(ip).matches();
  }

  static void api(JsonLine json, AuditEvent event, String service) {
    json.object("api").text("operation", operation(event.source()));
    json.object("service").text("name", service).end();
    json.object("request").text("uid", event.invocation().requestId()).end();
    Outcome outcome = event.outcome();
    if (outcome != null && !json.brief()) {
      json.object("response").number("code", outcome.status());
      json.text("error", event.verdict() == Verdict.ALLOWED ? null : outcome.reason()).end();
    }
    json.end();
  }

  static String operation(@Nullable SourceFacts source) {
    return source == null ? "unknown" : source.operation();
  }

  static void cloud(JsonLine json, FunctionArn function) {
    json.object("cloud").text("provider", "AWS").text("cloud_partition", function.partition());
    json.text("region", function.region());
    json.object("account").text("uid", function.account()).number("type_id", 10).end(); // AWS
    json.end();
  }

  /** Returns where {@code is_truncated} goes, should something be cut yet. */
  static int metadata(JsonLine json, AuditEvent event, String uid) {
    AuditEvent.InvocationFacts work = event.invocation();
    Caller caller = event.caller();
    String tenant = work.tenant();
    if (tenant == null && caller != null) {
      tenant = caller.tenant().orElse(null);
    }
    json.object("metadata").text("version", "1.9.0").text("uid", uid);
    json.text("event_code", Vocabulary.of(event));
    json.text("correlation_uid", work.correlationId()).text("tenant_uid", tenant);
    json.text("log_name", "audit");
    json.object("product").text("name", "Gabion").text("vendor_name", "Gabion").end();
    json.array("profiles").text("cloud").text("security_control");
    if (ApiActivity.traces(json, event)) {
      json.text("trace");
    }
    json.end();
    int place = json.size();
    json.end();
    return place;
  }

  /** The root of an X-Ray trace header, {@code Root=1-…;Parent=…;Sampled=1}. */
  static String root(String header) {
    int from = header.indexOf("Root=");
    if (from < 0) {
      return header;
    }
    int to = header.indexOf(';', from);
    return header.substring(from + "Root=".length(), to < 0 ? header.length() : to);
  }

  /** What OCSF has no name for; the lists come last. */
  static void unmapped(JsonLine json, AuditEvent event) {
    json.object("unmapped").text("activity", name(event.activity()));
    Stop stop = event.stop();
    json.text("stop", stop == null ? "init" : name(stop));
    SourceFacts source = event.source();
    String ip = source == null || isAddress(source.ip()) ? null : source.ip();
    if (!json.brief()) {
      circumstances(json, event, ip);
    } else if (ip != null) {
      json.object("source").text("ip", ip).end();
    }
    Outcome outcome = event.outcome();
    if (outcome != null && !json.brief()) {
      measured(json, outcome);
    }
    if (outcome != null) {
      lists(json, outcome);
    }
    facts(json, event.facts());
    if (json.omitted() > 0) {
      json.number("omitted", json.omitted());
    }
    json.end();
  }

  private static void circumstances(JsonLine json, AuditEvent event, @Nullable String ip) {
    AuditEvent.InvocationFacts work = event.invocation();
    json.flag("cold_start", work.coldStart());
    json.object("function").text("name", work.function().name());
    json.text("version", work.functionVersion()).end();
    SourceFacts source = event.source();
    if (source != null) {
      json.object("source").text("kind", source.kind()).text("origin", source.origin());
      json.text("ip", ip).end();
    }
    String header = work.traceId();
    if (header != null && !ApiActivity.traces(json, event)) {
      json.text("trace_uid", root(header));
    }
  }

  private static void measured(JsonLine json, Outcome outcome) {
    json.number("bytes_in", outcome.bytesIn()).number("bytes_out", outcome.bytesOut());
    long nanos = 0;
    for (Duration time : outcome.timings().values()) {
      nanos += time.toNanos();
    }
    json.number("duration_ms", nanos / 1_000_000).object("timings_us");
    for (Stop stop : STOPS) {
      Duration time = outcome.timings().get(stop);
      if (time != null) {
        json.number(name(stop), time.toNanos() / 1_000);
      }
    }
    json.end();
  }

  private static void lists(JsonLine json, Outcome outcome) {
    if (!outcome.cause().isEmpty()) {
      json.array("cause");
      for (String place : outcome.cause()) {
        if (json.takes(place)) {
          json.text(place);
        }
      }
      json.end();
    }
    if (!outcome.violations().isEmpty()) {
      json.array("violations");
      for (Violation violation : outcome.violations()) {
        if (json.takes(violation.path(), violation.rule())) {
          json.element().text("path", violation.path()).text("rule", violation.rule()).end();
        }
      }
      json.end();
    }
  }

  /** Facts in an object of their own, where no name of theirs can stand for one of ours. */
  private static void facts(JsonLine json, Map<String, String> facts) {
    if (facts.isEmpty()) {
      return;
    }
    String[] names = facts.keySet().toArray(String[]::new);
    Arrays.sort(names);
    json.object("facts");
    for (String name : names) {
      String value = facts.getOrDefault(name, "");
      if (json.takesName(name) && json.takes(name, value)) {
        json.foreign(name, value);
      }
    }
    json.end();
  }

  private static String name(AuditEvent.Activity activity) {
    return switch (activity) {
      case OUTCOME -> "outcome";
      case AUTHENTICATION -> "authentication";
      case SECRET -> "secret";
      case ENCRYPTION -> "encryption";
      case OUTBOUND -> "outbound";
      case FAULT -> "fault";
    };
  }

  static String name(Stop stop) {
    return switch (stop) {
      case READ -> "read";
      case OPEN -> "open";
      case IDENTIFY -> "identify";
      case DECODE -> "decode";
      case CHECK -> "check";
      case PERMIT -> "permit";
      case LOGIC -> "logic";
      case SEAL -> "seal";
      case RECORD -> "record";
      case WRITE -> "write";
    };
  }
}
