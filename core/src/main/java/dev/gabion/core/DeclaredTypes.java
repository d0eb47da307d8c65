package dev.gabion.core;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.CreatorProperty;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleSerializers;
import com.fasterxml.jackson.databind.type.ArrayType;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.databind.type.ReferenceType;
import com.fasterxml.jackson.databind.util.NameTransformer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.util.Currency;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which types may be declared, and which annotations on them count. What is refused is refused
 * while the handler starts, by the type's name and with what to declare instead.
 */
final class DeclaredTypes {
  /**
   * The JDK's own types that have one strict form in JSON, beside collections, arrays and what
   * {@link StrictBinding} reads itself. Others look up hosts, load classes, compile patterns, or
   * take several spellings for one value.
   */
  private static final Set<Class<?>> OF_THE_JDK =
      Set.of(
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Character.class,
          BigInteger.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class);

  private DeclaredTypes() {}

  private static StartFailed refusal(JavaType type, String instead) {
    return new StartFailed("has a part of type " + type.toCanonical() + ": " + instead);
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getName().startsWith("java.") || type.getName().startsWith("javax.");
  }

  /** Refuses the types that have no JSON form in either direction. */
  private static void refuseFormless(JavaType type) {
    String name = type.getRawClass().getName();
    if (name.startsWith("java.util.Optional")) {
      throw refusal(type, "declare what it holds; null means absent.");
    }
    if (name.startsWith("java.time.")) {
      throw refusal(
          type,
          "declare Instant, OffsetDateTime, LocalDate, LocalTime, LocalDateTime, YearMonth or"
              + " Duration.");
    }
  }

  /** Takes nothing whose shape is not declared: what could be anything cannot be checked. */
  static final class Inputs extends SimpleDeserializers {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable JsonDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription description)
        throws JsonMappingException {
      JsonDeserializer<?> known = super.findBeanDeserializer(type, config, description);
      Class<?> raw = type.getRawClass();
      if (known != null || raw.isPrimitive() || OF_THE_JDK.contains(raw)) {
        return known;
      }
      refuseFormless(type);
      if (isOfTheJdk(raw) || type.isAbstract() || raw.getName().startsWith("com.fasterxml.")) {
        throw refusal(type, "it could be anything; declare the type that it holds.");
      }
      return null;
    }

    @Override
    public JsonDeserializer<?> findTreeNodeDeserializer(
        Class<? extends JsonNode> type, DeserializationConfig config, BeanDescription description) {
      throw refusal(config.constructType(type), "it could be anything; declare what it holds.");
    }

    @Override
    public JsonDeserializer<?> findReferenceDeserializer(
        ReferenceType type,
        DeserializationConfig config,
        BeanDescription description,
        @Nullable TypeDeserializer typeId,
        @Nullable JsonDeserializer<?> content) {
      throw refusal(type, "declare what it holds; null means absent.");
    }

    @Override
    public @Nullable JsonDeserializer<?> findMapDeserializer(
        MapType type,
        DeserializationConfig config,
        BeanDescription description,
        @Nullable KeyDeserializer key,
        @Nullable TypeDeserializer typeId,
        @Nullable JsonDeserializer<?> content)
        throws JsonMappingException {
      JavaType keys = type.getKeyType();
      if (keys.getRawClass() != String.class && !keys.isEnumType()) {
        throw refusal(type, "several names could be one key; declare keys of String or an enum.");
      }
      return super.findMapDeserializer(type, config, description, key, typeId, content);
    }

    @Override
    public @Nullable JsonDeserializer<?> findArrayDeserializer(
        ArrayType type,
        DeserializationConfig config,
        BeanDescription description,
        @Nullable TypeDeserializer typeId,
        @Nullable JsonDeserializer<?> content)
        throws JsonMappingException {
      Class<?> element = type.getContentType().getRawClass();
      if (element == double.class || element == float.class) {
        throw refusal(type, "declare a List<Double>, whose elements are read strictly.");
      }
      return super.findArrayDeserializer(type, config, description, typeId, content);
    }
  }

  /** Gives nothing that would only be found out to have no JSON form once logic has run. */
  static final class Outputs extends SimpleSerializers {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable JsonSerializer<?> findSerializer(
        SerializationConfig config, JavaType type, BeanDescription description) {
      JsonSerializer<?> known = super.findSerializer(config, type, description);
      if (known == null) {
        refuseFormless(type);
      }
      return known;
    }
  }

  /** Takes values exactly as they are spelt, and nothing for nothing. */
  static final class Exactly extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
        DeserializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      return new Untrimmed(deserializer);
    }

    /** A primitive that is set when it comes cannot tell that it did not. */
    @Override
    public BeanDeserializerBuilder updateBuilder(
        DeserializationConfig config,
        BeanDescription description,
        BeanDeserializerBuilder builder) {
      Iterator<SettableBeanProperty> properties = builder.getProperties();
      while (properties.hasNext()) {
        SettableBeanProperty property = properties.next();
        if (property.getType().isPrimitive() && !(property instanceof CreatorProperty)) {
          throw new StartFailed(
              "has the primitive "
                  + description.getBeanClass().getName()
                  + "."
                  + property.getName()
                  + ", which would be 0 or false if it were missing: declare its wrapper type, or a"
                  + " record.");
        }
      }
      return builder;
    }
  }

  /** An enum's constant by its name, without the blanks around it that Jackson would take. */
  private static final class Untrimmed extends DelegatingDeserializer {
    private static final long serialVersionUID = 1;

    Untrimmed(JsonDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new Untrimmed(delegate);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.hasToken(JsonToken.VALUE_STRING)) {
        String name = parser.getText();
        if (!name.equals(name.trim())) {
          return context.reportInputMismatch(this, "not a constant");
        }
      }
      return super.deserialize(parser, context);
    }
  }

  /** Ignores or refuses the annotations that would let in what was not declared. */
  static final class NoLoopholes extends JacksonAnnotationIntrospector {
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

    /** One field, one name. */
    @Override
    public List<PropertyName> findPropertyAliases(Annotated annotated) {
      return List.of();
    }

    @Override
    public JsonFormat.@Nullable Value findFormat(Annotated annotated) {
      JsonFormat.Value format = super.findFormat(annotated);
      return format == null
          ? null
          : format
              .withoutFeature(JsonFormat.Feature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
              .withoutFeature(JsonFormat.Feature.ACCEPT_CASE_INSENSITIVE_VALUES)
              .withoutFeature(JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY);
    }

    @Override
    public @Nullable NameTransformer findUnwrappingNameTransformer(AnnotatedMember member) {
      if (super.findUnwrappingNameTransformer(member) != null) {
        throw new StartFailed(
            "uses @JsonUnwrapped on "
                + member.getName()
                + ", which lets in fields that nobody declared: declare them in one type.");
      }
      return null;
    }

    @Override
    public JavaType refineDeserializationType(
        MapperConfig<?> config, Annotated annotated, JavaType declared)
        throws JsonMappingException {
      JavaType refined = super.refineDeserializationType(config, annotated, declared);
      if (!refined.equals(declared)) {
        throw new StartFailed(
            "uses @JsonDeserialize on "
                + annotated.getName()
                + " for another type than the declared one, whose rules would not run: declare it.");
      }
      return refined;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated annotated) {
      if (super.findPolymorphicTypeInfo(config, annotated) != null) {
        throw new StartFailed(
            "uses @JsonTypeInfo on "
                + annotated.getName()
                + ": type ids in messages are not taken; declare one type, or a handler for each.");
      }
      return null;
    }
  }
}
