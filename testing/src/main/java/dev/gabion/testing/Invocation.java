package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One event, and what the service says about its invocation. */
public final class Invocation {
  private final byte[] event;
  private String requestId = UUID.randomUUID().toString();
  private String traceId = "Root=1-00000000-000000000000000000000000;Sampled=0";
  private @Nullable String tenantId;
  private @Nullable String functionArn;
  private @Nullable Instant deadline;

  private Invocation(byte[] event) {
    this.event = event;
  }

  /** An invocation with an event's bytes, which need not be JSON, and a request id of its own. */
  public static Invocation of(byte[] event) {
    return new Invocation(event.clone());
  }

  /** An invocation with an event in UTF-8. */
  public static Invocation of(String event) {
    return new Invocation(event.getBytes(UTF_8));
  }

  /** Names the request; a random UUID otherwise. */
  public Invocation requestId(String id) {
    return with(copy -> copy.requestId = header(id));
  }

  /** Names the tenant, as for a function that isolates tenants; none otherwise. */
  public Invocation tenantId(String id) {
    return with(copy -> copy.tenantId = header(id));
  }

  /** Sets the X-Ray trace header; one that is not sampled otherwise. */
  public Invocation traceId(String id) {
    return with(copy -> copy.traceId = header(id));
  }

  /** Sets the ARN that was invoked, such as an alias of the function. */
  public Invocation functionArn(String arn) {
    return with(copy -> copy.functionArn = header(arn));
  }

  /**
   * Sets the deadline that the function is told; otherwise its timeout from when it takes the
   * event. The function is stopped after its timeout either way.
   */
  public Invocation deadline(Instant moment) {
    return with(copy -> copy.deadline = moment);
  }

  byte[] event() {
    return event;
  }

  String requestId() {
    return requestId;
  }

  String traceId() {
    return traceId;
  }

  Optional<String> tenantId() {
    return Optional.ofNullable(tenantId);
  }

  Optional<String> functionArn() {
    return Optional.ofNullable(functionArn);
  }

  Optional<Instant> deadline() {
    return Optional.ofNullable(deadline);
  }

  private Invocation with(Consumer<Invocation> change) {
    Invocation copy = new Invocation(event);
    copy.requestId = requestId;
    copy.traceId = traceId;
    copy.tenantId = tenantId;
    copy.functionArn = functionArn;
    copy.deadline = deadline;
    change.accept(copy);
    return copy;
  }

  private static String header(String value) {
    if (!value.matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?")) {
      throw new IllegalArgumentException("Not a header value: use printable ASCII characters.");
    }
    return value;
  }
}
