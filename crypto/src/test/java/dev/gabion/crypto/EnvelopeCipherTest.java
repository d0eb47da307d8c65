package dev.gabion.crypto;

import static dev.gabion.crypto.FakeKms.CARDS;
import static dev.gabion.crypto.FakeKms.SPARE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCipherTest {
  private static final Map<String, String> CONTEXT = Map.of("purpose", "card", "customer", "c-7");
  private static final byte[] NUMBER = "4111111111111111".getBytes(UTF_8);

  private final FakeKms kms = new FakeKms();
  private final SetClock clock = new SetClock();
  private final Work work = Work.usual();
  private final EnvelopeCipher cipher = started(cipher -> cipher);

  private EnvelopeCipher started(UnaryOperator<EnvelopeCipher> choices) {
    return started(KmsKeys.of(CARDS), choices);
  }

  private EnvelopeCipher started(KmsKeys keys, UnaryOperator<EnvelopeCipher> choices) {
    try {
      CipherChoices standard = CipherChoices.standard().clock(clock.clock());
      EnvelopeCipher chosen = choices.apply(EnvelopeCipher.with(keys.ring(kms), standard));
      chosen.start(work);
      return chosen;
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private void refuses(EnvelopeCipher by, byte[] message, Map<String, String> required) {
    assertThatThrownBy(() -> by.decrypt(work, message, required))
        .isInstanceOf(DecryptionFailed.class)
        .hasMessage("Decryption failed.")
        .hasNoCause();
  }

  @Test
  void givesBackWhatItWasGiven() {
    assertThat(kms.isOpen()).isTrue();
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);

    assertThat(cipher.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(new String(message, UTF_8)).doesNotContain("4111");
  }

  @Test
  void theAuditTrailHasNamesAndSizes() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);

    assertThat(work.last().activity()).isEqualTo(Activity.ENCRYPTION);
    assertThat(work.last().verdict()).isEqualTo(Verdict.ALLOWED);
    assertThat(work.last().facts())
        .isEqualTo(
            Map.of(
                "operation", "encrypt",
                "suite", "0x0478",
                "keys", CARDS,
                "context", "customer purpose",
                "data-key", "fetched",
                "bytes", "16"));

    cipher.encrypt(work, NUMBER, CONTEXT);
    assertThat(work.last().fact("data-key")).isEqualTo("cached");

    cipher.decrypt(work, message, CONTEXT);
    assertThat(work.last().facts())
        .isEqualTo(
            Map.of(
                "operation", "decrypt",
                "suite", "0x0478",
                "keys", CARDS,
                "context", "customer purpose",
                "data-key", "fetched",
                "bytes", Integer.toString(message.length)));
  }

  @Test
  void dataKeysThatAreKeptAreToldOf() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    cipher.encrypt(work, NUMBER, CONTEXT);
    cipher.decrypt(work, message, CONTEXT);

    assertThat(work.secrets()).hasSize(2); // the same key, given twice
    assertThat(work.secrets().get(0)).hasSize(32).isEqualTo(work.secrets().get(1));
    started(EnvelopeCipher::uncached).encrypt(work, NUMBER, CONTEXT);
    assertThat(work.secrets()).hasSize(2); // that one is gone already
  }

  @Test
  void nothingIsReleasedOnceTheSourceOfAStreamHasFailed() throws Exception {
    EnvelopeCipher framed = started(given -> given.frameLength(16));
    byte[] plaintext = "sixteen bytes, and then some".getBytes(UTF_8);
    byte[] message = framed.encrypt(work, plaintext, CONTEXT);
    for (Exception failure :
        List.of(new IOException("reset"), new IllegalStateException("closed"))) {
      InputStream opened = framed.decrypting(work, failingAtTheEnd(message, failure), CONTEXT);

      assertThat(opened.readNBytes(16)).isEqualTo(Arrays.copyOf(plaintext, 16)); // control
      assertThatThrownBy(opened::read).isInstanceOf(Exception.class);
      assertThatThrownBy(opened::read).isInstanceOf(Exception.class);
      assertThatThrownBy(() -> opened.readNBytes(100)).isInstanceOf(Exception.class);
      assertThat(opened.available()).isZero();
    }
  }

  /** Has the whole message, and fails where its end would be seen. */
  private static InputStream failingAtTheEnd(byte[] message, Exception failure) {
    return new InputStream() {
      private int at;

      @Override
      public int read() throws IOException {
        if (at < message.length) {
          return message[at++] & 0xFF;
        }
        if (failure instanceof IOException io) {
          throw io;
        }
        throw (RuntimeException) failure;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        if (at == message.length) {
          return read();
        }
        int count = Math.min(length, message.length - at);
        System.arraycopy(message, at, to, offset, count);
        at += count;
        return count;
      }
    };
  }

  @Test
  void theWholeContextIsDemanded() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);

    refuses(cipher, message, Map.of("purpose", "card"));
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
    assertThat(work.last().facts())
        .isEqualTo(
            Map.of(
                "operation", "decrypt",
                "reason", "context-mismatch",
                "retryable", "false",
                "suite", "0x0478",
                "keys", CARDS,
                "context", "customer purpose",
                "bytes", Integer.toString(message.length)));
    refuses(cipher, message, Map.of("purpose", "card", "customer", "c-8"));
    refuses(cipher, message, Map.of("purpose", "card", "customer", "c-7", "more", "x"));
    refuses(cipher, message, Map.of("purpose", "card", "Customer", "c-7"));
    assertThat(kms.count("Decrypt")).isZero();
    assertThat(cipher.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER); // control
  }

  @Test
  void moreContextIsAcceptedWhereThatIsChosen() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    EnvelopeCipher open = started(EnvelopeCipher::acceptingMoreContext);

    assertThat(open.decrypt(work, message, Map.of("purpose", "card"))).isEqualTo(NUMBER);
    refuses(open, message, Map.of("purpose", "cards"));
    refuses(open, message, Map.of("purpose", "card", "customer", "c-7", "more", "x"));
  }

  @Test
  void aContextIsCheckedBeforeAnything() {
    assertThatIllegalArgumentException().isThrownBy(() -> cipher.encrypt(work, NUMBER, Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.encrypt(work, NUMBER, Map.of("aws-crypto-x", "y")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.decrypt(work, new byte[0], Map.of("gabion:field", "/a")));
    assertThat(kms.calls()).isEmpty();
    assertThat(work.events()).isEmpty();
  }

  @Test
  void everyChangedByteIsRefusedInTheSameWords() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    Set<String> reasons = new HashSet<>();
    for (int i = 0; i < message.length; i++) {
      byte[] changed = message.clone();
      changed[i] ^= 0x20;
      refuses(cipher, changed, CONTEXT);
      reasons.add(work.last().fact("reason"));
    }
    for (int length = 0; length < message.length; length++) {
      refuses(cipher, Arrays.copyOf(message, length), CONTEXT);
    }
    assertThat(reasons)
        .contains("version", "suite", "commitment", "frame-tag", "key-not-permitted");
  }

  @Test
  void aMessageOfSomebodyElsesKeyCausesNoCall() {
    byte[] foreign = started(KmsKeys.of(SPARE), one -> one).encrypt(work, NUMBER, CONTEXT);
    int before = kms.calls().size();

    refuses(cipher, foreign, CONTEXT);

    assertThat(kms.calls()).hasSize(before);
    assertThat(work.last().fact("reason")).isEqualTo("key-not-permitted");
  }

  @Test
  void tooManyEncryptedDataKeysAreRefusedBeforeAnyCall() {
    String third = FakeKms.SHARED;
    String fourth = FakeKms.arn(FakeKms.DUBLIN, "12121212");
    EnvelopeCipher four =
        started(KmsKeys.of(CARDS, SPARE, third, fourth), one -> one.maxEncryptedDataKeys(4));
    byte[] message = four.encrypt(work, NUMBER, CONTEXT);
    int before = kms.calls().size();

    refuses(cipher, message, CONTEXT);

    assertThat(kms.calls()).hasSize(before);
    assertThat(work.last().fact("reason")).isEqualTo("encrypted-data-keys");
    assertThat(four.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER); // control
    assertThatThrownBy(
            () ->
                EnvelopeCipher.with(
                        KmsKeys.of(CARDS, SPARE, third, fourth).ring(kms), CipherChoices.standard())
                    .start(work))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("maxEncryptedDataKeys");
  }

  @Test
  void aSigningCipherOpensSignedMessagesAlone() {
    EnvelopeCipher signing = started(EnvelopeCipher::signed);
    byte[] signed = signing.encrypt(work, NUMBER, CONTEXT);
    assertThat(work.last().fact("suite")).isEqualTo("0x0578");
    assertThat(work.last().fact("context")).isEqualTo("customer purpose");
    byte[] again = signing.encrypt(work, NUMBER, CONTEXT); // the signing key is cached, too
    assertThat(work.last().fact("data-key")).isEqualTo("cached");

    assertThat(signing.decrypt(work, signed, CONTEXT)).isEqualTo(NUMBER);
    assertThat(signing.decrypt(work, again, CONTEXT)).isEqualTo(NUMBER);
    refuses(signing, cipher.encrypt(work, NUMBER, CONTEXT), CONTEXT);
    assertThat(work.last().fact("reason")).isEqualTo("unsigned");
    assertThat(cipher.decrypt(work, signed, CONTEXT)).isEqualTo(NUMBER);
    assertThatIllegalStateException()
        .isThrownBy(
            () -> signing.encrypting(work, new java.io.ByteArrayOutputStream(), CONTEXT, to -> {}));
  }

  @Test
  void tenThousandMessagesNeedTenCallsOnEachSide() {
    byte[] last = {};
    for (int i = 0; i < 10_000; i++) {
      last = cipher.encrypt(work, NUMBER, CONTEXT);
    }
    assertThat(kms.count("GenerateDataKey")).isEqualTo(10);

    for (int i = 0; i < 10_000; i++) {
      cipher.decrypt(work, last, CONTEXT);
    }
    assertThat(kms.count("Decrypt")).isEqualTo(10);
  }

  @Test
  void anUncachedCipherAsksForEachMessage() {
    EnvelopeCipher uncached = started(EnvelopeCipher::uncached);
    for (int i = 0; i < 5; i++) {
      byte[] message = uncached.encrypt(work, NUMBER, CONTEXT);
      uncached.decrypt(work, message, CONTEXT);
      assertThat(work.last().fact("data-key")).isEqualTo("fetched");
    }
    assertThat(kms.count("GenerateDataKey")).isEqualTo(5);
    assertThat(kms.count("Decrypt")).isEqualTo(5);
  }

  @Test
  void aRevokedKeyIsUsableForTheMaximumAgeAndNoLonger() {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    cipher.decrypt(work, message, CONTEXT);
    kms.disable(CARDS);

    clock.pass(Duration.ofMinutes(5).minusMillis(1));
    assertThat(cipher.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(cipher.encrypt(work, NUMBER, CONTEXT)).isNotEmpty();

    clock.pass(Duration.ofMillis(1));
    refuses(cipher, message, CONTEXT);
    assertThat(work.last().facts())
        .containsEntry("reason", "key-refused")
        .containsEntry("code", "DisabledException");
    assertThatThrownBy(() -> cipher.encrypt(work, NUMBER, CONTEXT))
        .isInstanceOf(EncryptionFailed.class);
  }

  @Test
  void anUncachedCipherFeelsARevocationAtOnce() {
    EnvelopeCipher uncached = started(EnvelopeCipher::uncached);
    byte[] message = uncached.encrypt(work, NUMBER, CONTEXT);
    uncached.decrypt(work, message, CONTEXT);
    kms.disable(CARDS);

    refuses(uncached, message, CONTEXT);
  }

  @Test
  void tenantsNeverShareADataKey() {
    byte[] message = cipher.encrypt(work.of("a"), NUMBER, CONTEXT);
    cipher.encrypt(work.of("b"), NUMBER, CONTEXT);
    cipher.encrypt(work, NUMBER, CONTEXT);
    assertThat(kms.count("GenerateDataKey")).isEqualTo(3);
    cipher.decrypt(work.of("a"), message, CONTEXT);
    cipher.decrypt(work.of("b"), message, CONTEXT);
    assertThat(kms.count("Decrypt")).isEqualTo(2);

    // control: one tenant has one key
    cipher.encrypt(work.of("a"), NUMBER, CONTEXT);
    cipher.decrypt(work.of("a"), message, CONTEXT);
    assertThat(kms.count("GenerateDataKey")).isEqualTo(3);
    assertThat(kms.count("Decrypt")).isEqualTo(2);
  }

  @Test
  void contextsNeverShareADataKey() {
    cipher.encrypt(work, NUMBER, Map.of("customer", "a"));
    cipher.encrypt(work, NUMBER, Map.of("customer", "b"));
    cipher.encrypt(work, NUMBER, Map.of("customer", "a"));

    assertThat(kms.count("GenerateDataKey")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AccessDeniedException", "DisabledException", "ThrottlingException"})
  void saysWhetherARetryCanHelp(String code) {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    kms.fail(FakeKms.refusal(400, code));
    boolean retryable = code.equals("ThrottlingException");
    EnvelopeCipher other = started(one -> one);

    assertThatThrownBy(() -> other.decrypt(work, message, CONTEXT))
        .isInstanceOfSatisfying(
            DecryptionFailed.class, failed -> assertThat(failed.retryable()).isEqualTo(retryable));
    assertThat(work.last().verdict()).isEqualTo(retryable ? Verdict.FAILED : Verdict.DENIED);
    assertThat(work.last().facts())
        .containsEntry("operation", "decrypt")
        .containsEntry("retryable", Boolean.toString(retryable))
        .containsEntry("code", code);
    assertThatThrownBy(() -> other.encrypt(work, NUMBER, CONTEXT))
        .hasMessage("Encryption failed.")
        .hasNoCause()
        .isInstanceOfSatisfying(
            EncryptionFailed.class, failed -> assertThat(failed.retryable()).isEqualTo(retryable));
    assertThat(work.last().fact("operation")).isEqualTo("encrypt");
  }

  @Test
  void beforeItsStartItRefusesAndSaysWhatToDo() {
    EnvelopeCipher unstarted = EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("a test"));

    assertThatIllegalStateException()
        .isThrownBy(() -> unstarted.encrypt(work, NUMBER, CONTEXT))
        .withMessageContaining(".uses(");
  }

  @Test
  void aChoiceGivesAnotherCipherThatIsToBeStartedItself() {
    assertThatIllegalStateException()
        .isThrownBy(() -> cipher.signed().encrypt(work, NUMBER, CONTEXT))
        .withMessageContaining("this very one");
  }

  @Test
  void nothingIsFetchedBeforeARestore() throws Exception {
    EnvelopeCipher frozen =
        EnvelopeCipher.with(KmsKeys.of(CARDS).ring(kms), CipherChoices.standard());
    frozen.start(work.awaitingSnapshot());

    assertThatThrownBy(() -> frozen.encrypt(work, NUMBER, CONTEXT))
        .isInstanceOfSatisfying(
            EncryptionFailed.class, failed -> assertThat(failed.retryable()).isTrue());
    assertThat(work.last().facts()).containsEntry("reason", "closed");
    assertThat(kms.calls()).isEmpty();

    frozen.beforeSnapshot();
    assertThatThrownBy(() -> frozen.encrypt(work, NUMBER, CONTEXT))
        .isInstanceOf(EncryptionFailed.class);
    frozen.afterRestore(work);
    assertThat(frozen.encrypt(work, NUMBER, CONTEXT)).isNotEmpty();
  }

  @Test
  void aSnapshotHasNoDataKeys() throws Exception {
    byte[] message = cipher.encrypt(work, NUMBER, CONTEXT);
    cipher.decrypt(work, message, CONTEXT);

    cipher.beforeSnapshot();

    assertThat(kms.isOpen()).isFalse();
    refuses(cipher, message, CONTEXT);
    assertThat(kms.count("Decrypt")).isEqualTo(1);
    cipher.afterRestore(work);
    assertThat(kms.isOpen()).isTrue();
    assertThat(cipher.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(kms.count("Decrypt")).isEqualTo(2);
  }

  @Test
  void afterClosingItRefuses() {
    cipher.close();

    assertThatIllegalStateException().isThrownBy(() -> cipher.encrypt(work, NUMBER, CONTEXT));
    assertThat(kms.isOpen()).isFalse();
    cipher.close();
  }

  @Test
  void choicesHaveBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> cipher.frameLength(0));
    assertThatIllegalArgumentException().isThrownBy(() -> cipher.frameLength((16 << 20) + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> cipher.maxEncryptedDataKeys(0));
    assertThatIllegalArgumentException().isThrownBy(() -> cipher.maxEncryptedDataKeys(0x10000));
    assertThat(cipher.frameLength(16 << 20)).isNotSameAs(cipher);
    assertThat(cipher.maxEncryptedDataKeys(1)).isNotSameAs(cipher);
    assertThat(cipher.maxEncryptedDataKeys(0xFFFF)).isNotSameAs(cipher);
    EnvelopeCipher once = started(one -> one.cache(DataKeyCache.standard().maxMessages(1)));
    once.encrypt(work, NUMBER, CONTEXT);
    once.encrypt(work, NUMBER, CONTEXT);
    assertThat(work.last().fact("data-key")).isEqualTo("fetched");
    EnvelopeCipher small = started(one -> one.frameLength(1));
    assertThat(small.decrypt(work, small.encrypt(work, NUMBER, CONTEXT), CONTEXT))
        .isEqualTo(NUMBER);
  }

  @Test
  void saysWhatItIs() {
    assertThat(cipher.describe()).contains(CARDS, "300 s, 1000 messages");
    assertThat(cipher.signed().uncached().describe()).contains("signed", "uncached");
    assertThat(EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("the demo")).describe())
        .contains("INSECURE: ", "the demo");
    assertThat(EnvelopeCipher.with(KmsKeys.of(CARDS)).describe()).contains(CARDS);
  }

  @Test
  void aLocalKeyOpensItsOwnAndNoOther() throws Exception {
    LocalKeys keys = LocalKeys.insecureDevelopmentKey("a test");
    EnvelopeCipher one = EnvelopeCipher.with(keys);
    EnvelopeCipher same = EnvelopeCipher.with(keys);
    EnvelopeCipher other = EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("a test"));
    one.start(work);
    same.start(work);
    other.start(work);
    byte[] message = one.encrypt(work, NUMBER, CONTEXT);

    assertThat(same.decrypt(work, message, CONTEXT)).isEqualTo(NUMBER);
    refuses(other, message, CONTEXT);
    assertThat(work.last().fact("reason")).isEqualTo("key-refused");
    refuses(cipher, message, CONTEXT);
    assertThat(work.last().fact("reason")).isEqualTo("key-not-permitted");
    refuses(one, cipher.encrypt(work, NUMBER, CONTEXT), CONTEXT);
    assertThatIllegalArgumentException().isThrownBy(() -> LocalKeys.insecureDevelopmentKey(" "));
  }
}
