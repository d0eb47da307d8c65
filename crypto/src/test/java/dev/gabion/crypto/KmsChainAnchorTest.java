package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.crypto.FakeKms.Asked;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;

class KmsChainAnchorTest {
  private static final byte[] HEAD = {1, 2, 3};

  private final FakeKms kms = new FakeKms();
  private final Work work = Work.usual();
  private final KmsChainAnchor anchor = KmsChainAnchor.of(FakeKms.CARDS, kms);

  @Test
  void vouchesForAHeadAndForNoOther() throws GeneralSecurityException {
    byte[] mac = anchor.vouch(HEAD, work);

    assertThat(mac).hasSize(32);
    assertThat(anchor.verify(HEAD, mac, work)).isTrue();
    assertThat(anchor.verify(new byte[] {1, 2, 4}, mac, work)).isFalse();
    mac[31] ^= 1;
    assertThat(anchor.verify(HEAD, mac, work)).isFalse();
    assertThat(kms.calls()).contains(new Asked("eu-central-1", "GenerateMac", FakeKms.CARDS));
  }

  @Test
  void whatIsNoMacIsNotAskedAbout() throws GeneralSecurityException {
    assertThat(anchor.verify(HEAD, new byte[31], work)).isFalse();
    assertThat(kms.calls()).isEmpty();
  }

  @Test
  void recordsNothingBecauseTheTrailItselfAsks() throws GeneralSecurityException {
    anchor.vouch(HEAD, work);

    assertThat(work.events()).isEmpty();
  }

  @Test
  void refusesAnswersAboutAnotherKeyOrOfAnotherForm() {
    kms.answerMac(answer -> answer.toBuilder().keyId(FakeKms.SPARE).build());
    assertThatThrownBy(() -> anchor.vouch(HEAD, work)).isInstanceOf(GeneralSecurityException.class);
    kms.answerMac(answer -> answer.toBuilder().macAlgorithm(MacAlgorithmSpec.HMAC_SHA_224).build());
    assertThatThrownBy(() -> anchor.vouch(HEAD, work)).isInstanceOf(GeneralSecurityException.class);
    kms.answerMac(answer -> answer.toBuilder().mac(SdkBytes.fromByteArray(new byte[28])).build());
    assertThatThrownBy(() -> anchor.vouch(HEAD, work)).isInstanceOf(GeneralSecurityException.class);
    kms.answerMac(answer -> answer.toBuilder().mac((SdkBytes) null).build());
    assertThatThrownBy(() -> anchor.vouch(HEAD, work)).isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void believesNoVerdictAboutAnotherKeyAndNoneThatIsNotYes() throws GeneralSecurityException {
    byte[] mac = anchor.vouch(HEAD, work);

    kms.answerVerify(answer -> answer.toBuilder().keyId(FakeKms.SPARE).build());
    assertThatThrownBy(() -> anchor.verify(HEAD, mac, work))
        .isInstanceOf(GeneralSecurityException.class);
    kms.answerVerify(answer -> answer.toBuilder().macValid(false).build());
    assertThat(anchor.verify(HEAD, mac, work)).isFalse();
    kms.answerVerify(answer -> answer.toBuilder().macValid(null).build());
    assertThat(anchor.verify(HEAD, mac, work)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> anchor.verify(new byte[0], mac, work));
  }

  @Test
  void passesOnThatKmsDoesNotVouch() {
    kms.fail(FakeKms.refusal(400, "AccessDeniedException"));

    assertThatThrownBy(() -> anchor.vouch(HEAD, work)).isInstanceOf(KmsException.class);
    assertThatThrownBy(() -> anchor.verify(HEAD, new byte[32], work))
        .isInstanceOf(KmsException.class);
  }

  @Test
  void aHeadIsShort() throws GeneralSecurityException {
    assertThat(anchor.vouch(new byte[4_096], work)).hasSize(32);
    assertThat(anchor.vouch(new byte[1], work)).hasSize(32);
    assertThatIllegalArgumentException().isThrownBy(() -> anchor.vouch(new byte[4_097], work));
    assertThatIllegalArgumentException().isThrownBy(() -> anchor.vouch(new byte[0], work));
  }

  @Test
  void livesWithItsClients() throws Exception {
    anchor.start(work);
    assertThat(kms.isOpen()).isTrue();
    anchor.beforeSnapshot();
    assertThat(kms.isOpen()).isFalse();
    anchor.afterRestore(work);
    assertThat(kms.isOpen()).isTrue();
    anchor.close();
    assertThat(kms.isOpen()).isFalse();
    assertThat(anchor.describe()).contains(FakeKms.CARDS);
  }
}
