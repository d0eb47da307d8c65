package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyArnTest {
  private static final String KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234-abcd";
  private static final String MRK = "arn:aws:kms:eu-central-1:111122223333:key/mrk-12ab";

  @Test
  void readsItsParts() {
    KeyArn arn = KeyArn.ofKey(KEY);

    assertThat(arn.partition()).isEqualTo("aws");
    assertThat(arn.region()).isEqualTo("eu-central-1");
    assertThat(arn.account()).isEqualTo("111122223333");
    assertThat(arn.resource()).isEqualTo("key/1234-abcd");
    assertThat(arn).hasToString(KEY);
    assertThat(arn.in("us-east-1").text())
        .isEqualTo("arn:aws:kms:us-east-1:111122223333:key/1234-abcd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1234-abcd",
        "alias/cards",
        "arn:aws:kms:eu-central-1:111122223333:alias/cards",
        "arn:aws:kms:eu-central-1:111122223333:alias/mrk-12ab",
        "arn:aws:kms:eu-central-1:111122223333:key/",
        "arn:aws:kms:eu-central-1:111122223333:key/a/b",
        "arn:aws:kms:eu-central-1:111122223333:key:1234",
        "arn:aws:kms:eu-central-1:11112222333:key/1234",
        "arn:aws:kms::111122223333:key/1234",
        "arn::kms:eu-central-1:111122223333:key/1234",
        "arn:aws:s3:eu-central-1:111122223333:key/1234",
        "ARN:aws:kms:eu-central-1:111122223333:key/1234",
        "arn:aws:kms:eu-central-1:111122223333:key/1234\n",
        " arn:aws:kms:eu-central-1:111122223333:key/1234"
      })
  void refusesWhatIsNoKey(String text) {
    assertThat(KeyArn.find(text)).isNull();
    assertThatThrownBy(() -> KeyArn.ofKey(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("1234");
  }

  @Test
  void refusesWhatIsLongerThanAnyArn() {
    assertThat(KeyArn.find(KEY + "0".repeat(512 - KEY.length()))).isNotNull();
    assertThat(KeyArn.find(KEY + "0".repeat(513 - KEY.length()))).isNull();
  }

  @Test
  void takesAnAliasOnlyWhereOneIsMeant() {
    assertThat(KeyArn.ofAlias("arn:aws:kms:eu-central-1:111122223333:alias/app/cards").isKey())
        .isFalse();
    assertThatThrownBy(() -> KeyArn.ofAlias(KEY)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyArn.ofAlias("alias/cards"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMultiRegionKeyOpensWhatItsRelativesSealed() {
    KeyArn here = KeyArn.ofKey(MRK);

    assertThat(here.opensWhatWasSealedBy(here)).isTrue();
    assertThat(here.opensWhatWasSealedBy(here.in("us-east-1"))).isTrue();
    assertThat(here.opensWhatWasSealedBy(KeyArn.ofKey(MRK + "0"))).isFalse();
    assertThat(here.opensWhatWasSealedBy(KeyArn.ofKey(MRK.replace("111122223333", "999922223333"))))
        .isFalse();
    assertThat(here.opensWhatWasSealedBy(KeyArn.ofKey(MRK.replace("aws:", "aws-cn:")))).isFalse();
    assertThat(here.opensWhatWasSealedBy(KeyArn.ofKey(MRK.replace("mrk-", "")))).isFalse();
  }

  @Test
  void aKeyOfOneRegionOpensOnlyItsOwn() {
    KeyArn here = KeyArn.ofKey(KEY);

    assertThat(here.opensWhatWasSealedBy(here)).isTrue();
    assertThat(here.opensWhatWasSealedBy(here.in("us-east-1"))).isFalse();
  }

  @Test
  void aliasesAreBesideKeysOfTheirAccountAndRegion() {
    KeyArn alias = KeyArn.ofAlias("arn:aws:kms:eu-central-1:111122223333:alias/cards");

    assertThat(KeyArn.ofKey(KEY).isBeside(alias)).isTrue();
    assertThat(KeyArn.ofKey(KEY).in("eu-west-1").isBeside(alias)).isFalse();
    assertThat(KeyArn.ofKey(KEY.replace("1111", "2222")).isBeside(alias)).isFalse();
    assertThat(KeyArn.ofKey(KEY.replace("aws:", "aws-cn:")).isBeside(alias)).isFalse();
  }
}
