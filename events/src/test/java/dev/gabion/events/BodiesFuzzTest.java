package dev.gabion.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a body is made of, it is refused or read as the JDK's own decoders read it, within its
 * budget.
 */
class BodiesFuzzTest {
  private static final int LIMIT = 4096;
  private static final int HEADER_CHECKSUM = 2;
  private static final StrictJson JSON = new StrictJson(Limits.defaults());

  record Form(
      @Nullable String name,
      @Nullable Integer age,
      @Nullable Boolean yes,
      @Nullable List<String> tag,
      @Nullable List<Long> counts) {}

  static Stream<byte[]> bodies() {
    byte[] packed = gzip("{\"name\":\"a\"}".getBytes(UTF_8));
    byte[] named = packed.clone();
    named[3] = 8;
    byte[] checked = packed.clone();
    checked[3] = HEADER_CHECKSUM;
    byte[] twice = Arrays.copyOf(packed, 2 * packed.length);
    System.arraycopy(packed, 0, twice, packed.length, packed.length);
    return Stream.concat(
        Stream.of(
                "Fname=a&age=7&tag=a&tag=b",
                "Fname=%C3%BC+b%26&yes=true&counts=1&counts=2",
                "Fname=a&name=b",
                "Fadmin=1",
                "Fname=%",
                "Fname=%4",
                "Fname=%zz&a",
                "Fname=%FF%C0%AE",
                "F=a&&",
                "Fage=1.0",
                "Fage=1e99999999999",
                "Fage=007&yes=TRUE&counts=null",
                "F%6eame=a",
                "F{\"name\":\"a\"}",
                "BeyJuYW1lIjoiYSJ9",
                "BeyJuYW1lIjoiYSJ9=",
                "BeyJuYW1l\nIjoiYSJ9",
                "B****",
                "B/w==")
            .map(text -> text.getBytes(UTF_8)),
        Stream.of(
                packed,
                named,
                checked,
                twice,
                gzip(new byte[LIMIT]),
                gzip(new byte[LIMIT + 1]),
                gzip(new byte[1 << 20]),
                Arrays.copyOf(packed, packed.length - 1),
                new byte[18])
            .map(bytes -> after('G', bytes)));
  }

  private static byte[] after(char kind, byte[] bytes) {
    byte[] after = new byte[bytes.length + 1];
    after[0] = (byte) kind;
    System.arraycopy(bytes, 0, after, 1, bytes.length);
    return after;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return packed.toByteArray();
  }

  /** The first letter says what the rest is: a form (F), base64 (B), or gzip (G). */
  @MethodSource("bodies")
  @FuzzTest
  void anyBody(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(input, 1, input.length);
    switch (input[0]) {
      case 'F' -> form(new String(body, UTF_8));
      case 'B' -> base64(new String(body, ISO_8859_1));
      default -> inflated(body);
    }
  }

  private static void form(String text) {
    HttpQuery query = HttpQuery.raw(text);
    List<HttpQuery.Pair> pairs;
    try {
      pairs = query.pairs();
    } catch (Rejection refused) {
      requireRefusal(refused);
      return;
    }
    String[] sent = text.isEmpty() ? new String[0] : text.split("&", -1);
    require(sent.length == pairs.size() && pairs.size() == query.size(), "Another number of pairs");
    for (int i = 0; i < sent.length; i++) {
      String[] parts = sent[i].split("=", 2);
      require(
          URLDecoder.decode(parts[0], UTF_8).equals(pairs.get(i).name())
              && URLDecoder.decode(parts[1], UTF_8).equals(pairs.get(i).value()),
          "Means something else");
    }
    bind(query, pairs);
  }

  private static void bind(HttpQuery query, List<HttpQuery.Pair> pairs) {
    try {
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      new HttpParameters(JSON, Form.class).addForm(query, fields);
      Form form = JSON.bind(fields, Form.class);
      for (HttpQuery.Pair pair : pairs) {
        boolean said =
            switch (pair.name()) {
              case "name" -> pair.value().equals(form.name());
              case "age" -> pair.value().equals("" + form.age()) || pair.value().equals("-0");
              case "yes" -> pair.value().equals("" + form.yes());
              case "tag" -> form.tag() != null && form.tag().contains(pair.value());
              case "counts" -> form.counts() != null;
              default -> false;
            };
        require(said, "Bound as something else: " + pair.name());
      }
    } catch (Rejection refused) {
      requireRefusal(refused);
    }
  }

  private static void base64(String text) {
    HttpBody body = new HttpBody(text, true);
    HttpHeaders headers =
        HttpHeaders.of(Map.of("content-type", List.of("application/json; charset=utf-8")));
    Limits limits = Limits.defaults().with(Limits.Bound.BODY_BYTES, LIMIT);
    try {
      body.check(limits);
      String read = body.text(headers, "application/json", limits);
      byte[] bytes = read.getBytes(UTF_8);
      require(bytes.length <= LIMIT, "Beyond its budget");
      require(Arrays.equals(Base64.getDecoder().decode(text), bytes), "Decoded as something else");
    } catch (Rejection refused) {
      requireRefusal(refused);
    }
  }

  private static void inflated(byte[] packed) {
    byte[] inflated;
    try {
      inflated = Gzip.inflate(packed, LIMIT);
    } catch (Rejection refused) {
      requireRefusal(refused);
      return;
    }
    require(inflated.length <= LIMIT, "Beyond its budget");
    if ((packed[3] & HEADER_CHECKSUM) != 0) {
      return; // which may be wrong: RFC 1952 section 2.3.1.2 lets a reader skip it
    }
    try (GZIPInputStream other = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      require(Arrays.equals(other.readNBytes(LIMIT + 1), inflated), "Inflates to something else");
    } catch (IOException notGzip) {
      throw new AssertionError("Taken, and not gzip", notGzip);
    }
  }

  private static void requireRefusal(Rejection refused) {
    require(
        refused.code() == Rejection.Code.MALFORMED || refused.code() == Rejection.Code.TOO_LARGE,
        "Refused as " + refused.code());
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new AssertionError(otherwise);
    }
  }
}
