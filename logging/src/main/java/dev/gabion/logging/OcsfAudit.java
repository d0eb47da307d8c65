package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.ChainAnchor;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.StandardOutput;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes each audit event to the function's log as one line of JSON in the Open Cybersecurity
 * Schema Framework (OCSF 1.9.0), chained to the line before it. {@code docs/audit-trail.md} says
 * what is in a line and how a trail is verified.
 *
 * <p>The line is handed straight to the runtime's pipe, past everything that could filter, wrap or
 * swallow it. Where the function logs in JSON, the line carries a {@code timestamp} and a {@code
 * level} as high as {@code AWS_LAMBDA_LOG_LEVEL}, so that CloudWatch keeps it at every level.
 * "Handed over" is the promise, not "stored".
 *
 * <p>A line holds at most 256 KB of ASCII. What does not fit is cut or left out, and {@code
 * metadata.is_truncated} says so. A caller's claims, the path, the query and the body are never in
 * it. Of refusals that are all alike, those after the tenth in a minute are counted in one brief
 * line for each invocation, and so are lines brief after the first megabyte of one invocation.
 */
public final class OcsfAudit implements AuditSink {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final String service;
  private final Lines lines;
  private final String where;
  private final @Nullable Pseudonyms pseudonyms;
  private final @Nullable Anchors anchors;
  private final Scrubbing scrubbing = new Scrubbing();
  private volatile @Nullable Trail trail;
  private @Nullable Environment begunIn;

  /** How often it was started or woken there: it is wiped as often, and the last time it counts. */
  private int holders;

  private OcsfAudit(
      String service,
      Lines lines,
      String where,
      @Nullable Pseudonyms pseudonyms,
      @Nullable Anchors anchors) {
    this.service = service;
    this.lines = lines;
    this.where = where;
    this.pseudonyms = pseudonyms;
    this.anchors = anchors;
  }

  /** Who vouches for the chain, and how often. */
  private record Anchors(ChainAnchor anchor, int events, Duration every) {}

  /** What is made for one execution environment, and again for each that is restored. */
  private record Trail(Ledger ledger, @Nullable Anchoring anchoring) {}

  /**
   * An audit trail on the function's standard output.
   *
   * @param service the name of the service that the function is part of, such as {@code "orders"}:
   *     letters, digits, {@code .}, {@code _} and {@code -}, at most 64
   */
  public static OcsfAudit of(String service) {
    return to(service, StandardOutput::writeLine, "standard output");
  }

  /** The same trail in a file, for tests: each line is added to its end. */
  public static OcsfAudit toFile(String service, Path file) {
    return to(service, Lines.of(file), "a file");
  }

  static OcsfAudit to(String service, Lines lines, String where) {
    return new OcsfAudit(service, lines, where, null, null);
  }

  /**
   * Writes pseudonyms instead of callers' identifiers and senders' addresses: an HMAC under a
   * secret key, so that whoever has the key can find a person's events and nobody else can.
   *
   * <p>The key is read at start, or after the restore where there is a snapshot; a new key takes
   * effect in new environments, and each pseudonym says which key it is of. What your own notes and
   * facts say of a person stays as it is.
   *
   * @param key at least 16 random bytes; started and wiped with this sink, hand it to nobody else
   */
  public OcsfAudit pseudonyms(SecretSource key) {
    return new OcsfAudit(service, lines, where, new Pseudonyms(key), anchors);
  }

  /**
   * Has the chain vouched for, before a reply leaves, once so many events have been written since
   * the last time or so much time has passed.
   *
   * <p>Without it, whoever can change the log can write the whole chain anew.
   *
   * @param anchor who vouches; started and wiped with this sink
   * @param events at least 1; no logic runs once the anchor fails and twice as many wait for it
   * @param every more than nothing
   * @throws IllegalArgumentException if a bound is none
   */
  public OcsfAudit anchored(ChainAnchor anchor, int events, Duration every) {
    if (events < 1 || every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException("An anchor is asked after 1 event or more, in some time.");
    }
    return new OcsfAudit(service, lines, where, pseudonyms, new Anchors(anchor, events, every));
  }

