package dev.gabion.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsFaultTest {
  private static AwsServiceException answered(int status, @Nullable String code) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("hunter2").build())
        .build();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(answered(400, "ThrottlingException"), true, "ThrottlingException"),
        Arguments.of(answered(429, "TooManyRequestsException"), true, "TooManyRequestsException"),
        Arguments.of(answered(500, "InternalServiceError"), true, "InternalServiceError"),
        Arguments.of(answered(503, null), true, "AwsServiceException"),
        Arguments.of(answered(400, "RequestTimeTooSkewed"), true, "RequestTimeTooSkewed"),
        Arguments.of(ApiCallTimeoutException.create(5), true, "ApiCallTimeoutException"),
        Arguments.of(SdkClientException.create("unreachable"), true, "SdkClientException"),
        Arguments.of(AbortedException.create("stopped"), true, "AbortedException"),
        Arguments.of(answered(400, "AccessDeniedException"), false, "AccessDeniedException"),
        Arguments.of(
            answered(400, "ResourceNotFoundException"), false, "ResourceNotFoundException"),
        Arguments.of(answered(400, "ExpiredTokenException"), false, "ExpiredTokenException"),
        Arguments.of(answered(400, null), false, "AwsServiceException"),
        Arguments.of(answered(400, "secret: hunter2"), false, "AwsServiceException"),
        Arguments.of(answered(400, "x".repeat(65)), false, "AwsServiceException"),
        Arguments.of(new IllegalStateException("hunter2"), false, "IllegalStateException"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsNoAnswerOrTheAnswerNo(Throwable fault, boolean isTransient, String code) {
    assertThat(AwsFault.isTransient(fault)).isEqualTo(isTransient);
    assertThat(AwsFault.code(fault)).isEqualTo(code);
  }
}
