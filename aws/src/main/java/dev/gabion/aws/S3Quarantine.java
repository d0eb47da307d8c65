package dev.gabion.aws;

import dev.gabion.core.Environment;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Scope;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Keeps messages that can never pass in an S3 bucket: one object each, named by the correlation id,
 * whose content is {@link Quarantine.Kept#json}. The function needs {@code s3:PutObject} for the
 * prefix, and the library {@code software.amazon.awssdk:s3}.
 *
 * <p>The bucket's own default encryption holds. Its owner is named, since a bucket's name may
 * become another account's once it is deleted.
 */
public final class S3Quarantine implements Quarantine {
  private final String bucket;
  private final String owner;
  private final String prefix;
  private final AwsClient<S3Client> client;

  private S3Quarantine(String bucket, String owner, String prefix, AwsClient<S3Client> client) {
    this.bucket = bucket;
    this.owner = owner;
    this.prefix = prefix;
    this.client = client;
  }

  /**
   * Keeps messages in a bucket.
   *
   * @param bucket its name
   * @param owner the account that it must belong to, twelve digits
   * @param prefix what the names of objects begin with, such as {@code orders/}
   * @throws IllegalArgumentException if one of them has another form
   */
  public static S3Quarantine bucket(String bucket, String owner, String prefix) {
    return bucket(bucket, owner, prefix, AwsClients.standard());
  }

  /** The same with other clients than the standard ones, such as those of another region. */
  public static S3Quarantine bucket(
      String bucket, String owner, String prefix, AwsClients clients) {
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
        || !owner.matches("[0-9]{12}")
        || !prefix.matches("[A-Za-z0-9/_.-]{0,256}")) {
      throw new IllegalArgumentException(
          "A quarantine is a bucket's name, its owner's twelve digits, and a prefix of A-Z a-z 0-9 / _ . -");
    }
    return new S3Quarantine(bucket, owner, prefix, clients.client(S3Client::builder));
  }

  @Override
  public void start(Environment environment) {
    client.start(environment);
  }

  @Override
  public void beforeSnapshot() {
    client.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) {
    client.afterRestore(environment);
  }

  @Override
  public void keep(Kept message, Scope scope) {
    client
        .get()
        .putObject(
            request ->
                request
                    .bucket(bucket)
                    .key(prefix + message.name() + ".json")
                    .expectedBucketOwner(owner)
                    .contentType("application/json")
                    .overrideConfiguration(AwsClient.within(scope)),
            RequestBody.fromBytes(message.json()));
  }

  @Override
  public String describe() {
    return "bucket " + bucket + ", " + client.describe();
  }
}
