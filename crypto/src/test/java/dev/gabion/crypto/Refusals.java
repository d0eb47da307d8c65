package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Reads as: that is refused, for this reason. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(Refused.Reason reason, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(Refused.class);
    assertThat(((Refused) thrown).reason()).isEqualTo(reason);
    assertThat(thrown).hasMessageContaining(reason.text());
  }
}
