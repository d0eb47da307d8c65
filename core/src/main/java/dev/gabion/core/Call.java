package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.file.Path;

/** What user logic may know about the call it serves. */
public interface Call extends Scope {
  /** Who calls. */
  Caller caller();

  /** The platform's identifier of the invocation. */
  String requestId();

  /**
   * The source's identifier of this message: the same when the source delivers it again, another
   * for another message. For HTTP it names the request, not what the client meant by it.
   */
  String deliveryId();

  /**
   * A folder for this call alone, made on first use and deleted with everything in it once the call
   * has ended.
   *
   * @throws java.io.UncheckedIOException if it cannot be made
   */
  Path tempFolder();

  /**
   * The runtime's own logger, for functions without a logging library: what is logged has passed
   * the filter that {@link StandardOutput#filter} sets, as everything printed has.
   */
  LambdaLogger logger();

  /**
   * The runtime's own context, for code that was written for it; its logger is {@link #logger}.
   *
   * @throws IllegalStateException if the call has ended
   */
  Context lambdaContext();

  /**
   * Adds a fact to the outcome event. Write names and identifiers, never content or secrets.
   *
   * @param key lower-case letters, digits, {@code .}, {@code _} and {@code -}, at most 64; what the
   *     trail and log pipelines go by is taken: {@code _aws}, {@code answered}, {@code chain},
   *     {@code class_uid}, {@code late}, {@code level}, {@code quarantine}, {@code
   *     quarantine.place}, {@code timestamp}, {@code type_uid}
   * @param value at most 1,024 characters, the rest is cut
   * @throws IllegalArgumentException if the key has another form, is taken, was noted before, or is
   *     the 33rd
   */
  void note(String key, String value);

  /**
   * Adds a record to the outcome event, without what is {@link Sensitive} in it.
   *
   * @throws IllegalArgumentException as for a text
   */
  void note(String key, Record value);
}
