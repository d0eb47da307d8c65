package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of an AWS resource.
 *
 * <p>Accepted: {@code arn:partition:service:region:account:resource} of up to 2,048 characters (AWS
 * General Reference: Amazon Resource Names), where region and account may be empty unless named
 * here, an account is 12 digits, and the resource is visible ASCII without the wildcards {@code *}
 * and {@code ?}.
 */
@Documented
@Constraint(validatedBy = ValueRules.Arn.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface AwsArn {
  /** The accepted partitions, such as {@code aws}; none named: every one. */
  String[] partition() default {};

  /** The accepted services, such as {@code s3}; none named: every one. */
  String[] service() default {};

  /** The accepted regions, {@code ""} for no region; none named: every one, and none. */
  String[] region() default {};

  /** The accepted accounts, {@code ""} for no account; none named: every one, and none. */
  String[] account() default {};

  /** The rule's code, which is all that is ever said. */
  String message() default "aws-arn";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
