package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.Settings;
import dev.gabion.core.StandardOutput;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes each audit event to the function's log as one line of JSON: an API Activity of the Open
 * Cybersecurity Schema Framework (OCSF 1.9.0, class 6003).
 *
 * <p>The line is handed straight to the runtime's pipe, past everything that could filter, wrap or
 * swallow it. Where the function logs in JSON, the line carries a {@code timestamp} and a {@code
 * level} as high as {@code AWS_LAMBDA_LOG_LEVEL}, so that CloudWatch keeps it at every level.
 * "Handed over" is the promise, not "stored".
 *
 * <p>A line holds at most 256 KB of ASCII. What does not fit is cut or left out, and {@code
 * metadata.is_truncated} says so. A caller's claims, the path, the query and the body are never in
 * it.
 */
public final class OcsfAudit implements AuditSink {
  /** Where finished lines go. */
  interface Lines {
    void write(byte[] line) throws IOException;
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final String service;
  private final Lines lines;
  private final Scrubbing scrubbing = new Scrubbing();
  private volatile @Nullable ApiActivity form;
  private volatile boolean broken;

  OcsfAudit(String service, Lines lines) {
    this.service = service;
    this.lines = lines;
  }

  /**
   * An audit trail on the function's standard output.
   *
   * @param service the name of the service that the function is part of, such as {@code "orders"}:
   *     letters, digits, {@code .}, {@code _} and {@code -}, at most 64
   */
  public static OcsfAudit of(String service) {
    return new OcsfAudit(service, StandardOutput::writeLine);
  }

  /**
   * Reads which form the function's log has: {@code AWS_LAMBDA_LOG_FORMAT} and its level.
   *
   * @throws StartFailed if the service's name has not the form that {@link #of} says
   */
  @Override
  public void start(Environment environment) {
    if (!NAME.matcher(service).matches()) {
      throw new StartFailed(
          "OcsfAudit.of takes the name of the audited service: letters, digits, '.', '_' and '-',"
              + " at most 64, a letter or digit first.");
    }
    scrubbing.start(environment);
    Settings settings = environment.settings();
    boolean filtered = settings.find("AWS_LAMBDA_LOG_FORMAT").filter("JSON"::equals).isPresent();
    String level = settings.find("AWS_LAMBDA_LOG_LEVEL").orElse("INFO");
    form = filtered ? ApiActivity.atLevel(service, level) : ApiActivity.plain(service);
  }

  /** Has the secrets forgotten that are kept out of lines. */
  @Override
  public void beforeSnapshot() {
    scrubbing.beforeSnapshot();
  }

  /**
   * Refuses if the last event could not be written. No probe could tell whether the next one can
   * be: the outcome event of the call that is refused here is that probe, and once it is written
   * the sink is ready again.
   *
   * @throws IOException if the last event could not be written
   * @throws IllegalStateException if the handler did not start this sink
   */
  @Override
  public void ready(Scope scope) throws IOException {
    form();
    if (broken) {
      throw new IOException("The last audit event could not be written.");
    }
  }

  /**
   * Hands an event over as one line.
   *
   * @throws IOException if the runtime's pipe did not take the line
   * @throws IllegalStateException if the handler did not start this sink
   */
  @Override
  public void write(AuditEvent event) throws IOException {
    byte[] line = Scrubber.ofProcess().scrub(form().render(event));
    try {
      lines.write(line);
      broken = false;
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  @Override
  public String describe() {
    return "OCSF API Activity on standard output, service " + service;
  }

  private ApiActivity form() {
    ApiActivity started = form;
    if (started == null) {
      throw new IllegalStateException("OcsfAudit was not started: hand it to .audit(...).");
    }
    return started;
  }
}
