package dev.gabion.validation;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorFactory;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Path;
import jakarta.validation.TraversableResolver;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import java.lang.annotation.ElementType;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ExpressionLanguageFeatureLevel;
import org.hibernate.validator.spi.scripting.ScriptEvaluator;
import org.hibernate.validator.spi.scripting.ScriptEvaluatorFactory;

/**
 * Hibernate Validator, with every door closed through which text could become behaviour.
 *
 * <p>One stays open, since Hibernate Validator has no way to close it: validators and value
 * extractors that a jar registers as services take part. The class path is trusted code.
 */
final class Engine {
  /** What stands between a rule's code and the number of the violation. */
  static final char NUMBER = '#';

  /**
   * Hibernate Validator greets at INFO, which java.util.logging prints on standard error unless the
   * function says otherwise. Held here, since java.util.logging forgets a level with its logger.
   */
  private static final Logger GREETING =
      Logger.getLogger("org.hibernate.validator.internal.util.Version");

  private Engine() {}

  static Validator boot() {
    if (GREETING.getLevel() == null) {
      GREETING.setLevel(Level.WARNING);
    }
    return Validation.byProvider(HibernateValidator.class)
        .providerResolver(() -> List.of(new HibernateValidator()))
        .configure()
        .ignoreXmlConfiguration()
        .failFast(false)
        .messageInterpolator(new RuleCodes())
        .constraintExpressionLanguageFeatureLevel(ExpressionLanguageFeatureLevel.NONE)
        .customViolationExpressionLanguageFeatureLevel(ExpressionLanguageFeatureLevel.NONE)
        .scriptEvaluatorFactory(new NoScripts())
        .constraintValidatorFactory(new Instantiation())
        .traversableResolver(new Everywhere())
        .enableTraversableResolverResultCache(false)
        .showValidatedValuesInTraceLogs(false)
        .buildValidatorFactory()
        .getValidator();
  }

  /**
   * Makes the rule's code the message, whatever the template says. Hibernate Validator tells
   * violations of one value apart by their messages, so an empty one would swallow some. Each is
   * numbered: violations of like values have like hashes but for their messages, and a set of
   * thousands that all collide is quadratic work for whoever sends them.
   */
  private static final class RuleCodes implements MessageInterpolator {
    private final AtomicLong violations = new AtomicLong();

    @Override
    public String interpolate(String template, Context context) {
      String code = code(context.getConstraintDescriptor().getAnnotation().annotationType());
      return code + NUMBER + violations.incrementAndGet();
    }

    @Override
    public String interpolate(String template, Context context, Locale locale) {
      return interpolate(template, context);
    }

    /** {@code NotNull} is {@code not-null}, {@code URL} is {@code url}. */
    private static String code(Class<?> annotation) {
      String name = annotation.getSimpleName();
      StringBuilder code = new StringBuilder(name.length() + 4);
      for (int i = 0; i < name.length(); i++) {
        if (i > 0
            && Character.isUpperCase(name.charAt(i))
            && (!Character.isUpperCase(name.charAt(i - 1))
                || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))))) {
          code.append('-');
        }
        code.append(Character.toLowerCase(name.charAt(i)));
      }
      return code.toString();
    }
  }

  private static final class NoScripts implements ScriptEvaluatorFactory {
    @Override
    public ScriptEvaluator getScriptEvaluatorByLanguageName(String language) {
      throw new ValidationException("Scripts are not evaluated: write a constraint in Java.");
    }

    @Override
    public void clear() {}
  }

  /**
   * Validators are made by their constructor, this room's own or a public one, and get nothing
   * else.
   */
  private static final class Instantiation implements ConstraintValidatorFactory {
    @Override
    public <T extends ConstraintValidator<?, ?>> T getInstance(Class<T> type) {
      try {
        return type.getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException failure) {
        throw new ValidationException(
            type.getName() + " must be public, with a public constructor without parameters.",
            failure);
      }
    }

    @Override
    public void releaseInstance(ConstraintValidator<?, ?> instance) {}
  }

  /** Looks into everything; the default would ask a persistence provider, if there is one. */
  private static final class Everywhere implements TraversableResolver {
    @Override
    public boolean isReachable(
        Object owner, Path.Node node, Class<?> root, Path path, ElementType kind) {
      return true;
    }

    @Override
    public boolean isCascadable(
        Object owner, Path.Node node, Class<?> root, Path path, ElementType kind) {
      return true;
    }
  }
}
