package dev.gabion.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text, fields of documents, and streams. */
class FormsTest {
  private static final Map<String, String> CONTEXT = Map.of("customer", "c-7");
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Work work = Work.usual();
  private final EnvelopeCipher cipher =
      EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("a test"));

  @BeforeEach
  void start() throws Exception {
    cipher.start(work);
  }

  // Text.

  @ParameterizedTest
  @ValueSource(strings = {"", "4111 1111", "größe ツ 🔑", "\u0000\n"})
  void textComesBackAsItWas(String text) {
    String sealed = cipher.encryptText(work, text, CONTEXT);

    assertThat(sealed).matches("[A-Za-z0-9+/]+=*");
    assertThat(cipher.decryptText(work, sealed, CONTEXT)).isEqualTo(text);
    assertThat(cipher.decrypt(work, Base64.getDecoder().decode(sealed), CONTEXT))
        .isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void sealedTextHasOneSpelling() {
    String sealed = cipher.encryptText(work, "x".repeat(2), CONTEXT);
    while (!sealed.endsWith("=")) {
      sealed = cipher.encryptText(work, "x".repeat(sealed.length() % 7), CONTEXT);
    }
    String unpadded = sealed.replace("=", "");
    char last = unpadded.charAt(unpadded.length() - 1);
    String other = unpadded.substring(0, unpadded.length() - 1) + (char) (last + 1);
    byte[] bytes = Base64.getDecoder().decode(sealed);

    assertThat(Base64.getDecoder().decode(unpadded)).isEqualTo(bytes); // control
    for (String spelling :
        new String[] {unpadded, sealed + "=", sealed + "\n", " " + sealed, other, "", "%"}) {
      assertRefused(() -> cipher.decryptText(work, spelling, CONTEXT));
    }
    assertThat(cipher.decryptText(work, sealed, CONTEXT)).isNotNull();
  }

  @Test
  void whatIsNoTextDoesNotOpenAsText() {
    byte[] message = cipher.encrypt(work, new byte[] {(byte) 0xC3, 0x28}, CONTEXT);

    assertRefused(
        () -> cipher.decryptText(work, Base64.getEncoder().encodeToString(message), CONTEXT));
    assertThat(work.last().fact("reason")).isEqualTo("plaintext-form");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.encryptText(work, "\ud800", CONTEXT));
  }

  // Fields.

  private static ObjectNode document(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/card/number | {'card':{'number':'4111','cvc':'1'}}",
        "/card        | {'card':{'number':'4111','deep':[1,{'x':null}]}}",
        "/n           | {'n':1.10}",
        "/n           | {'n':12345678901234567890123456789}",
        "/n           | {'n':null,'m':1}",
        "/n           | {'n':true}",
        "/n           | {'n':''}",
        "/a/1/b       | {'a':[{'b':1},{'b':2}]}",
        "/a/1         | {'a':[1,2,3]}",
        "/a~1b/~0     | {'a/b':{'~':'x'}}",
      })
  void aFieldComesBackAsItWas(String pointer, String json) {
    ObjectNode document = document(json.replace('\'', '"'));
    String before = document.toString();

    cipher.encryptField(work, document, pointer, CONTEXT);

    assertThat(document.at(pointer).textValue()).matches("[A-Za-z0-9+/]+=*");
    assertThat(document.toString()).isNotEqualTo(before);
    ObjectNode stored = document(document.toString());
    cipher.decryptField(work, stored, pointer, CONTEXT);
    assertThat(stored.toString()).isEqualTo(before);
  }

  static Stream<JsonNode> whatComesBack() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return Stream.of(
        make.numberNode(0.1),
        make.numberNode(1.1f),
        make.numberNode(1e300),
        make.numberNode(Double.MIN_VALUE),
        make.numberNode(0.0),
        make.numberNode(-1),
        make.numberNode(Long.MIN_VALUE),
        make.numberNode((short) 3),
        make.numberNode(new BigDecimal("-0.10")),
        make.textNode("NaN"),
        make.nullNode());
  }

  @ParameterizedTest
  @MethodSource("whatComesBack")
  void aValueOfAnyTypeComesBackAsTheSame(JsonNode value) {
    ObjectNode document = document("{}").set("a", value);
    String before = document.toString();

    cipher.encryptField(work, document, "/a", CONTEXT);
    cipher.decryptField(work, document, "/a", CONTEXT);

    assertThat(document.get("a").getNodeType()).isEqualTo(value.getNodeType());
    if (value.isNumber()) {
      assertThat(new BigDecimal(document.get("a").asText())).isEqualByComparingTo(value.asText());
    } else {
      assertThat(document.toString()).isEqualTo(before);
    }
  }

  static Stream<JsonNode> whatWouldComeBackAsSomethingElse() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return Stream.of(
        make.numberNode(Double.NaN),
        make.numberNode(Float.NEGATIVE_INFINITY),
        make.numberNode(-0.0),
        make.numberNode(-0.0f),
        make.binaryNode(new byte[] {1, 2}),
        make.pojoNode(Map.of("a", 1)));
  }

  @ParameterizedTest
  @MethodSource("whatWouldComeBackAsSomethingElse")
  void whatWouldComeBackAsSomethingElseIsNotSealed(JsonNode value) throws IOException {
    ObjectNode document = document("{\"deep\":[1,{}]}");
    document.set("a", value);
    ((ObjectNode) document.at("/deep/1")).set("x", value);
    JsonNode again = JSON.readTree(JSON.writeValueAsBytes(value));
    assertThat(again.getNodeType() + " " + again) // control
        .isNotEqualTo(value.getNodeType() + " " + value);

    for (String pointer : new String[] {"/a", "/deep"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cipher.encryptField(work, document, pointer, CONTEXT))
          .withMessageContaining("make text of it first");
    }

    assertThat(document.get("a")).isSameAs(value);
    assertThat(work.events()).isEmpty();
  }

  @Test
  void aFieldOpensInItsPlaceAloneWhereMoreContextIsAccepted() throws Exception {
    EnvelopeCipher open = cipher.acceptingMoreContext();
    open.start(work);
    ObjectNode document = document("{\"a\":\"1\",\"b\":\"2\"}");
    open.encryptField(work, document, "/a", Map.of("customer", "c-7", "more", "x"));
    String sealed = document.get("a").textValue();
    document.put("b", sealed);

    assertRefused(() -> open.decryptText(work, sealed, CONTEXT));
    assertThat(work.last().fact("reason")).isEqualTo("context-mismatch");
    assertRefused(() -> open.decryptField(work, document, "/b", CONTEXT));
    String text = open.encryptText(work, "\"1\"", Map.of("customer", "c-7", "more", "x"));
    assertThat(open.decryptText(work, text, CONTEXT)).isEqualTo("\"1\""); // control
    open.decryptField(work, document, "/a", CONTEXT);
    assertThat(document.get("a").textValue()).isEqualTo("1");
  }

  @Test
  void theRestOfADocumentStaysAsItIs() {
    ObjectNode document = document("{\"card\":{\"number\":\"4111\",\"name\":\"Ada\"},\"n\":1}");

    cipher.encryptField(work, document, "/card/number", CONTEXT);

    assertThat(document.at("/card/name").textValue()).isEqualTo("Ada");
    assertThat(document.at("/n").intValue()).isEqualTo(1);
    assertThat(document.at("/card").size()).isEqualTo(2);
  }

  @Test
  void aFieldDoesNotOpenInAnotherPlace() {
    ObjectNode document = document("{\"a\":\"1\",\"b\":\"2\"}");
    cipher.encryptField(work, document, "/a", CONTEXT);
    document.set("b", document.get("a"));

    assertRefused(() -> cipher.decryptField(work, document, "/b", CONTEXT));
    assertThat(work.last().fact("reason")).isEqualTo("context-mismatch");
    cipher.decryptField(work, document, "/a", CONTEXT); // control
    assertThat(document.get("a").textValue()).isEqualTo("1");
  }

  @Test
  void sealedTextIsNoSealedField() {
    String text = cipher.encryptText(work, "\"1\"", CONTEXT);
    ObjectNode document = document("{\"a\":\"1\"}").put("a", text);

    assertRefused(() -> cipher.decryptField(work, document, "/a", CONTEXT));
  }

  @Test
  void aFailureLeavesTheDocumentAsItWas() {
    ObjectNode document = document("{\"a\":\"not sealed\",\"n\":1}");
    String before = document.toString();

    assertRefused(() -> cipher.decryptField(work, document, "/a", CONTEXT));
    assertThat(work.last().fact("reason")).isEqualTo("not-base64");
    assertRefused(() -> cipher.decryptField(work, document, "/n", CONTEXT));
    assertThat(work.last().fact("reason")).isEqualTo("no-field");
    assertRefused(() -> cipher.decryptField(work, document, "/missing/x", CONTEXT));
    assertThat(document.toString()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "card", "/missing", "/a/0", "/a/b"})
  void thereMustBeAFieldToSeal(String pointer) {
    ObjectNode document = document("{\"a\":\"x\"}");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.encryptField(work, document, pointer, CONTEXT));
    assertThat(document.toString()).isEqualTo("{\"a\":\"x\"}");
    assertThat(work.events()).isEmpty();
  }

  @Test
  void whatWasNoJsonDoesNotOpenAsAField() throws Exception {
    KeyRing ring = LocalKeys.insecureDevelopmentKey("a test").ring();
    CipherAtWork direct = new CipherAtWork(ring, CipherChoices.standard(), work.issuedSecrets());
    direct.open();
    EnvelopeCipher beside = EnvelopeCipher.with(ring, CipherChoices.standard());
    beside.start(work);
    for (String plaintext : new String[] {"", "{", "1 2", "nope"}) {
      byte[] message = direct.seal(work, plaintext.getBytes(UTF_8), Context.ofField(CONTEXT, "/a"));
      ObjectNode document = document("{}").put("a", Base64Text.of(message));
      assertRefused(() -> beside.decryptField(work, document, "/a", CONTEXT));
      assertThat(work.last().fact("reason")).isEqualTo("plaintext-form");
    }
  }

  // Streams.

  private byte[] stream(byte[] plaintext) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    cipher.encrypting(work, message, CONTEXT, new ByteArrayInputStream(plaintext)::transferTo);
    return message.toByteArray();
  }

  private byte[] unstream(byte[] message) throws IOException {
    try (InputStream plaintext =
        cipher.decrypting(work, new ByteArrayInputStream(message), CONTEXT)) {
      return plaintext.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
  void aStreamComesBackAsItWas(int size) throws IOException {
    byte[] plaintext = new byte[size];
    Arrays.fill(plaintext, (byte) 7);

    byte[] message = stream(plaintext);
    assertThat(work.last().facts())
        .containsEntry("operation", "encrypt")
        .containsEntry("bytes", Integer.toString(size));

    assertThat(Arrays.equals(unstream(message), plaintext)).isTrue();
    assertThat(Arrays.equals(cipher.decrypt(work, message, CONTEXT), plaintext)).isTrue();
    assertThat(Arrays.equals(unstream(cipher.encrypt(work, plaintext, CONTEXT)), plaintext))
        .isTrue();
  }

  @Test
  void whatABodyThatFailsLeavesBehindOpensNowhere() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();

    assertThatThrownBy(
            () ->
                cipher.encrypting(
                    work,
                    message,
                    CONTEXT,
                    to -> {
                      try (to) {
                        to.write(new byte[200_000]);
                      }
                      throw new IOException("the source is gone");
                    }))
        .hasMessage("the source is gone");

    byte[] left = message.toByteArray();
    assertThat(left.length).isGreaterThan(65_536);
    assertRefused(() -> cipher.decrypt(work, left, CONTEXT));
    assertRefused(() -> unstream(left));
  }

  @Test
  void closingThePlaintextDoesNotCloseTheTarget() throws IOException {
    boolean[] closed = {false};
    ByteArrayOutputStream message =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };

    cipher.encrypting(
        work,
        message,
        CONTEXT,
        to -> {
          try (OutputStream all = to) {
            all.write('x');
          }
        });

    assertThat(closed[0]).isFalse();
    assertThat(unstream(message.toByteArray())).containsExactly('x');
  }

  @Test
  void aCutStreamAlwaysEndsInAnError() throws IOException {
    byte[] message = stream(new byte[70_000]);
    for (int length : new int[] {0, 10, 200, 400, 66_000, message.length - 1}) {
      assertRefused(() -> unstream(Arrays.copyOf(message, length)));
    }
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertRefused(() -> unstream(longer));
  }

  @Test
  void aRefusedStreamStaysRefusedAndIsRecordedOnce() throws IOException {
    byte[] message = stream(new byte[70_000]);
    message[message.length - 1] ^= 1;
    int before = work.events().size();
    InputStream plaintext = cipher.decrypting(work, new ByteArrayInputStream(message), CONTEXT);

    assertRefused(plaintext::readAllBytes);
    assertRefused(plaintext::read);
    plaintext.close();

    assertThat(work.events().subList(before, work.events().size()))
        .extracting(event -> event.verdict() + " " + event.fact("reason"))
        .containsExactly("ALLOWED ", "DENIED frame-tag");
  }

  @Test
  void closingEarlyProvesTheRest() throws IOException {
    byte[] message = stream(new byte[200_000]);
    byte[] changed = message.clone();
    changed[changed.length - 1] ^= 1;
    InputStream plaintext = cipher.decrypting(work, new ByteArrayInputStream(changed), CONTEXT);
    assertThat(plaintext.read()).isZero();
    assertRefused(plaintext::close);

    InputStream good = cipher.decrypting(work, new ByteArrayInputStream(message), CONTEXT);
    assertThat(good.skip(100)).isEqualTo(100);
    good.close();
  }

  @Test
  void aStreamsContextIsDemandedBeforeAnythingIsReleased() throws IOException {
    byte[] message = stream(new byte[10]);

    assertRefused(
        () ->
            cipher.decrypting(work, new ByteArrayInputStream(message), Map.of("customer", "c-8")));
    assertThat(work.last().fact("reason")).isEqualTo("context-mismatch");
  }

  @Test
  void aSourceThatFailsIsNotTheMessagesFault() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(() -> cipher.decrypting(work, broken, CONTEXT))
        .isInstanceOf(IOException.class)
        .hasMessage("reset");
  }

  @Test
  void streamsHaveADataKeyOfTheirOwn() throws IOException {
    unstream(stream(new byte[1]));
    unstream(stream(new byte[1]));

    assertThat(work.events()).extracting(event -> event.fact("data-key")).containsOnly("fetched");
  }

  private void assertRefused(ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOf(DecryptionFailed.class)
        .hasMessage("Decryption failed.")
        .hasNoCause();
  }
}
