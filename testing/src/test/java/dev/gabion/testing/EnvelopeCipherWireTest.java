package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.crypto.DataKeyCache;
import dev.gabion.crypto.DecryptionFailed;
import dev.gabion.crypto.EncryptionFailed;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsChainAnchor;
import dev.gabion.crypto.KmsKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** EnvelopeCipher with the real KMS client, and what KMS may answer to it. */
class EnvelopeCipherWireTest {
  private static final Map<String, String> CONTEXT = Map.of("purpose", "card", "customer", "c-7");
  private static final byte[] NUMBER = "4111111111111111".getBytes(UTF_8);

  private final LocalAws aws = LocalAws.start();
  private final SampleEnvironment environment =
      SampleEnvironment.standard()
          .settings(aws.environment())
          .deadline(Deadline.in(Duration.ofMinutes(5)));
  private final String key = aws.kms().createKey();
  private final String spare = aws.kms().createKey();
  private final List<EnvelopeCipher> started = new ArrayList<>();

  @AfterEach
  void close() {
    started.forEach(EnvelopeCipher::close);
    aws.close();
  }

  private AwsClients clients() {
    return AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a stand-in");
  }

  private EnvelopeCipher cipher(KmsKeys keys, UnaryOperator<EnvelopeCipher> choices) {
    EnvelopeCipher cipher = choices.apply(EnvelopeCipher.with(keys.through(clients())));
    try {
      cipher.start(environment);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
    started.add(cipher);
    return cipher;
  }

  private EnvelopeCipher cipher(KmsKeys keys) {
    return cipher(keys, cipher -> cipher);
  }

  private void refuses(EnvelopeCipher by, byte[] message, String reason, boolean retryable) {
    assertThatThrownBy(() -> by.decrypt(environment, message, CONTEXT))
        .hasMessage("Decryption failed.")
        .isInstanceOfSatisfying(
            DecryptionFailed.class, failed -> assertThat(failed.retryable()).isEqualTo(retryable));
    assertThat(last("reason")).isEqualTo(reason);
  }

  private String last(String fact) {
    List<SampleEnvironment.Detail> details = environment.details();
    return details.get(details.size() - 1).facts().getOrDefault(fact, "");
  }

  @Test
  void aMessageGoesThereAndBackWithOneCallOnEachSide() {
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    for (int i = 0; i < 100; i++) {
      byte[] message = cipher.encrypt(environment, NUMBER, CONTEXT);
      assertThat(cipher.decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
    }
    assertThat(aws.requests())
        .extracting(LocalAws.Asked::operation)
        .containsExactly("GenerateDataKey", "Decrypt");
    assertThat(environment.issuedCount()).isEqualTo(2);
  }

  @Test
  void tenThousandMessagesTakeTwentyCalls() {
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    byte[] message = {};
    for (int i = 0; i < 10_000; i++) {
      message = cipher.encrypt(environment, NUMBER, CONTEXT);
    }
    for (int i = 0; i < 10_000; i++) {
      cipher.decrypt(environment, message, CONTEXT);
    }
    assertThat(aws.count("GenerateDataKey")).isEqualTo(10);
    assertThat(aws.count("Decrypt")).isEqualTo(10);
    assertThat(aws.requests()).hasSize(20);
  }

  @Test
  void onlyListedKeysAreAskedFor() {
    byte[] foreign = cipher(KmsKeys.of(spare)).encrypt(environment, NUMBER, CONTEXT);
    aws.forgetRequests();

    refuses(cipher(KmsKeys.of(key)), foreign, "key-not-permitted", false);
    assertThat(aws.requests()).isEmpty();

    // control: whoever discovers, opens it
    EnvelopeCipher discovering =
        cipher(KmsKeys.insecureDiscovery("aws", Set.of("123456789012"), "a control"));
    assertThat(discovering.decrypt(environment, foreign, CONTEXT)).isEqualTo(NUMBER);
    EnvelopeCipher elsewhere =
        cipher(KmsKeys.insecureDiscovery("aws", Set.of("999999999999"), "a control"));
    refuses(elsewhere, foreign, "key-not-permitted", false);
    assertThat(aws.requests()).hasSize(1);
  }

  @Test
  void anyOneOfSeveralKeysOpensWhileOthersAreOff() {
    String third = aws.kms().createKey();
    EnvelopeCipher all = cipher(KmsKeys.of(key, spare, third));
    byte[] message = all.encrypt(environment, NUMBER, CONTEXT);
    aws.kms().disable(key);
    aws.kms().scheduleDeletion(spare);
    aws.forgetRequests();

    assertThat(all.decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(aws.count("Decrypt")).isEqualTo(3);

    aws.kms().disable(third);
    EnvelopeCipher fresh = cipher(KmsKeys.of(key, spare, third));
    refuses(fresh, message, "key-refused", false);
    assertThat(aws.count("Decrypt")).isEqualTo(6); // at most one for each encrypted data key
  }

  @Test
  void aMultiRegionKeyOpensInItsOwnRegionWhatWasSealedInAnother() {
    String here = aws.kms().createMultiRegionKey();
    String there = aws.kms().replicate(here, "eu-west-1");
    byte[] message = cipher(KmsKeys.of(there)).encrypt(environment, NUMBER, CONTEXT);
    assertThat(last("keys")).isEqualTo(there);

    assertThat(cipher(KmsKeys.of(here)).decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(last("keys")).isEqualTo(here);
    aws.kms("eu-west-1").disable(there); // nobody asks there
    assertThat(cipher(KmsKeys.of(here)).decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
    refuses(cipher(KmsKeys.of(there)), message, "key-refused", false);

    // control: a key of one region is another key elsewhere, and nobody is asked
    aws.forgetRequests();
    byte[] local = cipher(KmsKeys.of(key)).encrypt(environment, NUMBER, CONTEXT);
    String lookalike = key.replace("eu-central-1", "eu-west-1");
    refuses(cipher(KmsKeys.of(lookalike)), local, "key-not-permitted", false);
    assertThat(aws.count("Decrypt")).isZero();
  }

  @Test
  void anAliasSealsAndOnlyItsKeyOpens() {
    aws.kms().alias("alias/cards", key);
    String alias = key.substring(0, key.indexOf("key/")) + "alias/cards";
    EnvelopeCipher sealing = cipher(KmsKeys.encryptingAs(alias));
    byte[] message = sealing.encrypt(environment, NUMBER, CONTEXT);

    assertThat(last("keys")).isEqualTo(key);
    refuses(sealing, message, "key-not-permitted", false);
    assertThat(cipher(KmsKeys.of(key)).decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
  }

  @Test
  void refusalsOfKmsAreFinal() {
    byte[] message = cipher(KmsKeys.of(key)).encrypt(environment, NUMBER, CONTEXT);
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    aws.forgetRequests();

    aws.next("Decrypt").denied();
    refuses(cipher, message, "key-refused", false);
    assertThat(last("code")).isEqualTo("AccessDeniedException");
    aws.kms().disable(key);
    refuses(cipher, message, "key-refused", false);
    assertThat(last("code")).isEqualTo("DisabledException");
    assertThat(aws.count("Decrypt")).isEqualTo(2); // neither was asked again
    assertThatThrownBy(() -> cipher.encrypt(environment, NUMBER, CONTEXT))
        .isInstanceOfSatisfying(
            EncryptionFailed.class, failed -> assertThat(failed.retryable()).isFalse());

    aws.kms().enable(key); // a refusal is not remembered
    assertThat(cipher.decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
  }

  @Test
  void faultsThatPassAreTriedAgainAndThenRetryable() {
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    byte[] message = cipher.encrypt(environment, NUMBER, CONTEXT);

    aws.next("Decrypt").throttled();
    aws.next("Decrypt").failed();
    assertThat(cipher.decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
    assertThat(aws.count("Decrypt")).isEqualTo(3);

    EnvelopeCipher other = cipher(KmsKeys.of(key));
    for (Runnable fault :
        List.<Runnable>of(
            () -> aws.always("Decrypt").throttled(),
            () -> aws.always("Decrypt").unavailable(),
            () -> aws.always("Decrypt").reset(),
            () -> aws.always("Decrypt").truncated(),
            () -> aws.always("Decrypt").malformed())) {
      aws.recover();
      fault.run();
      refuses(other, message, "key-unreachable", true);
    }
    aws.recover();
    aws.always("GenerateDataKey").failed();
    assertThatThrownBy(() -> other.encrypt(environment, NUMBER, CONTEXT))
        .isInstanceOfSatisfying(
            EncryptionFailed.class, failed -> assertThat(failed.retryable()).isTrue());
  }

  @Test
  void aKmsThatStallsEndsWithTheDeadline() {
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    aws.always("GenerateDataKey").stalled();

    for (SampleEnvironment scope :
        List.of(
            environment.deadline(Deadline.in(Duration.ofMillis(600))),
            environment.deadline(Deadline.in(Duration.ZERO)))) {
      assertThatThrownBy(() -> cipher.encrypt(scope, NUMBER, CONTEXT))
          .isInstanceOfSatisfying(
              EncryptionFailed.class, failed -> assertThat(failed.retryable()).isTrue());
      assertThat(last("reason")).isEqualTo("out-of-time");
    }
    assertThat(aws.count("GenerateDataKey")).isEqualTo(1);
  }

  @Test
  void aThousandThreadsOnAColdCipherMakeOneCall() throws Exception {
    int count = 1_000;
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    CountDownLatch ready = new CountDownLatch(count);
    aws.before(
        "GenerateDataKey",
        () -> {
          try {
            ready.await(); // everybody is there before anybody is answered
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(
            threads.submit(
                () -> {
                  ready.countDown();
                  return cipher.encrypt(environment, NUMBER, CONTEXT);
                }));
      }
      for (Future<byte[]> each : all) {
        assertThat(each.get()).isNotEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(aws.count("GenerateDataKey")).isEqualTo(1);
  }

  @Test
  void tenantsAskForThemselves() {
    EnvelopeCipher cipher = cipher(KmsKeys.of(key));
    byte[] a = cipher.encrypt(environment.tenant("a"), NUMBER, CONTEXT);
    byte[] b = cipher.encrypt(environment.tenant("b"), NUMBER, CONTEXT);
    assertThat(aws.count("GenerateDataKey")).isEqualTo(2);
    assertThat(wrappedKeys(a)).isNotEqualTo(wrappedKeys(b));

    // control: without the tenant they would share
    byte[] c = cipher.encrypt(environment, NUMBER, CONTEXT);
    byte[] d = cipher.encrypt(environment, NUMBER, CONTEXT);
    assertThat(wrappedKeys(c)).isEqualTo(wrappedKeys(d));
    assertThat(aws.count("GenerateDataKey")).isEqualTo(3);
  }

  /** What is in a header between the message's id and the kind of its body. */
  private static byte[] wrappedKeys(byte[] message) {
    int restOfHeader = 1 + 4 + 32 + 16;
    int lastFrame = 40 + NUMBER.length;
    return Arrays.copyOfRange(message, 35, message.length - restOfHeader - lastFrame);
  }

  @Test
  void betweenWipingAndRestoringKmsIsNotAsked() throws Exception {
    EnvelopeCipher cipher =
        EnvelopeCipher.with(KmsKeys.of(key).through(clients()))
            .cache(DataKeyCache.standard().maxAge(Duration.ofMinutes(1)));
    started.add(cipher);
    cipher.start(environment.awaitingSnapshot());
    cipher.beforeSnapshot();

    assertThatThrownBy(() -> cipher.encrypt(environment, NUMBER, CONTEXT))
        .isInstanceOf(EncryptionFailed.class);
    assertThat(aws.requests()).isEmpty();

    cipher.afterRestore(environment);
    byte[] message = cipher.encrypt(environment, NUMBER, CONTEXT);
    cipher.beforeSnapshot();
    refuses(cipher, message, "closed", true);
    cipher.afterRestore(environment);
    assertThat(cipher.decrypt(environment, message, CONTEXT)).isEqualTo(NUMBER);
  }

  @Test
  void kmsVouchesForAChain() throws Exception {
    String mac = aws.kms().createMacKey("HMAC_256");
    byte[] head = "the head of a chain".getBytes(UTF_8);
    try (KmsChainAnchor anchor = KmsChainAnchor.of(mac, clients())) {
      anchor.start(environment);
      byte[] proof = anchor.vouch(head, environment);

      assertThat(anchor.verify(head, proof, environment)).isTrue();
      assertThat(anchor.verify("another head".getBytes(UTF_8), proof, environment)).isFalse();
      proof[0] ^= 1;
      assertThat(anchor.verify(head, proof, environment)).isFalse();
      assertThat(aws.count("GenerateMac")).isEqualTo(1);
      assertThat(aws.count("VerifyMac")).isEqualTo(3);
    }
  }
}
