package dev.gabion.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as RFC 8259 writes it and nothing else, within budgets that are checked before anything is
 * bound.
 *
 * <p>Refused: invalid UTF-8, lone surrogates, duplicate and unknown fields, trailing content, NaN
 * and infinities, type ids, coercions (a number for a string, a string for a number, an ordinal for
 * an enum, null or nothing for a primitive), and whatever exceeds the {@link Limits}. Records and
 * plain classes are bound alike.
 */
public final class StrictJson {
  private final Limits limits;
  private final JsonFactory events;
  private final JsonFactory bodies;
  private final ObjectMapper mapper;
  private final ObjectMapper trees;
  private final Map<Class<?>, FieldKinds> fields = new ConcurrentHashMap<>();

  /** Creates a reader and writer that keeps {@code limits}. */
  public StrictJson(Limits limits) {
    this.limits = limits;
    this.events =
        // The name of a header is the name of a field there, and keeps the budget of headers.
        factory(
            limits,
            limits.of(Limits.Bound.EVENT_TOKENS),
            limits.of(Limits.Bound.EVENT_BYTES),
            limits.of(Limits.Bound.HEADER_CHARS));
    this.bodies =
        factory(
            limits,
            limits.of(Limits.Bound.TOKENS),
            limits.of(Limits.Bound.STRING_CHARS),
            limits.of(Limits.Bound.NAME_CHARS));
    this.mapper = StrictBinding.mapper();
    this.trees =
        JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // 1.0 is no whole number
            .build();
  }