  /**
   * Has everything printed scrubbed from now on, and begins a chain in the form that the function's
   * log has: {@code AWS_LAMBDA_LOG_FORMAT} and its level.
   *
   * @throws StartFailed if the service's name has not the form that {@link #of} says, or if Log4j 2
   *     is configured to write past {@link Scrubbing}
   * @throws Exception if the key for pseudonyms cannot be read, or the anchor not started
   */
  @Override
  public void start(Environment environment) throws Exception {
    if (!NAME.matcher(service).matches()) {
      throw new StartFailed(
          "OcsfAudit.of takes the name of the audited service: letters, digits, '.', '_' and '-',"
              + " at most 64, a letter or digit first.");
    }
    if (!isNew(environment)) {
      return;
    }
    scrubbing.start(environment);
    begin(environment);
    if (anchors != null) {
      anchors.anchor.start(environment);
    }
    if (pseudonyms != null) {
      pseudonyms.start(environment);
    }
  }

  /** A sink that was handed over twice, such as by itself and in a composite, begins one chain. */
  private synchronized boolean isNew(Environment environment) {
    boolean same = environment == begunIn;
    begunIn = environment;
    holders = same ? holders + 1 : 1;
    return !same;
  }

  private synchronized boolean isHeldOn() {
    holders--;
    if (holders <= 0) {
      begunIn = null;
    }
    return holders > 0;
  }

  private void begin(Environment environment) {
    Ledger ledger = new Ledger(new OcsfForm(service), LogFormat.of(environment.settings()), lines);
    if (!environment.awaitsSnapshot()) {
      ledger.begin();
    }
    trail =
        new Trail(
            ledger,
            anchors == null ? null : new Anchoring(anchors.anchor, anchors.events, anchors.every));
  }

  /**
   * Writes what is held back, and ends the chain: no two environments may continue it. Forgets the
   * secrets that are kept out of lines.
   */
  @Override
  public void beforeSnapshot() throws Exception {
    if (isHeldOn()) {
      return;
    }
    started().ledger.settle(null, Instant.now());
    trail = null;
    if (anchors != null) {
      anchors.anchor.beforeSnapshot();
    }
    if (pseudonyms != null) {
      pseudonyms.beforeSnapshot();
    }
    scrubbing.beforeSnapshot();
  }

  /** Begins a new chain. */
  @Override
  public void afterRestore(Environment environment) throws Exception {
    if (!isNew(environment)) {
      return;
    }
    begin(environment);
    if (anchors != null) {
      anchors.anchor.afterRestore(environment);
    }
    if (pseudonyms != null) {
      pseudonyms.afterRestore(environment);
    }
  }

  /**
   * Refuses if the last event could not be written. No probe could tell whether the next one can
   * be: the outcome event of the call that is refused here is that probe, and once it is written
   * the sink is ready again.
   *
   * @throws IOException if the last event could not be written, or too many wait for an anchor
   * @throws IllegalStateException if the handler did not start this sink
   */
  @Override
  public void ready(Scope scope) throws IOException {
    Trail now = started();
    now.ledger.requireWhole();
    if (now.anchoring != null) {
      now.anchoring.requireRecent(now.ledger);
    }
  }

  /**
   * Hands an event over as one line, or holds it back until {@link #settle}.
   *
   * @throws IOException if the runtime's pipe did not take the line
   * @throws IllegalStateException if the handler did not start this sink
   */
  @Override
  public void write(AuditEvent event) throws IOException {
    started().ledger.write(pseudonyms == null ? event : pseudonyms.hide(event));
  }

  /**
   * Writes what the invocation holds back, and asks the anchor if it is time.
   *
   * @throws IOException if the runtime's pipe did not take a line
   */
  @Override
  public void settle(Scope scope) throws IOException {
    Trail now = started();
    now.ledger.settle(scope.correlationId(), Instant.now());
    if (now.anchoring != null) {
      now.anchoring.run(now.ledger, scope);
    }
  }

  /** Renders it as the only line of a chain that nobody continues. */
  @Override
  public void prime(AuditEvent event) throws IOException {
    started().ledger.prime(event);
  }

  @Override
  public String describe() {
    return "OCSF on "
        + where
        + ", service "
        + service
        + (pseudonyms == null ? "" : ", pseudonyms by " + pseudonyms.describe())
        + (anchors == null ? "" : ", anchored by " + anchors.anchor.describe());
  }

  private Trail started() {
    Trail begun = trail;
    if (begun == null) {
      throw new IllegalStateException("OcsfAudit was not started: hand it to .audit(...).");
    }
    return begun;
  }
}
