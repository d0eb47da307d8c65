package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/** Each service's calls, made with its real client, become the permissions that AWS documents. */
@SuppressWarnings({"unchecked", "varargs"}) // builders of the SDK take arrays of lambdas
class PrivilegeMappingTest {
  private static final String HOME = "eu-central-1:123456789012:";
  private static final Map<String, AttributeValue> ITEM = Map.of("id", AttributeValue.fromS("1"));

  private Region region = Region.EU_CENTRAL_1;

  /** Makes calls, each of which is refused, and gives what they needed, sorted. */
  @SafeVarargs
  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> List<String> needs(
      B builder, Consumer<C>... calls) {
    LeastPrivilege privileges = LeastPrivilege.of(PrivilegeMappingTest.class);
    call(privileges, builder, calls);
    return IamPolicy.parse(privileges.policy()).allowed().stream()
        .map(IamGrant::toString)
        .sorted()
        .toList();
  }

  @SafeVarargs
  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> void call(
      LeastPrivilege privileges, B builder, Consumer<C>... calls) {
    C client =
        builder
            .region(region)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .httpClient(new CannedAws())
            .overrideConfiguration(
                override ->
                    override
                        .addExecutionInterceptor(privileges)
                        .defaultProfileFile(ProfileFile.aggregator().build())
                        .defaultProfileName("none")
                        .retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    for (Consumer<C> call : calls) {
      assertThat(catchThrowable(() -> call.accept(client))).isInstanceOf(AwsServiceException.class);
    }
  }

  @Test
  void secretsManager() {
    assertThat(
            needs(
                SecretsManagerClient.builder(),
                secrets -> secrets.getSecretValue(get -> get.secretId("prod/db")),
                secrets ->
                    secrets.getSecretValue(
                        get ->
                            get.secretId("arn:aws:secretsmanager:" + HOME + "secret:key-a1B2c3")),
                secrets ->
                    secrets.putSecretValue(
                        put -> put.secretId("arn:aws:secretsmanager:" + HOME + "secret:part")),
                secrets -> secrets.getRandomPassword(),
                secrets -> secrets.batchGetSecretValue(get -> get.secretIdList("x", "y"))))
        .containsExactlyInAnyOrder(
            "secretsmanager:BatchGetSecretValue on *",
            "secretsmanager:GetRandomPassword on *",
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:" + HOME + "secret:key-??????",
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:"
                + HOME
                + "secret:prod/db-??????",
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:" + HOME + "secret:x-??????",
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:" + HOME + "secret:y-??????",
            "secretsmanager:PutSecretValue on arn:aws:secretsmanager:"
                + HOME
                + "secret:part-??????");
  }

  @Test
  void parameterStore() {
    assertThat(
            needs(
                SsmClient.builder(),
                ssm -> ssm.getParameter(get -> get.name("/orders/limit:3").withDecryption(true)),
                ssm ->
                    ssm.getParameters(
                        get -> get.names("plain", "arn:aws:ssm:" + HOME + "parameter/whole:live")),
                ssm -> ssm.getParametersByPath(get -> get.path("/orders/"))))
        .containsExactlyInAnyOrder(
            "ssm:GetParameter on arn:aws:ssm:" + HOME + "parameter/orders/limit",
            "ssm:GetParameters on arn:aws:ssm:" + HOME + "parameter/plain",
            "ssm:GetParameters on arn:aws:ssm:" + HOME + "parameter/whole",
            "ssm:GetParametersByPath on arn:aws:ssm:" + HOME + "parameter/orders/");
  }

  @Test
  void keyManagement() {
    String key = "arn:aws:kms:eu-west-1:111122223333:key/9";
    assertThat(
            needs(
                KmsClient.builder(),
                kms ->
                    kms.decrypt(
                        ask -> ask.keyId(key).encryptionContext(Map.of("b", "2", "a", "1"))),
                kms -> kms.generateDataKey(ask -> ask.keyId("8")),
                kms -> kms.generateMac(ask -> ask.keyId("alias/mac")),
                kms ->
                    kms.reEncrypt(
                        ask ->
                            ask.sourceKeyId("8")
                                .sourceEncryptionContext(Map.of("from", "1"))
                                .destinationKeyId(key))))
        .containsExactlyInAnyOrder(
            "kms:Decrypt on "
                + key
                + " if ForAllValues:StringEquals kms:EncryptionContextKeys [a, b]"
                + " if Null kms:EncryptionContext:a [false] if Null kms:EncryptionContext:b [false]",
            "kms:GenerateDataKey on arn:aws:kms:"
                + HOME
                + "key/8 if Null kms:EncryptionContextKeys [true]",
            "kms:GenerateMac on arn:aws:kms:"
                + HOME
                + "key/* if StringEquals kms:RequestAlias [alias/mac]",
            "kms:ReEncryptFrom on arn:aws:kms:"
                + HOME
                + "key/8"
                + " if ForAllValues:StringEquals kms:EncryptionContextKeys [from]"
                + " if Null kms:EncryptionContext:from [false]",
            "kms:ReEncryptTo on " + key + " if Null kms:EncryptionContextKeys [true]");
  }

  @Test
  void objects() {
    assertThat(
            needs(
                S3Client.builder(),
                s3 -> s3.listObjectsV2(list -> list.bucket("list")),
                s3 -> s3.listObjectVersions(list -> list.bucket("list")),
                s3 -> s3.headBucket(head -> head.bucket("head")),
                s3 -> s3.headObject(head -> head.bucket("a").key("h")),
                s3 -> s3.getObject(get -> get.bucket("a").key("dir/g").versionId("7")),
                s3 ->
                    s3.putObject(
                        put ->
                            put.bucket("a").key("p").acl(ObjectCannedACL.PRIVATE).ssekmsKeyId("8"),
                        RequestBody.empty()),
                s3 -> s3.createMultipartUpload(put -> put.bucket("a").key("m")),
                s3 ->
                    s3.uploadPart(
                        put -> put.bucket("a").key("m").uploadId("1").partNumber(1),
                        RequestBody.empty()),
                s3 -> s3.completeMultipartUpload(put -> put.bucket("a").key("m").uploadId("1")),
                s3 -> s3.abortMultipartUpload(put -> put.bucket("a").key("m").uploadId("1")),
                s3 ->
                    s3.copyObject(
                        copy ->
                            copy.sourceBucket("from")
                                .sourceKey("c")
                                .destinationBucket("to")
                                .destinationKey("d")),
                s3 ->
                    s3.deleteObjects(
                        delete ->
                            delete
                                .bucket("a")
                                .delete(
                                    all ->
                                        all.objects(
                                            one -> one.key("1"),
                                            two -> two.key("2").versionId("9")))),
                s3 ->
                    s3.getObject(
                        get -> get.bucket("arn:aws:s3:" + HOME + "accesspoint/ap").key("k"))))
        .containsExactlyInAnyOrder(
            "kms:GenerateDataKey on arn:aws:kms:"
                + HOME
                + "key/8 if StringEquals kms:ViaService [s3.eu-central-1.amazonaws.com]",
            "s3:AbortMultipartUpload on arn:aws:s3:::a/m",
            "s3:DeleteObject on arn:aws:s3:::a/1",
            "s3:DeleteObjectVersion on arn:aws:s3:::a/2",
            "s3:GetObject on arn:aws:s3:" + HOME + "accesspoint/ap/object/k",
            "s3:GetObject on arn:aws:s3:::a/h",
            "s3:GetObject on arn:aws:s3:::from/c",
            "s3:GetObjectVersion on arn:aws:s3:::a/dir/g",
            "s3:ListBucket on arn:aws:s3:::head",
            "s3:ListBucket on arn:aws:s3:::list",
            "s3:ListBucketVersions on arn:aws:s3:::list",
            "s3:PutObject on arn:aws:s3:::a/m",
            "s3:PutObject on arn:aws:s3:::a/p",
            "s3:PutObject on arn:aws:s3:::to/d",
            "s3:PutObjectAcl on arn:aws:s3:::a/p");
  }

  @Test
  void copiesOfObjects() {
    String point = "arn:aws:s3:" + HOME + "accesspoint/ap";
    assertThat(
            needs(
                S3Client.builder(),
                s3 ->
                    s3.copyObject(
                        copy ->
                            copy.sourceBucket("from")
                                .sourceKey("object/ü v")
                                .sourceVersionId("7")
                                .destinationBucket("to")
                                .destinationKey("d")),
                s3 ->
                    s3.uploadPartCopy(
                        copy ->
                            copy.sourceBucket(point)
                                .sourceKey("k")
                                .destinationBucket("to")
                                .destinationKey("d")
                                .uploadId("1")
                                .partNumber(1))))
        .containsExactlyInAnyOrder(
            "s3:GetObject on " + point + "/object/k",
            "s3:GetObjectVersion on arn:aws:s3:::from/object/ü v",
            "s3:PutObject on arn:aws:s3:::to/d");
  }

  @Test
  void tables() {
    assertThat(
            needs(
                DynamoDbClient.builder(),
                db -> db.getItem(get -> get.tableName("t").key(ITEM)),
                db -> db.query(ask -> ask.tableName("t").indexName("by-day")),
                db -> db.scan(ask -> ask.tableName("arn:aws:dynamodb:" + HOME + "table/s")),
                db ->
                    db.batchGetItem(
                        get ->
                            get.requestItems(
                                Map.of(
                                    "b1",
                                    KeysAndAttributes.builder().keys(List.of(ITEM)).build(),
                                    "b2",
                                    KeysAndAttributes.builder().keys(List.of(ITEM)).build()))),
                db ->
                    db.batchWriteItem(
                        put ->
                            put.requestItems(
                                Map.of(
                                    "b1",
                                    List.of(
                                        WriteRequest.builder()
                                            .putRequest(PutRequest.builder().item(ITEM).build())
                                            .build())))),
                db ->
                    db.transactGetItems(
                        all ->
                            all.transactItems(
                                item -> item.get(get -> get.tableName("tg").key(ITEM)))),
                db ->
                    db.transactWriteItems(
                        all ->
                            all.transactItems(
                                item -> item.put(put -> put.tableName("tp").item(ITEM)),
                                item -> item.update(update -> update.tableName("tu").key(ITEM)),
                                item -> item.delete(delete -> delete.tableName("td").key(ITEM)),
                                item ->
                                    item.conditionCheck(
                                        check ->
                                            check
                                                .tableName("tc")
                                                .key(ITEM)
                                                .conditionExpression("x"))))))
        .containsExactlyInAnyOrder(
            "dynamodb:BatchGetItem on arn:aws:dynamodb:" + HOME + "table/b1",
            "dynamodb:BatchGetItem on arn:aws:dynamodb:" + HOME + "table/b2",
            "dynamodb:BatchWriteItem on arn:aws:dynamodb:" + HOME + "table/b1",
            "dynamodb:ConditionCheckItem on arn:aws:dynamodb:" + HOME + "table/tc",
            "dynamodb:DeleteItem on arn:aws:dynamodb:" + HOME + "table/td",
            "dynamodb:GetItem on arn:aws:dynamodb:" + HOME + "table/t",
            "dynamodb:GetItem on arn:aws:dynamodb:" + HOME + "table/tg",
            "dynamodb:PutItem on arn:aws:dynamodb:" + HOME + "table/tp",
            "dynamodb:Query on arn:aws:dynamodb:" + HOME + "table/t/index/by-day",
            "dynamodb:Scan on arn:aws:dynamodb:" + HOME + "table/s",
            "dynamodb:UpdateItem on arn:aws:dynamodb:" + HOME + "table/tu");
  }

  @Test
  void queues() {
    String url = "https://sqs.eu-central-1.amazonaws.com/111122223333/jobs";
    assertThat(
            needs(
                SqsClient.builder(),
                sqs ->
                    sqs.sendMessageBatch(
                        send -> send.queueUrl(url).entries(one -> one.id("1").messageBody("x"))),
                sqs -> sqs.receiveMessage(take -> take.queueUrl(url)),
                sqs ->
                    sqs.deleteMessageBatch(
                        gone -> gone.queueUrl(url).entries(one -> one.id("1").receiptHandle("x"))),
                sqs -> sqs.getQueueUrl(get -> get.queueName("own")),
                sqs ->
                    sqs.getQueueUrl(
                        get -> get.queueName("theirs").queueOwnerAWSAccountId("999988887777"))))
        .containsExactlyInAnyOrder(
            "sqs:DeleteMessage on arn:aws:sqs:eu-central-1:111122223333:jobs",
            "sqs:GetQueueUrl on arn:aws:sqs:eu-central-1:123456789012:own",
            "sqs:GetQueueUrl on arn:aws:sqs:eu-central-1:999988887777:theirs",
            "sqs:ReceiveMessage on arn:aws:sqs:eu-central-1:111122223333:jobs",
            "sqs:SendMessage on arn:aws:sqs:eu-central-1:111122223333:jobs");
  }

  @Test
  void topicsBusesAndRoles() {
    String topic = "arn:aws:sns:" + HOME + "news";
    assertThat(
            needs(
                SnsClient.builder(),
                sns -> sns.publish(say -> say.topicArn(topic).message("x")),
                sns ->
                    sns.publishBatch(
                        say ->
                            say.topicArn(topic + "2")
                                .publishBatchRequestEntries(one -> one.id("1").message("x"))),
                sns -> sns.publish(say -> say.phoneNumber("+1").message("x"))))
        .containsExactlyInAnyOrder(
            "sns:Publish on *", "sns:Publish on " + topic, "sns:Publish on " + topic + "2");
    assertThat(
            needs(
                EventBridgeClient.builder(),
                bus ->
                    bus.putEvents(
                        put ->
                            put.entries(
                                one -> one.detail("{}"),
                                two -> two.eventBusName("orders").detail("{}"))),
                bus ->
                    bus.putEvents(
                        put ->
                            put.entries(
                                one ->
                                    one.eventBusName(
                                        "arn:aws:events:" + HOME + "event-bus/whole")))))
        .containsExactlyInAnyOrder(
            "events:PutEvents on arn:aws:events:" + HOME + "event-bus/default",
            "events:PutEvents on arn:aws:events:" + HOME + "event-bus/orders",
            "events:PutEvents on arn:aws:events:" + HOME + "event-bus/whole");
    assertThat(
            needs(
                StsClient.builder(),
                sts -> sts.getCallerIdentity(),
                sts ->
                    sts.assumeRole(
                        role ->
                            role.roleArn("arn:aws:iam::1:role/r")
                                .roleSessionName("s")
                                .tags(tag -> tag.key("k").value("v")))))
        .containsExactlyInAnyOrder(
            "sts:AssumeRole on arn:aws:iam::1:role/r", "sts:TagSession on arn:aws:iam::1:role/r");
  }

  @Test
  void otherPartitionsHaveOtherArns() {
    region = Region.CN_NORTH_1;
    assertThat(needs(S3Client.builder(), s3 -> s3.headObject(head -> head.bucket("a").key("h"))))
        .containsExactlyInAnyOrder("s3:GetObject on arn:aws-cn:s3:::a/h");
    region = Region.US_GOV_WEST_1;
    assertThat(needs(SsmClient.builder(), ssm -> ssm.getParameter(get -> get.name("p"))))
        .containsExactlyInAnyOrder(
            "ssm:GetParameter on arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/p");
  }

  @Test
  void anOperationThatIsNotKnownFailsAndSaysWhatToAdd() {
    LeastPrivilege privileges = LeastPrivilege.of(PrivilegeMappingTest.class);
    call(privileges, SqsClient.builder(), sqs -> sqs.createQueue(make -> make.queueName("q")));

    assertThatThrownBy(privileges::policy)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("knowing(\"sqs CreateQueue ACTION RESOURCE\")");

    LeastPrivilege taught =
        LeastPrivilege.of(PrivilegeMappingTest.class)
            .knowing("sqs CreateQueue sqs:CreateQueue queue-named(QueueName)");
    call(taught, SqsClient.builder(), sqs -> sqs.createQueue(make -> make.queueName("q")));
    assertThat(taught.policy()).contains("sqs:CreateQueue", "arn:aws:sqs:" + HOME + "q");
  }

  @Test
  void aRequestThatDoesNotNameItsResourceFails() {
    LeastPrivilege privileges = LeastPrivilege.of(PrivilegeMappingTest.class);
    call(privileges, KmsClient.builder(), kms -> kms.decrypt(ask -> ask.grantTokens("x")));

    assertThatThrownBy(privileges::policy)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("kms Decrypt: the request does not name its key");
  }

  @Test
  void whatAServiceDoesWithADeclaredKeyIsNeededThroughThatServiceAlone() {
    LeastPrivilege privileges =
        LeastPrivilege.of(PrivilegeMappingTest.class)
            .encryptedWith("secretsmanager", "arn:aws:kms:" + HOME + "key/7");
    call(
        privileges,
        SecretsManagerClient.builder(),
        secrets -> secrets.getSecretValue(get -> get.secretId("s")));

    assertThat(IamPolicy.parse(privileges.policy()).allowed().stream().map(IamGrant::toString))
        .containsExactlyInAnyOrder(
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:" + HOME + "secret:s-??????",
            "kms:Decrypt on arn:aws:kms:"
                + HOME
                + "key/7 if StringEquals kms:ViaService [secretsmanager.eu-central-1.amazonaws.com]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sqs CreateQueue sqs:CreateQueue",
        "sqs CreateQueue CreateQueue *",
        "sqs CreateQueue sqs:* *",
        "sqs CreateQueue sqs:CreateQueue queue",
        "sqs CreateQueue sqs:CreateQueue queue(QueueUrl",
        "sqs CreateQueue sqs:CreateQueue * if",
        "sqs CreateQueue sqs:CreateQueue * when Tags",
        "sqs CreateQueue sqs:CreateQueue  *",
      })
  void aLineThatIsNotInTheTablesFormIsRefused(String line) {
    LeastPrivilege privileges = LeastPrivilege.of(PrivilegeMappingTest.class);
    assertThatThrownBy(() -> privileges.knowing(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service operation action resource");
  }

  /** A misspelt operation or field would never be looked up: each is held against the client. */
  @Test
  void everyLineOfTheTableNamesAnOperationAndFieldsOfTheSdk() throws Exception {
    IamActions table = IamActions.standard();
    assertThat(table.operations()).hasSizeGreaterThan(100);
    for (String line : table.operations()) {
      String[] names = line.split(" ", 2);
      for (IamActions.Need need : table.of(names[0], names[1])) {
        List<String> fields = new ArrayList<>(need.fields());
        Stream.of(need.field(), need.context()).filter(Objects::nonNull).forEach(fields::add);
        for (String field : fields) {
          assertThat(type(names[0], names[1], field)).as(line + " " + field).isNotEmpty();
        }
        Class.forName(requestOf(names[0], names[1]));
      }
    }
  }

  private static String requestOf(String service, String operation) {
    return "software.amazon.awssdk.services." + service + ".model." + operation + "Request";
  }

  /** The type of a field of a request, through lists and the keys of maps. */
  private static String type(String service, String operation, String path) throws Exception {
    Object builder = Class.forName(requestOf(service, operation)).getMethod("builder").invoke(null);
    List<SdkField<?>> fields = ((SdkPojo) builder).sdkFields();
    String type = "";
    for (String step : path.split("\\.", -1)) {
      String name = step.replaceAll("\\[]|\\{}", "");
      SdkField<?> field =
          fields.stream()
              .filter(each -> each.memberName().equals(name))
              .findFirst()
              .orElseThrow(() -> new AssertionError(operation + " has no " + path));
      type = field.marshallingType().toString();
      if (step.endsWith("[]")) {
        field = field.getTrait(ListTrait.class).memberFieldInfo();
      }
      fields = field.constructor() == null ? List.of() : field.constructor().get().sdkFields();
    }
    return type;
  }
}
