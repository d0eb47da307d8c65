package dev.gabion.testing;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;

/** What the contracts of Secrets Manager are written with. */
abstract class SecretsManagerContract extends Contract {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";
  static final String PENDING = "AWSPENDING";
  static final String NOT_FOUND = "ResourceNotFoundException";
  static final String INVALID_REQUEST = "InvalidRequestException";
  static final String INVALID_PARAMETER = "InvalidParameterException";
  static final String FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:rotation";

  final SecretsManagerClient secrets;

  SecretsManagerContract(ContractTarget target) {
    super(target);
    secrets = target.secrets();
  }

  CreateSecretResponse create(String name, String value) {
    return secrets.createSecret(ask -> ask.name(name).secretString(value));
  }

  GetSecretValueResponse get(String id) {
    return secrets.getSecretValue(ask -> ask.secretId(id));
  }

  GetSecretValueResponse stage(String id, String stage) {
    return secrets.getSecretValue(ask -> ask.secretId(id).versionStage(stage));
  }

  GetSecretValueResponse version(String id, String version) {
    return secrets.getSecretValue(ask -> ask.secretId(id).versionId(version));
  }

  DescribeSecretResponse describe(String id) {
    return secrets.describeSecret(ask -> ask.secretId(id));
  }

  PutSecretValueResponse put(String id, String value) {
    return secrets.putSecretValue(ask -> ask.secretId(id).secretString(value));
  }

  PutSecretValueResponse put(String id, String value, String token) {
    return secrets.putSecretValue(
        ask -> ask.secretId(id).secretString(value).clientRequestToken(token));
  }

  PutSecretValueResponse pending(String value) {
    return secrets.putSecretValue(
        ask -> ask.secretId("prod/db").secretString(value).versionStages(PENDING));
  }

  void move(String id, String stage, @Nullable String from, @Nullable String to) {
    secrets.updateSecretVersionStage(
        ask -> ask.secretId(id).versionStage(stage).removeFromVersionId(from).moveToVersionId(to));
  }
}
