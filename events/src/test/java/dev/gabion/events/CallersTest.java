package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.InvocationFailed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, by what the source says of the caller. */
class CallersTest {
  record Item(String name, int count) {}

  private static final String POOL =
      "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A1";
  private static final String ROLE = "arn:aws:iam::123456789012:role/team/Shop";
  private static final String SESSION = "arn:aws:sts::123456789012:assumed-role/Shop/run-1";
  private static final String USER = "arn:aws:iam::123456789012:user/team/ann";

  private static HttpRig<Item> http(Authenticator<? super HttpApi.Request> caller) {
    return new HttpRig<>(HttpApi.post(Item.class, Item.class), caller);
  }

  private static HttpRig<Item> rest(Authenticator<? super RestApi.Request> caller) {
    return new HttpRig<>(RestApi.post(Item.class, Item.class), caller);
  }

  private static HttpRig<Item> alb(Authenticator<? super Alb.Request> caller) {
    return new HttpRig<>(Alb.post(Item.class, Item.class), caller);
  }

  private static ObjectNode authorizer(ObjectNode event) {
    return event.withObject("/requestContext/authorizer");
  }

  private static ObjectNode cognito(String... pairs) {
    return HttpRig.rest(
        event -> {
          ObjectNode claims = authorizer(event).putObject("claims");
          claims
              .put("sub", "ann")
              .put("iss", POOL)
              .put("token_use", "access")
              .put("scope", "orders/read orders/write")
              .put("cognito:groups", "buyers,admins");
          for (int i = 0; i < pairs.length; i += 2) {
            claims.put(pairs[i], pairs[i + 1]);
          }
        });
  }

  @Test
  void anAccessTokenOfThePoolWithTheScopeNamesTheCaller() {
    HttpRig<Item> rig =
        rest(CognitoAuthorizer.accessToken("eu-central-1_A1", "orders/write").group("admins"));

    assertThat(rig.send(cognito()).status()).isEqualTo(200);
    Caller caller = rig.events.get(0).caller();
    assertThat(caller).isNotNull();
    assertThat(caller.id()).isEqualTo("ann");
    assertThat(caller.issuer()).isEqualTo(POOL);
  }

  @ParameterizedTest
  @CsvSource({
    "sub, '', 401",
    "iss, https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A2, 401",
    "iss, '', 401",
    "token_use, id, 401",
    "scope, orders/read, 403",
    "scope, 'orders/writes', 403",
    "scope, '', 403",
    "cognito:groups, buyers, 403",
    "cognito:groups, 'admins2', 403",
  })
  void anythingLessOfACognitoTokenIsRefused(String claim, String value, int status) {
    HttpRig<Item> rig =
        rest(CognitoAuthorizer.accessToken("eu-central-1_A1", "orders/write").group("admins"));

    assertThat(rig.send(cognito(claim, value)).status()).isEqualTo(status);
    assertThat(rig.inputs).isEmpty();
  }

  @Test
  void anIdentityTokenIsForOneClient() {
    HttpRig<Item> rig = rest(CognitoAuthorizer.identityToken("eu-central-1_A1", "client1"));

    assertThat(rig.send(cognito("token_use", "id", "aud", "client1")).status()).isEqualTo(200);
    assertThat(rig.send(cognito("token_use", "id", "aud", "client2")).status()).isEqualTo(401);
    assertThat(rig.send(cognito("token_use", "id")).status()).isEqualTo(401);
    assertThat(rig.send(cognito("aud", "client1")).status()).as("an access token").isEqualTo(401);
  }

