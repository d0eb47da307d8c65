package dev.gabion.crypto;

import static dev.gabion.crypto.FakeKms.ALIAS;
import static dev.gabion.crypto.FakeKms.CARDS;
import static dev.gabion.crypto.FakeKms.DUBLIN;
import static dev.gabion.crypto.FakeKms.FRANKFURT;
import static dev.gabion.crypto.FakeKms.SHARED;
import static dev.gabion.crypto.FakeKms.SHARED_ABROAD;
import static dev.gabion.crypto.FakeKms.SPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.crypto.FakeKms.Asked;
import dev.gabion.crypto.KeyRing.Given;
import dev.gabion.crypto.KeysUnavailable.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class KmsKeyRingTest {
  private static final Map<String, String> CONTEXT = Map.of("purpose", "test");

  private final FakeKms kms = new FakeKms();
  private final Work work = Work.usual();

  private KeyRing ring(KmsKeys keys) {
    return keys.ring(kms);
  }

  private List<EncryptedDataKey> sealed(KmsKeys keys) throws KeysUnavailable {
    return ring(keys).generate(CONTEXT, work).key().encryptedDataKeys();
  }

  private Given open(KmsKeys keys, List<EncryptedDataKey> sealed) throws KeysUnavailable {
    KeyRing ring = ring(keys);
    return ring.open(ring.permitted(sealed), CONTEXT, work);
  }

  private static EncryptedDataKey named(String provider, String name) {
    return new EncryptedDataKey(provider, name.getBytes(StandardCharsets.UTF_8), new byte[60]);
  }

  @Test
  void theFirstKeyMakesAndTheOthersWrap() throws KeysUnavailable {
    Given given = ring(KmsKeys.of(CARDS, SPARE, SHARED_ABROAD)).generate(CONTEXT, work);

    assertThat(kms.calls())
        .containsExactly(
            new Asked(FRANKFURT, "GenerateDataKey", CARDS),
            new Asked(FRANKFURT, "Encrypt", SPARE),
            new Asked(DUBLIN, "Encrypt", SHARED_ABROAD));
    assertThat(given.names()).isEqualTo(CARDS + " " + SPARE + " " + SHARED_ABROAD);
    assertThat(given.key().encryptedDataKeys())
        .extracting(key -> new String(key.information(), StandardCharsets.UTF_8))
        .containsExactly(CARDS, SPARE, SHARED_ABROAD);
    assertThat(given.key().encryptedDataKeys())
        .extracting(EncryptedDataKey::provider)
        .containsOnly("aws-kms");
  }

  /**
   * What a call leaves on the thread that makes it, AwsClientsTest shows; and that apart it does
   * not.
   */
  @Test
  void everyCallThatHasADataKeyInItIsMadeApart() throws KeysUnavailable {
    open(KmsKeys.of(CARDS), sealed(KmsKeys.of(CARDS, SPARE)));

    assertThat(kms.calls())
        .extracting(Asked::operation)
        .containsExactly("GenerateDataKey", "Encrypt", "Decrypt");
    assertThat(kms.apart()).isEqualTo(3);
  }

  @Test
  void anyOfTheKeysOpens() throws KeysUnavailable {
    Given given = ring(KmsKeys.of(CARDS, SPARE, SHARED)).generate(CONTEXT, work);

    for (String one : List.of(CARDS, SPARE, SHARED)) {
      Given opened = open(KmsKeys.of(one), given.key().encryptedDataKeys());
      assertThat(opened.key().copy()).isEqualTo(given.key().copy());
      assertThat(opened.names()).isEqualTo(one);
    }
    assertThat(kms.count("Decrypt")).isEqualTo(3);
  }

  @Test
  void theNextKeyIsAskedWhenOneIsDisabled() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS, SPARE));
    kms.disable(CARDS);

    assertThat(open(KmsKeys.of(CARDS, SPARE), sealed).names()).isEqualTo(SPARE);
    assertThat(kms.count("Decrypt")).isEqualTo(2);
  }

  @Test
  void nothingIsSealedUnlessEveryKeyHasWrapped() {
    kms.disable(SPARE);

    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS, SPARE)))
        .satisfies(is(Reason.KEY_REFUSED, "DisabledException"));
  }

  @Test
  void aForeignKeyCausesNoCall() throws KeysUnavailable {
    List<EncryptedDataKey> foreign = sealed(KmsKeys.of(SPARE));
    int before = kms.calls().size();

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), foreign))
        .satisfies(is(Reason.KEY_NOT_PERMITTED, ""));
    assertThat(kms.calls()).hasSize(before);
    assertThat(open(KmsKeys.of(SPARE), foreign).names()).isEqualTo(SPARE); // control
  }

  @Test
  void oneOfOursAmongForeignOnesIsTheOnlyOneAskedFor() throws KeysUnavailable {
    List<EncryptedDataKey> keys = new ArrayList<>();
    keys.add(named("aws-kms", FakeKms.arn(FRANKFURT, "not-ours")));
    keys.add(named("somebody-else", CARDS));
    keys.addAll(sealed(KmsKeys.of(CARDS)));

    assertThat(open(KmsKeys.of(CARDS), keys).names()).isEqualTo(CARDS);
    assertThat(kms.count("Decrypt")).isEqualTo(1);
  }

  @Test
  void theListedOrderIsTheOrderOfAsking() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS, SPARE));

    assertThat(open(KmsKeys.of(SPARE, CARDS), sealed).names()).isEqualTo(SPARE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alias/cards",
        "11111111-2222-3333-4444-555555555555",
        "arn:aws:kms:eu-central-1:111122223333:alias/cards",
        "arn:aws:kms:eu-central-1:111122223333:key/"
      })
  void aMessageWhoseKmsKeyIsNoKeyIsMalformed(String name) throws KeysUnavailable {
    List<EncryptedDataKey> keys = new ArrayList<>(sealed(KmsKeys.of(CARDS)));
    keys.add(named("aws-kms", name));
    int before = kms.calls().size();

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), keys)).satisfies(is(Reason.KEY_NAME, ""));
    assertThat(kms.calls()).hasSize(before);
  }

  @Test
  void aMultiRegionKeyOpensAtHomeWhatWasSealedAbroad() throws KeysUnavailable {
    List<EncryptedDataKey> abroad = sealed(KmsKeys.of(SHARED_ABROAD));

    assertThat(open(KmsKeys.of(SHARED), abroad).names()).isEqualTo(SHARED);
    assertThat(kms.calls()).contains(new Asked(FRANKFURT, "Decrypt", SHARED));
    assertThat(kms.calls()).noneMatch(call -> call.equals(new Asked(DUBLIN, "Decrypt", SHARED)));
  }

  @Test
  void aKeyIsAskedInItsOwnRegion() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(SHARED));

    assertThat(open(KmsKeys.of(SHARED_ABROAD), sealed).names()).isEqualTo(SHARED_ABROAD);
    assertThat(kms.calls()).contains(new Asked(DUBLIN, "Decrypt", SHARED_ABROAD));
  }

  @Test
  void aKeyOfOneRegionIsAnotherKeyAbroad() {
    String abroad = CARDS.replace(FRANKFURT, DUBLIN);

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), List.of(named("aws-kms", abroad))))
        .satisfies(is(Reason.KEY_NOT_PERMITTED, ""));
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void anAliasSealsAndDoesNotOpen() throws KeysUnavailable {
    Given given = ring(KmsKeys.encryptingAs(ALIAS)).generate(CONTEXT, work);
    List<EncryptedDataKey> sealed = given.key().encryptedDataKeys();

    assertThat(given.names()).isEqualTo(CARDS);
    assertThatThrownBy(() -> open(KmsKeys.encryptingAs(ALIAS), sealed))
        .satisfies(is(Reason.KEY_NOT_PERMITTED, ""));
    assertThat(open(KmsKeys.encryptingAs(ALIAS).alsoOpening(CARDS), sealed).names())
        .isEqualTo(CARDS);
  }

  @Test
  void anAliasOfAnotherAccountsKeyIsAWrongAnswer() {
    for (String wrong :
        List.of(
            CARDS.replace("111122223333", "999922223333"),
            CARDS.replace(FRANKFURT, DUBLIN),
            CARDS.replace("aws:", "aws-cn:"),
            ALIAS)) {
      kms.answerGenerate(answer -> answer.toBuilder().keyId(wrong).build());
      assertThatThrownBy(() -> sealed(KmsKeys.encryptingAs(ALIAS)))
          .satisfies(is(Reason.KEY_MISANSWERED, ""));
    }
  }

  @Test
  void anAnswerAboutAnotherKeyIsRefused() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS));
    kms.answerDecrypt(answer -> answer.toBuilder().keyId(SPARE).build());
    kms.answerEncrypt(answer -> answer.toBuilder().keyId(CARDS).build());

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), sealed))
        .satisfies(is(Reason.KEY_MISANSWERED, ""));
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS, SPARE)))
        .satisfies(is(Reason.KEY_MISANSWERED, ""));

    kms.answerGenerate(answer -> answer.toBuilder().keyId(SPARE).build());
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS))).satisfies(is(Reason.KEY_MISANSWERED, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33})
  void anAnswerOfAnotherLengthIsRefused(int length) throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS));
    SdkBytes wrong = SdkBytes.fromByteArray(new byte[length]);
    kms.answerDecrypt(answer -> answer.toBuilder().plaintext(wrong).build());
    kms.answerGenerate(answer -> answer.toBuilder().plaintext(wrong).build());

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), sealed))
        .satisfies(is(Reason.KEY_MISANSWERED, ""));
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS))).satisfies(is(Reason.KEY_MISANSWERED, ""));
  }

  @Test
  void anAnswerWithNothingInItIsRefused() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS));
    kms.answerDecrypt(answer -> answer.toBuilder().plaintext((SdkBytes) null).build());
    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), sealed))
        .satisfies(is(Reason.KEY_MISANSWERED, ""));

    for (byte[] blob : List.of(new byte[0], new byte[0x10000])) {
      kms.answerGenerate(
          answer -> answer.toBuilder().ciphertextBlob(SdkBytes.fromByteArray(blob)).build());
      assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS))).satisfies(is(Reason.KEY_MISANSWERED, ""));
    }
    kms.answerGenerate(answer -> answer.toBuilder().keyId(null).build());
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS))).satisfies(is(Reason.KEY_MISANSWERED, ""));
  }

  @Test
  void whatKmsGaveIsWipedOnceItIsCopied() throws KeysUnavailable {
    List<byte[]> given = new ArrayList<>();
    kms.answerGenerate(
        answer -> {
          given.add(answer.plaintext().asByteArrayUnsafe());
          return answer;
        });
    kms.answerDecrypt(
        answer -> {
          given.add(answer.plaintext().asByteArrayUnsafe());
          return answer;
        });

    Given made = ring(KmsKeys.of(CARDS)).generate(CONTEXT, work);
    open(KmsKeys.of(CARDS), made.key().encryptedDataKeys());

    assertThat(given).hasSize(2).allMatch(bytes -> java.util.Arrays.equals(bytes, new byte[32]));
    assertThat(made.key().copy()).isNotEqualTo(new byte[32]);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, KEY_UNREACHABLE",
    "500, KMSInternalException, KEY_UNREACHABLE",
    "503, DependencyTimeoutException, KEY_UNREACHABLE",
    "400, AccessDeniedException, KEY_REFUSED",
    "400, DisabledException, KEY_REFUSED",
    "400, KMSInvalidStateException, KEY_REFUSED",
    "400, NotFoundException, KEY_REFUSED",
    "400, InvalidCiphertextException, KEY_REFUSED",
    "400, IncorrectKeyException, KEY_REFUSED"
  })
  void faultsMeanWhatTheyMean(int status, String code, Reason reason) throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS));
    kms.fail(FakeKms.refusal(status, code));

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS), sealed)).satisfies(is(reason, code));
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS)))
        .satisfies(is(reason, code))
        .hasMessageNotContaining("secret detail");
  }

  @Test
  void noAnswerMayBecomeOneLater() {
    kms.fail(SdkClientException.create("reset"));
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS)))
        .satisfies(is(Reason.KEY_UNREACHABLE, "SdkClientException"));

    kms.fail(ApiCallTimeoutException.create(8_000));
    assertThatThrownBy(() -> sealed(KmsKeys.of(CARDS)))
        .satisfies(is(Reason.OUT_OF_TIME, "ApiCallTimeoutException"));
  }

  @Test
  void withoutTimeNobodyIsAsked() {
    assertThatThrownBy(
            () -> ring(KmsKeys.of(CARDS)).generate(CONTEXT, work.within(Duration.ofMillis(50))))
        .satisfies(is(Reason.OUT_OF_TIME, "ApiCallTimeoutException"));
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void oneFaultThatMayPassMakesTheWholeRetryable() throws KeysUnavailable {
    List<EncryptedDataKey> sealed = sealed(KmsKeys.of(CARDS, SPARE));
    int[] calls = {0};
    kms.before(
        () -> {
          kms.fail(
              calls[0]++ == 0
                  ? FakeKms.refusal(400, "ThrottlingException")
                  : FakeKms.refusal(400, "AccessDeniedException"));
        });

    assertThatThrownBy(() -> open(KmsKeys.of(CARDS, SPARE), sealed))
        .satisfies(is(Reason.KEY_UNREACHABLE, "ThrottlingException"));
    assertThat(kms.count("Decrypt")).isEqualTo(2);
  }

  @Test
  void discoveryOpensWithKeysOfTheNamedAccountsInTheOwnRegionAlone() throws KeysUnavailable {
    KmsKeys discovering = KmsKeys.insecureDiscovery("aws", Set.of("111122223333"), "a test");

    assertThat(open(discovering, sealed(KmsKeys.of(CARDS))).names()).isEqualTo(CARDS);
    assertThat(open(discovering, sealed(KmsKeys.of(SHARED_ABROAD))).names()).isEqualTo(SHARED);
    int before = kms.calls().size();
    for (String foreign :
        List.of(
            CARDS.replace("111122223333", "999922223333"),
            CARDS.replace(FRANKFURT, DUBLIN),
            CARDS.replace("aws:", "aws-cn:"))) {
      assertThatThrownBy(() -> open(discovering, List.of(named("aws-kms", foreign))))
          .satisfies(is(Reason.KEY_NOT_PERMITTED, ""));
    }
    assertThat(kms.calls()).hasSize(before);
    assertThatThrownBy(() -> ring(discovering).generate(CONTEXT, work))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("KmsKeys.of");
  }

  @Test
  void aListedKeyIsNotDiscoveredASecondTime() throws KeysUnavailable {
    KmsKeys both =
        KmsKeys.insecureDiscovery("aws", Set.of("111122223333"), "a test").alsoOpening(CARDS);
    KeyRing ring = ring(both);

    assertThat(ring.permitted(sealed(KmsKeys.of(CARDS, SPARE))))
        .extracting(KeyRing.Permitted::by)
        .containsExactly(CARDS, SPARE);
  }

  @Test
  void keysAreNamedByArnAndOnce() {
    assertThatThrownBy(() -> KmsKeys.of("alias/cards"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KmsKeys.of(ALIAS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("encryptingAs");
    assertThatThrownBy(() -> KmsKeys.of(CARDS, CARDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> KmsKeys.of(SHARED, SHARED_ABROAD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multi-Region");
    assertThatThrownBy(() -> KmsKeys.encryptingAs(CARDS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KmsKeys.encryptingAs(ALIAS).alsoOpening(ALIAS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void discoveryTakesAReasonAndAccounts() {
    assertThatThrownBy(() -> KmsKeys.insecureDiscovery("aws", Set.of("111122223333"), " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KmsKeys.insecureDiscovery("aws", Set.of(), "a test"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KmsKeys.insecureDiscovery("aws", Set.of("1111"), "a test"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhatItIs() {
    assertThat(ring(KmsKeys.of(CARDS, SPARE)).describe()).contains(CARDS, SPARE);
    assertThat(
            ring(KmsKeys.insecureDiscovery("aws", Set.of("111122223333"), "old messages"))
                .describe())
        .contains("INSECURE: ", "111122223333", "old messages");
  }

  private static ThrowingConsumer<Throwable> is(Reason reason, String code) {
    return failed ->
        assertThat(failed)
            .isInstanceOfSatisfying(
                KeysUnavailable.class,
                why -> {
                  assertThat(why.reason()).isEqualTo(reason);
                  assertThat(why.code()).isEqualTo(code);
                });
  }
}
