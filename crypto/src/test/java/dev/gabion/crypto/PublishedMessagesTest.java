package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Messages that are published with their data keys: AWS Encryption SDK, "Message Format V2 Test
 * Vectors" of 2020-09-18, those cases whose numbers the tests bear.
 */
class PublishedMessagesTest {
  @Test
  void opensCase1_framed() throws Refused {
    assertThat(
            open(
                "+p6+whPVw9kOrYLZFMRBJ2n6Vli6T/7TkjDouS+25s0=",
                "AgR4TfvRMU2dVZJbgXIyxeNtbj5eIw8BiTDiwsHyQ/Z9wXkAAAABAAxQcm92aWRlck5hbWUAGUtl"
                    + "eUlkAAAAgAAAAAz45sc3cDvJZ7D4P3sAMKE7d/w8ziQt2C0qHsy1Qu2E2q92eIGE/kLnF/Y003HK"
                    + "vTxx7xv2Zv83YuOdwHML5QIAABAAF88I9zPbUQSfOlzLXv+uIY2+m/E6j2PMsbgeHVH/L0wLqQlY"
                    + "+5CL0z3xnNOMIZae/////wAAAAEAAAAAAAAAAAAAAAEAAAAOSZBKHHRpTwXOFTQVGapXXj5CwXBM"
                    + "ouBB2ucaIJVm"))
        .isEqualTo("GoodCommitment");
  }

  @Test
  void opensCase15_signedWithAnotherVectorAndAnUnsortedContext() throws Refused {
    assertThat(
            open(
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AgV4PKWpyXOBmk4yDyakq0VRlXuStoPoaQ0n0tO1i/9LdVsAlwADAAh0ZXN0LWtleQAKdGVzdCB2"
                    + "YWx1ZQAKdGVzdC1rZXktMgAUYW5vdGhlciB0ZXN0IGV4YW1wbGUAFWF3cy1jcnlwdG8tcHVibGlj"
                    + "LWtleQBEQWhHQ3hGYzZPczdpNjJ1emkwR0p5NHhOYmZjQzlRVHNRaGRpb09oTEhKSUF1cWJaaU9K"
                    + "aGhCMS9Bb3lUTCsxT2NnPT0AAgAHYXdzLWttcwBLYXJuOmF3czprbXM6dXMtd2VzdC0yOjY1ODk1"
                    + "NjYwMDgzMzprZXkvYjM1MzdlZjEtZDhkYy00NzgwLTlmNWEtNTU3NzZjYmIyZjdmAKcBAQIAeEDz"
                    + "jCdeMQl0FsEHKVFQVxlkraPvHCHpTIugvbydD7QUAAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgG"
                    + "CSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQMlgzxMfOVccgo/NfWAgEQgDuBa8xMNPel0q7fr4r9"
                    + "y9cKoeaaxqo5vLVr/KNnDbzr13J3Edl70FJhu9iuS3E9Ed81jwt8FeIntzPfuQAHYXdzLWttcwBL"
                    + "YXJuOmF3czprbXM6dXMtd2VzdC0yOjY1ODk1NjYwMDgzMzprZXkvNTkwZmQ3ODEtZGRkZS00MDM2"
                    + "LWFiZWMtM2UxYWI1YTVkMmFkAKcBAQIAeCA4AYE9wxih617Ddm4ttzzvjDjBsnXIMIFmr/MNUkJN"
                    + "AAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgGCSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQMiz3U"
                    + "mk1/gWN+lSq5AgEQgDvGK8/b7k6VRkOHOwisVDZilScjgbNNHNWnPJjo7NKm2/8t///KTjL/QJ/z"
                    + "D5cLsEInvsyltBX9jEd83gIAABAAApfij7czGOoR2HlxWsLApRGgoK8GT9zcTHLZllYHeIIg5X2r"
                    + "C+bMh/YSXh8AcrNA/////wAAAAH//////////wAAAAEAAAAJBjj1QFH18attIsarBYX+AAvXtzBN"
                    + "HXwDkwBnMGUCMQC3jREI99riv0SYM2G3dYMvA26KOHM/f7lhd6VQdM0MX+fHo/LfTEanr2AW9Ulu"
                    + "stkCMCpX/x8S84qJeTQbnTS0OCEvSjRCWluK4xqnSTc2PvZiOTALHUVBTkvRxBRnaUPa/g=="))
        .isEqualTo("testing12");
  }

