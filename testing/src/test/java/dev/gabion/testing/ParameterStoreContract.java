package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterTier;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** What clients of Parameter Store rely on (AWS Systems Manager API Reference). */
abstract class ParameterStoreContract extends Contract {
  private static final String NOT_FOUND = "ParameterNotFound";
  private static final String NO_VERSION = "ParameterVersionNotFound";
  private static final String INVALID = "ValidationException";

  private final SsmClient parameters;

  ParameterStoreContract(ContractTarget target) {
    super(target);
    parameters = target.parameters();
  }

  @Test
  void aPlainParameterIsRead() {
    assertThat(put("/app/mode", "fast")).isEqualTo(1);
    Parameter read = get("/app/mode");

    assertThat(read.name()).isEqualTo("/app/mode");
    assertThat(read.value()).isEqualTo("fast");
    assertThat(read.type()).isEqualTo(ParameterType.STRING);
    assertThat(read.version()).isEqualTo(1);
    assertThat(read.dataType()).isEqualTo("text");
    assertThat(read.arn()).matches("arn:aws:ssm:eu-central-1:\\d{12}:parameter/app/mode");
    assertThat(read.lastModifiedDate()).isNotNull();
  }

  @Test
  void aListIsReadAsText() {
    parameters.putParameter(
        ask -> ask.name("/app/modes").value("fast,safe").type(ParameterType.STRING_LIST));

    assertThat(get("/app/modes").value()).isEqualTo("fast,safe");
    assertThat(get("/app/modes").type()).isEqualTo(ParameterType.STRING_LIST);
  }

  @Test
  void aSecureParameterIsReadDecryptedAlone() {
    putSecure("/app/password", "correct horse");

    assertThat(decrypted("/app/password").value()).isEqualTo("correct horse");
    assertThat(get("/app/password").type()).isEqualTo(ParameterType.SECURE_STRING);
    unlessMoto(
        "an undecrypted value holds the plain text",
        () -> assertThat(get("/app/password").value()).doesNotContain("correct horse"));
  }

  @Test
  void anArnNamesAParameter() {
    put("/app/mode", "fast");
    put("flat", "yes");

    assertThat(get(get("/app/mode").arn()).value()).isEqualTo("fast");
    assertThat(get(get("flat").arn()).value()).isEqualTo("yes");
    assertThat(get("flat").arn()).endsWith(":parameter/flat");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    put("/app/mode", "fast");

    refuses(NOT_FOUND, () -> get("/app/other"));
    refuses(NOT_FOUND, () -> get("/app"));
    refuses(NOT_FOUND, () -> parameters.deleteParameter(ask -> ask.name("/app/other")));
    refuses(
        NOT_FOUND,
        () -> parameters.labelParameterVersion(ask -> ask.name("/app/other").labels("live")));
  }

  @Test
  void aVersionIsReadByItsNumber() {
    put("/app/mode", "fast");
    assertThat(overwrite("/app/mode", "safe")).isEqualTo(2);

    assertThat(get("/app/mode").value()).isEqualTo("safe");
    assertThat(get("/app/mode:1").value()).isEqualTo("fast");
    unlessMoto(
        "the selector is not said",
        () -> assertThat(get("/app/mode:1").selector()).isEqualTo(":1"));
    assertThat(get("/app/mode:2").version()).isEqualTo(2);
    refuses(NO_VERSION, () -> get("/app/mode:3"));
  }

  @Test
  void aVersionIsReadByItsLabel() {
    put("/app/mode", "fast");
    overwrite("/app/mode", "safe");
    label("/app/mode", 1, "live");

    assertThat(get("/app/mode:live").value()).isEqualTo("fast");
    unlessMoto(
        "the selector is not said",
        () -> assertThat(get("/app/mode:live").selector()).isEqualTo(":live"));
    label("/app/mode", 2, "live");
    assertThat(get("/app/mode:live").value()).isEqualTo("safe");
    refusesUnlessMoto(
        "a label that is not there is another error", NO_VERSION, () -> get("/app/mode:dead"));
    refuses(NO_VERSION, () -> label("/app/mode", 3, "live"));
  }

  @Test
  void aLabelHasAForm() {
    put("/app/mode", "fast");

    assertThat(
            parameters
                .labelParameterVersion(
                    ask -> ask.name("/app/mode").labels("good-1", "1bad", "awsbad", "ssmbad"))
                .invalidLabels())
        .containsExactlyInAnyOrder("1bad", "awsbad", "ssmbad");
    assertThat(get("/app/mode:good-1").value()).isEqualTo("fast");
    List<String> eleven = IntStream.range(0, 11).mapToObj(i -> "label" + i).toList();
    refuses(
        "ParameterVersionLabelLimitExceeded",
        () -> parameters.labelParameterVersion(ask -> ask.name("/app/mode").labels(eleven)));
  }

