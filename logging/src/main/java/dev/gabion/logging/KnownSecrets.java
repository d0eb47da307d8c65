package dev.gabion.logging;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the secrets that this environment was given, without keeping them.
 *
 * <p>Of each form of a secret it keeps its length, 32 keyed bits of one window of eight bytes, and
 * a keyed digest. A text is read once, window by window; where a window's bits are known, the
 * digest decides. So the time for a text does not depend on how many secrets there are: see {@code
 * docs/decisions/0007-scrubbing.md}.
 */
final class KnownSecrets {
  /** What is shorter is not looked for. */
  static final int SHORTEST = 8;

  /** How long a value is looked for after it was last issued, in running time. */
  static final Duration KEPT = Duration.ofHours(24);

  /** How many forms are kept; a secret has seven to a dozen, and one for each of its lines. */
  static final int FORMS = 32 * 1024;

  /** How many forms of data keys are kept beside those: as many keys as a cipher keeps at once. */
  static final int DATA_KEY_FORMS = 24 * 1024;

  private static final int PLACES = 16;
  private static final int SAMPLE = 256;

  private final LongSupplier nanos;
  private final Runnable full;

  private final Share secrets = new Share(FORMS);

  /**
   * Contexts that differ in each message make very many data keys: they push out none but these.
   */
  private final Share dataKeys = new Share(DATA_KEY_FORMS);

  private final Map<Integer, Integer> crowds = new HashMap<>();
  private boolean toldFull;
  private @Nullable WindowKeys keys;

  private volatile boolean empty = true;
  private volatile SecretSearch.@Nullable Dictionary dictionary;

  /**
   * Starts out knowing nothing.
   *
   * @param nanos the running time
   * @param full told once when values are forgotten because there are too many
   */
  KnownSecrets(LongSupplier nanos, Runnable full) {
    this.nanos = nanos;
    this.full = full;
  }

  /** So many forms of values of one kind. */
  private static final class Share {
    private final int most;

    /** By digest, the one that was issued last at the end. */
    private final Map<WindowKeys.Digest, Value> values = new LinkedHashMap<>();

    private int forms;

    private Share(int most) {
      this.most = most;
    }
  }

  /** One value and what is kept of it. */
  private record Value(long issued, List<SecretSearch.Kept> forms) {}

  /** Looks for a secret from now on, and for its lines and fields. */
  void learn(byte[] secret) {
    boolean tell;
    synchronized (this) {
      learn(secret, SecretForms::of, secrets);
      byte[] bare = SecretForms.bare(secret);
      if (bare.length < secret.length) {
        learn(bare, SecretForms::of, secrets);
      }
      for (byte[] line : SecretForms.lines(secret)) {
        learn(line, same -> List.of(new SecretForms.Form(same)), secrets);
      }
      for (byte[] field : SecretForms.fields(bare)) {
        learn(field, SecretForms::of, secrets);
        Arrays.fill(field, (byte) 0);
      }
      Arrays.fill(bare, (byte) 0);
      tell = makeRoom(secrets) && !toldFull;
      toldFull |= tell;
    }
    if (tell) {
      full.run();
    }
  }

  /** Looks for a data key from now on: one value, whatever its bytes. */
  synchronized void learnDataKey(byte[] key) {
    learn(key, SecretForms::of, dataKeys);
    makeRoom(dataKeys);
  }

  private void learn(byte[] secret, Function<byte[], List<SecretForms.Form>> writing, Share share) {
    if (secret.length < SHORTEST) {
      return;
    }
    WindowKeys keyed = keys();
    List<SecretForms.Form> written = writing.apply(secret);
    WindowKeys.Digest id = keyed.identity(secret);
    Value known = share.values.remove(id);
    List<SecretSearch.Kept> kept = known == null ? List.of() : known.forms;
    if (kept.size() < written.size()) { // new, another's line until now, or not kept in a crowd
      kept.forEach(this::drop);
      List<SecretSearch.Kept> anew = new ArrayList<>();
      written.forEach(form -> keep(form, keyed, anew));
      share.forms += anew.size() - kept.size();
      kept = anew;
    }
    share.values.put(id, new Value(nanos.getAsLong(), kept));
    empty = false;
    written.forEach(form -> Arrays.fill(form.bytes, (byte) 0));
  }

  /** Made with the first secret, so that no snapshot has them. */
  private WindowKeys keys() {
    if (keys == null) {
      keys = new WindowKeys(new SecureRandom());
    }
    return keys;
  }

