package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What must not compile does not, and says why in one error; the control compiles. */
class CompilationTest {
  private static final List<String> STAGES =
      List.of(
          ".caller(Authenticator.insecureAnyone(\"test\"))",
          ".rules(Rules.insecureAnyInput(\"test\"))",
          ".permit((caller, order) -> order.isEmpty())",
          ".audit(sink)",
          ".logic((order, call) -> order)");

  private static final List<String> STOPS =
      List.of(
          "Passage.Admitted admitted = p.admit();",
          "Passage.Identified who = p.identify(admitted);",
          "Passage.Decoded<String> decoded = p.decode(who);",
          "Passage.Checked<String> checked = p.check(decoded);",
          "Passage.Permitted<String> permitted = p.permit(checked);",
          "Passage.Done<String> done = p.logic(permitted);",
          "Passage.Sealed sealed = p.seal(done);",
          "Passage.Recorded<E> recorded = p.record(sealed);");

  @Test
  void aMissingStageIsOneClearError() {
    assertThat(errors(handler(STAGES))).as("control: all stages").isEmpty();
    for (int i = 0; i < STAGES.size(); i++) {
      List<String> without = new ArrayList<>(STAGES);
      without.remove(i);

      assertThat(errors(handler(without))).as("without " + STAGES.get(i)).hasSize(1);
    }
  }

  @Test
  void aReorderedStageDoesNotCompile() {
    for (int i = 0; i + 1 < STAGES.size(); i++) {
      List<String> swapped = new ArrayList<>(STAGES);
      swapped.add(i, swapped.remove(i + 1));

      assertThat(errors(handler(swapped))).as("swapped " + STAGES.get(i)).isNotEmpty();
    }
  }

  @Test
  void aMissingOrReorderedStopDoesNotCompile() {
    assertThat(errors(path(STOPS))).as("control: all stops").isEmpty();
    for (int i = 0; i < STOPS.size() - 1; i++) {
      List<String> without = new ArrayList<>(STOPS);
      without.remove(i);
      assertThat(errors(path(without))).as("without " + STOPS.get(i)).isNotEmpty();

      List<String> swapped = new ArrayList<>(STOPS);
      swapped.add(i, swapped.remove(i + 1));
      assertThat(errors(path(swapped))).as("swapped " + STOPS.get(i)).isNotEmpty();
    }
  }

  @Test
  void aStopDoesNotTakeAnEarlierProof() {
    for (String skip :
        List.of(
            "p.decode(admitted);",
            "p.check(who);",
            "p.permit(decoded);",
            "p.logic(checked);",
            "p.seal(permitted);",
            "p.record(done);")) {
      List<String> all = new ArrayList<>(STOPS);
      all.add(skip);

      assertThat(errors(path(all)))
          .as(skip)
          .singleElement()
          .asString()
          .contains("incompatible types");
    }
  }

  @Test
  void nobodyElseMakesAProof() {
    for (String forged :
        List.of(
            "new Passage.Admitted(java.util.Optional.empty());",
            "new Passage.Identified(null);",
            "new Passage.Decoded<String>(null, \"forged\");",
            "new Passage.Checked<String>(null);",
            "new Passage.Permitted<String>(\"forged\");",
            "new Passage.Done<String>(\"forged\");",
            "new Passage.Sealed(new byte[0], 200, null, true);",
            "new Passage.Recorded<E>(null);")) {
      assertThat(errors(path(List.of(forged))))
          .as(forged)
          .singleElement()
          .asString()
          .contains("has private access");
    }
  }

  @Test
  void anEmptyLambdaCannotStandInForWhatProtects() {
    assertThat(errors(field("Permit<String>", "(caller, input) -> true")))
        .as("control: a permit is meant to be a lambda")
        .isEmpty();
    assertThat(errors(field("Authenticator<Envelope>", "(envelope, scope) -> null"))).hasSize(1);
    assertThat(errors(field("Rules<String>", "input -> java.util.List.of()"))).hasSize(1);
    assertThat(errors(field("AuditSink", "event -> {}"))).hasSize(1);
  }

  private static String handler(List<String> stages) {
    return """
        package probe;
        import dev.gabion.core.*;
        final class Probe extends SecureHandler {
          Probe(EventSource<Envelope, String, String> source, AuditSink sink) {
            super(source%s);
          }
        }
        """
        .formatted(String.join("", stages));
  }

  private static String path(List<String> stops) {
    return """
        package dev.gabion.core;
        final class Probe {
          static <E extends Envelope> void walk(Passage<E, String, String> p) throws Exception {
            %s
          }
        }
        """
        .formatted(String.join("\n", stops));
  }

  private static String field(String type, String lambda) {
    return """
        package probe;
        import dev.gabion.core.*;
        final class Probe {
          static final %s PROBE = %s;
        }
        """
        .formatted(type, lambda);
  }

  private static List<String> errors(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    compiler
        .getTask(
            new StringWriter(),
            null,
            diagnostics,
            List.of(
                "-proc:none",
                "-implicit:none",
                "-d",
                System.getProperty("java.io.tmpdir"),
                "-XDshould-stop.ifError=FLOW",
                "-cp",
                System.getProperty("java.class.path")),
            null,
            List.of(new Source(source)))
        .call();
    // A copy: asking for a message may make the compiler look further, and find more to say.
    return List.copyOf(diagnostics.getDiagnostics()).stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ENGLISH))
        .toList();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Probe.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
      return text;
    }
  }
}
