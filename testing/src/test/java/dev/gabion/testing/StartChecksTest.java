package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gabion.core.Authenticator;
import dev.gabion.core.ContainedHandler;
import dev.gabion.core.EnvironmentCheck;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.SerializationFloor;
import dev.gabion.core.Settings;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a function from starting, and what does not, under the real runtime client. */
class StartChecksTest {
  private static final String REASON = "a test of start-up checks";
  private static final String OUTSIDE = "The function could not start. Its log says why.";

  private final Path folder;

  StartChecksTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void linux() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  record Order(String text) {}

  record Answer(String text) {}

  private static Recipe<?, ?, ?> recipe() {
    return HttpApi.post(Order.class, Answer.class)
        .caller(Authenticator.insecureAnyone(REASON))
        .rules(Rules.insecureAnyInput(REASON))
        .permit(Permit.insecureEveryCaller(REASON))
        .audit(OcsfAudit.of("checks"))
        .logic((order, call) -> new Answer(read(order.text)));
  }

  /** An ordinary function. */
  public static final class Ordinary extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Ordinary() {
      super(StartChecksTest::recipe);
    }
  }

  /** A function that says that one of its variables holds a secret. */
  public static final class Allowing extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Allowing() {
      super(() -> recipe().uses(EnvironmentCheck.insecureAllow("DB_PASSWORD", REASON)));
    }
  }

  private static void refused(RuntimeSetup setup, String... inLog) {
    try (RealRuntime runtime = setup.start()) {
      Reply error = runtime.initError().orElseThrow();
      assertThat(error.errorMessage()).hasValue(OUTSIDE);
      assertThat(error.errorType()).hasValue("dev.gabion.core.InvocationFailed");
      assertThat(error.text()).doesNotContain(inLog).doesNotContain("hunter2");
      assertThat(new String(runtime.log(), UTF_8)).contains(inLog).doesNotContain("hunter2");
    }
  }

  private static void starts(RuntimeSetup setup, String... inLog) {
    try (RealRuntime runtime = setup.start()) {
      assertThat(runtime.initError()).as(new String(runtime.log(), UTF_8)).isEmpty();
      assertThat(runtime.invoke(SampleEvents.httpApi().body("{\"text\":\"\"}").json()).text())
          .contains("nothing to read");
      assertThat(List.of(inLog))
          .allSatisfy(text -> assertThat(new String(runtime.log(), UTF_8)).contains(text));
    }
  }

  @Test
  void aSecretInTheEnvironmentRefusesTheStart() {
    RuntimeSetup ordinary = RealRuntime.of(Ordinary.class);
    refused(ordinary.environment("DB_PASSWORD", "hunter2"), "DB_PASSWORD", "environment-secret");
    refused(ordinary.environment("CONFIG", "-----BEGIN PRIVATE" + " KEY-----\nhunter2"), "CONFIG");
    starts(
        ordinary
            .environment("DB_PASSWORD", "/prod/db/password")
            .environment("TOKEN_URL", "https://id.example/token")
            .environment(
                "SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x"));
    starts(
        RealRuntime.of(Allowing.class).environment("DB_PASSWORD", "hunter2"),
        "\"level\":\"WARN\"",
        "Uses: INSECURE: a secret in the environment variable DB_PASSWORD");
  }

  /** A function's folder, with these jars. */
  private RuntimeSetup deployedWith(String... jars) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (String jar : jars) {
      Files.createFile(lib.resolve(jar));
    }
    return RealRuntime.of(Ordinary.class).environment("LAMBDA_TASK_ROOT", folder.toString());
  }

  @Test
  void aFunctionOfOneVersionStarts() throws IOException {
    starts(deployedWith("gabion-events-7.0.0.jar", "gabion-logging-7.0.0.jar", "other-1.jar"));
  }

  @Test
  void gabionInTwoPlacesRefusesTheStart() throws IOException {
    refused(deployedWith("gabion-core-7.0.0.jar"), "gabion-core", "class-path-duplicate");
  }

  @Test
  void roomsOfDifferentVersionsRefuseTheStart() throws IOException {
    refused(
        deployedWith("gabion-events-7.1.0.jar", "gabion-logging-7.0.0.jar"),
        "gabion-events=7.1.0",
        "gabion-logging=7.0.0",
        "class-path-versions");
  }

  @Test
  void theRoomForTestsRefusesTheStartWhereItIsDeployed() throws IOException {
    refused(deployedWith("gabion-testing-7.0.0.jar"), "gabion-testing", "class-path-testing");
  }

  // ---- user code that fails in the handler's class

  /** Fails while the arguments are made, before anybody could catch it. */
  public static final class FailingArguments extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public FailingArguments() {
      super(failing());
    }
  }

  /** Fails while the recipe is made. */
  public static final class FailingRecipe extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public FailingRecipe() {
      super(() -> failing());
    }
  }

  /** Fails when its class is loaded. */
  public static final class FailingStatic extends SecureHandler {
    private static final Recipe<?, ?, ?> RECIPE = failing();

    /** Creates the handler as Lambda does. */
    public FailingStatic() {
      super(RECIPE);
    }
  }

  /** Fails once it has started. */
  public static final class FailingField extends SecureHandler {
    private final Recipe<?, ?, ?> again = failing();

    /** Creates the handler as Lambda does. */
    public FailingField() {
      super(StartChecksTest::recipe);
      System.out.println(again == null);
    }
  }

  /** Lacks a setting. */
  public static final class Lacking extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Lacking() {
      super(recipe().uses(EnvironmentCheck.insecureAllow(Settings.required("ABSENT"), REASON)));
    }
  }

  private static Recipe<?, ?, ?> failing() {
    if (System.getenv("AWS_LAMBDA_RUNTIME_API") != null) {
      throw new IllegalArgumentException("password=hunter2");
    }
    return recipe();
  }

  @ParameterizedTest
  @ValueSource(classes = {FailingArguments.class, FailingStatic.class, FailingField.class})
  void whatFailsInAHandlersClassIsContainedByTheContainedHandler(Class<?> handler) {
    refused(
        RealRuntime.of(ContainedHandler.class)
            .environment(ContainedHandler.SETTING, handler.getName()),
        "INIT failed at the handler's class",
        "java.lang.IllegalArgumentException");
    try (RealRuntime control = RealRuntime.of(handler).start()) {
      Reply error = control.initError().orElseThrow();
      String leaked = handler == FailingStatic.class ? handler.getName() : "hunter2";
      assertThat(error.text()).as("the control leaks").contains(leaked);
    }
  }

  @Test
  void whatFailsInARecipesSupplierOrASettingIsContainedByTheHandlerItself() {
    refused(RealRuntime.of(FailingRecipe.class), "INIT failed at recipe");
    refused(RealRuntime.of(Lacking.class), "ABSENT is missing");
  }

  @Test
  void theContainedHandlerServesTheHandlerThatItNames() {
    RuntimeSetup contained = RealRuntime.of(ContainedHandler.class);
    starts(contained.environment(ContainedHandler.SETTING, Ordinary.class.getName()));
    refused(contained, "GABION_HANDLER is missing");
    refused(
        contained.environment(ContainedHandler.SETTING, "java.lang.String"),
        "must name a class that extends SecureHandler");
    refused(
        contained
            .environment(ContainedHandler.SETTING, Ordinary.class.getName())
            .environment("DB_PASSWORD", "hunter2"),
        "environment-secret");
  }

  // ---- the serialization floor

  /** Does something as soon as it is read: what an attacker sends. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      System.out.println("GADGET runs");
    }
  }

  /** What a careless library does with what it is sent. */
  private static String read(String what) {
    if (what.isEmpty()) {
      return "nothing to read";
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(what.equals("gadget") ? new Gadget() : new ArrayList<>(List.of(what)));
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return "read " + in.readObject().getClass().getSimpleName();
      }
    } catch (InvalidClassException refused) {
      return "refused";
    } catch (IOException | ClassNotFoundException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The same library without Gabion. */
  public static final class Careless implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      out.write(read("gadget").getBytes(UTF_8));
    }
  }

  /** A function that must read lists from bytes. */
  public static final class Listening extends SecureHandler {
    static {
      SerializationFloor.insecureAllow("java.util.ArrayList;java.lang.Object", REASON);
    }

    /** Creates the handler as Lambda does. */
    public Listening() {
      super(StartChecksTest::recipe);
    }
  }

  /** A function that lives with somebody else's filter. */
  public static final class Tolerant extends SecureHandler {
    static {
      SerializationFloor.insecureForeignFilter(REASON);
    }

    /** Creates the handler as Lambda does. */
    public Tolerant() {
      super(StartChecksTest::recipe);
    }
  }

  private static String answer(RealRuntime runtime, String what) {
    return runtime.invoke(SampleEvents.httpApi().body("{\"text\":\"" + what + "\"}").json()).text();
  }

  @Test
  void noObjectIsReadFromBytes() {
    try (RealRuntime runtime = RealRuntime.of(Ordinary.class).start()) {
      assertThat(answer(runtime, "gadget")).contains("refused");
      assertThat(answer(runtime, "list")).contains("refused");
      assertThat(new String(runtime.log(), UTF_8)).doesNotContain("GADGET");
    }
    try (RealRuntime control = RealRuntime.of(Careless.class).start()) {
      assertThat(control.invoke("{}").text()).isEqualTo("read Gadget");
      assertThat(new String(control.log(), UTF_8)).contains("GADGET runs");
    }
  }

  @Test
  void whatIsNamedMayBeReadAndNothingElse() {
    try (RealRuntime runtime = RealRuntime.of(Listening.class).start()) {
      assertThat(answer(runtime, "list")).contains("read ArrayList");
      assertThat(answer(runtime, "gadget")).contains("refused");
      assertThat(new String(runtime.log(), UTF_8))
          .contains("INSECURE: objects are read from bytes, java.util.ArrayList", REASON)
          .doesNotContain("GADGET");
    }
  }

  @Test
  void anotherFilterMustRefuseUnknownClassesToo() {
    RuntimeSetup ordinary = RealRuntime.of(Ordinary.class);
    refused(ordinary.systemProperty("jdk.serialFilter", "maxdepth=10"), "serialization-filter");
    starts(ordinary.systemProperty("jdk.serialFilter", "java.util.ArrayList;!*"));
    starts(
        RealRuntime.of(Tolerant.class).systemProperty("jdk.serialFilter", "maxdepth=10"),
        "INSECURE: Java serialization lets unknown classes through");
  }
}
