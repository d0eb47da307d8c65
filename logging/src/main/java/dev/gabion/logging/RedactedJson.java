package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.AnyGetterWriter;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerBuilder;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import dev.gabion.core.Redacted;
import dev.gabion.core.Sensitive;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets Jackson write records without what is sensitive in them. */
final class RedactedJson extends SimpleModule {
  private static final long serialVersionUID = 1;

  RedactedJson(UnaryOperator<String> pseudonym) {
    super("gabion-redaction");
    setSerializerModifier(new Modifier(pseudonym));
  }

  private static final class Modifier extends BeanSerializerModifier {
    private static final long serialVersionUID = 1;

    private final transient UnaryOperator<String> pseudonym;

    Modifier(UnaryOperator<String> pseudonym) {
      this.pseudonym = pseudonym;
    }

    /** Of a record that has something to hide, what belongs to no component is left out. */
    @Override
    public List<BeanPropertyWriter> changeProperties(
        SerializationConfig config, BeanDescription type, List<BeanPropertyWriter> writers) {
      if (!isSensitive(type.getBeanClass())) {
        return writers;
      }
      List<BeanPropertyWriter> changed = new ArrayList<>();
      for (BeanPropertyWriter writer : writers) {
        RecordComponent component = component(type, writer.getMember());
        Sensitive.As as = component == null ? Sensitive.As.DROP : as(component);
        if (as == null) {
          changed.add(writer);
        } else if (as != Sensitive.As.DROP) {
          changed.add(new Writer(writer, as, pseudonym));
        }
      }
      return changed;
    }

    /** Members that a map holds are left out, unless the map may be seen. */
    @Override
    public BeanSerializerBuilder updateBuilder(
        SerializationConfig config, BeanDescription type, BeanSerializerBuilder builder) {
      if (isSensitive(type.getBeanClass()) && !isOpen(type, type.findAnyGetter())) {
        builder.setAnyGetter(null);
        builder.setProperties(builder.getProperties().stream().map(Modifier::unlessOfMap).toList());
        BeanPropertyWriter[] inViews = builder.getFilteredProperties();
        if (inViews != null) {
          Arrays.setAll(inViews, i -> unlessOfMap(inViews[i]));
        }
      }
      return builder;
    }

    private static @Nullable BeanPropertyWriter unlessOfMap(@Nullable BeanPropertyWriter writer) {
      return writer instanceof AnyGetterWriter ? new Nothing(writer) : writer;
    }

    /** What is written as one value is so in place of its members. */
    @Override
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription type, JsonSerializer<?> serializer) {
      AnnotatedMember value = type.findJsonValueAccessor();
      if (!isSensitive(type.getBeanClass()) || value == null || isOpen(type, value)) {
        return serializer;
      }
      RecordComponent component = component(type, value);
      Sensitive.As as = component == null ? null : as(component);
      return new AsText(
          of ->
              as == null
                  ? Redacted.text((Record) of, pseudonym)
                  : Redacted.text(String.valueOf(value.getValue(of)), as, pseudonym));
    }

    /** Names of members are whole records as texts. */
    @Override
    public JsonSerializer<?> modifyKeySerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonSerializer<?> serializer) {
      return isSensitive(type.getRawClass())
          ? new AsName(of -> Redacted.text((Record) of, pseudonym))
          : serializer;
    }

    private static boolean isSensitive(Class<?> type) {
      return type.isRecord()
          && Arrays.stream(type.getRecordComponents()).anyMatch(component -> as(component) != null);
    }

    private static Sensitive.@Nullable As as(RecordComponent component) {
      Sensitive sensitive = component.getAnnotation(Sensitive.class);
      return sensitive == null ? null : sensitive.value();
    }

    private static boolean isOpen(BeanDescription type, @Nullable AnnotatedMember member) {
      RecordComponent component = member == null ? null : component(type, member);
      return component != null && as(component) == null;
    }

    /** The component that a member belongs to: its accessor, or a getter of its name. */
    private static @Nullable RecordComponent component(
        BeanDescription type, AnnotatedMember member) {
      for (RecordComponent component : type.getBeanClass().getRecordComponents()) {
        String name = component.getName();
        String getter = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        if (member.getName().equals(name)
            || member.getName().equals("get" + getter)
            || member.getName().equals("is" + getter)) {
          return component;
        }
      }
      return null;
    }
  }

  /** Stands where the members of a map would. */
  private static final class Nothing extends BeanPropertyWriter {
    private static final long serialVersionUID = 1;

    Nothing(BeanPropertyWriter of) {
      super(of);
    }

    @Override
    public void serializeAsField(Object bean, JsonGenerator json, SerializerProvider provider) {}

    @Override
    public void serializeAsElement(Object bean, JsonGenerator json, SerializerProvider provider) {}
  }

  /** Writes something as one text, whatever else is told of it. */
  private static final class AsText extends JsonSerializer<Object> {
    private final Function<Object, String> text;

    AsText(Function<Object, String> text) {
      this.text = text;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(text.apply(value));
    }

    @Override
    public void serializeWithType(
        Object value, JsonGenerator json, SerializerProvider provider, TypeSerializer type)
        throws IOException {
      serialize(value, json, provider);
    }
  }

  /** Writes something as the name of a member. */
  private static final class AsName extends JsonSerializer<Object> {
    private final Function<Object, String> text;

    AsName(Function<Object, String> text) {
      this.text = text;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeFieldName(text.apply(value));
    }
  }

  private static final class Writer extends BeanPropertyWriter {
    private static final long serialVersionUID = 1;

    private final Sensitive.As as;
    private final transient UnaryOperator<String> pseudonym;

    Writer(BeanPropertyWriter of, Sensitive.As as, UnaryOperator<String> pseudonym) {
      super(of);
      this.as = as;
      this.pseudonym = pseudonym;
    }

    private Writer(Writer of, PropertyName name) {
      super(of, name);
      this.as = of.as;
      this.pseudonym = of.pseudonym;
    }

    /** Stays what it is where a record is written as a part of another, under longer names. */
    @Override
    protected BeanPropertyWriter _new(PropertyName name) {
      return new Writer(this, name);
    }

    @Override
    public void serializeAsField(Object bean, JsonGenerator json, SerializerProvider provider)
        throws Exception {
      json.writeFieldName(getName());
      serializeAsElement(bean, json, provider);
    }

    @Override
    public void serializeAsElement(Object bean, JsonGenerator json, SerializerProvider provider)
        throws Exception {
      Object value = get(bean);
      if (value == null) {
        json.writeNull();
      } else {
        json.writeString(Redacted.text(String.valueOf(value), as, pseudonym));
      }
    }
  }
}
