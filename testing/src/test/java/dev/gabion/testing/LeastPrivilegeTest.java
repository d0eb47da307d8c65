package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** A policy learnt from calls over the wire, and what happens when it is not the one on file. */
class LeastPrivilegeTest {
  private final LocalAws aws = LocalAws.start();
  private final String key = aws.kms().createKey();
  private final LeastPrivilege privileges =
      LeastPrivilege.of(LeastPrivilegeTest.class).named("CardKeyArn", key).fixedContext("purpose");
  private final Path folder;
  private final Path file;

  LeastPrivilegeTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("policy.json");
  }

  @AfterEach
  void closes() {
    System.clearProperty("gabion.privileges");
    aws.close();
  }

  private AwsClients clients() {
    return AwsClients.standard()
        .insecureLocalEndpoint(aws.uri(), "a test")
        .insecureObservedBy(privileges, "a test");
  }

  private void started(AwsClient<?> client) throws Exception {
    client.start(SampleEnvironment.standard().settings(aws.environment()));
  }

  private void seal(String purpose, String customer) throws Exception {
    AwsClient<KmsClient> kms = clients().client(KmsClient::builder);
    started(kms);
    kms.get()
        .generateDataKey(
            ask ->
                ask.keyId(key)
                    .keySpec(DataKeySpec.AES_256)
                    .encryptionContext(Map.of("purpose", purpose, "customer", customer)));
    kms.close();
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  @Test
  void aPolicyIsLearntFromCallsOverTheWire() throws Exception {
    aws.secrets().put("prod/db", "x");
    aws.parameters().put("/orders/limit", "3");
    AwsClient<SecretsManagerClient> secrets = clients().client(SecretsManagerClient::builder);
    AwsClient<SsmClient> parameters = clients().client(SsmClient::builder);
    started(secrets);
    started(parameters);
    seal("card", "ann");
    seal("card", "bob");
    secrets.get().getSecretValue(get -> get.secretId("prod/db"));
    secrets.get().getSecretValue(get -> get.secretId(aws.secrets().arn("prod/db")));
    parameters.get().getParameter(get -> get.name("/orders/limit"));

    assertThat(privileges.policy())
        .isEqualTo(
            """
            {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": "kms:GenerateDataKey",
                  "Resource": "${CardKeyArn}",
                  "Condition": {
                    "ForAllValues:StringEquals": {
                      "kms:EncryptionContextKeys": [
                        "customer",
                        "purpose"
                      ]
                    },
                    "Null": {
                      "kms:EncryptionContext:customer": "false"
                    },
                    "StringEquals": {
                      "kms:EncryptionContext:purpose": "card"
                    }
                  }
                },
                {
                  "Effect": "Allow",
                  "Action": "secretsmanager:GetSecretValue",
                  "Resource": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-??????"
                },
                {
                  "Effect": "Allow",
                  "Action": "ssm:GetParameter",
                  "Resource": "arn:aws:ssm:eu-central-1:123456789012:parameter/orders/limit"
                }
              ]
            }
            """);
    assertThat(privileges.sam())
        .isEqualTo(
            """
            Policies:
              - Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: kms:GenerateDataKey
                    Resource: !Sub "${CardKeyArn}"
                    Condition:
                      ForAllValues:StringEquals:
                        kms:EncryptionContextKeys:
                          - customer
                          - purpose
                      "Null":
                        kms:EncryptionContext:customer: "false"
                      StringEquals:
                        kms:EncryptionContext:purpose: card
                  - Effect: Allow
                    Action: secretsmanager:GetSecretValue
                    Resource: !Sub "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:prod/db-??????"
                  - Effect: Allow
                    Action: ssm:GetParameter
                    Resource: !Sub "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/orders/limit"
            """);
  }

  @Test
  void theFirstRunWritesWhatTheNextOneAccepts() throws Exception {
    seal("card", "ann");
    assertThatThrownBy(() -> privileges.assertMatches(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dgabion.privileges=write");
    assertThat(file).doesNotExist();

    System.setProperty("gabion.privileges", "write");
    privileges.assertMatches(file);
    System.clearProperty("gabion.privileges");

    privileges.assertMatches(file);
    privileges.assertCovers(file);
    seal("coupon", "ann");
    assertThatThrownBy(() -> privileges.assertMatches(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("+ called, not granted so: kms:GenerateDataKey on ${CardKeyArn}")
        .hasMessageContaining("[coupon]");
    assertThatThrownBy(() -> privileges.assertCovers(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("+ called, not allowed: kms:GenerateDataKey");
  }

  @Test
  void aGrantThatIsNeverUsedIsListed() throws Exception {
    seal("card", "ann");
    write(
        privileges
            .policy()
            .replace("\"kms:GenerateDataKey\"", "[\"kms:GenerateDataKey\",\"kms:Decrypt\"]"));

    assertThatThrownBy(() -> privileges.assertMatches(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("- granted, not called so: kms:Decrypt on ${CardKeyArn}");
    assertThatThrownBy(() -> privileges.assertCovers(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("- granted, never used: kms:Decrypt on " + key);
  }

  @Test
  void aWiderGrantCoversAndDoesNotMatch() throws Exception {
    seal("card", "ann");
    write(
        """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"${CardKeyArn}"}}
        """);

    privileges.assertCovers(file);
    assertThatThrownBy(() -> privileges.assertMatches(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("- granted, not called so: kms:* on ${CardKeyArn}")
        .hasMessageContaining("+ called, not granted so: kms:GenerateDataKey");
  }

  @Test
  void whatIsDeniedIsNotCovered() throws Exception {
    seal("card", "ann");
    String allow = "{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"}";
    String deny = "{\"Effect\":\"Deny\",\"Action\":\"kms:Generate*\",\"Resource\":\"*\"}";
    write("{\"Version\":\"2012-10-17\",\"Statement\":[" + allow + "]}");
    privileges.assertCovers(file); // control

    write("{\"Version\":\"2012-10-17\",\"Statement\":[" + allow + "," + deny + "]}");
    assertThatThrownBy(() -> privileges.assertCovers(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("+ called, not allowed: kms:GenerateDataKey");
  }

  @Test
  void aNameThatStandsForNothingIsRefused() throws Exception {
    seal("card", "ann");
    write(privileges.policy().replace("CardKeyArn", "OtherKeyArn"));

    assertThatThrownBy(() -> privileges.assertCovers(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("${OtherKeyArn}: say with named(…)");
  }

  @Test
  void resourcesThatAreAlikeBecomeOneGrant() throws Exception {
    LeastPrivilege alike = privileges.alike("arn:aws:ssm:*:*:parameter/orders/*");
    AwsClient<SsmClient> parameters = clients().client(SsmClient::builder);
    started(parameters);
    for (String name : new String[] {"ann", "bob"}) {
      aws.parameters().put("/orders/" + name, "3");
      parameters.get().getParameter(get -> get.name("/orders/" + name));
    }

    assertThat(IamPolicy.parse(alike.policy()).allowed())
        .hasSize(1)
        .first()
        .hasToString("ssm:GetParameter on arn:aws:ssm:*:*:parameter/orders/*");
  }

  @Test
  void nothingSeenIsNotNothingNeeded() {
    assertThatThrownBy(() -> privileges.assertMatches(file))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("No call of LeastPrivilegeTest was seen");
    System.setProperty("gabion.privileges", "write");
    assertThatThrownBy(() -> privileges.assertMatches(file)).isInstanceOf(AssertionError.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void aClientThatIsObservedSaysSo() throws Exception {
    assertThat(clients().describe())
        .startsWith("INSECURE: ")
        .contains("observed by dev.gabion.testing.LeastPrivilege (a test)");
    assertThat(AwsClients.standard().insecureObservedBy(privileges, "why").describe())
        .isEqualTo("INSECURE: AWS, observed by dev.gabion.testing.LeastPrivilege (why)");
    assertThat(AwsClients.standard().describe()).isEqualTo("AWS"); // control
    assertThatThrownBy(() -> AwsClients.standard().insecureObservedBy(privileges, " "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cfnLintFindsNothingInTheSamPolicy() throws Exception {
    Optional<Path> lint =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry, "cfn-lint"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(lint).as("cfn-lint is not on the PATH").isPresent();
    seal("card", "ann");
    Path template = folder.resolve("template.yaml");
    Files.writeString(
        template,
        """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          CardKeyArn:
            Type: String
        Resources:
          Function:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: java21
              Handler: Example
              CodeUri: s3://bucket/key
        """
            + privileges.sam().indent(6));

    Process process =
        new ProcessBuilder(lint.get().toString(), template.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEmpty();
    assertThat(process.exitValue()).isZero();
  }
}
