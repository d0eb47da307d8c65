package dev.gabion.core;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.module.SimpleSerializers;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Jackson is told to bind strictly; the reading itself is {@link StrictJson}'s. */
final class StrictBinding {
  /** A decimal of more digits on either side of its point costs more to use than it says. */
  private static final int MAX_SCALE = 64;

  private static final Set<Class<?>> SHAPELESS =
      Set.of(Object.class, Number.class, java.io.Serializable.class, Comparable.class);

  private StrictBinding() {}

  static ObjectMapper mapper() {
    SimpleModule module = new SimpleModule("gabion");
    module.setDeserializers(new DeclaredShapes());
    module.setSerializers(new KnownForms());
    module.addDeserializer(double.class, new Finite<>(double.class, Double::valueOf));
    module.addDeserializer(Double.class, new Finite<>(Double.class, Double::valueOf));
    module.addDeserializer(float.class, new Finite<>(float.class, StrictBinding::finiteFloat));
    module.addDeserializer(Float.class, new Finite<>(Float.class, StrictBinding::finiteFloat));
    module.addDeserializer(BigDecimal.class, new Finite<>(BigDecimal.class, StrictBinding::scaled));
    iso(module, Instant.class, Instant::parse);
    iso(module, LocalDate.class, LocalDate::parse);
    iso(module, LocalTime.class, LocalTime::parse);
    iso(module, LocalDateTime.class, LocalDateTime::parse);
    iso(module, OffsetDateTime.class, OffsetDateTime::parse);
    iso(module, YearMonth.class, YearMonth::parse);
    iso(module, Duration.class, Duration::parse);
    return JsonMapper.builder()
        .annotationIntrospector(new NoLoopholes())
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

  private static Float finiteFloat(String text) {
    return Float.valueOf(text);
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

  /** Takes nothing whose shape is not declared: what could be anything cannot be checked. */
  private static final class DeclaredShapes extends SimpleDeserializers {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable JsonDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription description)
        throws JsonMappingException {
      if (SHAPELESS.contains(type.getRawClass())) {
        throw shapeless(type.getRawClass());
      }
      JsonDeserializer<?> known = super.findBeanDeserializer(type, config, description);
      if (known == null) {
        refuseUnknown(type.getRawClass());
        if (type.isAbstract() && !type.isPrimitive() && !isOfTheJdk(type.getRawClass())) {
          throw shapeless(type.getRawClass());
        }
      }
      return known;
    }

    @Override
    public JsonDeserializer<?> findTreeNodeDeserializer(
        Class<? extends JsonNode> type, DeserializationConfig config, BeanDescription description) {
      throw shapeless(type);
    }

    private static StartFailed shapeless(Class<?> type) {
      return new StartFailed(
          "has a part of type "
              + type.getName()
              + ", which could be anything: declare the type that it holds.");
    }
  }

  /** Gives nothing that would only be found out to have no JSON form once logic has run. */
  private static final class KnownForms extends SimpleSerializers {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable JsonSerializer<?> findSerializer(
        SerializationConfig config, JavaType type, BeanDescription description) {
      JsonSerializer<?> known = super.findSerializer(config, type, description);
      if (known == null) {
        refuseUnknown(type.getRawClass());
      }
      return known;
    }
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getName().startsWith("java.");
  }

  private static void refuseUnknown(Class<?> type) {
    if (Optional.class == type || type.getName().startsWith("java.util.Optional")) {
      throw new StartFailed(
          "has a part of type "
              + type.getName()
              + ": declare what it holds instead; null means absent.");
    }
    if (type.getName().startsWith("java.time.")) {
      throw new StartFailed(
          "has a part of type "
              + type.getName()
              + ", which has no JSON form here: declare Instant, OffsetDateTime, LocalDate, LocalTime,"
              + " LocalDateTime, YearMonth or Duration.");
    }
  }

  /** Ignores the annotations that would let in what was not declared. */
  private static final class NoLoopholes extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
    }

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated annotated) {
      if (super.findPolymorphicTypeInfo(config, annotated) != null) {
        throw new StartFailed(
            "uses @JsonTypeInfo on "
                + annotated.getName()
                + ": type ids in messages are not taken; declare one type, or one handler for each.");
      }
      return null;
    }
  }
}
