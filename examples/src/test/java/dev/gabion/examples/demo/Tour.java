package dev.gabion.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Limits;
import dev.gabion.examples.orders.TourOrders;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.LocalServer;
import dev.gabion.testing.RealRuntime;
import dev.gabion.testing.Reply;
import dev.gabion.testing.RuntimeSetup;
import dev.gabion.testing.SampleEvents;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Sends a tour of events to the orders handlers in AWS's runtime client, with a stand-in of KMS
 * beside it, and prints what became of each: status, reply and audit lines.
 *
 * <p>The argument {@code serve} stays afterwards and serves on a loopback port, as if everyone were
 * the customer ann. The argument {@code full} prints whole audit lines on a terminal, too.
 */
public final class Tour {
  /** The card of every order. */
  static final String CARD = "4111111111111111";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One event of the tour and how it must end; status 0 for an invocation that fails. */
  record Sight(String title, int status, String event) {}

  /**
   * What became of one.
   *
   * @param audit the line of its outcome
   * @param details audit lines of what happened on the way
   */
  record Seen(
      Sight sight,
      int status,
      String reply,
      List<String> audit,
      List<String> details,
      List<String> otherLines) {
    boolean asItShould() {
      return status == sight.status && audit.size() == 1;
    }
  }

  private Tour() {}

  /** Walks the tour, then exits or serves. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Palette palette = Palette.of(System.getenv("NO_COLOR"), System.getenv("TERM"));
    boolean brief = palette.coloured() && !List.of(arguments).contains("full");
    System.out.println(palette.bold("Gabion") + " starts the orders handlers in AWS's runtime …");
    try (LocalAws aws = LocalAws.start();
        RealRuntime runtime = runtime(aws)) {
      List<Seen> seen = walk(runtime, new Printer(System.out, palette, brief));
      long wrong = seen.stream().filter(one -> !one.asItShould()).count();
      System.out.println();
      System.out.println("KMS was asked: " + asked(aws));
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

  /** The function, whose settings are those of a stand-in of AWS and of a key there. */
  static RealRuntime runtime(LocalAws aws) {
    RuntimeSetup setup =
        RealRuntime.of(TourOrders.class)
            .logFormat("JSON")
            .environment(TourOrders.LOCAL_AWS, aws.uri().toString())
            .environment("CARD_KEY_ARN", aws.kms().createKey());
    for (Map.Entry<String, String> credential : aws.environment().entrySet()) {
      setup = setup.environment(credential.getKey(), credential.getValue());
    }
    return setup.start();
  }

