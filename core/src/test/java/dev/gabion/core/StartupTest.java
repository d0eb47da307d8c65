package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Ledger;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StartupTest {
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
  }

  private static Recipe<Mailbox.Letter, Order, Receipt> recipe() {
    return Mailbox.office(Order.class, Receipt.class)
        .caller(Rig.known("ann"))
        .rules(Rig.positive())
        .permit((caller, order) -> true)
        .audit(new Ledger())
        .logic((order, call) -> new Receipt(""));
  }

  private interface Start {
    void with(Environment environment) throws Exception;
  }

  private static Managed starting(Start start) {
    return new Managed() {
      @Override
      public void start(Environment environment) throws Exception {
        start.with(environment);
      }
    };
  }

  private InvocationFailed failureOf(Managed resource) {
    InvocationFailed failure =
        catchThrowableOfType(InvocationFailed.class, () -> new Handler(recipe().uses(resource)));
    assertThat(failure).isNotNull().hasNoCause();
    assertThat(failure.getStackTrace()).isEmpty();
    return failure;
  }

  private String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aMissingSettingIsNamedInTheLogAndNotOutside() {
    InvocationFailed failure =
        failureOf(starting(environment -> environment.settings().get("GABION_NOT_SET")));

    assertThat(failure).hasMessage("The function could not start. Its log says why.");
    assertThat(log()).contains("GABION_NOT_SET is missing or blank");
    assertThat(log().lines()).hasSize(1).allMatch(line -> line.startsWith("{\"timestamp\":"));
  }

  @Test
  void aSettingRequiredInAConstructorFailsAlike() {
    InvocationFailed failure =
        catchThrowableOfType(InvocationFailed.class, () -> Settings.required("GABION_NOT_SET"));

    assertThat(failure).hasMessage("The function could not start. Its log says why.").hasNoCause();
    assertThat(log()).contains("GABION_NOT_SET");
  }

  @Test
  void theMessageOfAStrangersExceptionStaysOutOfTheLog() {
    failureOf(
        starting(
            environment -> {
              throw new IllegalStateException("password=hunter2");
            }));

    assertThat(log()).contains("java.lang.IllegalStateException at ").doesNotContain("hunter2");
  }

  @Test
  void aScopeOfWorkThatIsOverIsOfNoUse() {
    List<Environment> environment = new ArrayList<>();
    List<Call> kept = new ArrayList<>();
    Handler handler =
        new Handler(
            Mailbox.office(Order.class, Receipt.class)
                .caller(Rig.known("ann"))
                .rules(Rig.positive())
                .permit((caller, order) -> true)
                .audit(new Ledger())
                .logic(
                    (order, call) -> {
                      assertThat(call.deadline().passed()).isFalse();
                      kept.add(call);
                      return new Receipt("");
                    })
                .uses(
                    starting(
                        given -> {
                          assertThat(given.scope().deadline().passed()).isFalse();
                          environment.add(given);
                        })));
    assertThatIllegalStateException()
        .isThrownBy(() -> environment.get(0).scope().deadline())
        .withMessageContaining("init is over");

    handler.send(Rig.letters(Rig.order("ann", 1)));
    assertThatIllegalStateException().isThrownBy(() -> kept.get(0).deadline());
  }

  @Test
  void resourcesStartSideBySide() throws Exception {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      System.out.println("StartupTest: one processor, nothing can start side by side.");
      return;
    }
    CountDownLatch both = new CountDownLatch(2);
    Managed meeting =
        starting(
            environment -> {
              both.countDown();
              assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
            });

    new Handler(recipe().uses(meeting, starting(meeting::start)));

    assertThat(both.getCount()).isZero();
  }

  @Test
  void noThreadOfTheStartIsLeftBehindHoweverItEnds() throws Exception {
    new Handler(recipe().uses(starting(environment -> assertThat(startThreads()).isNotEmpty())));
    awaitNoStartThreads();

    failureOf(
        starting(
            environment -> {
              throw new IllegalStateException("no");
            }));
    awaitNoStartThreads();
  }

  private static List<Thread> startThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("gabion-init"))
        .toList();
  }

  /** A thread that has no work any more takes a moment to end; one that waits for more never. */
  private static void awaitNoStartThreads() throws InterruptedException {
    for (Thread thread : startThreads()) {
      thread.join(20_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void aRecipeThatCannotBeMadeSaysNothingOutside() {
    final class Supplied extends SecureHandler {
      Supplied(Supplier<Recipe<?, ?, ?>> recipe) {
        super(recipe);
      }
    }

    InvocationFailed failure =
        catchThrowableOfType(
            InvocationFailed.class,
            () ->
                new Supplied(
                    () -> {
                      throw new IllegalArgumentException("password=hunter2");
                    }));

    assertThat(failure).hasMessage("The function could not start. Its log says why.").hasNoCause();
    assertThat(log())
        .contains("INIT failed at recipe", "java.lang.IllegalArgumentException")
        .doesNotContain("hunter2");
    assertThat(new Supplied(StartupTest::recipe)).isNotNull();
  }

  @Test
  void aResourceLearnsWhatTheHandlerDeclares() {
    AtomicReference<HandlerDescription> seen = new AtomicReference<>();
    Managed looking = starting(environment -> seen.set(environment.handler()));

    new Handler(recipe().uses(looking));

    assertThat(seen.get())
        .isEqualTo(
            new HandlerDescription(
                Handler.class.getName(),
                "Mailbox",
                "known",
                "positive amounts",
                "a permit of the handler's own",
                "Ledger",
                List.of(looking.describe())));
  }

  @Test
  void whatIsRecordedAtTheStartIsRecordedAsSuch() {
    Ledger ledger = new Ledger();
    Recipe<?, ?, ?> recipe =
        Mailbox.office(Order.class, Receipt.class)
            .caller(Rig.known("ann"))
            .rules(Rig.positive())
            .permit((caller, order) -> true)
            .audit(ledger)
            .logic((order, call) -> new Receipt(""))
            .uses(
                starting(
                    environment ->
                        environment
                            .scope()
                            .record(
                                AuditEvent.Activity.SECRET,
                                AuditEvent.Verdict.ALLOWED,
                                Map.of("name", "db"))));

    new Handler(recipe);

    assertThat(ledger.events).hasSize(1);
    assertThat(ledger.events.get(0).invocation().correlationId()).isEqualTo("init");
  }

  @Test
  void anInputThatCannotBeBoundStrictlyIsFoundAtTheStart() {
    Recipe<?, ?, ?> open =
        Mailbox.office(StrictJsonTest.Anything.class, Receipt.class)
            .caller(Rig.known("ann"))
            .rules(Rules.insecureAnyInput("a test"))
            .permit((caller, order) -> true)
            .audit(new Ledger())
            .logic((order, call) -> new Receipt(""));

    assertThat(catchThrowableOfType(InvocationFailed.class, () -> new Handler(open))).isNotNull();
    assertThat(log()).contains("could be anything");
  }

  @Test
  void anInsecureChoiceNeedsAReason() {
    for (Runnable choice :
        List.<Runnable>of(
            () -> Authenticator.insecureAnyone(" "),
            () -> Rules.insecureAnyInput(""),
            () -> Permit.insecureEveryCaller(""))) {
      assertThat(catchThrowableOfType(IllegalArgumentException.class, choice::run)).isNotNull();
    }
    assertThat(Authenticator.insecureAnyone("public price list").describe())
        .isEqualTo("INSECURE: anyone (public price list)");
  }

  @Test
  void eachResourceStartsOnceHoweverOftenItIsNamed() {
    AtomicInteger starts = new AtomicInteger();
    Managed resource = starting(environment -> starts.incrementAndGet());

    new Handler(recipe().uses(resource, resource).uses(resource));

    assertThat(starts).hasValue(1);
  }

  @Test
  void aTestMayHandInSettings() {
    AtomicReference<String> seen = new AtomicReference<>();

    new Handler(
        recipe()
            .settings(Settings.of(Map.of("TABLE", "orders")))
            .uses(starting(environment -> seen.set(environment.settings().get("TABLE")))));

    assertThat(seen).hasValue("orders");
  }

  @Test
  void aRecipeNeverChangesOnceItIsHandedOver() {
    Recipe<Mailbox.Letter, Order, Receipt> recipe = recipe();
    Handler handler = new Handler(recipe);
    recipe.limits(Limits.defaults().with(Limits.Bound.EVENT_BYTES, 1));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 1)))).isEqualTo("{\"text\":\"\"}");
  }

  @Test
  void whatAHandlerDemandsIsSaidOnceItHasStartedAndLouderIfItIsInsecure() {
    new Handler(recipe());
    assertThat(log())
        .contains("\"level\":\"INFO\"", "has started. Source: Mailbox.", "positive amounts");

    new Handler(
        Mailbox.office(Order.class, Receipt.class)
            .caller(Rig.known("ann"))
            .rules(Rig.positive())
            .permit(Permit.insecureEveryCaller("a public price list"))
            .audit(new Ledger())
            .logic((order, call) -> new Receipt("")));
    assertThat(log())
        .contains("\"level\":\"WARN\"", "INSECURE: every caller (a public price list)");
  }

  @Test
  void whatTheLogicWorksWithIsInTheLineAsItDescribesItself() {
    Managed vault =
        new Managed() {
          @Override
          public String describe() {
            return "secrets of prod/\n\"x\"";
          }
        };

    new Handler(recipe().uses(vault, vault));

    assertThat(log())
        .contains("\"level\":\"INFO\"", "Uses: secrets of prod/\\u000a\\u0022x\\u0022, secrets of")
        .doesNotContain("WARN");
    assertThat(log().lines()).hasSize(1);
  }

  @Test
  void anInsecureResourceMakesTheLineAWarning() {
    Managed loose =
        new Managed() {
          @Override
          public String describe() {
            return "INSECURE: AWS at a local endpoint (a test)";
          }
        };

    new Handler(recipe().uses(loose));

    assertThat(log())
        .contains("\"level\":\"WARN\"", "Uses: INSECURE: AWS at a local endpoint (a test).");
  }

  @Test
  void aResourceDescribesItselfByItsNameUnlessItSaysMore() {
    assertThat(new Ledger().describe()).isEqualTo("Ledger");
    assertThat(starting(environment -> {}).describe()).startsWith("dev.gabion.core.StartupTest$");
  }

  @Test
  void whoeverListensLearnsOfEverySecretThatIsIssuedFromThenOn() {
    SecretValue early = SecretValue.ofText("early");
    SecretValue late = SecretValue.ofText("late");
    List<SecretValue> first = new ArrayList<>();
    List<SecretValue> second = new ArrayList<>();

    new Handler(
        recipe()
            .uses(
                starting(
                    environment -> {
                      IssuedSecrets issued = environment.issuedSecrets();
                      issued.listen(first::add);
                      issued.issued(early);
                      issued.listen(second::add);
                      issued.issued(late);
                    })));

    assertThat(first).containsExactly(early, late);
    assertThat(second).containsExactly(late);
  }

  @Test
  void aListenerThatFailsKeepsTheSecretFromWhoeverWantedIt() {
    failureOf(
        starting(
            environment -> {
              environment
                  .issuedSecrets()
                  .listen(
                      value -> {
                        throw new IllegalStateException("full");
                      });
              environment.issuedSecrets().issued(SecretValue.ofText("hunter2"));
            }));

    assertThat(log()).contains("IllegalStateException").doesNotContain("hunter2");
  }

  @Test
  void whateverADescriptionThrowsStaysInside() {
    Rules<Order> hostile =
        new Rules<>() {
          @Override
          public List<Violation> check(Order order) {
            return List.of();
          }

          @Override
          public String describe() {
            throw new NoClassDefFoundError("secret/Name");
          }
        };
    Recipe<?, ?, ?> recipe =
        Mailbox.office(Order.class, Receipt.class)
            .caller(Rig.known("ann"))
            .rules(hostile)
            .permit((caller, order) -> true)
            .audit(new Ledger())
            .logic((order, call) -> new Receipt(""));

    assertThat(catchThrowableOfType(InvocationFailed.class, () -> new Handler(recipe))).isNotNull();
    assertThat(log()).doesNotContain("secret/Name");
  }
}
