package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Caller;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private static final List<Stop> STOPS = List.of(Stop.values());

  private Attributes() {}

  /** The name of an activity that the schema does not list. */
  static void activityName(JsonLine json, int activity, @Nullable String name) {
    json.text("activity_name", activity == OTHER ? name : null);
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

  /** IPv4, or what has the looks of IPv6; the schema allows 40 characters. */
  static boolean isAddress(@Nullable String ip) {
    return ip != null
        && ip.length() >= 2
        && ip.length() <= 40
        && (ip.indexOf(':') < 0 ? isDotted(ip) : isColoned(ip));
  }

  /** Four groups of one to three digits. */
  private static boolean isDotted(String ip) {
    int dots = 0;
    int group = 0;
    for (int i = 0; i < ip.length(); i++) {
      char c = ip.charAt(i);
      if (c == '.' && group > 0) {
        dots++;
        group = 0;
      } else if (c < '0' || c > '9' || ++group > 3) {
        return false;
      }
    }
    return dots == 3 && group > 0;
  }

  /** Two to eight colons between groups of hexadecimal digits, which may end as IPv4 does. */
  private static boolean isColoned(String ip) {
    int colons = 0;
    int group = 0;
    for (int i = 0; i < ip.length(); i++) {
      char c = ip.charAt(i);
      if (c == ':') {
        colons++;
        group = 0;
      } else if (++group > (colons == 0 ? 4 : 15)
          || !((c < 0x80 && Character.digit(c, 16) >= 0) || (c == '.' && colons > 0))) {
        return false;
      }
    }
    return colons >= 2 && colons <= 8;
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

  /** Ends what the opening began; returns where {@code is_truncated} goes, should it yet. */
  static int metadata(JsonLine json, AuditEvent event, String uid) {
    AuditEvent.InvocationFacts work = event.invocation();
    Caller caller = event.caller();
    String tenant = work.tenant();
    if (tenant == null && caller != null) {
      tenant = caller.tenant().orElse(null);
    }
    json.text("uid", uid);
    json.text("correlation_uid", work.correlationId()).text("tenant_uid", tenant);
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