  private static String asked(LocalAws aws) {
    return aws.requests().stream()
        .map(LocalAws.Asked::operation)
        .collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()))
        .toString();
  }

  private static void serve(RealRuntime runtime, Palette palette)
      throws IOException, InterruptedException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (LocalServer server =
        LocalServer.insecureServeAs(
            event -> event.jwt("ann", "orders:write"), runtime, anyPort, "POST /orders")) {
      System.out.println("Serving on " + palette.bold(server.url().toString()) + " until stopped.");
      for (String customer : List.of("ann", "bob")) {
        System.out.println(
            "  curl -i -H 'content-type: application/json' -d '"
                + order(customer, "TEA-1", 2)
                + "' "
                + server.url().resolve("/orders")
                + (customer.equals("ann") ? "  # 201" : "  # 403"));
      }
      Thread.currentThread().join();
    }
  }

  static List<Seen> walk(RealRuntime runtime, Printer printer) throws IOException {
    List<Seen> all = new ArrayList<>();
    for (Sight sight : sights()) {
      Seen seen = look(sight, runtime.invoke(sight.event));
      printer.print(seen);
      all.add(seen);
    }
    return all;
  }

  private static Seen look(Sight sight, Reply reply) throws IOException {
    List<String> audit = new ArrayList<>();
    List<String> details = new ArrayList<>();
    List<String> other = new ArrayList<>();
    for (String line : reply.logLines()) {
      JsonNode json = line.startsWith("{") ? JSON.readTree(line) : JSON.missingNode();
      (!json.has("class_uid") ? other : json.has("status_code") ? audit : details).add(line);
    }
    if (reply.isError()) {
      return new Seen(sight, 0, reply.text(), audit, details, other);
    }
    JsonNode http = JSON.readTree(reply.payload());
    return new Seen(
        sight,
        http.path("statusCode").intValue(),
        http.path("body").asText(),
        audit,
        details,
        other);
  }

  /**
   * Prints what became of an event.
   *
   * @param brief whether an audit line is cut to what fits a person's screen
   */
  record Printer(PrintStream out, Palette palette, boolean brief) {
    private static final int WIDTH = 140;

    void print(Seen seen) throws IOException {
      String status = seen.status == 0 ? "failed" : Integer.toString(seen.status);
      String ending =
          !seen.asItShould()
              ? palette.bad(status + ", and should be " + seen.sight.status)
              : seen.status > 0 && seen.status < 300 ? palette.good(status) : palette.warn(status);
      out.println();
      out.println(palette.bold(seen.sight.title) + "  " + ending);
      out.println("  reply  " + seen.reply);
      for (String line : seen.audit) {
        out.println("  audit  " + summary(JSON.readTree(line)));
        out.println("         " + palette.dim(cut(line)));
      }
      for (String line : seen.details) {
        out.println("  audit  " + detail(JSON.readTree(line)));
        out.println("         " + palette.dim(cut(line)));
      }
      seen.otherLines.forEach(line -> out.println("  log    " + palette.dim(cut(line))));
    }

    /** What a person wants to know first. */
    private static String summary(JsonNode line) {
      return line.path("status").asText()
          + " at "
          + line.path("unmapped").path("stop").asText()
          + ": "
          + line.path("status_detail").asText()
          + ", caller "
          + line.path("actor").path("user").path("uid").asText("unknown")
          + ", "
          + line.path("unmapped").path("duration_ms").asText()
          + " ms";
    }

    /** What a person wants to know of something that happened on the way. */
    private static String detail(JsonNode line) {
      JsonNode facts = line.path("unmapped");
      return facts.findPath("operation").asText()
          + " "
          + line.path("status").asText()
          + ", data key "
          + facts.findPath("data-key").asText();
    }

    private String cut(String line) {
      return brief && line.length() > WIDTH ? line.substring(0, WIDTH) + " …" : line;
    }
  }

  /** The tour: a good order and what would rather not be one. */
  static List<Sight> sights() {
    SampleEvents.Http good =
        SampleEvents.httpApi().jwt("ann", "orders:write").body(order("ann", "TEA-1", 2));
    return List.of(
        new Sight("A good order, its card sealed", 201, good.json()),
        new Sight("Another one, with the same data key", 201, good.requestId("again").json()),
        new Sight("Billing opens the card", 200, charge("order-again").json()),
        new Sight(
            "A customer who would like to",
            403,
            charge("order-again").jwt("ann", "orders:write").json()),
        new Sight(
            "A body over its budget",
            413,
            good.body(" ".repeat(Limits.Bound.BODY_BYTES.byDefault() + 1)).json()),
        new Sight(
            "Lists nested a thousand deep",
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

  private static SampleEvents.Http charge(String orderId) {
    return SampleEvents.post("/charges", "{\"orderId\":\"" + orderId + "\",\"cents\":1250}")
        .jwt("billing", "orders:charge");
  }

  private static String order(String customer, String sku, int quantity) {
    return ("{\"customerId\":\"%s\",\"card\":{\"number\":\"" + CARD + "\"},").formatted(customer)
        + "\"lines\":[{\"sku\":\"%s\",\"quantity\":%d}]}".formatted(sku, quantity);
  }
}
