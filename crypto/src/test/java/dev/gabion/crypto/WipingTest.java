package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Where the bytes of data keys are, and that they are zero afterwards. */
class WipingTest {
  private static final byte[] DATA = "data".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ZEROS = new byte[Suite.KEY_BYTES];

  private final SetClock clock = new SetClock();
  private final Work work = Work.usual();
  private final Watched keys = new Watched(LocalKeys.insecureDevelopmentKey("a test").ring());
  private final EnvelopeCipher cipher = started(DataKeyCache.standard().maxMessages(2).maxKeys(1));

  /** Keys that remember the arrays of the data keys that they gave. */
  private static final class Watched implements KeyRing {
    private final KeyRing ring;
    private final List<byte[]> arrays = new ArrayList<>();
    private UnaryOperator<Given> given = one -> one;

    Watched(KeyRing ring) {
      this.ring = ring;
    }

    private Given watched(Given made) {
      try {
        Field plaintext = DataKey.class.getDeclaredField("plaintext");
        plaintext.setAccessible(true);
        byte[] array = (byte[]) plaintext.get(made.key());
        assertThat(array).hasSize(Suite.KEY_BYTES).isNotEqualTo(ZEROS);
        arrays.add(array);
        return given.apply(made);
      } catch (ReflectiveOperationException renamed) {
        throw new LinkageError("DataKey has changed", renamed);
      }
    }

    @Override
    public int size() {
      return ring.size();
    }

    @Override
    public Given generate(Map<String, String> context, Scope scope) throws KeysUnavailable {
      return watched(ring.generate(context, scope));
    }

    @Override
    public List<Permitted> permitted(List<EncryptedDataKey> of) throws KeysUnavailable {
      return ring.permitted(of);
    }

    @Override
    public Given open(List<Permitted> of, Map<String, String> context, Scope scope)
        throws KeysUnavailable {
      return watched(ring.open(of, context, scope));
    }

    @Override
    public void close() {
      ring.close();
    }
  }

  private EnvelopeCipher started(DataKeyCache cache) {
    try {
      CipherChoices choices = CipherChoices.standard().clock(clock.clock()).cache(cache);
      EnvelopeCipher fresh = EnvelopeCipher.with(keys, choices);
      fresh.start(work);
      return fresh;
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private byte[] seal(String customer) {
    return cipher.encrypt(work, DATA, Map.of("customer", customer));
  }

  private void open(byte[] message, String customer) {
    assertThat(cipher.decrypt(work, message, Map.of("customer", customer))).isEqualTo(DATA);
  }

  @Test
  void anEvictedKeyIsZero() {
    byte[] message = seal("a");
    open(message, "a");
    assertThat(keys.arrays).hasSize(2).noneMatch(WipingTest::isZero);

    open(seal("b"), "b");

    assertThat(keys.arrays.subList(0, 2)).allMatch(WipingTest::isZero);
    assertThat(keys.arrays.subList(2, 4)).noneMatch(WipingTest::isZero);
  }

  @Test
  void aUsedUpKeyIsZero() {
    seal("a");
    seal("a");
    assertThat(keys.arrays).hasSize(1).noneMatch(WipingTest::isZero);

    seal("a");

    assertThat(keys.arrays.get(0)).isEqualTo(ZEROS);
  }

  @Test
  void anOldKeyIsZeroWhenAnythingIsDone() {
    byte[] message = seal("a");
    open(message, "a");
    clock.pass(Duration.ofMinutes(5));

    open(seal("b"), "b");

    assertThat(keys.arrays.subList(0, 2)).allMatch(WipingTest::isZero);
  }

  @Test
  void beforeASnapshotEveryKeyIsZero() throws Exception {
    open(seal("a"), "a");

    cipher.beforeSnapshot();

    assertThat(keys.arrays).hasSize(2).allMatch(WipingTest::isZero);
  }

  @Test
  void onClosingEveryKeyIsZero() {
    open(seal("a"), "a");

    cipher.close();

    assertThat(keys.arrays).hasSize(2).allMatch(WipingTest::isZero);
  }

  @Test
  void anUncachedKeyIsZeroAfterItsMessage() throws Exception {
    EnvelopeCipher uncached = EnvelopeCipher.with(keys, CipherChoices.standard().cache(null));
    uncached.start(work);
    byte[] message = uncached.encrypt(work, DATA, Map.of("customer", "a"));
    uncached.decrypt(work, message, Map.of("customer", "a"));

    assertThat(keys.arrays).hasSize(2).allMatch(WipingTest::isZero);
  }

  @Test
  void aStreamsKeyIsZeroAfterIt() throws Exception {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    cipher.encrypting(work, message, Map.of("customer", "a"), to -> to.write(DATA));
    assertThat(keys.arrays).hasSize(1).allMatch(WipingTest::isZero);

    try (InputStream plaintext =
        cipher.decrypting(
            work, new ByteArrayInputStream(message.toByteArray()), Map.of("customer", "a"))) {
      assertThat(plaintext.readAllBytes()).isEqualTo(DATA);
    }
    assertThat(keys.arrays).hasSize(2).allMatch(WipingTest::isZero);
  }

  @Test
  void aKeyThatArrivesWhileASnapshotIsTakenIsZeroAndUnused() {
    keys.given =
        made -> {
          try {
            cipher.beforeSnapshot();
          } catch (Exception impossible) {
            throw new AssertionError(impossible);
          }
          return made;
        };

    assertThatThrownBy(() -> seal("a")).isInstanceOf(EncryptionFailed.class);

    assertThat(keys.arrays).hasSize(1).allMatch(WipingTest::isZero);
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, ZEROS);
  }
}