  private static JsonFactory factory(Limits limits, int tokens, int stringChars, int nameChars) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(limits.of(Limits.Bound.DEPTH))
                .maxTokenCount(tokens)
                .maxStringLength(stringChars)
                .maxNameLength(nameChars)
                .maxNumberLength(limits.of(Limits.Bound.NUMBER_CHARS))
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        // A table of names that outlives the invocation would remember what senders chose.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .build();
  }

  /**
   * Readies the types of a handler.
   *
   * @throws StartFailed if one cannot be bound strictly
   */
  void prepare(Class<?> input, Class<?> output) {
    try (JsonParser empty = bodies.createParser("{}")) {
      mapper.readerFor(input).readValue(empty);
    } catch (StartFailed open) {
      throw new StartFailed("The input " + input.getName() + " " + open.getMessage());
    } catch (InvalidDefinitionException unfit) {
      throw new StartFailed(
          "The input " + input.getName() + " cannot be bound: " + unfit.getOriginalMessage());
    } catch (IOException incomplete) {
      // An empty object need not be a whole input: that its type was understood is all that counts.
      assert incomplete instanceof JsonProcessingException : incomplete;
    }
    prepareOutput(output);
  }

  /**
   * Readies the output of a handler whose input is not bound.
   *
   * @throws StartFailed if it cannot be written strictly
   */
  void prepareOutput(Class<?> output) {
    try {
      mapper.getSerializerProviderInstance().findTypedValueSerializer(output, true, null);
    } catch (StartFailed open) {
      throw new StartFailed("The output " + output.getName() + " " + open.getMessage());
    } catch (JsonMappingException unfit) {
      throw new StartFailed(
          "The output " + output.getName() + " cannot be written: " + unfit.getOriginalMessage());
    }
  }

  /**
   * Reads bytes as UTF-8.
   *
   * @throws Rejection if they are not (RFC 3629)
   */
  public static String text(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    // What is not UTF-8 has become U+FFFD, which may also have been sent: the strict decoder knows.
    return text.indexOf('\uFFFD') < 0 ? text : decoded(utf8);
  }

  private static String decoded(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException invalid) {
      throw Rejection.of(Rejection.Code.MALFORMED, "invalid-utf-8");
    }
  }

  /**
   * Reads a whole event into a tree.
   *
   * @throws Rejection as {@link #read} does
   */
  JsonNode event(byte[] utf8) {
    return tree(events, text(utf8));
  }

  /**
   * Reads a text into a tree, within the budgets of a body.
   *
   * @throws Rejection as {@link #read} does
   */
  public JsonNode tree(String text) {
    return tree(bodies, text);
  }

  private JsonNode tree(JsonFactory factory, String text) {
    refuseLoneSurrogates(text);
    try (JsonParser parser = factory.createParser(text)) {
      JsonNode tree = trees.readTree(parser);
      refuseTrailingContent(parser);
      if (tree == null) {
        throw Rejection.of(Rejection.Code.MALFORMED, "malformed-json");
      }
      return tree;
    } catch (NumberFormatException beyondAnyNumber) { // an exponent of more digits than fit an int
      throw Rejection.of(Rejection.Code.TOO_LARGE, "json-budget");
    } catch (IOException refused) {
      throw refusal(refused);
    }
  }

  /**
   * Binds a text to a type, within the budgets of a body.
   *
   * @throws Rejection {@code MALFORMED} if it is not strict JSON or not of that type, {@code
   *     TOO_LARGE} if it exceeds a budget
   */
  public <T> T read(String text, Class<T> type) {
    refuseLoneSurrogates(text);
    try (JsonParser parser = bodies.createParser(text)) {
      T value = mapper.readerFor(type).readValue(parser);
      refuseTrailingContent(parser);
      return present(value);
    } catch (IOException refused) {
      throw refusal(refused);
    }
  }

  /**
   * Binds a tree to a type.
   *
   * @throws Rejection as {@link #read} does
   */
  public <T> T bind(JsonNode tree, Class<T> type) {
    try {
      return present(mapper.readerFor(type).readValue(tree));
    } catch (IOException refused) {
      throw refusal(refused);
    }
  }

  /**
   * Writes an output as JSON.
   *
   * @throws Rejection {@code FAULT} if it exceeds {@link Limits.Bound#OUTPUT_BYTES} or cannot be
   *     written
   */
  public byte[] write(Object output) {
    Bounded bytes = new Bounded(limits.of(Limits.Bound.OUTPUT_BYTES));
    try {
      mapper.writeValue(bytes, output);
      return bytes.toByteArray();
    } catch (IOException refused) {
      throw Rejection.fault(bytes.over ? "output-bytes" : "output", refused);
    }
  }

  /** Which limits are kept. */
  public Limits limits() {
    return limits;
  }

  /** The names and types of what can be set in a type, for binding path and query parameters. */
  public FieldKinds fields(Class<?> type) {
    return fields.computeIfAbsent(type, unknown -> FieldKinds.of(mapper, unknown));
  }

  private static <T> T present(T value) {
    if (value == null) {
      throw Rejection.malformed("wrong-type", List.of(new Violation("", "type")));
    }
    return value;
  }

  private static void refuseTrailingContent(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw Rejection.of(Rejection.Code.MALFORMED, "trailing-content");
    }
  }

  /**
   * Refuses an escape that stands for half a character (RFC 8259 section 8.2). Text that came from
   * UTF-8 cannot contain one unescaped.
   */
  private static void refuseLoneSurrogates(String text) {
    int at = text.indexOf('\\');
    while (at >= 0 && at + 1 < text.length()) {
      int unit = escapedUnit(text, at);
      int width = unit < 0 ? 2 : 6;
      if (unit >= 0 && Character.isSurrogate((char) unit)) {
        int next = escapedUnit(text, at + 6);
        if (!Character.isHighSurrogate((char) unit)
            || next < 0
            || !Character.isLowSurrogate((char) next)) {
          throw Rejection.of(Rejection.Code.MALFORMED, "lone-surrogate");
        }
        width = 12;
      }
      at = text.indexOf('\\', at + width);
    }
  }

  /** The UTF-16 unit that is escaped at {@code at}, or -1 if none is. */
  private static int escapedUnit(String text, int at) {
    if (at + 6 > text.length() || text.charAt(at) != '\\' || text.charAt(at + 1) != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  private static Rejection refusal(IOException refused) {
    // What the parser says in the midst of a binding comes with the place wrapped around it.
    Throwable within = refused.getCause();
    Throwable said =
        within instanceof StreamReadException || within instanceof StreamConstraintsException
            ? within
            : refused;
    if (refused.getCause() instanceof Error) { // thrown by the input's own code
      return Rejection.fault("binding", refused);
    }
    if (said instanceof StreamConstraintsException) {
      return Rejection.of(Rejection.Code.TOO_LARGE, "json-budget");
    }
    if (said instanceof InputCoercionException) { // a number beyond its type's range
      return refused instanceof JsonMappingException binding
          ? misfit("wrong-type", binding.getPath())
          : Rejection.of(Rejection.Code.MALFORMED, "wrong-type");
    }
    if (refused instanceof InvalidDefinitionException) {
      return Rejection.fault("binding", refused);
    }
    if (refused instanceof PropertyBindingException unknown) {
      List<JsonMappingException.Reference> path = unknown.getPath();
      return misfit("unknown-field", path.subList(0, path.size() - 1));
    }
    if (refused instanceof ValueInstantiationException constructor) {
      return misfit("refused-by-type", constructor.getPath());
    }
    if (refused instanceof MismatchedInputException mismatch) {
      return misfit("wrong-type", mismatch.getPath());
    }
    boolean duplicate =
        said instanceof JsonProcessingException json
            && json.getOriginalMessage().startsWith("Duplicate field");
    return Rejection.of(Rejection.Code.MALFORMED, duplicate ? "duplicate-field" : "malformed-json");
  }

  private static Rejection misfit(String reason, List<JsonMappingException.Reference> path) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else if (isMap(step.getFrom())) {
        place.append("[*]"); // the sender chose this key
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return Rejection.malformed(reason, List.of(new Violation(place.toString(), reason)));
  }

  private static boolean isMap(@Nullable Object holder) {
    return holder instanceof Map
        || (holder instanceof Class<?> type
            && (Map.class.isAssignableFrom(type) || Map.Entry.class.isAssignableFrom(type)));
  }

  /** Bytes up to a bound; the first beyond it ends the writing. */
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final int bound;
    private boolean over;

    Bounded(int bound) {
      this.bound = bound;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] some, int offset, int length) throws IOException {
      if (length > bound - bytes.size()) {
        over = true;
        throw new IOException("The output exceeds its budget.");
      }
      bytes.write(some, offset, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
