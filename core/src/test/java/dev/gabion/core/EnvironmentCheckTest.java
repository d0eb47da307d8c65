package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The secrets here are put together so that nobody's scanner takes this file for a leak. */
class EnvironmentCheckTest {
  private static final String WORD = "q7Zr".repeat(12);
  private static final String PEM = "-----BEGIN EC PRIVATE" + " KEY-----\nMHcCAQEE\n";

  private static List<String> found(String name, String value) {
    return EnvironmentSecrets.names(Settings.of(Map.of(name, value)));
  }

  @Test
  void aValueThatIsAKnownKindOfSecretIsOneUnderEveryName() {
    String base64 = Base64.getEncoder().encodeToString(PEM.getBytes(StandardCharsets.US_ASCII));
    for (String value :
        List.of(
            "AKIA" + "IOSFODNN7EXAMPLE",
            "key=ASIA" + "IOSFODNN7EXAMPLE;",
            PEM,
            PEM.replace("\n", "\\n"),
            "{\"type\":\"service_account\",\"private_key\":\"" + PEM.replace("\n", "\\n") + "\"}",
            base64,
            "eyJ" + WORD + ".eyJ" + WORD + "." + WORD,
            "ghp_" + WORD,
            "github_pat_" + WORD,
            "glpat-" + WORD,
            "xox" + "b-1234567890-" + WORD,
            "https://hooks.slack.com/services/T0000/B0000/" + WORD,
            "sk_" + "live_" + WORD,
            "rk_test_" + WORD,
            "whsec_" + WORD,
            "AIza" + WORD.substring(0, 35),
            "GOCSPX-" + WORD,
            "SG." + WORD + "." + WORD,
            "npm_" + WORD.substring(0, 36),
            "sk-proj-" + WORD,
            "postgres://app:hunter2@db.example:5432/orders",
            "jdbc:mysql://db.example/orders?user=app&password=hunter2")) {
      assertThat(found("PLAIN", value)).as(value).containsExactly("PLAIN");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PASSWORD",
        "DB_PASSWORD",
        "dbPassword",
        "DB_PASSWORD_PROD",
        "DB_PWD",
        "CLIENT_SECRET",
        "SECRET_KEY",
        "STRIPE_API_KEY",
        "APIKEY",
        "SLACK_BOT_TOKEN",
        "API_TOKEN_2",
        "SIGNING_KEY",
        "GPG_PASSPHRASE",
        "spring.datasource.password"
      })
  void aNameThatPromisesASecretKeepsItUnlessTheValueRefersToOne(String name) {
    for (String secret : List.of("hunter2", "Tr0ub4dor&3", "1234", "aB3/xY9+kQ==", WORD)) {
      assertThat(found(name, secret)).as(secret).containsExactly(name);
    }
    for (String reference :
        List.of(
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf",
            "/prod/orders/db-password",
            "prod/db",
            "https://id.example/oauth2/token",
            "{{resolve:secretsmanager:prod/db}}",
            "true",
            "  ")) {
      assertThat(found(name, reference)).as(reference).isEmpty();
    }
  }

