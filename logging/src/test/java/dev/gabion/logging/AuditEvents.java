package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Caller;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Audit events of every kind, as the path of an event would make them. */
final class AuditEvents {
  static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123456Z");
  static final InvocationFacts WORK =
      new InvocationFacts(
          "correlation-1",
          "request-1",
          "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
          "tenant-1",
          FunctionArn.parse("arn:aws:lambda:eu-central-1:123456789012:function:create-order"),
          "7",
          true);
  static final SourceFacts HTTP = http("POST");
  static final SourceFacts QUEUE =
      SourceFacts.of("sqs", "arn:aws:sqs:eu-central-1:123456789012:orders", "message");
  static final Caller ALICE =
      new Caller(
          "https://issuer.example",
          "alice",
          Optional.of("tenant-of-alice"),
          Map.of("email", "alice@secret.example"));

  private AuditEvents() {}

  static SourceFacts http(String method) {
    return new SourceFacts(
        "http-api", "api-1", method + " /orders", method, "api.example", "192.0.2.1", "agent/1.0");
  }

  static Outcome outcome(int status, String reason) {
    return new Outcome(
        status,
        reason,
        List.of(),
        List.of(),
        Map.of(Stop.READ, Duration.ofNanos(1_500), Stop.LOGIC, Duration.ofMillis(20)),
        120,
        80);
  }

  static AuditEvent done() {
    return done(HTTP);
  }

  static AuditEvent done(@Nullable SourceFacts source) {
    return event(Verdict.ALLOWED, Stop.RECORD, source, ALICE, outcome(200, "done"));
  }

  static AuditEvent denied(Stop stop, int status, String reason) {
    return event(Verdict.DENIED, stop, HTTP, ALICE, outcome(status, reason));
  }

  static AuditEvent unfit() {
    Outcome outcome =
        new Outcome(
            422,
            "rules",
            List.of(new Violation("lines[0].quantity", "max"), new Violation("name", "size")),
            List.of(),
            Map.of(),
            10,
            20);
    return event(Verdict.DENIED, Stop.CHECK, HTTP, ALICE, outcome);
  }

  static AuditEvent failed() {
    Outcome outcome =
        new Outcome(
            500,
            "fault",
            List.of(),
            List.of("java.lang.IllegalStateException at CreateOrder.accept:12"),
            Map.of(Stop.READ, Duration.ofMillis(1)),
            10,
            20);
    return event(Verdict.FAILED, Stop.LOGIC, HTTP, ALICE, outcome);
  }

  /** Refused before anything was known: not even a trace, a tenant, a source or a caller. */
  static AuditEvent bare() {
    InvocationFacts work =
        new InvocationFacts("c", "r", null, null, WORK.function(), "$LATEST", false);
    return new AuditEvent(
        Activity.OUTCOME,
        Verdict.DENIED,
        Stop.READ,
        TIME,
        work,
        null,
        null,
        outcome(413, "event-bytes"),
        Map.of());
  }

  static AuditEvent detail(Activity activity) {
    return new AuditEvent(
        activity,
        Verdict.DENIED,
        Stop.IDENTIFY,
        TIME,
        WORK,
        HTTP,
        null,
        null,
        Map.of("reason", "expired"));
  }

  /** A detail event as the rooms of secrets and encryption record it, or anything else. */
  static AuditEvent detail(
      Activity activity, Verdict verdict, @Nullable Caller caller, Map<String, String> facts) {
    return new AuditEvent(activity, verdict, Stop.LOGIC, TIME, WORK, HTTP, caller, null, facts);
  }

  static AuditEvent noted(Map<String, String> facts) {
    return new AuditEvent(
        Activity.OUTCOME,
        Verdict.ALLOWED,
        Stop.RECORD,
        TIME,
        WORK,
        HTTP,
        ALICE,
        outcome(200, "done"),
        facts);
  }

  static AuditEvent event(
      Verdict verdict,
      Stop stop,
      @Nullable SourceFacts source,
      @Nullable Caller caller,
      Outcome outcome) {
    return new AuditEvent(
        Activity.OUTCOME, verdict, stop, TIME, WORK, source, caller, outcome, Map.of());
  }

  /** The same foreign text wherever a text can stand. */
  static AuditEvent saying(String text) {
    return new AuditEvent(
        Activity.OUTCOME,
        Verdict.FAILED,
        Stop.LOGIC,
        TIME,
        new InvocationFacts(
            text, text, "Root=" + text, text, new FunctionArn(text, text, text, text), text, true),
        new SourceFacts(text, text, text, text, text, text, text),
        new Caller(text, text, Optional.of(text), Map.of(text, text)),
        new Outcome(
            500,
            text,
            List.of(new Violation(text, text)),
            List.of(text),
            Map.of(Stop.READ, Duration.ofDays(1)),
            Long.MAX_VALUE,
            Long.MIN_VALUE),
        Map.of("said", text, text, "said"));
  }

  static List<AuditEvent> ofEveryKind() {
    return List.of(
        done(),
        done(http("GET")),
        done(http("HEAD")),
        done(http("PUT")),
        done(http("PATCH")),
        done(http("DELETE")),
        done(http("OPTIONS")),
        done(http("BREW")),
        done(QUEUE),
        denied(Stop.OPEN, 400, "source"),
        denied(Stop.IDENTIFY, 401, "credentials"),
        denied(Stop.PERMIT, 403, "permit"),
        denied(Stop.LOGIC, 409, "conflict"),
        unfit(),
        failed(),
        bare(),
        detail(Activity.AUTHENTICATION),
        detail(Activity.SECRET),
        detail(Activity.ENCRYPTION),
        detail(Activity.FAULT),
        detail(Activity.AUTHENTICATION, Verdict.ALLOWED, ALICE, Map.of("scheme", "jwt")),
        detail(Activity.SECRET, Verdict.ALLOWED, ALICE, Map.of("secret", "db", "event", "stale")),
        detail(Activity.SECRET, Verdict.ALLOWED, null, Map.of("event", "refreshed")),
        detail(Activity.SECRET, Verdict.FAILED, null, Map.of("event", "refused", "code", "down")),
        detail(
            Activity.ENCRYPTION,
            Verdict.ALLOWED,
            ALICE,
            Map.of("operation", "encrypt", "keys", "arn:aws:kms:eu-central-1:1:key/1")),
        detail(Activity.ENCRYPTION, Verdict.DENIED, ALICE, Map.of("operation", "decrypt")),
        detail(Activity.OUTBOUND),
        detail(
            Activity.OUTBOUND,
            Verdict.ALLOWED,
            ALICE,
            Map.of("host", "api.example.org", "port", "443", "method", "POST", "status", "201")),
        detail(
            Activity.OUTBOUND,
            Verdict.DENIED,
            null,
            Map.of("host", "metadata.example", "port", "80", "method", "BREW", "reason", "host")),
        detail(Activity.OUTBOUND, Verdict.FAILED, null, Map.of("port", "none", "status", "x")),
        detail(Activity.FAULT, Verdict.FAILED, ALICE, Map.of("reason", "anchor")),
        noted(Map.of("order", "17", "uid", "not ours", "metadata", "nor this")),
        saying("hostile\n\u202e\"level\":\"x\""));
  }
}
