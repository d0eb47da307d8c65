package dev.gabion.testing;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** What the contracts are checked against, and what of them was seen there. */
final class ContractTarget implements AutoCloseable {
  /** How a stand-in forgets everything. */
  private interface Reset {
    void run() throws IOException;
  }

  private final String name;
  private final boolean faulty;
  private final Reset reset;
  private final Runnable stop;
  private final SecretsManagerClient secrets;
  private final SsmClient parameters;
  private final KmsClient kms;
  private final KmsClient elsewhere;
  private final Set<String> operations = new ConcurrentSkipListSet<>();
  private final Set<String> errors = new ConcurrentSkipListSet<>();
  private final Set<String> steppedAround = new ConcurrentSkipListSet<>();

  private ContractTarget(
      String name, boolean faulty, Runnable stop, Reset reset, AwsTestClients clients) {
    this.name = name;
    this.faulty = faulty;
    this.stop = stop;
    this.reset = reset;
    AwsTestClients watched = clients.watchedBy(new Watch());
    this.secrets = watched.secrets();
    this.parameters = watched.parameters();
    this.kms = watched.kms();
    this.elsewhere = watched.region("eu-west-1").kms();
  }

  /** LocalAws, which has no excuse. */
  static ContractTarget localAws() {
    LocalAws aws = LocalAws.start();
    return new ContractTarget("LocalAws", false, aws::close, aws::reset, AwsTestClients.of(aws));
  }

  /** Moto, whose known faults are stepped around. */
  static ContractTarget moto(Path program) throws IOException, InterruptedException {
    Moto moto = Moto.start(program);
    return new ContractTarget(
        "moto",
        true,
        moto::close,
        moto::reset,
        AwsTestClients.at(moto.uri(), "AKIAANYBODY", "anything"));
  }

  SecretsManagerClient secrets() {
    return secrets;
  }

  SsmClient parameters() {
    return parameters;
  }

  KmsClient kms() {
    return kms;
  }

  /** A client of KMS in a second region. */
  KmsClient elsewhere() {
    return elsewhere;
  }

  void reset() throws IOException {
    reset.run();
  }

  @Override
  public void close() {
    secrets.close();
    parameters.close();
    kms.close();
    elsewhere.close();
    stop.run();
  }

  void unlessMoto(String fault, ThrowingCallable check) {
    try {
      check.call();
    } catch (AssertionError | SdkException different) {
      if (!faulty) {
        throw different;
      }
      steppedAround.add(fault);
    } catch (Throwable unexpected) {
      fail(fault, unexpected);
    }
  }

  Set<String> operations() {
    return operations;
  }

  /** One line: what was covered, and what was stepped around. */
  String report() {
    return "%s contract: %d operations (%s), %d error shapes (%s)%s"
        .formatted(
            name,
            operations.size(),
            String.join(", ", operations),
            errors.size(),
            String.join(", ", errors),
            faulty
                ? ", %d stepped around (%s)"
                    .formatted(steppedAround.size(), String.join("; ", steppedAround))
                : "");
  }

  /** Notes what is done, and what is refused. */
  private final class Watch implements ExecutionInterceptor {
    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      operations.add(String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)));
    }

    @Override
    public void onExecutionFailure(
        Context.FailedExecution context, ExecutionAttributes attributes) {
      if (context.exception() instanceof AwsServiceException refusal) {
        errors.add(
            attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME)
                + " "
                + refusal.awsErrorDetails().errorCode());
      }
    }
  }
}
