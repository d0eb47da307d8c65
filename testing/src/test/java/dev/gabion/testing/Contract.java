package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What the real SDK client of one service must find, at whatever stands in for AWS: each test gets
 * it empty, and clients that are watched.
 */
abstract class Contract {
  final ContractTarget target;

  Contract(ContractTarget target) {
    this.target = target;
  }

  @BeforeEach
  void forgetEverything() throws Exception {
    target.reset();
  }

  /** Something that moto is known to do otherwise than AWS: there it is not required. */
  void unlessMoto(String fault, ThrowingCallable check) {
    target.unlessMoto(fault, check);
  }

  /** A refusal that moto is known not to have. */
  void refusesUnlessMoto(String fault, String code, ThrowingCallable call) {
    unlessMoto(fault, () -> refuses(code, call));
  }

  /** A refusal with an error code; statuses differ and do not matter to clients. */
  static void refuses(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            refusal -> {
              if (!code.equals(refusal.awsErrorDetails().errorCode())) {
                fail("refused with " + refusal.awsErrorDetails().errorCode(), refusal);
              }
            });
  }
}