  @Test
  void aParameterIsNotOverwrittenByChance() {
    put("/app/mode", "fast");

    refuses("ParameterAlreadyExists", () -> put("/app/mode", "safe"));
    assertThat(get("/app/mode").value()).isEqualTo("fast");
  }

  @Test
  void aTypeIsNotChanged() {
    put("/app/mode", "fast");

    refusesUnlessMoto(
        "the type of a parameter changes",
        "HierarchyTypeMismatchException",
        () ->
            parameters.putParameter(
                ask ->
                    ask.name("/app/mode")
                        .value("x")
                        .type(ParameterType.SECURE_STRING)
                        .overwrite(true)));
  }

  @Test
  void aNewVersionKeepsTheType() {
    putSecure("/app/password", "first");
    parameters.putParameter(ask -> ask.name("/app/password").value("second").overwrite(true));

    assertThat(decrypted("/app/password").value()).isEqualTo("second");
    assertThat(get("/app/password").type()).isEqualTo(ParameterType.SECURE_STRING);
  }

  @Test
  void severalAreReadAtOnce() {
    put("/app/b", "2");
    put("/app/a", "1");
    overwrite("/app/a", "1+");
    GetParametersResponse read =
        parameters.getParameters(
            ask -> ask.names("/app/b", "/app/a:1", "/app/missing", "/app/b:7"));

    assertThat(read.parameters()).extracting(Parameter::value).containsExactlyInAnyOrder("1", "2");
    assertThat(read.invalidParameters()).containsExactlyInAnyOrder("/app/missing", "/app/b:7");
  }

  @Test
  void atMostTenAreReadAtOnce() {
    refuses(
        INVALID,
        () ->
            parameters.getParameters(
                ask -> ask.names(IntStream.range(0, 11).mapToObj(i -> "p" + i).toList())));
    refusesUnlessMoto(
        "a name may be asked for twice",
        INVALID,
        () -> parameters.getParameters(ask -> ask.names(Collections.nCopies(2, "p"))));
  }

  @Test
  void aPathIsReadInPages() {
    for (int i = 0; i < 12; i++) {
      put("/app/p" + i, "" + i);
    }
    put("/app/deep/q", "deep");
    put("/application/r", "other");
    GetParametersByPathResponse first = parameters.getParametersByPath(ask -> ask.path("/app"));
    GetParametersByPathResponse rest =
        parameters.getParametersByPath(ask -> ask.path("/app").nextToken(first.nextToken()));

    assertThat(first.parameters()).hasSize(10);
    assertThat(rest.parameters()).hasSize(2);
    assertThat(rest.nextToken()).isNull();
    assertThat(
            parameters
                .getParametersByPathPaginator(
                    ask -> ask.path("/app/").recursive(true).maxResults(5))
                .stream()
                .flatMap(page -> page.parameters().stream())
                .map(Parameter::value))
        .hasSize(13)
        .contains("deep")
        .doesNotContain("other");
  }

  @Test
  void aPathIsReadDecryptedIfAsked() {
    putSecure("/app/password", "correct horse");

    assertThat(
            parameters
                .getParametersByPath(ask -> ask.path("/app").withDecryption(true))
                .parameters())
        .extracting(Parameter::value)
        .containsExactly("correct horse");
    unlessMoto(
        "an undecrypted value holds the plain text",
        () ->
            assertThat(
                    parameters
                        .getParametersByPath(ask -> ask.path("/app"))
                        .parameters()
                        .get(0)
                        .value())
                .doesNotContain("correct horse"));
  }

  @Test
  void aPathHasAFormAndAPageASize() {
    refusesUnlessMoto(
        "a path has no form",
        INVALID,
        () -> parameters.getParametersByPath(ask -> ask.path("app")));
    refusesUnlessMoto(
        "a page has no largest size",
        INVALID,
        () -> parameters.getParametersByPath(ask -> ask.path("/").maxResults(11)));
    refusesUnlessMoto(
        "a token that was not given is followed",
        "InvalidNextToken",
        () -> parameters.getParametersByPath(ask -> ask.path("/").nextToken("x")));
  }

  @Test
  void aDeletedParameterIsGone() {
    put("/app/mode", "fast");
    parameters.deleteParameter(ask -> ask.name("/app/mode"));

    refuses(NOT_FOUND, () -> get("/app/mode"));
    assertThat(put("/app/mode", "again")).isEqualTo(1);
  }