  @Test
  void ordinaryEnvironmentsStart() {
    Map<String, String> ordinary = new HashMap<>();
    ordinary.put("_HANDLER", "com.example.CreateOrder");
    ordinary.put("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
    ordinary.put("AWS_ACCESS_KEY_ID", "ASIA" + "IOSFODNN7EXAMPLE");
    ordinary.put("AWS_SECRET_ACCESS_KEY", WORD);
    ordinary.put("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu" + WORD);
    ordinary.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", WORD);
    ordinary.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9001/2021-04-23/x");
    ordinary.put("AWS_LAMBDA_METADATA_TOKEN", WORD);
    ordinary.put("AWS_LAMBDA_METADATA_API", "169.254.100.1:9001");
    ordinary.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
    ordinary.put("AWS_LAMBDA_FUNCTION_NAME", "rotate-api-token");
    ordinary.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    ordinary.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/token-issuer");
    ordinary.put("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]" + "0a".repeat(16));
    ordinary.put("AWS_LAMBDA_EXEC_WRAPPER", "/opt/otel-handler");
    ordinary.put("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000");
    ordinary.put("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/token");
    ordinary.put("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -Djava.net.preferIPv4Stack=true");
    ordinary.put("LAMBDA_TASK_ROOT", "/var/task");
    ordinary.put("LD_LIBRARY_PATH", "/lib64:/usr/lib64:/var/runtime");
    ordinary.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    ordinary.put("PWD", "/var/task");
    ordinary.put("TZ", ":UTC");
    ordinary.put("LANG", "en_US.UTF-8");
    ordinary.put("SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf");
    ordinary.put("DB_SECRET_NAME", "orders-db");
    ordinary.put("DB_SECRET_ID", "orders-db");
    ordinary.put("DB_SECRET", "prod/orders/db");
    ordinary.put("SECRETS", "prod/db, prod/api");
    ordinary.put("PASSWORD_PARAMETER", "/prod/db/password");
    ordinary.put("PASSWORD_PARAM", "db-password");
    ordinary.put("PASSWORD_MIN_LENGTH", "12");
    ordinary.put("PASSWORD_POLICY", "strong");
    ordinary.put("RESET_PASSWORD_URL", "https://www.example.com/reset?step=1");
    ordinary.put("TOKEN_URL", "https://id.example/oauth2/token");
    ordinary.put("TOKEN_ENDPOINT", "id.example");
    ordinary.put("TOKEN_ISSUER", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC");
    ordinary.put("JWT_ISSUER", "https://issuer.example/");
    ordinary.put("JWT_AUDIENCE", "orders");
    ordinary.put("JWKS_URI", "https://issuer.example/.well-known/jwks.json");
    ordinary.put("TOKEN_TTL", "3600");
    ordinary.put("TOKEN_TABLE", "tokens");
    ordinary.put("CSRF_TOKEN_HEADER", "x-csrf-token");
    ordinary.put("MAX_TOKENS", "4096");
    ordinary.put("TOKENIZER", "cl100k_base");
    ordinary.put("API_KEY_HEADER", "x-api-key");
    ordinary.put("API_KEY_ID", "a1b2c3d4e5");
    ordinary.put("API_KEY_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:k");
    ordinary.put("ENCRYPTION_KEY", "alias/orders");
    ordinary.put("SIGNING_KEY", "1234abcd-12ab-34cd-56ef-1234567890ab");
    ordinary.put("CARD_KEY_ARN", "arn:aws:kms:eu-central-1:123456789012:key/1234abcd");
    ordinary.put("KEY_PREFIX", "orders/");
    ordinary.put("PARTITION_KEY", "customerId");
    ordinary.put("PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nMFkwEwYH\n-----END PUBLIC KEY-----");
    ordinary.put(
        "CA_CERTIFICATE",
        Base64.getEncoder()
            .encodeToString("-----BEGIN CERTIFICATE-----\nMIIB".getBytes(StandardCharsets.UTF_8)));
    ordinary.put("DATABASE_URL", "postgres://db.example:5432/orders");
    ordinary.put("DATABASE_TEMPLATE", "postgres://${USER}:${PASSWORD}@db.example/orders");
    ordinary.put("QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/orders");
    ordinary.put("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "2773");
    ordinary.put("PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL", "info");
    ordinary.put("SECRETS_MANAGER_TTL", "300");
    ordinary.put("SSM_PARAMETER_STORE_TTL", "300");
    ordinary.put("POWERTOOLS_SERVICE_NAME", "orders");
    ordinary.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
    ordinary.put("GIT_COMMIT", "0123456789abcdef0123456789abcdef01234567");
    ordinary.put("TABLE", "orders");

    assertThat(EnvironmentSecrets.names(Settings.of(ordinary))).isEmpty();
  }

  @Test
  void aSecretRefusesTheStartInLambdaAloneAndTheMessageNamesItAndNoValue() {
    Map<String, String> here = Map.of("DB_PASSWORD", "hunter2");
    Map<String, String> lambda =
        Map.of("DB_PASSWORD", "hunter2", "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");

    EnvironmentCheck.require(Settings.of(here), List.of());
    StartFailed refused =
        catchThrowableOfType(
            StartFailed.class, () -> EnvironmentCheck.require(Settings.of(lambda), List.of()));

    assertThat(refused)
        .hasMessageContaining("DB_PASSWORD")
        .hasMessageContaining("environment-secret")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void whatIsAllowedByNameIsLetThroughLoudly() {
    Settings lambda =
        Settings.of(
            Map.of("A_TOKEN", "x1", "B_TOKEN", "x2", "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"));
    EnvironmentCheck one = EnvironmentCheck.insecureAllow("A_TOKEN", "moves in May");
    EnvironmentCheck two = EnvironmentCheck.insecureAllow("B_TOKEN", "moves in May");

    EnvironmentCheck.require(lambda, List.of(one, two));
    StartFailed refused =
        catchThrowableOfType(
            StartFailed.class, () -> EnvironmentCheck.require(lambda, List.of(two)));

    assertThat(refused).hasMessageContaining("A_TOKEN").hasMessageNotContaining("B_TOKEN");
    assertThat(one.describe()).startsWith(Insecure.INSECURE).contains("A_TOKEN", "moves in May");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EnvironmentCheck.insecureAllow("A_TOKEN", " "));
  }
}
