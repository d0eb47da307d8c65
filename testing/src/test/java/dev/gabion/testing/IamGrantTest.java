package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy allows, as IAM would decide it; each case by hand. */
class IamGrantTest {
  private static IamPolicy policy(String statement) {
    return IamPolicy.parse("{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}");
  }

  private static IamPolicy allowing(String action, String resource, String condition) {
    return policy(
        ("{'Effect':'Allow','Action':'"
                + action
                + "','Resource':'"
                + resource
                + "'"
                + (condition.isEmpty() ? "" : ",'Condition':" + condition)
                + "}")
            .replace('\'', '"'));
  }

  private static IamCall call(String action, String resource, String... context) {
    SortedMap<String, List<String>> said = new TreeMap<>();
    for (String pair : context) {
      String[] sides = pair.split("=", 2);
      said.put(sides[0], sides[1].isEmpty() ? List.of() : Arrays.asList(sides[1].split(",")));
    }
    return new IamCall(action, resource, said);
  }

  @ParameterizedTest
  @CsvSource({
    "s3:GetObject,    arn:aws:s3:::a/b,                true",
    "S3:getobject,    arn:aws:s3:::a/b,                true",
    "s3:Get*,         arn:aws:s3:::a/b,                true",
    "s3:GetObjec?,    arn:aws:s3:::a/b,                true",
    "*,               *,                               true",
    "s3:GetObject,    arn:aws:s3:::a/*,                true",
    "s3:GetObject,    arn:aws:s3:::?/?,                true",
    "s3:GetObject,    arn:*,                           true",
    "s3:GetObject,    arn:aws:s3:*:*:a/b,              true",
    "s3:GetObject,    arn:aws:s3:::*,                  true",
    "s3:GetObject,    arn:aws:s3:::A/b,                false",
    "s3:GetObject,    arn:aws:s3:::a,                  false",
    "s3:GetObject,    arn:aws:s3:::a/,                 false",
    "s3:GetObject,    arn:aws:s3:::a/??,               false",
    "s3:GetObject,    arn:aws:s3:::ab,                 false",
    "s3:GetObject,    arn.aws.s3....a/b,               false",
    "s3:GetObject,    a*b,                             false",
    "s3:GetObjectAcl, arn:aws:s3:::a/b,                false",
    "s3:GetObj,       arn:aws:s3:::a/b,                false",
    "s3:Put*,         *,                               false",
    "kms:*,           *,                               false",
  })
  void actionsAndResourcesMatchAsIamSaysTheyDo(String action, String resource, boolean allowed) {
    assertThat(allowing(action, resource, "").allows(call("s3:GetObject", "arn:aws:s3:::a/b")))
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a','b']}}; a,b; true",
        "{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a','b','c']}}; a,b; true",
        "{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a']}}; a,b; false",
        "{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['A','B']}}; a,b; false",
        "{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a']}}; ``; true",
        "{'ForAllValues:StringLike':{'kms:EncryptionContextKeys':'*'}}; a,b; true",
        "{'ForAnyValue:StringEquals':{'kms:EncryptionContextKeys':'a'}}; a,b; true",
        "{'ForAnyValue:StringEquals':{'kms:EncryptionContextKeys':'a'}}; ``; false",
        "{'ForAnyValue:StringLike':{'kms:EncryptionContextKeys':'x*'}}; a,b; false",
        "{'Null':{'kms:EncryptionContextKeys':'true'}}; ``; true",
        "{'Null':{'kms:EncryptionContextKeys':'true'}}; a; false",
        "{'Null':{'kms:EncryptionContextKeys':false}}; a; true",
        "{'Null':{'kms:EncryptionContext:a':'false'}}; a,b; true",
        "{'Null':{'kms:EncryptionContext:c':'false'}}; a,b; false",
        "{'StringEquals':{'kms:EncryptionContext:a':'1'}}; a; true",
        "{'StringEquals':{'kms:encryptioncontext:a':'1'}}; a; true",
        "{'StringEquals':{'kms:EncryptionContext:a':['0','1']}}; a; true",
        "{'StringEquals':{'kms:EncryptionContext:a':'?'}}; a; false",
        "{'StringLike':{'kms:EncryptionContext:a':'?'}}; a; true",
        "{'StringEquals':{'kms:EncryptionContext:a':'2'}}; a; false",
        "{'StringEquals':{'kms:EncryptionContext:a':'1'}}; ``; false",
        "{'StringEquals':{'kms:EncryptionContext:a':'1','kms:EncryptionContext:b':'2'}}; a; false",
        "{'StringEquals':{'kms:EncryptionContext:a':'1'},'Null':{'kms:EncryptionContext:a':'true'}}; a; false",
        "{'StringEquals':{'kms:ViaService':'ssm.eu-central-1.amazonaws.com'}}; a; false",
      })
  void conditionsHoldAsIamSaysTheyDo(String condition, String keys, boolean allowed) {
    List<String> context = new ArrayList<>(List.of("kms:EncryptionContextKeys=" + keys));
    Arrays.stream(keys.split(","))
        .filter(key -> !key.isEmpty())
        .forEach(key -> context.add("kms:EncryptionContext:" + key + "=1"));
    IamCall call =
        call(
            "kms:Decrypt",
            "arn:aws:kms:eu-central-1:123456789012:key/1",
            context.toArray(String[]::new));

    assertThat(allowing("kms:Decrypt", "*", condition).allows(call)).isEqualTo(allowed);
    assertThat(allowing("kms:Decrypt", "*", "").allows(call)).isTrue(); // control
  }

  @Test
  void whatIsDeniedIsNotAllowed() {
    String allow = "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}";
    String deny = ",{\"Effect\":\"Deny\",\"Action\":\"s3:Put*\",\"Resource\":\"*\"}";
    IamCall put = call("s3:PutObject", "arn:aws:s3:::a/b");

    assertThat(policy(allow + deny).allows(put)).isFalse();
    assertThat(policy(allow + deny).allows(call("s3:GetObject", "arn:aws:s3:::a/b"))).isTrue();
    assertThat(policy(allow).allows(put)).isTrue(); // control
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}",
        "{'Effect':'Allow','Action':'s3:*','NotResource':'*'}",
        "{'Effect':'Allow','Action':'s3:*','Resource':'*','Principal':'*'}",
        "{'Effect':'allow','Action':'s3:*','Resource':'*'}",
        "{'Action':'s3:*','Resource':'*'}",
        "{'Effect':'Allow','Resource':'*'}",
        "{'Effect':'Allow','Action':'s3:*'}",
        "{'Effect':'Allow','Action':[],'Resource':'*'}",
      })
  void whatCannotBeJudgedIsRefused(String statement) {
    assertThatThrownBy(() -> policy(statement.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("statement");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"Version\":\"2008-10-17\",\"Statement\":[]}", "{} {}"})
  void whatIsNoPolicyIsRefused(String document) {
    assertThatThrownBy(() -> IamPolicy.parse(document))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'StringNotEquals':{'kms:ViaService':'x'}}",
        "{'StringEqualsIfExists':{'kms:ViaService':'x'}}",
        "{'Bool':{'kms:ViaService':'true'}}",
        "{'StringEquals':{'aws:SourceVpce':'vpce-1'}}",
      })
  void aConditionThatNoTestCanSeeIsRefused(String condition) {
    IamCall call = call("kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/1");

    assertThatThrownBy(() -> allowing("kms:Decrypt", "*", condition).allows(call))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep it in another policy");
  }

  @Test
  void aPolicyIsWrittenTheSameWayWhateverItsOrderWas() {
    String one =
        """
        {"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"]},
        {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"Null":{"kms:EncryptionContextKeys":"true"}}}
        """;
    String other =
        """
        {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"Null":{"kms:EncryptionContextKeys":["true"]}}},
        {"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::a/*"},
        {"Sid":"B","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::b/*"]}
        """;

    assertThat(policy(one).json()).isEqualTo(policy(other).json());
    assertThat(IamPolicy.parse(policy(one).json())).isEqualTo(policy(one));
    assertThat(policy(one).json())
        .isEqualTo(
            """
            {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": "kms:Decrypt",
                  "Resource": "*",
                  "Condition": {
                    "Null": {
                      "kms:EncryptionContextKeys": "true"
                    }
                  }
                },
                {
                  "Effect": "Allow",
                  "Action": [
                    "s3:GetObject",
                    "s3:PutObject"
                  ],
                  "Resource": [
                    "arn:aws:s3:::a/*",
                    "arn:aws:s3:::b/*"
                  ]
                }
              ]
            }
            """);
  }
}