  @Test
  void withoutACognitoAuthorizerNobodyIsKnown() {
    HttpRig<Item> rig = rest(CognitoAuthorizer.accessToken("eu-central-1_A1", "orders/write"));

    assertThat(rig.send(HttpRig.rest(event -> {})).status()).isEqualTo(401);
    assertThat(rig.send(HttpRig.rest(event -> authorizer(event).putNull("claims"))).status())
        .isEqualTo(401);
    ObjectNode flat =
        HttpRig.rest(
            event -> authorizer(event).put("principalId", "x").put("claims", "{\"sub\":\"ann\"}"));
    assertThat(rig.send(flat).status()).as("a Lambda authorizer that says claims").isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A1", "eu-central-1_", "eu-central-1_A1/../x", "EU_A1"})
  void aUserPoolHasAnId(String id) {
    assertThatThrownBy(() -> CognitoAuthorizer.accessToken(id, "s"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aJwtAuthorizersClaimsAreReadFromEitherPayloadFormat() {
    HttpRig<Item> rig = rest(JwtAuthorizer.scope("orders/write").issuer(POOL));

    assertThat(rig.send(cognito()).status()).isEqualTo(200);
    assertThat(rig.send(cognito("scope", "orders/read")).status()).isEqualTo(403);
    assertThat(rig.send(HttpRig.rest(event -> {})).status()).isEqualTo(401);
  }

  @Test
  void whatALambdaAuthorizerSaysIsReadWhereEachApiPutsIt() {
    LambdaAuthorizer named = LambdaAuthorizer.named("door").demand("role", "buyer");
    HttpRig<Item> rest = rest(named);
    HttpRig<Item> http = http(named.idKey("user"));

    assertThat(
            rest.send(
                    HttpRig.rest(
                        event ->
                            authorizer(event)
                                .put("principalId", "ann")
                                .put("role", "buyer")
                                .put("integrationLatency", 12)))
                .status())
        .isEqualTo(200);
    assertThat(
            http.send(
                    event -> {
                      ObjectNode lambda = authorizer(event).putObject("lambda");
                      lambda.put("user", "ann").put("role", "buyer").put("n", 1).putNull("none");
                      lambda.putArray("list").add("a");
                    })
                .status())
        .isEqualTo(200);
    for (HttpRig<Item> rig : List.of(rest, http)) {
      Caller caller = rig.events.get(0).caller();
      assertThat(caller).isNotNull();
      assertThat(caller.issuer()).isEqualTo("door");
      assertThat(caller.id()).isEqualTo("ann");
    }
    Caller caller = http.events.get(0).caller();
    assertThat(caller).isNotNull();
    assertThat(caller.claims())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("user", "ann", "role", "buyer", "n", "1", "list", "[\"a\"]"));
  }

  @Test
  void withoutAPrincipalOrWithAnotherRoleALambdaAuthorizersCallerIsRefused() {
    HttpRig<Item> rest = rest(LambdaAuthorizer.named("door").demand("role", "buyer"));

    assertThat(rest.send(HttpRig.rest(event -> {})).status()).isEqualTo(401);
    assertThat(rest.send(HttpRig.rest(e -> authorizer(e).put("role", "buyer"))).status())
        .isEqualTo(401);
    assertThat(rest.send(HttpRig.rest(e -> authorizer(e).put("principalId", " "))).status())
        .isEqualTo(401);
    assertThat(
            rest.send(
                    HttpRig.rest(e -> authorizer(e).put("principalId", "ann").put("role", "guest")))
                .status())
        .isEqualTo(403);
    assertThat(
            http(LambdaAuthorizer.named("door"))
                .send(event -> authorizer(event).put("principalId", "ann"))
                .status())
        .as("an HTTP API puts it under lambda")
        .isEqualTo(401);
    assertThat(rest.inputs).isEmpty();
  }

  private static ObjectNode signedRest(String arn, String account) {
    return HttpRig.rest(
        event ->
            event
                .withObject("/requestContext/identity")
                .put("userArn", arn)
                .put("accountId", account)
                .put("caller", "AIDA1"));
  }

  private static Consumer<ObjectNode> signedHttp(String arn, String account) {
    return event ->
        authorizer(event)
            .putObject("iam")
            .put("userArn", arn)
            .put("accountId", account)
            .put("userId", "AIDA1")
            .put("accessKey", "ASIA1")
            .putNull("cognitoIdentity");
  }

  @Test
  void whoHasSignedIsKnown() {
    HttpRig<Item> rest = rest(IamCaller.principal(USER));
    HttpRig<Item> http = http(IamCaller.principal(USER));

    assertThat(rest.send(signedRest(USER, "123456789012")).status()).isEqualTo(200);
    assertThat(http.send(signedHttp(USER, "123456789012")).status()).isEqualTo(200);
    Caller ann =
        new Caller(
            "aws:iam",
            USER,
            Optional.empty(),
            Map.of("userArn", USER, "accountId", "123456789012", "userId", "AIDA1"));
    assertThat(rest.events.get(0).caller()).isEqualTo(ann);
    assertThat(http.events.get(0).caller()).isEqualTo(ann);
  }

  @ParameterizedTest
  @CsvSource({
    ROLE + ", " + SESSION + ", 200",
    SESSION + ", " + SESSION + ", 200",
    USER + ", " + USER + ", 200",
    "arn:aws:iam::123456789012:role/Shop, " + SESSION + ", 200",
    SESSION + ", arn:aws:sts::123456789012:assumed-role/Shop/run-2, 403",
    ROLE + ", arn:aws:sts::123456789012:assumed-role/Shop2/run-1, 403",
    ROLE + ", arn:aws:sts::123456789012:assumed-role/Other/Shop, 403",
    ROLE + ", arn:aws-cn:sts::123456789012:assumed-role/Shop/run-1, 403",
    ROLE + ", arn:aws:iam::123456789012:user/Shop, 403",
    USER + ", arn:aws:iam::123456789012:user/ann, 403",
    USER + ", arn:aws:iam::123456789012:root, 403",
    USER + ", arn:aws:iam::123456789012:user, 401",
    ROLE + ", arn:aws:iam::123456789012:assumed-role/Shop/run-1, 401",
    USER + ", arn:aws:sts::123456789012:user/team/ann, 401",
    USER + ", ann, 401",
  })
  void aRoleIsMeantWithItsSessionsAndNobodyElse(String declared, String signer, int status) {
    HttpRig<Item> rig = http(IamCaller.principal(declared));

    assertThat(rig.send(signedHttp(signer, "123456789012")).status()).isEqualTo(status);
    assertThat(rig.inputs).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void aRoleOfTheSameNameInAnotherAccountIsAnother() {
    String other = SESSION.replace("123456789012", "999999999999");
    HttpRig<Item> rig = http(IamCaller.principal(ROLE));
    HttpRig<Item> account = http(IamCaller.account("123456789012"));

    assertThat(rig.send(signedHttp(other, "999999999999")).status()).isEqualTo(403);
    assertThat(rig.send(signedHttp(other, "123456789012")).status())
        .as("they disagree")
        .isEqualTo(401);
    assertThat(account.send(signedHttp(other, "999999999999")).status()).isEqualTo(403);
    assertThat(account.send(signedHttp(SESSION, "123456789012")).status()).isEqualTo(200);
  }

  @Test
  void withoutASignatureNobodyIsKnown() {
    assertThat(rest(IamCaller.account("123456789012")).send(HttpRig.rest(e -> {})).status())
        .isEqualTo(401);
    assertThat(http(IamCaller.account("123456789012")).send(e -> {}).status()).isEqualTo(401);
    assertThat(
            http(IamCaller.account("123456789012"))
                .send(event -> authorizer(event).putNull("iam"))
                .status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::*:user/ann", "ann"})
  void aPrincipalIsDeclaredExactly(String arn) {
    assertThatThrownBy(() -> IamCaller.principal(arn)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void certificate(ObjectNode holder, String subject, String issuer) {
    holder
        .putObject("clientCert")
        .put("clientCertPem", "-----BEGIN CERTIFICATE-----")
        .put("subjectDN", subject)
        .put("issuerDN", issuer)
        .put("serialNumber", "a1:b2")
        .putObject("validity")
        .put("notBefore", "May 28 12:30:02 2019 GMT")
        .put("notAfter", "Aug  5 09:36:04 2021 GMT");
  }

  private static ObjectNode certified(String subject, String issuer) {
    return HttpRig.albLists(
        event -> {
          header(event, "subject").add(subject);
          header(event, "issuer").add(issuer);
          header(event, "serial-number").add("03A5B1");
        });
  }

  private static com.fasterxml.jackson.databind.node.ArrayNode header(
      ObjectNode event, String name) {
    return ((ObjectNode) event.path("multiValueHeaders"))
        .withArray("/x-amzn-mtls-clientcert" + (name.isEmpty() ? "" : "-" + name));
  }

  @ParameterizedTest
  @CsvSource({
    "CN=shop, CN=ca, 200",
    "CN=shop2, CN=ca, 403",
    "'CN=shop,O=x', CN=ca, 403",
    "CN=shop, CN=ca2, 403",
    "'', CN=ca, 401",
    "CN=shop, '', 401",
  })
  void theSubjectOfAVerifiedCertificateNamesTheCaller(String subject, String issuer, int status) {
    MutualTls caller = MutualTls.subject("CN=shop").issuer("CN=ca");
    HttpRig<Item> http = http(caller);
    HttpRig<Item> rest = rest(caller);
    HttpRig<Item> alb = alb(caller);

    assertThat(
            http.send(
                    event ->
                        certificate(
                            event.withObject("/requestContext/authentication"), subject, issuer))
                .status())
        .isEqualTo(status);
    assertThat(
            rest.send(
                    HttpRig.rest(
                        event ->
                            certificate(
                                event.withObject("/requestContext/identity"), subject, issuer)))
                .status())
        .isEqualTo(status);
    assertThat(alb.send(certified(subject, issuer)).status()).isEqualTo(status);
    if (status == 200) {
      Caller who = http.events.get(0).caller();
      assertThat(who)
          .isEqualTo(
              new Caller("CN=ca", "CN=shop", Optional.empty(), Map.of("serialNumber", "a1:b2")));
    }
  }

  @Test
  void withoutACertificateNobodyIsKnown() {
    MutualTls caller = MutualTls.issuedBy("CN=ca");

    assertThat(http(caller).send(event -> {}).status()).isEqualTo(401);
    assertThat(rest(caller).send(HttpRig.rest(event -> {})).status()).isEqualTo(401);
    assertThat(alb(caller).send(HttpRig.alb(event -> {})).status()).isEqualTo(401);
    assertThat(
            http(caller)
                .send(e -> HttpRig.headers(e).put("x-amzn-mtls-clientcert-subject", "CN=shop"))
                .status())
        .as("an API's clients write their headers themselves")
        .isEqualTo(401);
  }

  @Test
  void aHeaderThatAClientHasWrittenBesideTheLoadBalancersDoesNotCount() {
    HttpRig<Item> rig = alb(MutualTls.subject("CN=shop", "CN=shop, CN=mallory"));
    ObjectNode twice = certified("CN=shop", "CN=ca");
    header(twice, "subject").add("CN=mallory");
    ObjectNode half = certified("CN=shop", "CN=ca");
    ((ObjectNode) half.path("multiValueHeaders")).remove("x-amzn-mtls-clientcert-serial-number");
    ObjectNode passthrough = certified("CN=shop", "CN=ca");
    header(passthrough, "").add("-----BEGIN%20CERTIFICATE-----");

    assertThat(rig.send(twice).status()).isEqualTo(401);
    assertThat(rig.send(half).status()).isEqualTo(401);
    assertThat(rig.send(passthrough).status()).isEqualTo(401);
    ObjectNode single =
        HttpRig.alb(
            event ->
                HttpRig.headers(event)
                    .put("x-amzn-mtls-clientcert-subject", "CN=shop")
                    .put("x-amzn-mtls-clientcert-issuer", "CN=ca")
                    .put("x-amzn-mtls-clientcert-serial-number", "03A5B1"));
    assertThat(rig.send(single).status()).as("nobody sees whether it came twice").isEqualTo(401);
    assertThat(rig.send(certified("CN=shop", "CN=ca")).status()).as("control").isEqualTo(200);
  }

  @Test
  void whatCouldNotBeGrantedIsFoundAtTheStart() {
    assertThatThrownBy(() -> http(MutualTls.subject(" "))).isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> http(LambdaAuthorizer.named(" ")))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> rest(CognitoAuthorizer.accessToken("eu-central-1_A1", "")))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aCookieIsReadStrictlyOrNotAtAll() {
    Authenticator<HttpRequest> byCookie =
        new Authenticator<>() {
          @Override
          public Caller identify(HttpRequest request, dev.gabion.core.Scope scope) {
            return Caller.of("cookie", request.cookie("session").orElse("nobody"));
          }

          @Override
          public String describe() {
            return "a cookie";
          }
        };
    HttpRig<Item> http = http(byCookie);
    HttpRig<Item> alb = alb(byCookie);

    assertThat(http.send(cookies("theme=dark", "session=abc")).status()).isEqualTo(200);
    assertThat(alb.send(cookieLine("theme=dark; session=abc")).status()).isEqualTo(200);
    assertThat(alb.send(cookieLine("theme=dark")).status()).isEqualTo(200);
    assertThat(http.events.get(0).caller()).isEqualTo(Caller.of("cookie", "abc"));
    assertThat(alb.events.get(0).caller()).isEqualTo(Caller.of("cookie", "abc"));
    assertThat(alb.events.get(1).caller()).isEqualTo(Caller.of("cookie", "nobody"));
    assertThat(http.send(cookies("session=a", "session=b")).reason()).isEqualTo("duplicate-cookie");
    assertThat(alb.send(cookieLine("session=a; session=b")).reason()).isEqualTo("duplicate-cookie");
    for (String bad :
        List.of("session", "session=a;x=b", "session=a; ", "a b=c", "s=a,b", "s=\"a")) {
      assertThat(alb.send(cookieLine(bad)).reason()).as(bad).isEqualTo("cookie");
    }
    assertThat(http(Authenticator.insecureAnyone("a test")).send(cookies("a", "a")).status())
        .as("control: nobody reads them")
        .isEqualTo(200);
  }

  private static Consumer<ObjectNode> cookies(String... all) {
    return event -> List.of(all).forEach(event.withArray("/cookies")::add);
  }

  private static ObjectNode cookieLine(String line) {
    return HttpRig.alb(event -> HttpRig.headers(event).put("cookie", line));
  }
}