  @Test
  void aNameHasAForm() {
    for (String name : new String[] {"/app//mode", "app/mode", "/app/m?de", "/app/mode/"}) {
      refusesUnlessMoto("a name has no form", INVALID, () -> put(name, "x"));
    }
    refuses(INVALID, () -> put("ssm-mode", "x"));
    refuses(INVALID, () -> put("AWS.mode", "x"));
    refuses(INVALID, () -> put("/ssm/mode", "x"));
    refuses("AccessDeniedException", () -> put("/aws/mode", "x"));
    refusesUnlessMoto(
        "a hierarchy has no end",
        "HierarchyLevelLimitExceededException",
        () -> put("/a".repeat(16), "x"));
  }

  @Test
  void aValueHasASize() {
    String largest = "x".repeat(4096);
    put("/app/large", largest);

    assertThat(get("/app/large").value()).isEqualTo(largest);
    refusesUnlessMoto(
        "a value has no largest size", INVALID, () -> put("/app/larger", largest + "x"));
    parameters.putParameter(
        ask ->
            ask.name("/app/advanced")
                .value(largest + largest)
                .tier(ParameterTier.ADVANCED)
                .type(ParameterType.STRING));
    refusesUnlessMoto(
        "a value has no largest size",
        INVALID,
        () ->
            parameters.putParameter(
                ask ->
                    ask.name("/app/more")
                        .value(largest + largest + "x")
                        .tier(ParameterTier.ADVANCED)
                        .type(ParameterType.STRING)));
  }

  @Test
  void anAdvancedParameterStaysOne() {
    assertThat(put("/app/plain", "x", ParameterTier.STANDARD)).isEqualTo(ParameterTier.STANDARD);
    assertThat(put("/app/large", "x", ParameterTier.ADVANCED)).isEqualTo(ParameterTier.ADVANCED);
    assertThat(put("/app/large", "x".repeat(5000), null)).isEqualTo(ParameterTier.ADVANCED);
    refusesUnlessMoto(
        "an advanced parameter becomes a standard one",
        INVALID,
        () -> put("/app/large", "x", ParameterTier.STANDARD));
    unlessMoto(
        "a tier is not chosen by the size of the value",
        () -> {
          ParameterTier either = ParameterTier.INTELLIGENT_TIERING;
          assertThat(put("/app/small", "x", either)).isEqualTo(ParameterTier.STANDARD);
          assertThat(put("/app/big", "x".repeat(5000), either)).isEqualTo(ParameterTier.ADVANCED);
        });
  }

  private ParameterTier put(String name, String value, @Nullable ParameterTier tier) {
    return parameters
        .putParameter(
            ask ->
                ask.name(name).value(value).tier(tier).type(ParameterType.STRING).overwrite(true))
        .tier();
  }

  @Test
  void aNewParameterHasAType() {
    refusesUnlessMoto(
        "a parameter has no type",
        INVALID,
        () -> parameters.putParameter(ask -> ask.name("/app/mode").value("x")));
  }

  @Test
  void theOldestOfAHundredVersionsGoesUnlessItHasALabel() {
    put("/app/mode", "0");
    for (int i = 1; i < 101; i++) {
      overwrite("/app/mode", "" + i);
    }

    refuses(NO_VERSION, () -> get("/app/mode:1"));
    assertThat(get("/app/mode:2").value()).isEqualTo("1");
    label("/app/mode", 2, "kept");
    refuses("ParameterMaxVersionLimitExceeded", () -> overwrite("/app/mode", "101"));
  }

  private long put(String name, String value) {
    return parameters
        .putParameter(ask -> ask.name(name).value(value).type(ParameterType.STRING))
        .version();
  }

  private long overwrite(String name, String value) {
    return parameters
        .putParameter(ask -> ask.name(name).value(value).type(ParameterType.STRING).overwrite(true))
        .version();
  }

  private void putSecure(String name, String value) {
    parameters.putParameter(ask -> ask.name(name).value(value).type(ParameterType.SECURE_STRING));
  }

  private void label(String name, long version, String label) {
    parameters.labelParameterVersion(ask -> ask.name(name).parameterVersion(version).labels(label));
  }

  private Parameter get(String name) {
    return parameters.getParameter(ask -> ask.name(name)).parameter();
  }

  private Parameter decrypted(String name) {
    return parameters.getParameter(ask -> ask.name(name).withDecryption(true)).parameter();
  }
}
