package dev.gabion.events;

import dev.gabion.core.FunctionArn;
import java.util.regex.Pattern;

/**
 * The queue, topic, stream, table or bucket that records must come from: a whole ARN, or a name,
 * which is one in the function's own partition, region and account.
 *
 * @param service as ARNs name it, such as {@code sqs}
 * @param prefix what stands before a name, such as {@code stream/}
 * @param declared the ARN or name
 */
record Origin(String service, String prefix, String declared) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,256}");

  /**
   * Reads a declaration.
   *
   * @throws IllegalArgumentException if it is neither such a name nor such an ARN
   */
  static Origin of(String service, String prefix, String declared) {
    String arn =
        "arn:aws[a-z-]{0,16}:%s:[a-z0-9-]{1,32}:[0-9]{12}:%s[A-Za-z0-9_.-]{1,256}(/stream/[0-9T:.-]{1,64})?"
            .formatted(service, prefix);
    if (!declared.matches(arn) && !NAME.matcher(declared).matches()) {
      throw new IllegalArgumentException(
          "Records come from an ARN such as arn:aws:%s:eu-central-1:123456789012:%sname, or from a name alone."
              .formatted(service, prefix));
    }
    return new Origin(service, prefix, declared);
  }

  /** Whether this is where a record comes from that says so. */
  boolean is(String arn, FunctionArn function) {
    return arn.equals(arn(function));
  }

  /** The ARN, as the function sees it. */
  String arn(FunctionArn function) {
    return declared.startsWith("arn:")
        ? declared
        : "arn:%s:%s:%s:%s:%s%s"
            .formatted(
                function.partition(),
                service,
                function.region(),
                function.account(),
                prefix,
                declared);
  }

  @Override
  public String toString() {
    return declared.startsWith("arn:")
        ? declared.substring(declared.lastIndexOf(':') + 1)
        : declared;
  }
}
