package dev.gabion.validation;

import static java.util.stream.Collectors.joining;

import jakarta.validation.Constraint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The examples of {@code docs/validation.md}, and the constraints that they are examples of. */
final class Examples {
  /** Every constraint of the page, as it is headed there. */
  record Declared(
      @SingleLineText String singleLine,
      @MultiLineText String multiLine,
      @Nfc String nfc,
      @SafeFileName String fileName,
      @RelativePath String path,
      @HttpsUrl(hosts = {"example.com", "*.example.org"}) String url,
      @HostName String host,
      @IpAddress String ip,
      @IpAddress(family = IpAddress.Family.V4, scope = IpAddress.Scope.PUBLIC) String public4,
      @IpAddress(family = IpAddress.Family.V6, scope = IpAddress.Scope.PUBLIC) String public6,
      @IpAddress(scope = IpAddress.Scope.PRIVATE) String privateIp,
      @EmailAddress String email,
      @PhoneNumber String phone,
      @CurrencyCode String currency,
      @CountryCode String country,
      @CountryCode(form = CountryCode.Form.ALPHA_3) String country3,
      @LanguageCode String language,
      @Uuid String uuid,
      @Uuid(version = {4, 7}) String uuidOfVersion,
      @Ulid String ulid,
      @Base64Data(min = 1, max = 5) String base64,
      @Base64UrlData(min = 1, max = 5) String base64Url,
      @DecimalText(min = "-0.50", max = "1000") String decimal,
      @DecimalText(min = "1", max = "10", scale = 0) String whole,
      @InstantWithin(past = "P30D", future = "PT2H") String recent,
      @InstantWithin(past = "P36500D", future = "P36500D") String instant,
      @AwsArn String arn,
      @AwsArn(
              partition = {"aws"},
              service = {"sqs", "sns"},
              region = {"eu-west-1"},
              account = {"123456789012"})
          String exactArn,
      @S3Key(prefix = "uploads/") String upload,
      @S3Key String key,
      @JsonPointer String pointer,
      @LinearPattern("[A-Z]{2}[0-9]{1,8}") String pattern,
      @LinearPattern("(a+)+") String catastrophe) {}

  /** One line of the page. */
  record Example(String property, String rule, String written, boolean fit, String why) {
    String text() {
      return unescaped(written);
    }

    @Override
    public String toString() {
      return property + " " + (fit ? "yes" : "no") + " " + written + " " + why;
    }
  }

  private static final Pattern HEADING = Pattern.compile("### `(@.*)` → `([a-z0-9-]+)`");
  private static final Pattern ROW =
      Pattern.compile("\\| (.*?) \\| (yes|no) \\| ?(.*?) ?\\|", Pattern.DOTALL);
  private static final Pattern TOKEN =
      Pattern.compile("\\\\u([0-9a-f]{4})|\\\\([trn\\\\])|\\{(\\S+) x (\\d+)}|\\{now([+-]P\\w+)?}");

  private Examples() {}

  /** All lines of the page's first part. */
  static List<Example> ofThePage() {
    Map<String, Field> headings = new LinkedHashMap<>();
    for (Field field : Declared.class.getDeclaredFields()) {
      headings.put(heading(rule(field)), field);
    }
    List<Example> examples = new ArrayList<>();
    String property = "";
    String code = "";
    for (String line : page()) {
      Matcher heading = HEADING.matcher(line);
      Matcher row = ROW.matcher(line);
      if (heading.matches()) {
        property = Objects.requireNonNull(headings.get(heading.group(1)), line).getName();
        code = heading.group(2);
      } else if (!property.isEmpty() && row.matches()) {
        String cell = row.group(1).replace("\\|", "|");
        String written = cell.equals("(empty)") ? "" : cell.replaceAll("^`` | ``$|^`|`$", "");
        examples.add(
            new Example(property, code, written, row.group(2).equals("yes"), row.group(3)));
      } else if (line.startsWith("## ")) {
        property = "";
      }
    }
    return examples;
  }

  private static List<String> page() {
    try {
      return Files.readAllLines(
          Path.of(System.getProperty("gabion.root"), "docs", "validation.md"));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** The constraint that stands at a component. */
  static Annotation rule(Field field) {
    return Stream.of(field.getAnnotations())
        .filter(each -> each.annotationType().isAnnotationPresent(Constraint.class))
        .findFirst()
        .orElseThrow();
  }

  /** The rule of a component, ready to use as Hibernate Validator would have it. */
  @SuppressWarnings("unchecked")
  static Rule<Annotation> ready(String property) {
    try {
      Annotation rule = rule(Declared.class.getDeclaredField(property));
      Rule<Annotation> ready =
          (Rule<Annotation>)
              rule.annotationType()
                  .getAnnotation(Constraint.class)
                  .validatedBy()[0]
                  .getDeclaredConstructor()
                  .newInstance();
      ready.initialize(rule);
      return ready;
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("a validator", impossible);
    }
  }

  /** A constraint as it is written in a source, without what it has by default. */
  static String heading(Annotation rule) {
    Class<? extends Annotation> type = rule.annotationType();
    List<Method> set =
        Stream.of(type.getDeclaredMethods())
            .filter(each -> !Objects.deepEquals(value(rule, each), each.getDefaultValue()))
            .sorted(Comparator.comparing(each -> ORDER.indexOf(each.getName())))
            .toList();
    String attributes =
        set.stream()
            .map(
                each ->
                    (each.getName().equals("value") ? "" : each.getName() + " = ")
                        + written(value(rule, each), each.getName()))
            .collect(joining(", "));
    return "@" + type.getSimpleName() + (set.isEmpty() ? "" : "(" + attributes + ")");
  }

  private static final List<String> ORDER =
      List.of(
          "value",
          "hosts",
          "family",
          "scope",
          "form",
          "version",
          "min",
          "max",
          "scale",
          "past",
          "future",
          "partition",
          "service",
          "region",
          "account",
          "prefix");

  private static String written(@Nullable Object value, String attribute) {
    if (value instanceof String text) {
      return "\"" + text + "\"";
    }
    if (value != null && value.getClass().isArray()) {
      Object[] each = new Object[Array.getLength(value)];
      Arrays.setAll(each, i -> written(Array.get(value, i), attribute));
      String all = Stream.of(each).map(Object::toString).collect(joining(", "));
      return attribute.equals("family") ? all : "{" + all + "}";
    }
    return String.valueOf(value);
  }

  private static @Nullable Object value(Annotation rule, Method attribute) {
    try {
      return attribute.invoke(rule);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("an attribute", impossible);
    }
  }

  private static String unescaped(String written) {
    return TOKEN.matcher(written).replaceAll(token -> Matcher.quoteReplacement(meant(token)));
  }

  private static String meant(MatchResult token) {
    if (token.group(1) != null) {
      return Character.toString((char) Integer.parseInt(token.group(1), 16));
    }
    if (token.group(2) != null) {
      return switch (token.group(2)) {
        case "t" -> "\t";
        case "r" -> "\r";
        case "n" -> "\n";
        default -> "\\";
      };
    }
    if (token.group(3) != null) {
      return unescaped(token.group(3)).repeat(Integer.parseInt(token.group(4)));
    }
    String offset = token.group(5);
    Instant now = Instant.now();
    return (offset == null
            ? now
            : offset.startsWith("+")
                ? now.plus(Duration.parse(offset.substring(1)))
                : now.minus(Duration.parse(offset.substring(1))))
        .toString();
  }
}
