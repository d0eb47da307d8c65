package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.Call;
import dev.gabion.core.Logic;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.logging.OcsfAudit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many invocations at once in one environment: no field of one is ever in another's reply, audit
 * line or log.
 *
 * <p>Each field of event <em>n</em> is two letters and {@code n} between dots, so that a text tells
 * whose it is and no hash looks like one. {@code -Dgabion.events=10000} sends 640,000.
 */
class IsolationTest {
  private static final int THREADS = 64;
  private static final int EVENTS = Integer.getInteger("gabion.events", 250);
  private static final String REASON = "a test of isolation";
  private static final Pattern FIELD = Pattern.compile("z([a-z])\\.([0-9]+)\\.");

  record Order(String item) {}

  record Answer(String item, String caller, String id, String tenant, String delivery) {}

  /** Repeats what it was given, on the log as well. */
  private static Answer repeatLoudly(Order order, Call call) {
    System.out.println(
        "logged "
            + String.join(" ", order.item(), call.caller().id(), call.requestId(), tenant(call)));
    return repeat(order, call);
  }

  /** Repeats what it was given, on the reply and the trail. */
  private static Answer repeat(Order order, Call call) {
    call.note("noted", order.item().replace('b', 'd'));
    return new Answer(
        order.item(), call.caller().id(), call.requestId(), tenant(call), call.deliveryId());
  }

  private static String tenant(Call call) {
    return call.tenantId().orElse("none");
  }

  private static Recipe<?, ?, ?> recipe(OcsfAudit audit, Logic<Order, Answer> logic) {
    return HttpApi.post(Order.class, Answer.class)
        .caller(JwtAuthorizer.scope("orders"))
        .rules(Rules.insecureAnyInput(REASON))
        .permit(Permit.insecureEveryCaller(REASON))
        .audit(audit)
        .logic(logic);
  }

  /** What must not be written: it keeps an event's field in one of its own. */
  private static final class Careless {
    private volatile @Nullable Order latest;

    Answer repeat(Order order, Call call) {
      latest = order;
      call.note("between", "two looks");
      Order kept = latest;
      return IsolationTest.repeat(kept == null ? order : kept, call);
    }
  }

  /** The function. */
  public static final class Repeater extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Repeater() {
      this(OcsfAudit.of("isolation"), IsolationTest::repeatLoudly);
    }

    Repeater(OcsfAudit audit, Logic<Order, Answer> logic) {
      super(recipe(audit, logic));
    }
  }

  private static Invocation invocation(int event) {
    return Invocation.of(
            SampleEvents.httpApi()
                .jwt("zc." + event + ".", "orders")
                .requestId("zi." + event + ".")
                .body("{\"item\":\"zb." + event + ".\"}")
                .json())
        .requestId("zr." + event + ".")
        .tenantId("zt." + event + ".");
  }

  /** What one reply or line says: whose it is, or what is wrong with it. */
  private static Optional<String> mixed(String text, int event, String kinds) {
    TreeSet<String> missing = new TreeSet<>(List.of(kinds.split("")));
    Matcher fields = FIELD.matcher(text);
    while (fields.find()) {
      if (Integer.parseInt(fields.group(2)) != event) {
        return Optional.of("event " + event + ": " + text);
      }
      missing.remove(fields.group(1));
    }
    return missing.isEmpty() ? Optional.empty() : Optional.of("without " + missing + ": " + text);
  }

  /** Lines are told apart by the first field that they have, whatever it is. */
  private static Optional<String> mixed(String line, String kinds) {
    Matcher first = FIELD.matcher(line);
    return first.find()
        ? mixed(line, Integer.parseInt(first.group(2)), kinds)
        : Optional.of("nobody's: " + line);
  }

  private static final String REPLY = "bcirt";
  private static final String AUDIT = "cdrt";
  private static final String LOG = "bcrt";

  private interface Send {
    String send(int event) throws Exception;
  }

  /** Sends from many threads at once; gives what is wrong with the replies. */
  private static List<String> mixedReplies(int threads, int each, Send way) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(threads);
    CyclicBarrier together = new CyclicBarrier(threads);
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    List<Future<?>> all = new ArrayList<>();
    AtomicInteger next = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      all.add(
          senders.submit(
              () -> {
                together.await();
                for (int k = 0; k < each; k++) {
                  int event = next.incrementAndGet();
                  mixed(way.send(event), event, REPLY).ifPresent(wrong::add);
                }
                return null;
              }));
    }
    senders.shutdown();
    for (Future<?> one : all) {
      one.get();
    }
    return List.copyOf(wrong);
  }

  private static void eachLine(Path file, Consumer<String> look) throws IOException {
    try (var lines = Files.lines(file, UTF_8)) {
      lines.forEach(look);
    }
  }

  private List<String> inOneJvm(Path folder, boolean careless, int each) throws Exception {
    Path trail = folder.resolve(careless ? "careless" : "careful");
    Logic<Order, Answer> logic = careless ? new Careless()::repeat : IsolationTest::repeat;
    SecureHandler handler = new Repeater(OcsfAudit.toFile("isolation", trail), logic);
    List<String> wrong =
        new ArrayList<>(
            mixedReplies(
                THREADS,
                each,
                event -> {
                  Invocation invocation = invocation(event);
                  ByteArrayOutputStream reply = new ByteArrayOutputStream();
                  handler.handleRequest(
                      new ByteArrayInputStream(invocation.event()),
                      reply,
                      SampleContext.of(invocation));
                  return reply.toString(UTF_8);
                }));
    AtomicInteger lines = new AtomicInteger();
    eachLine(
        trail,
        line -> {
          lines.incrementAndGet();
          mixed(line, AUDIT).ifPresent(wrong::add);
        });
    assertThat(lines).as("one outcome for each").hasValue(THREADS * each);
    return wrong;
  }

  @Test
  void sixtyFourThreadsOnOneHandlerMixNothing(@TempDir Path folder) throws Exception {
    assertThat(inOneJvm(folder, false, EVENTS)).isEmpty();
  }

  @Test
  void aHandlerThatKeepsAFieldIsFoundOut(@TempDir Path folder) throws Exception {
    List<String> wrong = new ArrayList<>();
    for (int round = 0; wrong.isEmpty() && round < 100; round++) {
      wrong.addAll(inOneJvm(Files.createDirectory(folder.resolve("" + round)), true, 50));
    }
    assertThat(wrong).as("control").isNotEmpty();
  }

  private static List<String> underTheRuntime(Supplier<RealRuntime> start, int each)
      throws Exception {
    try (RealRuntime runtime = start.get()) {
      List<String> wrong =
          new ArrayList<>(
              mixedReplies(16, each, event -> runtime.invoke(invocation(event)).text()));
      int audits = 0;
      int logs = 0;
      for (String line : runtime.logLines()) {
        if (line.contains("\"class_uid\"")) {
          audits++;
          mixed(line, AUDIT).ifPresent(wrong::add);
        } else if (line.startsWith("logged ")) {
          logs++;
          mixed(line, LOG).ifPresent(wrong::add);
        }
      }
      assertThat(audits).isEqualTo(16 * each);
      assertThat(logs).isEqualTo(16 * each);
      assertThat(runtime.starts()).isEqualTo(1);
      return wrong;
    }
  }

  @Test
  void eightInvocationsAtOnceUnderTheRuntimeClientMixNothing() throws Exception {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
    int each = Math.max(1, EVENTS * THREADS / 16 / 10);

    assertThat(
            underTheRuntime(() -> RealRuntime.of(Repeater.class).maxConcurrency(8).start(), each))
        .isEmpty();
  }
}
