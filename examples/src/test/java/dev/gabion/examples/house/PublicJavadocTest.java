package dev.gabion.examples.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a user can name says what it is for. */
class PublicJavadocTest {
  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

  @Test
  void everyPublicTypeAndMethodSaysWhatItIsFor() throws IOException {
    try (StandardJavaFileManager files = JAVAC.getStandardFileManager(null, null, null)) {
      List<Path> sources = sources();
      assertThat(sources).as("sources looked at").hasSizeGreaterThan(50);
      assertThat(silent(files.getJavaFileObjectsFromPaths(sources))).isEmpty();
    }
  }

  @Test
  void whatSaysNothingIsFound() throws IOException {
    String source =
        """
        /** Speaks. */
        public class Speaks {
          /** Speaks. */
          public void speaks() {}
          public void isSilent() {}
          @Override public String toString() { return ""; }
          public interface Silent { void isSilent(); }
          void isNobodysBusiness() {}
        }
        """;
    assertThat(silent(List.of(new Source(source))))
        .containsExactly("Speaks.Silent", "Speaks.Silent.isSilent", "Speaks.isSilent");
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String room : House.ROOMS.keySet()) {
      Path main = Path.of(System.getProperty("gabion.root"), room, "src", "main", "java");
      try (Stream<Path> files = Files.walk(main)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  private static Set<String> silent(Iterable<? extends JavaFileObject> sources) throws IOException {
    JavacTask task = (JavacTask) JAVAC.getTask(null, null, null, null, null, sources);
    Silence silence = new Silence(DocTrees.instance(task));
    for (CompilationUnitTree unit : task.parse()) {
      silence.scan(unit, "");
    }
    return silence.found;
  }

  /**
   * Walks through what is public, with the name of where it is, and gathers what has no comment.
   */
  private static final class Silence extends TreePathScanner<@Nullable Void, String> {
    private final DocTrees trees;
    private final Set<String> found = new TreeSet<>();

    Silence(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, String around) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      String name = around + type.getSimpleName();
      look(name);
      return super.visitClass(type, name + ".");
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, String around) {
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      if (isPublic(method.getModifiers()) && !overrides) {
        look(around + method.getName());
      }
      return null;
    }

    private boolean isPublic(ModifiersTree modifiers) {
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || modifiers.getFlags().contains(Modifier.PROTECTED)
          || (getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE
              && !modifiers.getFlags().contains(Modifier.PRIVATE));
    }

    private void look(String name) {
      TreePath path = getCurrentPath();
      String comment = trees.getDocComment(path);
      if (comment == null || comment.isBlank()) {
        found.add(name);
      }
    }
  }

  /** A source that stands in no file. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("memory:///Source.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