  /**
   * Marks a form by one of its windows: one that neither it nor another has again, if any. One of
   * which each window marks a crowd need not be kept, since each of them is taken out by itself.
   */
  private void keep(SecretForms.Form form, WindowKeys keyed, List<SecretSearch.Kept> kept) {
    byte[] bytes = form.bytes;
    int last = bytes.length - WindowKeys.WINDOW;
    Rarest rarest = new Rarest(bytes, keyed);
    for (int i = 0; i < PLACES && rarest.crowd > 0; i++) {
      rarest.look((int) ((long) last * ((i + PLACES / 2) % PLACES) / (PLACES - 1)));
    }
    for (int place = 0; place <= last && rarest.crowd >= SecretSearch.CROWD; place++) {
      rarest.look(place);
    }
    if (rarest.crowd == Integer.MAX_VALUE) {
      return;
    }
    crowds.merge(rarest.tag, 1, Integer::sum);
    dictionary = null;
    int lastTag = keyed.tag(bytes, last);
    WindowKeys.Digest digest = keyed.digest(bytes, 0, bytes.length);
    kept.add(
        new SecretSearch.Kept(
            rarest.tag, rarest.offset, lastTag, bytes.length, digest, form.before, form.after));
  }

  /** The window of a form that is there least often, of those that do not mark a crowd yet. */
  private final class Rarest {
    private final byte[] bytes;
    private final WindowKeys keyed;
    private final Map<Integer, Integer> own = new HashMap<>();
    private int offset;
    private int tag;
    private int crowd = Integer.MAX_VALUE;

    Rarest(byte[] bytes, WindowKeys keyed) {
      this.bytes = bytes;
      this.keyed = keyed;
      for (int i = 0; i <= Math.min(bytes.length - WindowKeys.WINDOW, SAMPLE); i++) {
        own.merge(keyed.tag(bytes, i), 1, Integer::sum);
      }
    }

    void look(int place) {
      int placesTag = keyed.tag(bytes, place);
      int others = crowds.getOrDefault(placesTag, 0);
      int all = others + own.getOrDefault(placesTag, 1) - 1;
      if (others < SecretSearch.CROWD && all < crowd) {
        crowd = all;
        offset = place;
        tag = placesTag;
      }
    }
  }

  /** Forgets what is too old, and then the oldest until the rest fits; whether it had to. */
  private boolean makeRoom(Share share) {
    long now = nanos.getAsLong();
    boolean crowded = false;
    Iterator<Value> oldest = share.values.values().iterator();
    while (oldest.hasNext()) {
      Value value = oldest.next();
      boolean old = now - value.issued > KEPT.toNanos();
      if (!old && share.forms <= share.most) {
        break;
      }
      crowded |= !old;
      oldest.remove();
      value.forms.forEach(this::drop);
      share.forms -= value.forms.size();
    }
    empty = secrets.values.isEmpty() && dataKeys.values.isEmpty();
    return crowded;
  }

  private void drop(SecretSearch.Kept form) {
    crowds.computeIfPresent(form.tag(), (tag, crowd) -> crowd > 1 ? crowd - 1 : null);
    dictionary = null;
  }

  /** Forgets everything, and the keys, without which digests say nothing. */
  synchronized void wipe() {
    for (Share share : List.of(secrets, dataKeys)) {
      share.values.clear();
      share.forms = 0;
    }
    crowds.clear();
    if (keys != null) {
      keys.wipe();
    }
    keys = null;
    dictionary = null;
    empty = true;
  }

  /** How many values are looked for. */
  synchronized int size() {
    makeRoom(secrets);
    makeRoom(dataKeys);
    return secrets.values.size() + dataKeys.values.size();
  }

  /** A search of one line in all its readings; null if no secret is known. */
  @Nullable SecretSearch search(int length) {
    if (empty) {
      return null;
    }
    SecretSearch.Dictionary current = dictionary;
    if (current == null || nanos.getAsLong() - current.until() > 0) {
      current = renewed();
    }
    return current == null ? null : new SecretSearch(current, length);
  }

  private synchronized SecretSearch.@Nullable Dictionary renewed() {
    makeRoom(secrets);
    makeRoom(dataKeys);
    if (empty || keys == null) {
      return null;
    }
    long now = nanos.getAsLong();
    long longest = 0; // how long ago the oldest was issued
    for (Share share : List.of(secrets, dataKeys)) {
      for (Value oldest : share.values.values()) {
        longest = Math.max(longest, now - oldest.issued);
        break;
      }
    }
    SecretSearch.Dictionary renewed =
        new SecretSearch.Dictionary(
            keys, now - longest + KEPT.toNanos(), secrets.forms + dataKeys.forms);
    for (Share share : List.of(secrets, dataKeys)) {
      share.values.values().forEach(value -> value.forms.forEach(renewed::add));
    }
    dictionary = renewed;
    return renewed;
  }
}
