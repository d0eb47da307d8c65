package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Sensitive;
import dev.gabion.core.StartFailed;
import dev.gabion.core.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Callers and addresses under names that only whoever has the key can connect with them. */
class PseudonymsTest {
  private static final String KEY = "sixteen random bytes at least";

  /** A secret that is at hand, and what was done with its source. */
  static final class Held implements SecretSource {
    private final String text;
    private final List<String> done = new ArrayList<>();

    Held(String text) {
      this.text = text;
    }

    @Override
    public void start(Environment environment) {
      done.add("start");
    }

    @Override
    public void beforeSnapshot() {
      done.add("wipe");
    }

    @Override
    public void afterRestore(Environment environment) {
      done.add("wake");
    }

    @Override
    public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
      done.add("use");
      try (SecretValue value = SecretValue.ofText(text)) {
        return body.apply(value);
      }
    }

    @Override
    public <R, X extends Exception> R use(
        Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
      return use(scope, body);
    }
  }

  private static Recorded recorded(String key) {
    return new Recorded(Recorded.TEXT, audit -> audit.pseudonyms(new Held(key)));
  }

  private static AuditEvent by(String issuer, String id) {
    return AuditEvents.event(
        AuditEvent.Verdict.ALLOWED,
        Stop.RECORD,
        AuditEvents.HTTP,
        Caller.of(issuer, id),
        AuditEvents.outcome(200, "done"));
  }

  private static String user(Recorded recorded, int index) throws Exception {
    return recorded.json(index).at("/actor/user/uid").asText();
  }

  @Test
  void neitherTheCallerNorTheAddressIsInTheLine() throws Exception {
    Recorded hidden = recorded(KEY);
    hidden.audit.write(by("https://issuer.example", "alice-4711"));
    Recorded open = new Recorded(Recorded.TEXT);
    open.audit.write(by("https://issuer.example", "alice-4711"));

    assertThat(open.line(0)).contains("alice-4711", "192.0.2.1"); // the control
    assertThat(hidden.line(0)).doesNotContain("alice-4711", "192.0.2.1");
    JsonNode json = hidden.json(0);
    assertThat(json.at("/actor/user/uid").asText()).matches("~[0-9a-f]{8}\\.[A-Za-z0-9_-]{22}");
    assertThat(json.at("/unmapped/source/ip").asText()).matches("~[0-9a-f]{8}\\.[A-Za-z0-9_-]{22}");
    assertThat(json.at("/src_endpoint/ip").isMissingNode()).isTrue();
    assertThat(json.at("/actor/idp/issuer").asText()).isEqualTo("https://issuer.example");
  }

  @Test
  void theSameCallerHasTheSamePseudonymAndAnotherAnother() throws Exception {
    Recorded recorded = recorded(KEY);
    recorded.audit.write(by("https://a.example", "alice"));
    recorded.audit.write(by("https://a.example", "alice"));
    recorded.audit.write(by("https://a.example", "bob"));
    recorded.audit.write(by("https://a.example/", "alice"));
    recorded.audit.write(by("https://a.examplea", "lice"));

    assertThat(user(recorded, 0)).isEqualTo(user(recorded, 1));
    assertThat(List.of(user(recorded, 0), user(recorded, 2), user(recorded, 3), user(recorded, 4)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aNewKeyNamesEverybodyAnewAndItself() throws Exception {
    Recorded one = recorded(KEY);
    Recorded other = recorded("another key of many random bytes");
    one.audit.write(by("https://a.example", "alice"));
    other.audit.write(by("https://a.example", "alice"));

    assertThat(user(one, 0).substring(0, 9)).isNotEqualTo(user(other, 0).substring(0, 9));
    assertThat(user(one, 0).substring(10)).isNotEqualTo(user(other, 0).substring(10));
  }

  @Test
  void aCallerWhoIsNotKnownStaysAnonymous() throws Exception {
    Recorded recorded = recorded(KEY);
    recorded.audit.write(AuditEvents.bare());

    assertThat(recorded.json(0).at("/actor/user").toString()).isEqualTo("{\"name\":\"anonymous\"}");
  }

  @Test
  void aLineForManyRefusalsStillSaysFromWhom() throws Exception {
    Recorded recorded = recorded(KEY);
    for (int i = 0; i < 2 * Repeats.WHOLE; i++) {
      recorded.audit.write(AuditEvents.denied(Stop.PERMIT, 403, "permit"));
    }
    recorded.audit.settle(Recorded.SCOPE);

    JsonNode first = recorded.json(0);
    JsonNode many = recorded.json(Repeats.WHOLE);
    assertThat(many.get("count").asInt()).isEqualTo(Repeats.WHOLE);
    assertThat(many.at("/actor")).isEqualTo(first.at("/actor"));
    assertThat(many.at("/unmapped/source/ip")).isEqualTo(first.at("/unmapped/source/ip"));
    assertThat(recorded.line(Repeats.WHOLE)).doesNotContain("\"alice\"", "192.0.2.1");
  }

  /**
   * Computed by Python's {@code hmac} of the texts that {@code docs/audit-trail.md} gives: whoever
   * must find a person's events computes the same.
   */
  @Test
  void aPseudonymIsWhatTheDocumentationSays() throws Exception {
    Recorded recorded = recorded(KEY);
    recorded.audit.write(by("https://issuer.example", "alice"));

    assertThat(user(recorded, 0)).isEqualTo("~da9234f3.Gy6MIJpN7ew_S-O-7c4Dig");
    assertThat(recorded.json(0).at("/unmapped/source/ip").asText())
        .isEqualTo("~da9234f3.5CANpdMYkyQabAI2JBCAeA");
  }

  @Test
  void aKeyThatIsTooShortIsRefusedAtStart() {
    assertThatThrownBy(() -> recorded("xyzzy-4711"))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("16 random bytes")
        .hasMessageNotContaining("xyzzy")
        .hasMessageNotContaining("4711");
  }

  @Test
  void aKeyThatIsMissingIsNamed() {
    SecretSource missing =
        new SecretSource() {
          @Override
          public <R, X extends Exception> R use(Scope scope, Body<R, X> body) {
            throw new SecretUnavailable("pseudonym-key", SecretUnavailable.Reason.MISSING);
          }

          @Override
          public <R, X extends Exception> R use(
              Scope scope, Body<R, X> body, Predicate<? super Exception> refused) {
            return use(scope, body);
          }
        };

    assertThatThrownBy(() -> new Recorded(Recorded.TEXT, audit -> audit.pseudonyms(missing)))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("The key for pseudonyms cannot be read")
        .hasMessageContaining("pseudonym-key");
  }

  @Test
  void aRedactionThatNobodyStartedSaysWhereItBelongs() {
    Redaction forgotten =
        Redaction.of().with(Sensitive.As.HMAC, "/customer").pseudonyms(new Held(KEY));

    assertThatThrownBy(() -> forgotten.json("{\"customer\":\"alice\"}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(".uses(...)")
        .hasMessageNotContaining("alice");
  }

  @Test
  void noKeyIsReadBeforeARestoreAndItIsForgottenBeforeASnapshot() throws Exception {
    Held key = new Held(KEY);
    List<byte[]> lines = new ArrayList<>();
    OcsfAudit audit =
        OcsfAudit.to("orders", (buffer, length) -> lines.add(buffer), "a list").pseudonyms(key);
    audit.start(Recorded.environment(Recorded.TEXT, true));

    assertThat(key.done).containsExactly("start");
    assertThatThrownBy(() -> audit.write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class);

    audit.beforeSnapshot();
    audit.afterRestore(Recorded.environment(Recorded.TEXT));
    audit.write(AuditEvents.done());

    assertThat(key.done).containsExactly("start", "wipe", "wake", "use");
    assertThat(lines).hasSize(1);
  }
}
