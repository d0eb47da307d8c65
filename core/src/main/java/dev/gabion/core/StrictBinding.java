package dev.gabion.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Jackson is told to bind strictly; the reading itself is {@link StrictJson}'s. */
final class StrictBinding {
  /** A decimal of more digits on either side of its point costs more to use than it says. */
  private static final int MAX_SCALE = 64;

  private StrictBinding() {}

  static ObjectMapper mapper() {
    SimpleModule module = new SimpleModule("gabion");
    module.setDeserializers(new DeclaredTypes.Inputs());
    module.setSerializers(new DeclaredTypes.Outputs());
    module.setDeserializerModifier(new DeclaredTypes.Exactly());
    module.addDeserializer(double.class, new Finite<>(double.class, Double::valueOf));
    module.addDeserializer(Double.class, new Finite<>(Double.class, Double::valueOf));
    module.addDeserializer(float.class, new Finite<>(float.class, Float::valueOf));
    module.addDeserializer(Float.class, new Finite<>(Float.class, Float::valueOf));
    module.addDeserializer(BigDecimal.class, new Finite<>(BigDecimal.class, StrictBinding::scaled));
    iso(module, Instant.class, Instant::parse);
    iso(module, LocalDate.class, LocalDate::parse);
    iso(module, LocalTime.class, LocalTime::parse);
    iso(module, LocalDateTime.class, LocalDateTime::parse);
    iso(module, OffsetDateTime.class, OffsetDateTime::parse);
    iso(module, YearMonth.class, YearMonth::parse);
    iso(module, Duration.class, Duration::parse);
    return JsonMapper.builder()
        .annotationIntrospector(new DeclaredTypes.NoLoopholes())
        .addModule(module)
        .disable(
            MapperFeature.ALLOW_COERCION_OF_SCALARS,
            MapperFeature.USE_GETTERS_AS_SETTERS,
            MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
        .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
            DeserializationFeature.FAIL_ON_UNRESOLVED_OBJECT_IDS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .withCoercionConfigDefaults(
            any -> {
              any.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
              any.setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail);
              any.setCoercion(CoercionInputShape.EmptyObject, CoercionAction.Fail);
            })
        .withCoercionConfig(
            LogicalType.Textual,
            text -> {
              text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
        .build();
  }

  private static BigDecimal scaled(String text) {
    BigDecimal value = new BigDecimal(text);
    if (Math.abs(value.scale()) > MAX_SCALE) {
      throw new ArithmeticException("scale");
    }
    return value;
  }

  private static <T> void iso(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addDeserializer(type, new Iso<>(type, parse));
    module.addSerializer(type, ToStringSerializer.instance);
  }

  /** A number that is one: never NaN, never infinite, never so large that using it is an attack. */
  private static final class Finite<T extends Number> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1;

    private final transient Function<String, T> parse;

    Finite(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonToken token = parser.currentToken();
      if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
        return mismatch(context);
      }
      try {
        T value = parse.apply(parser.getText());
        return Double.isFinite(value.doubleValue()) ? value : mismatch(context);
      } catch (ArithmeticException | NumberFormatException unusable) {
        return mismatch(context);
      }
    }

    private T mismatch(DeserializationContext context) throws IOException {
      return context.reportInputMismatch(this, "not a number within range");
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
      if (handledType().isPrimitive()) {
        return context.reportInputMismatch(this, "a primitive is missing");
      }
      return null;
    }
  }

  /** A date or time as ISO 8601 writes it, in a string. */
  private static final class Iso<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1;

    private final transient Function<String, T> parse;

    Iso(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        try {
          return parse.apply(parser.getText());
        } catch (DateTimeException unreadable) {
          return context.reportInputMismatch(this, "not ISO 8601");
        }
      }
      return context.reportInputMismatch(this, "not ISO 8601");
    }
  }
}
