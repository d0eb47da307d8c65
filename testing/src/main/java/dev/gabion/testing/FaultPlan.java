package dev.gabion.testing;

import dev.gabion.testing.LoopbackHttp.Delivery;
import dev.gabion.testing.LoopbackHttp.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is going to go wrong, by operation: first what was said of the next, then of all. */
final class FaultPlan {
  /** Every operation. */
  static final String ANY = "*";

  /** One way to answer otherwise than one should. */
  interface Fault {
    /**
     * Answers.
     *
     * @param answer does what was asked, and gives the right answer
     */
    Response answer(AwsService.Api api, Supplier<Response> answer) throws InterruptedException;
  }

  private final Map<String, Deque<Fault>> next = new HashMap<>();
  private final Map<String, Fault> always = new HashMap<>();

  synchronized void clear() {
    next.clear();
    always.clear();
  }

  /** The fault of this request; null if all is well. */
  synchronized @Nullable Fault take(String operation) {
    for (String name : new String[] {operation, ANY}) {
      Deque<Fault> waiting = next.get(name);
      if (waiting != null && !waiting.isEmpty()) {
        return waiting.remove();
      }
    }
    Fault fault = always.get(operation);
    return fault == null ? always.get(ANY) : fault;
  }

  private synchronized void add(String operation, int times, Fault fault) {
    for (int i = 0; i < times; i++) {
      next.computeIfAbsent(operation, name -> new ArrayDeque<>()).add(fault);
    }
  }

  private synchronized void set(String operation, Fault fault) {
    always.put(operation, fault);
  }

  LocalAws.Faults next(String operation, int times) {
    return new Chooser(fault -> add(operation, times, fault));
  }

  LocalAws.Faults always(String operation) {
    return new Chooser(fault -> set(operation, fault));
  }

  private interface Plan {
    void put(Fault fault);
  }

  private record Chooser(Plan plan) implements LocalAws.Faults {
    @Override
    public void throttled() {
      refused("ThrottlingException");
    }

    @Override
    public void denied() {
      refused("AccessDeniedException");
    }

    @Override
    public void refused(String code) {
      plan.put((api, answer) -> AwsJson.error(api, AwsRefusal.of(code, "Injected: " + code)));
    }

    @Override
    public void failed() {
      plan.put(
          (api, answer) -> AwsJson.error(api, AwsRefusal.of(500, api.fault, "Injected: a fault")));
    }

    @Override
    public void unavailable() {
      plan.put(
          (api, answer) ->
              AwsJson.error(
                  api, AwsRefusal.of(503, "ServiceUnavailable", "Injected: not available")));
    }

    @Override
    public void stalled() {
      plan.put((api, answer) -> AwsJson.EMPTY.delivered(Delivery.NEVER));
    }

    @Override
    public void reset() {
      plan.put((api, answer) -> AwsJson.EMPTY.delivered(Delivery.RESET));
    }

    @Override
    public void slow(Duration delay) {
      plan.put(
          (api, answer) -> {
            Thread.sleep(delay.toMillis());
            return answer.get();
          });
    }

    @Override
    public void dripping() {
      plan.put((api, answer) -> answer.get().delivered(Delivery.DRIPPING));
    }

    @Override
    public void truncated() {
      plan.put((api, answer) -> answer.get().delivered(Delivery.TRUNCATED));
    }

    @Override
    public void malformed() {
      plan.put(
          (api, answer) -> {
            Response right = answer.get();
            byte[] half = Arrays.copyOf(right.body(), right.body().length / 2 + 1);
            return new Response(right.status(), right.headers(), half);
          });
    }
  }
}
