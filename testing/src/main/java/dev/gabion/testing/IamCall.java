package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * One permission that a call needed.
 *
 * @param resource its ARN; or {@code key-of-service()}, until the test says which key that is
 * @param context what a policy's conditions can look at: {@code kms:EncryptionContextKeys} (also
 *     where it is empty), {@code kms:EncryptionContext:…}, {@code kms:RequestAlias}, {@code
 *     kms:ViaService}
 */
record IamCall(String action, String resource, SortedMap<String, List<String>> context) {
  private static final Pattern COPIED =
      Pattern.compile("/?((?<arn>arn:[^/]+/[^/]+)/object|(?<name>[^/:]+))/(?<key>.+)");

  static final String KEYS = "kms:EncryptionContextKeys";
  static final String VALUE = "kms:EncryptionContext:";
  static final String ALIAS = "kms:RequestAlias";
  static final String VIA = "kms:ViaService";

  /** The resource of what a service does with a key that no request names. */
  static final String KEY_OF_SERVICE = "key-of-service";

  IamCall {
    context = Collections.unmodifiableSortedMap(new TreeMap<>(context));
  }

  IamCall at(String otherResource) {
    return new IamCall(action, otherResource, context);
  }

  /** What one call of the SDK needed by one line of the table: none, one, or one for each item. */
  static List<IamCall> of(IamActions.Need need, SdkPojo request, IamResources resources) {
    List<IamCall> calls = new ArrayList<>();
    for (Item item : items(need, request)) {
      boolean holds = need.field() == null || isSaid(item.value(need.field()));
      if (holds == "unless".equals(need.sense()) && need.field() != null) {
        continue;
      }
      SortedMap<String, List<String>> context = new TreeMap<>();
      if (need.context() != null) {
        encryptionContext(item.value(need.context()), context);
      }
      if (need.via() != null) {
        context.put(VIA, List.of(resources.viaService(need.via())));
      }
      List<@Nullable String> names = new ArrayList<>();
      for (String field : need.fields()) {
        Object value = item.value(field);
        names.add(value == null ? null : value.toString());
      }
      if (need.kind().equals("key") && names.get(0) != null && IamResources.isAlias(names.get(0))) {
        context.put(ALIAS, List.of(names.get(0).replaceFirst(".*:", "")));
      }
      boolean open = need.kind().equals("*") || need.kind().equals(KEY_OF_SERVICE);
      calls.add(
          new IamCall(
              need.action(), open ? need.kind() : resources.arn(need.kind(), names), context));
    }
    return calls;
  }

  private static void encryptionContext(
      @Nullable Object said, SortedMap<String, List<String>> context) {
    Map<?, ?> pairs = said instanceof Map<?, ?> map ? map : Map.of();
    List<String> keys =
        new TreeSet<>(pairs.keySet().stream().map(Object::toString).toList()).stream().toList();
    context.put(KEYS, keys);
    pairs.forEach((key, value) -> context.put(VALUE + key, List.of(String.valueOf(value))));
  }

  /** The request; or each item of the list or map that the line's fields go through. */
  private static List<Item> items(IamActions.Need need, SdkPojo request) {
    for (String field : need.fields()) {
      int list = field.indexOf("[]");
      int map = field.indexOf("{}");
      if (list < 0 && map < 0) {
        continue;
      }
      String many = field.substring(0, Math.max(list, map));
      Object all = value(request, many);
      Collection<?> items =
          all instanceof Map<?, ?> found
              ? found.keySet()
              : all instanceof Collection<?> found ? found : List.of();
      return items.stream().map(each -> new Item(request, many, each)).toList();
    }
    return List.of(new Item(request, null, null));
  }

  /** Looks fields up in a request, and those within {@code many} in one of its items. */
  private record Item(SdkPojo request, @Nullable String many, @Nullable Object each) {
    @Nullable Object value(String field) {
      if (many == null || each == null || !field.startsWith(many)) {
        return IamCall.value(request, field);
      }
      String rest = field.substring(many.length() + 2);
      return rest.isEmpty() ? each : IamCall.value(each, rest.substring(1));
    }
  }

  private static @Nullable Object value(Object from, String path) {
    Object at = from;
    for (String name : path.split("\\.", -1)) {
      if (!(at instanceof SdkPojo pojo)) {
        return null;
      }
      at = field(pojo, name);
    }
    return at;
  }

  private static @Nullable Object field(SdkPojo pojo, String name) {
    for (SdkField<?> field : pojo.sdkFields()) {
      if (field.memberName().equals(name)) {
        Object value = field.getValueOrDefault(pojo);
        return value == null && name.startsWith("Source") ? copied(pojo, name) : value;
      }
    }
    throw new IllegalArgumentException("the request has no field " + name);
  }

  /**
   * What a copy in S3 is made of: the client has put it into one field by now, as {@code
   * bucket/key?versionId=…}, encoded.
   */
  private static @Nullable Object copied(SdkPojo pojo, String name) {
    boolean copies =
        pojo.sdkFields().stream().anyMatch(field -> field.memberName().equals("CopySource"));
    Object source = copies ? field(pojo, "CopySource") : null;
    if (source == null) {
      return null;
    }
    String[] sides = source.toString().split("\\?versionId=", 2);
    Matcher parts = COPIED.matcher(URLDecoder.decode(sides[0], UTF_8));
    if (!parts.matches()) {
      throw new IllegalArgumentException("the request copies from something not bucket/key");
    }
    String arn = parts.group("arn");
    return switch (name) {
      case "SourceBucket" -> arn == null ? parts.group("name") : arn;
      case "SourceKey" -> parts.group("key");
      default -> sides.length < 2 ? null : sides[1];
    };
  }

  private static boolean isSaid(@Nullable Object value) {
    if (value instanceof Collection<?> all) {
      return !all.isEmpty();
    }
    return value != null && !value.equals(false) && !value.toString().isEmpty();
  }
}