  @Test
  void opensCase34_signedFramesOf16BytesFromC() throws Refused {
    assertThat(
            open(
                "VJP9B8uCnNxrdEtV8kPaU5pjiK7xL/CgTkLycy1kU+U=",
                "AgV4Cri6kFSyB84mx+wt4qgx2ExzbBbVhfDaCweFtJmyyawAXwABABVhd3MtY3J5cHRvLXB1Ymxp"
                    + "Yy1rZXkAREF5N09CbzhYUW9lc0treU1WZHJiZi9TQ3F5MDNtdjU2Y3hkS1ZOa2JoRUU2VWpGYng0"
                    + "VzUzZGkrRytsRTVSMjdOdz09AAEAB2F3cy1rbXMAS2Fybjphd3M6a21zOnVzLXdlc3QtMjo2NTg5"
                    + "NTY2MDA4MzM6a2V5L2IzNTM3ZWYxLWQ4ZGMtNDc4MC05ZjVhLTU1Nzc2Y2JiMmY3ZgCnAQEBAHhA"
                    + "84wnXjEJdBbBBylRUFcZZK2j7xwh6UyLoL28nQ+0FAAAAH4wfAYJKoZIhvcNAQcGoG8wbQIBADBo"
                    + "BgkqhkiG9w0BBwEwHgYJYIZIAWUDBAEuMBEEDM5cn+Y/7Y9bQ29WGwIBEIA7TG4kG9yQfLtTTbvL"
                    + "/NkE9PWXfFT12F9/0zlKLgcHn3ba1Jv8LE7kd5bGR4WZBj4/yZ6QOVOlZKdhU8ECAAAAEOFIohyr"
                    + "Ssm7hQfZ7DbWFJhEn6uZoCO7Q0VBqGMiH//ROcwUJFQI0V1re2sMD2gKXwAAAAEAAAAAAAAAAAAA"
                    + "AAHDBPMQUYEwG2fKOjLSy5TzIsJuX6yGSneyX7N8twkLgAAAAAIAAAAAAAAAAAAAAALHIwp6ifqK"
                    + "Y4ST4ht1YPK3tMgVKbMA2MGnxO/KASWUZQAAAAMAAAAAAAAAAAAAAAPe7atR4Zuw7rws2Lq3LNDx"
                    + "9HQLgtbxXg2Uop5GGCrMYAAAAAQAAAAAAAAAAAAAAATvARGcM3tkX8Rfw+Z2OG+66JDtoVCeTwwr"
                    + "IKZ0SBYd1gAAAAUAAAAAAAAAAAAAAAXz16pY+9hY6+4aSLMNcMp1uNrLUsSOlZzOqpK+Fugsnv//"
                    + "//8AAAAGAAAAAAAAAAAAAAAGAAAAAEpDJdbidG3or3xz3g+j9a0AZzBlAjEA9LQRM/AjRx+cYDuM"
                    + "o0NnK9ZmAaWboUmeRJqQjdaOTLtdaZfn2hDBV6gBsQIaQ2jbAjBP+cYTlMcb2dguFKM0DJRr9bQG"
                    + "coAp45aIm1IgSSt8/4zvBHAuE38TYu5FFgpnbd0="))
        .isEqualTo(
            "34. [C ESDK] alg=ALG_AES256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384; frame_size=16");
  }

