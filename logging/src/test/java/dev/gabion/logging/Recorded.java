package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An audit trail that keeps its lines. */
final class Recorded {
  static final JsonMapper STRICT =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  static final Map<String, String> TEXT = Map.of();
  static final Map<String, String> JSON = Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON");

  final List<byte[]> lines = new ArrayList<>();
  final OcsfAudit audit;

  Recorded(Map<String, String> settings) {
    this(settings, audit -> audit);
  }

  Recorded(Map<String, String> settings, UnaryOperator<OcsfAudit> choices) {
    audit = choices.apply(OcsfAudit.to("orders", this::keep, "a list"));
    start(audit, environment(settings));
  }

  private void keep(byte[] buffer, int length) {
    assertThat(buffer[length - 1]).isEqualTo((byte) '\n');
    lines.add(Arrays.copyOf(buffer, length - 1));
  }

  static void start(OcsfAudit audit, Environment environment) {
    try {
      audit.start(environment);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception checked) {
      throw new AssertionError(checked);
    }
  }

  String line(int index) {
    return new String(lines.get(index), UTF_8);
  }

  JsonNode json(int index) throws IOException {
    return STRICT.readTree(lines.get(index));
  }

  /** The line of one event, in a log of text format. */
  static String lineOf(AuditEvent event) throws IOException {
    return lineOf(event, TEXT);
  }

  static String lineOf(AuditEvent event, Map<String, String> settings) throws IOException {
    Recorded recorded = new Recorded(settings);
    recorded.audit.write(event);
    return new String(recorded.lines.get(0), UTF_8);
  }

  static JsonNode jsonOf(AuditEvent event) throws IOException {
    return STRICT.readTree(lineOf(event));
  }

  static JsonNode jsonOf(AuditEvent event, Map<String, String> settings) throws IOException {
    return STRICT.readTree(lineOf(event, settings));
  }

  static Environment environment(Map<String, String> settings) {
    return environment(settings, false);
  }

  static Environment environment(Map<String, String> settings, boolean awaitsSnapshot) {
    return new Environment() {
      @Override
      public Scope scope() {
        return SCOPE;
      }

      @Override
      public HandlerDescription handler() {
        return new HandlerDescription(
            "CreateOrder", "-", "http-api", "anyone", "none", "standard output", List.of());
      }

      @Override
      public Settings settings() {
        return Settings.of(settings);
      }

      @Override
      public IssuedSecrets issuedSecrets() {
        return new IssuedSecrets() {
          @Override
          public void issued(SecretValue value) {
            throw new IllegalStateException("The sink is given no secrets.");
          }

          @Override
          public void listen(Consumer<SecretValue> listener) {}
        };
      }

      @Override
      public boolean awaitsSnapshot() {
        return awaitsSnapshot;
      }
    };
  }

  /** The scope of the invocation that most events here are of. */
  static final Scope SCOPE = scope("request-1", Duration.ofSeconds(10));

  static Scope scope(String request, Duration left) {
    return new Scope() {
      private final Deadline deadline = Deadline.in(left);

      @Override
      public String correlationId() {
        return request;
      }

      @Override
      public Deadline deadline() {
        return deadline;
      }

      @Override
      public Optional<String> tenantId() {
        return Optional.empty();
      }

      @Override
      public void record(
          AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
        throw new IllegalStateException("The sink records nothing about itself.");
      }
    };
  }
}
