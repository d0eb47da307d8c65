package dev.gabion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every piece of Java in the documentation compiles, and every link in it leads somewhere. */
class DocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("gabion.root", ".."));
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");
  private static final Pattern TYPE = Pattern.compile("(?:class|record|interface) (\\w+)");

  private static final String IMPORTS =
      """
      package documented;
      import static org.assertj.core.api.Assertions.assertThat;
      import com.amazonaws.services.lambda.runtime.Context;
      import com.amazonaws.services.lambda.runtime.events.*;
      import dev.gabion.aws.*;
      import dev.gabion.core.*;
      import dev.gabion.crypto.*;
      import dev.gabion.events.*;
      import dev.gabion.examples.orders.*;
      import dev.gabion.identity.*;
      import dev.gabion.logging.*;
      import dev.gabion.secrets.*;
      import dev.gabion.testing.*;
      import dev.gabion.validation.*;
      import jakarta.validation.constraints.*;
      import java.nio.file.Path;
      import java.util.*;
      import org.junit.jupiter.api.Test;
      import software.amazon.awssdk.auth.credentials.*;
      """;

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      List<Path> pages =
          new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md")).toList());
      pages.add(ROOT.resolve("README.md"));
      return pages;
    }
  }

  @Test
  void everyPieceOfJavaCompiles(@TempDir Path classes) throws IOException {
    int pieces = 0;
    for (Path page : pages()) {
      List<JavaFileObject> sources = new ArrayList<>();
      Matcher java = JAVA.matcher(Files.readString(page));
      while (java.find()) {
        sources.add(new Source(java.group(1)));
        pieces++;
      }
      if (!sources.isEmpty()) {
        assertThat(errors(sources, classes)).as(page.toString()).isEmpty();
      }
    }
    assertThat(pieces).isGreaterThanOrEqualTo(2);
    assertThat(errors(List.of(new Source("class Wrong { int x = \"\"; }")), classes))
        .as("control: what is wrong is found")
        .hasSize(1);
  }

  @Test
  void everyPieceOfJavaStandsInAnExampleThatIsRun() throws IOException {
    StringBuilder examples = new StringBuilder();
    try (Stream<Path> sources = Files.walk(ROOT.resolve("examples/src"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        examples.append(Files.readString(source));
      }
    }
    for (Path page : pages()) {
      Matcher java = JAVA.matcher(Files.readString(page));
      while (java.find()) {
        assertThat(examples.indexOf(java.group(1))).as(page + ": " + java.group(1)).isNotNegative();
      }
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        links++;
        assertThat(page.resolveSibling(link.group(1))).as(page + ": " + link.group()).exists();
      }
    }
    assertThat(links).isPositive();
  }

  private static List<String> errors(List<JavaFileObject> sources, Path classes) {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    ToolProvider.getSystemJavaCompiler()
        .getTask(new StringWriter(), null, diagnostics, options, null, sources)
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
      super(URI.create("string:///documented/" + name(text) + ".java"), Kind.SOURCE);
      this.text = IMPORTS + text;
    }

    private static String name(String text) {
      Matcher type = TYPE.matcher(text);
      assertThat(type.find()).as("a piece of Java is a whole type").isTrue();
      return type.group(1);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
