package dev.gabion.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The function that was invoked, as its ARN names it.
 *
 * @param partition such as {@code aws}
 * @param region such as {@code eu-central-1}
 * @param account twelve digits
 * @param name the function's name
 */
public record FunctionArn(String partition, String region, String account, String name) {
  /** Service Authorization Reference, "Resource types defined by AWS Lambda". */
  private static final Pattern FORM =
      Pattern.compile(
          "arn:(aws[a-z-]{0,16}):lambda:([a-z0-9-]{1,32}):([0-9]{12}):function:"
              + "([A-Za-z0-9_-]{1,140})(?::[A-Za-z0-9$_-]{1,128})?");

  /**
   * Reads an ARN, with or without a version or alias at its end.
   *
   * @throws IllegalArgumentException if it is not a Lambda function's ARN
   */
  public static FunctionArn parse(String arn) {
    Matcher match = FORM.matcher(arn);
    if (!match.matches()) {
      throw new IllegalArgumentException("The invoked function's ARN is not a Lambda ARN.");
    }
    return new FunctionArn(match.group(1), match.group(2), match.group(3), match.group(4));
  }
}
