package dev.gabion.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Limits;
import dev.gabion.testing.LocalServer;
import dev.gabion.testing.RealRuntime;
import dev.gabion.testing.Reply;
import dev.gabion.testing.SampleEvents;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a tour of events to the orders handler in AWS's runtime client and prints what became of
 * each: status, reply and audit line.
 *
 * <p>The argument {@code serve} stays afterwards and serves on a loopback port. Exit status 0 if
 * every event ended as it should, else 1.
 */
public final class Tour {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One event of the tour and how it must end; status 0 for an invocation that fails. */
  record Sight(String title, int status, String event) {}

  /** What became of one. */
  record Seen(Sight sight, int status, String reply, List<String> audit, List<String> otherLines) {
    boolean asItShould() {
      return status == sight.status && audit.size() == 1;
    }
  }

  private Tour() {}

  /** Walks the tour, then exits or serves. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Palette palette = Palette.of(System.getenv("NO_COLOR"), System.getenv("TERM"));
    System.out.println(palette.bold("Gabion") + " starts the orders handler in AWS's runtime …");
    try (RealRuntime runtime = RealRuntime.of(TourOrders.class).logFormat("JSON").start()) {
      List<Seen> seen = walk(runtime, System.out, palette);
      long wrong = seen.stream().filter(one -> !one.asItShould()).count();
      System.out.println(
          wrong == 0
              ? palette.good("All " + seen.size() + " events ended as they should.")
              : palette.bad(wrong + " of " + seen.size() + " events did not end as they should."));
      if (List.of(arguments).contains("serve")) {
        serve(runtime, palette);
      }
      if (wrong > 0) {
        throw new IllegalStateException("The tour went wrong.");
      }
    }
  }

  private static void serve(RealRuntime runtime, Palette palette)
      throws IOException, InterruptedException {
    try (LocalServer server = LocalServer.serve(runtime, 0)) {
      System.out.println("Serving on " + palette.bold(server.url().toString()) + " until stopped.");
      Thread.currentThread().join();
    }
  }

  static List<Seen> walk(RealRuntime runtime, PrintStream out, Palette palette) throws IOException {
    List<Seen> all = new ArrayList<>();
    for (Sight sight : sights()) {
      Seen seen = look(sight, runtime.invoke(sight.event));
      print(seen, out, palette);
      all.add(seen);
    }
    return all;
  }

  private static Seen look(Sight sight, Reply reply) throws IOException {
    List<String> audit = new ArrayList<>();
    List<String> other = new ArrayList<>();
    for (String line : reply.logLines()) {
      (line.startsWith("{") && JSON.readTree(line).path("class_uid").intValue() == 6003
              ? audit
              : other)
          .add(line);
    }
    if (reply.isError()) {
      return new Seen(sight, 0, reply.text(), audit, other);
    }
    JsonNode http = JSON.readTree(reply.payload());
    return new Seen(
        sight, http.path("statusCode").intValue(), http.path("body").asText(), audit, other);
  }

  private static void print(Seen seen, PrintStream out, Palette palette) {
    String status = seen.status == 0 ? "failed" : Integer.toString(seen.status);
    String ending =
        seen.asItShould()
            ? seen.status > 0 && seen.status < 300 ? palette.good(status) : palette.warn(status)
            : palette.bad(status + ", and should be " + seen.sight.status);
    out.println();
    out.println(palette.bold(seen.sight.title) + "  " + ending);
    out.println("  reply  " + seen.reply);
    seen.audit.forEach(line -> out.println("  audit  " + palette.dim(line)));
    seen.otherLines.forEach(line -> out.println("  log    " + palette.dim(line)));
  }

  /** The tour: a good order and what would rather not be one. */
  static List<Sight> sights() {
    SampleEvents.Http good =
        SampleEvents.httpApi().jwt("ann", "orders:write").body(order("ann", "TEA-1", 2));
    return List.of(
        new Sight("A good order", 201, good.json()),
        new Sight(
            "A body over its budget",
            413,
            good.body(" ".repeat(Limits.Bound.BODY_BYTES.byDefault() + 1)).json()),
        new Sight(
            "JSON nested a thousand deep",
            400,
            good.body("{\"lines\":" + "[".repeat(1000) + "]".repeat(1000) + "}").json()),
        new Sight(
            "One field, twice",
            400,
            good.body(
                    order("ann", "TEA-1", 2)
                        .replace("{\"customerId", "{\"customerId\":\"bob\",\"customerId"))
                .json()),
        new Sight(
            "A field nobody declared",
            400,
            good.body(
                    order("ann", "TEA-1", 2)
                        .replace("{\"customerId", "{\"admin\":true,\"customerId"))
                .json()),
        new Sight(
            "A text for a number",
            400,
            good.body(order("ann", "TEA-1", 2).replace(":2", ":\"2\"")).json()),
        new Sight("A rule broken", 422, good.body(order("ann", "'; DROP TABLE", 1000)).json()),
        new Sight("No caller", 401, SampleEvents.httpApi().body(order("ann", "TEA-1", 2)).json()),
        new Sight("A caller without the scope", 403, good.jwt("ann", "orders:read").json()),
        new Sight("Another customer's order", 403, good.body(order("bob", "TEA-1", 2)).json()),
        new Sight(
            "A content type nobody declared", 415, good.header("content-type", "text/xml").json()),
        new Sight("A method nobody declared", 405, good.method("PUT").json()),
        new Sight(
            "User code that throws a secret",
            500,
            good.body(order("ann", TourOrders.BREAKS, 1)).json()),
        new Sight("Another account's API", 0, good.account("999999999999").json()),
        new Sight("A queue's event", 0, "{\"Records\":[{\"messageId\":\"1\",\"body\":\"{}\"}]}"));
  }

  private static String order(String customer, String sku, int quantity) {
    return "{\"customerId\":\"%s\",\"lines\":[{\"sku\":\"%s\",\"quantity\":%d}]}"
        .formatted(customer, sku, quantity);
  }
}
