package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Redacted;
import dev.gabion.core.SecretSource;
import dev.gabion.core.Sensitive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records and documents for people who may not see everything in them: what a record's
 * {@link Sensitive} components and the declared places of a document say is masked, shortened, made
 * a pseudonym or left out.
 *
 * <pre>{@code
 * Redaction redaction = Redaction.of("/card/number", "/customer/email").with(Sensitive.As.HMAC, "/customer/id");
 * log.info("Received {}", redaction.json(body));
 * }</pre>
 *
 * <p>It never changes: every choice gives a copy. Only with a key for pseudonyms is there anything
 * to start: then hand it to {@code .uses(…)}.
 */
public final class Redaction implements Managed {
  private static final String UNREADABLE = "\"[not JSON]\"";

  private final List<Place> places;
  private final @Nullable Pseudonyms pseudonyms;
  private final ObjectMapper mapper = new ObjectMapper();

  private Redaction(List<Place> places, @Nullable Pseudonyms pseudonyms) {
    this.places = places;
    this.pseudonyms = pseudonyms;
  }

  /**
   * Masks these places of documents.
   *
   * @param pointers JSON pointers (RFC 6901), such as {@code "/card/number"}; {@code *} stands for
   *     every element or member
   * @throws IllegalArgumentException if one is no pointer, or means the whole document
   */
  public static Redaction of(String... pointers) {
    return new Redaction(List.of(), null).with(Sensitive.As.MASK, pointers);
  }

  /**
   * Treats these places of documents in this way.
   *
   * @throws IllegalArgumentException if one is no pointer, or means the whole document
   */
  public Redaction with(Sensitive.As as, String... pointers) {
    List<Place> more = new ArrayList<>(places);
    for (String pointer : pointers) {
      more.add(Place.of(pointer, as));
    }
    return new Redaction(List.copyOf(more), pseudonyms);
  }

  /**
   * Makes pseudonyms with this key; without one they are masks.
   *
   * @param key at least 16 random bytes; started and wiped with this, hand it to nobody else
   */
  public Redaction pseudonyms(SecretSource key) {
    return new Redaction(places, new Pseudonyms(key));
  }

  @Override
  public void start(Environment environment) throws Exception {
    if (pseudonyms != null) {
      pseudonyms.start(environment);
    }
  }

  @Override
  public void beforeSnapshot() throws Exception {
    if (pseudonyms != null) {
      pseudonyms.beforeSnapshot();
    }
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    if (pseudonyms != null) {
      pseudonyms.afterRestore(environment);
    }
  }

  /** A record as its {@code toString} writes it, without what is {@link Sensitive}. */
  public String text(Record value) {
    return Redacted.text(value, this::pseudonym);
  }

  /**
   * A document without what stands at the declared places; one that is not JSON as a whole.
   *
   * <p>Of a member that is there twice, the last is kept.
   */
  public String json(String document) {
    try {
      return json(mapper.readTree(document)).toString();
    } catch (JsonProcessingException unreadable) {
      return UNREADABLE;
    }
  }

  /** The same of a tree, which stays as it is. */
  public JsonNode json(JsonNode document) {
    JsonNode copy = document.deepCopy();
    places.forEach(place -> place.redact(copy, this::pseudonym));
    return copy;
  }

  /**
   * Lets Jackson write records without what is {@link Sensitive}: for a mapper that writes log
   * lines, not for one that writes replies.
   *
   * <p>Of such a record it writes nothing that belongs to no component, since that may be made of
   * what is sensitive; as the name of a map's member it writes {@link #text}. A serializer of your
   * own writes what it writes.
   */
  public Module module() {
    return new RedactedJson(this::pseudonym);
  }

  private String pseudonym(String text) {
    return pseudonyms == null
        ? Redacted.text(text, Sensitive.As.MASK, same -> same)
        : pseudonyms.of(text);
  }

  @Override
  public String describe() {
    return pseudonyms == null
        ? "Redaction of " + places.size() + " places"
        : "Redaction of " + places.size() + " places, pseudonyms by " + pseudonyms.describe();
  }
}
