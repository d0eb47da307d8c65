package dev.gabion.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gabion.core.StartFailed;
import dev.gabion.core.Violation;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A constraint that is declared wrongly fails the start, wherever it stands. */
class ConstraintDeclarationsTest {
  record NoHosts(@HttpsUrl(hosts = {}) String wrong) {}

  record AnUrlForAHost(@HttpsUrl(hosts = {"https://example.com"}) String wrong) {}

  record EveryHost(@HttpsUrl(hosts = {"*"}) String wrong) {}

  record EveryCommercialHost(@HttpsUrl(hosts = {"*.com"}) String wrong) {}

  record NoFamily(@IpAddress(family = {}) String wrong) {}

  record VersionZero(@Uuid(version = {0}) String wrong) {}

  record VersionNine(@Uuid(version = {4, 9}) String wrong) {}

  record LessThanNoBytes(@Base64Data(min = -1) String wrong) {}

  record MinAboveMax(@Base64UrlData(min = 2, max = 1) String wrong) {}

  record NoNumber(@DecimalText(min = "1e3", max = "2") String wrong) {}

  record NoGreatestNumber(@DecimalText(min = "1", max = "") String wrong) {}

  record GreaterThanGreatest(@DecimalText(min = "2", max = "1") String wrong) {}

  record ScaleBelowZero(@DecimalText(min = "1", max = "2", scale = -1) String wrong) {}

  record ScaleTooGreat(@DecimalText(min = "1", max = "2", scale = 101) String wrong) {}

  record NoDuration(@InstantWithin(past = "30 days", future = "PT0S") String wrong) {}

  record BackwardsDuration(@InstantWithin(past = "PT0S", future = "-PT1S") String wrong) {}

  record EndlessDuration(@InstantWithin(past = "P36501D", future = "PT0S") String wrong) {}

  record NoPartition(@AwsArn(partition = "azure") String wrong) {}

  record NoService(@AwsArn(service = "S3") String wrong) {}

  record NoRegion(@AwsArn(region = "europe") String wrong) {}

  record NoAccount(@AwsArn(account = "1234") String wrong) {}

  record PrefixAbove(@S3Key(prefix = "../") String wrong) {}

  record Malformed(@LinearPattern("(a") String wrong) {}

  record Backreference(@LinearPattern("(a)\\1") String wrong) {}

  record Lookahead(@LinearPattern("(?=a)b") String wrong) {}

  record Lookbehind(@LinearPattern("(?<=a)b") String wrong) {}

  record Possessive(@LinearPattern("a++") String wrong) {}

  record Repeated(@LinearPattern("a{1001}") String wrong) {}

  record RepeatedAgain(@LinearPattern("((a{1000}){1000}){1000}") String wrong) {}

  record ManyClasses(@LinearPattern("([)]{100}[a-z]){100}") String wrong) {}

  record WithinAList(List<@LinearPattern("(a") String> wrong) {}

  record WithinAMapsKeys(Map<@Uuid(version = 9) String, String> wrong) {}

  record Deeper(List<List<Optional<@HttpsUrl(hosts = {}) String>>> wrong) {}

  record NotAtText(List<@Uuid Integer> wrong) {}

  record NotAtTextItself(@Uuid Integer wrong) {}

  record Composed(@Ours String wrong) {}

  @Uuid(version = 0)
  @Constraint(validatedBy = {})
  @Target(ElementType.FIELD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Ours {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        NoHosts.class,
        AnUrlForAHost.class,
        EveryHost.class,
        EveryCommercialHost.class,
        NoFamily.class,
        VersionZero.class,
        VersionNine.class,
        LessThanNoBytes.class,
        MinAboveMax.class,
        NoNumber.class,
        NoGreatestNumber.class,
        GreaterThanGreatest.class,
        ScaleBelowZero.class,
        ScaleTooGreat.class,
        NoDuration.class,
        BackwardsDuration.class,
        EndlessDuration.class,
        NoPartition.class,
        NoService.class,
        NoRegion.class,
        NoAccount.class,
        PrefixAbove.class,
        Malformed.class,
        Backreference.class,
        Lookahead.class,
        Lookbehind.class,
        Possessive.class,
        Repeated.class,
        RepeatedAgain.class,
        ManyClasses.class,
        WithinAList.class,
        WithinAMapsKeys.class,
        Deeper.class,
        NotAtText.class,
        NotAtTextItself.class,
        Composed.class
      })
  void theStartFailsAndNamesThePlace(Class<?> type) {
    assertThatThrownBy(() -> Started.rulesFor(type))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(type.getName() + ".wrong");
  }

  record Fit(
      @InstantWithin(past = "PT0S", future = "P36500D") String exact,
      @DecimalText(min = "1", max = "1", scale = 100) String one,
      @Base64Data(min = 0, max = 0) String nothing,
      @AwsArn(region = "", account = "") String bucket,
      @LinearPattern("(a{69}){69}") String many,
      @LinearPattern("[]){9}]{1000}\\{9}\\Q(((\\E[[:alpha:]]") String odd) {}

  @Test
  void whatIsJustFitStarts() {
    BeanRules rules = Started.rulesFor(Fit.class);

    assertThat(rules.check(new Fit("9", "1", "", "arn:aws:s3:::b", "a".repeat(69 * 69), "")))
        .containsExactly(
            new Violation("exact", "instant-within"), new Violation("odd", "linear-pattern"));
  }

  record Watched(List<@EmailAddress String> watchers, Map<@Uuid String, @Nfc String> notes) {}

  @Test
  void elementsOfContainersAreCheckedAndNeverNamed() {
    BeanRules rules = Started.rulesFor(Watched.class);

    assertThat(
            rules.check(
                new Watched(List.of("zoe@example.com", "secret"), Map.of("secret", "e\u0301"))))
        .extracting(Violation::path, Violation::rule)
        .containsExactly(
            tuple("notes[*]", "nfc"),
            tuple("notes[*]", "uuid"),
            tuple("watchers[1]", "email-address"));
  }

  @Test
  void repetitionsAreCountedBeforeTheyAreWrittenOut() {
    assertThat(PatternRule.copies("((a{1000}){1000}){1000}")).isGreaterThanOrEqualTo(1_000_000_000);
    assertThat(PatternRule.copies("(x[)]a{100}){100}")).isBetween(10_000L, 11_000L);
    assertThat(PatternRule.copies("(x\\)a{100}){100}")).isBetween(10_000L, 11_000L);
    assertThat(PatternRule.copies("(\\Q)\\Ea{2,100}){100,}")).isBetween(10_000L, 11_000L);
    assertThat(PatternRule.copies("(x?y*[^])]){100}")).isBetween(300L, 700L);
    assertThat(PatternRule.copies("abc")).isEqualTo(3);
  }
}
