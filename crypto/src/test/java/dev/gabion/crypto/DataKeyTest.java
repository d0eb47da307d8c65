package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DataKeyTest {
  @Test
  void copiesInAndOut() {
    byte[] bytes = new byte[32];
    bytes[0] = 1;
    DataKey key = Messages.dataKey(bytes, 2);
    bytes[0] = 2;
    key.copy()[0] = 3;
    assertThat(key.copy()[0]).isEqualTo((byte) 1);
    assertThat(key.encryptedDataKeys()).hasSize(2);
    assertThat(key).hasToString("DataKey[…]");
  }

  @Test
  void hasTheSuitesLength() {
    for (int length : new int[] {0, 16, 31, 33}) {
      assertThatThrownBy(() -> DataKey.copyOf(new byte[length], List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isNotUsedOnceItIsClosed() {
    DataKey key = Messages.newDataKey(1);
    key.close();
    key.close();
    assertThatThrownBy(key::copy).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> MessageKeys.derive(Suite.COMMITTED, key, new byte[32]))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Closed while others read: they get the key or an exception, and never a part of zeros. */
  @Test
  void neverGivesZerosWhileItIsClosed() throws InterruptedException {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) 0x5A);
    AtomicInteger zeros = new AtomicInteger();
    for (int round = 0; round < 500; round++) {
      DataKey key = DataKey.copyOf(bytes, List.of());
      Thread closer = new Thread(key::close);
      closer.start();
      try {
        while (true) {
          if (!Arrays.equals(key.copy(), bytes)) {
            zeros.incrementAndGet();
          }
        }
      } catch (IllegalStateException closed) {
        closer.join();
      }
    }
    assertThat(zeros).hasValue(0);
  }
}