  @Test
  void opensCase38_signedWithoutFramesFromPython() throws Refused {
    assertThat(
            open(
                "qApow0AClB0e1zK5u4NLs33LpEbugfQgH5JTYXn2MvY=",
                "AgV4wjhFuoHhF6np5UvxBujGNCGe8CcoCsePw7aXzeLgH8wAfwADABVhd3MtY3J5cHRvLXB1Ymxp"
                    + "Yy1rZXkAREE4dXY0S0lYWlIwTWhwUm5kQ3ZZK0p1elRRcStqVWxacnBWMHM5RXFNV0ZjaFRBd0FI"
                    + "VXdIK2tOSzA5S3BBQnkwdz09AAVrZXlfYQAHdmFsdWVfYQAFa2V5X2IAB3ZhbHVlX2IAAQAHYXdz"
                    + "LWttcwBLYXJuOmF3czprbXM6dXMtd2VzdC0yOjY1ODk1NjYwMDgzMzprZXkvYjM1MzdlZjEtZDhk"
                    + "Yy00NzgwLTlmNWEtNTU3NzZjYmIyZjdmAKcBAQEAeEDzjCdeMQl0FsEHKVFQVxlkraPvHCHpTIug"
                    + "vbydD7QUAAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgGCSqGSIb3DQEHATAeBglghkgBZQMEAS4w"
                    + "EQQMvsueY9q2K9SdGKfuAgEQgDvLQ5OljOCV1/YH/tYzl8WF+LGPRRj07YoY41t9XjjzZkhjH6nh"
                    + "ZfY+QO8CLSM8ut1UDcjsiHMc8wAPPQEAAAAArqoSW/LCsWqA2PzItFUJsyDF/wAPCbMzc6YuAdKn"
                    + "WXvUPTIdnPA3H7jAmRegjNLnAAAAAAAAAAAAAAABAAAAAAAAAAkdnEdnIYuM46iNVFb59YSGI28t"
                    + "cMvNOTHdAGcwZQIxAItH5NgTud0q8MNvhktGLyG2UDTJHxiDJ5yZs5Tuc9Vlxl/t2cGFdJqp1vop"
                    + "F4RxhAIwToqh7JWjG24wQ3t9mXSLpoNwJL2WotrznE/XIcjW4SZLtjETsQGq+yF92XR6s8Ur"))
        .isEqualTo("testing12");
  }

  @Test
  void opensCase40_withoutFramesFromJava() throws Refused {
    assertThat(
            open(
                "jUopPfY/IoBzCxwLOuIAMcPIgV8CqHbET1rRxbVLYZc=",
                "AgR489rpKG1gc7jEIpNVoPmEidpm/S6/mMNmpo5DUPtjfvoAAAABAAdhd3Mta21zAEthcm46YXdz"
                    + "Omttczp1cy13ZXN0LTI6NjU4OTU2NjAwODMzOmtleS9iMzUzN2VmMS1kOGRjLTQ3ODAtOWY1YS01"
                    + "NTc3NmNiYjJmN2YApwEBAQB4QPOMJ14xCXQWwQcpUVBXGWSto+8cIelMi6C9vJ0PtBQAAAB+MHwG"
                    + "CSqGSIb3DQEHBqBvMG0CAQAwaAYJKoZIhvcNAQcBMB4GCWCGSAFlAwQBLjARBAwj+RmdJoCGvYKs"
                    + "wYkCARCAO4v0/pYT9NN+9UN1a+Wwt4ME2TQUXCGDLktXwOPTrpzzKbsdey847gJLMscis/PnhJFj"
                    + "IInSl7YXTs4sAQAAAAD4mNRyy2Ilyp28lKHdEvDtfZG56XuJjZUp1tPYfAy0EmkB6jixZ5UADkWC"
                    + "IjCQLYkAAAAAAAAAAAAAAAEAAAAAAAAACaZigN09HSXKB3hv/nlrI7juPtl66ZV0Pz8="))
        .isEqualTo("testing12");
  }

  @Test
  void refusesCase2_whichDoesNotCommitToItsKey() {
    assertRefused(
        Refused.Reason.COMMITMENT,
        () ->
            open(
                "8Bu+AFAu9ZT8BwYK+QAKXKQ2iaySSiQwlPUrKMf6fdo=",
                "AgR4b1/73X5ErILpj0aSQIx6wNnHLEcNLxPzA0m6vYRr7kAAAAABAAxQcm92aWRlck5hbWUAGUtl"
                    + "eUlkAAAAgAAAAAypJmXwyizUr3/pyvIAMHLU/i5GhZlGayeYC5w/CjUobyGwN4QpeMB0XpNDGTM0"
                    + "f1Zx72V4uM2H5wMjy/hm2wIAABAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/pQM2V"
                    + "Svliz2Qgi5JZf2ta/////wAAAAEAAAAAAAAAAAAAAAEAAAANS4Id4+dVHhPrvuJHEiOswo6YGSRj"
                    + "SGX3VDrt+0s="));
  }

  private static String open(String dataKey, String message) throws Refused {
    byte[] bytes = Base64.getDecoder().decode(message);
    MessageHeader header = MessageHeader.parse(bytes, Bounds.DEFAULT);
    DataKey key = DataKey.copyOf(Base64.getDecoder().decode(dataKey), List.of());
    return new String(MessageReader.open(bytes, header, key), StandardCharsets.UTF_8);
  }
}
