package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import dev.gabion.core.Redacted;
import dev.gabion.core.Sensitive;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
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

    @Override
    public List<BeanPropertyWriter> changeProperties(
        SerializationConfig config, BeanDescription type, List<BeanPropertyWriter> writers) {
      if (!type.getBeanClass().isRecord()) {
        return writers;
      }
      List<BeanPropertyWriter> changed = new ArrayList<>();
      for (BeanPropertyWriter writer : writers) {
        Sensitive.As as = as(type.getBeanClass(), writer.getMember().getName());
        if (as == null) {
          changed.add(writer);
        } else if (as != Sensitive.As.DROP) {
          changed.add(new Writer(writer, as, pseudonym));
        }
      }
      return changed;
    }

    /** The component that a member, whatever Jackson calls it, belongs to. */
    private static Sensitive.@Nullable As as(Class<?> type, String member) {
      for (RecordComponent component : type.getRecordComponents()) {
        Sensitive sensitive = component.getAnnotation(Sensitive.class);
        if (sensitive != null && component.getName().equals(member)) {
          return sensitive.value();
        }
      }
      return null;
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
