package dev.gabion.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.logging.Scrubbing;
import dev.gabion.validation.BeanRules;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One line printed, scrubbed of none, ten and a thousand issued secrets, and not scrubbed. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class PrintedLine {
  /** How many secrets were issued. */
  public enum Subject {
    /** Whole lines, but nothing looks into them. */
    PLAIN(-1),
    /** Patterns alone. */
    SECRETS_0(0),
    /** As many as a function has. */
    SECRETS_10(10),
    /** Far more than a function has; data keys add up. */
    SECRETS_1000(1_000);

    private final int secrets;

    Subject(int secrets) {
      this.secrets = secrets;
    }
  }

  /** How many secrets were issued. */
  @Param public Subject subject;

  /** How long the line is. */
  @Param({"1", "16"})
  public int kilobytes;

  private byte[] text;
  private byte[] json;
  private byte[] secret;

  /** Starts a handler, whose class wraps standard output, and makes the lines. */
  @Setup(Level.Trial)
  public void start() {
    // what JMH put there sends every line to its own process
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8));
    var unused = new HardenedHandler(BeanRules.create(), new Sink(subject.secrets));
    String words =
        "2026-11-22 10:11:12.123 INFO orders - accepted order 4f1c2d of customer c-1289 in 12 ms, "
            .repeat(1 + kilobytes * 1024 / 90)
            .substring(0, kilobytes * 1024 - 100);
    text = line(words);
    json =
        line(
            "{\"level\":\"INFO\",\"message\":\"" + words.replace("customer", "\\\"of\\\"") + "\"}");
    secret = line(words + " " + secret(new SplittableRandom(1)));
  }

  private static byte[] line(String line) {
    return (line + "\n").getBytes(UTF_8);
  }

  private static String secret(SplittableRandom random) {
    StringBuilder secret = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      secret.append((char) ('!' + random.nextInt(94)));
    }
    return secret.toString();
  }

  /** Ordinary words and numbers. */
  @Benchmark
  public void text() {
    System.out.write(text, 0, text.length);
  }

  /** JSON with escapes in it, which is read twice. */
  @Benchmark
  public void json() {
    System.out.write(json, 0, json.length);
  }

  /** The same words and one of the issued secrets. */
  @Benchmark
  public void secret() {
    System.out.write(secret, 0, secret.length);
  }

  /** Has printed lines scrubbed where there are secrets, and takes no events. */
  private record Sink(int secrets) implements AuditSink {
    @Override
    public void start(Environment environment) {
      if (secrets >= 0) {
        new Scrubbing().start(environment);
      }
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < secrets; i++) {
        environment.issuedSecrets().issued(SecretValue.ofText(PrintedLine.secret(random)));
      }
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {}
  }
}
