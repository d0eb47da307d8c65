package dev.gabion.logging;

import dev.gabion.logging.Found.Kind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  private static final int WINDOW = 8;
  private static final int PLACES = 16;
  private static final int SAMPLE = 256;
  private static final byte[] PLAIN = plain();

  /** So many forms may be marked by one window; where they are, it is taken out by itself, too. */
  private static final int CROWD = 32;

  private final LongSupplier nanos;
  private final Runnable full;

  private final Share secrets = new Share(FORMS);

  /**
   * Contexts that differ in each message make very many data keys: they push out none but these.
   */
  private final Share dataKeys = new Share(DATA_KEY_FORMS);

  private final Map<Integer, Integer> crowds = new HashMap<>();
  private boolean toldFull;
  private @Nullable Keys keys;

  private volatile boolean empty = true;
  private volatile @Nullable Dictionary dictionary;

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
    private final Map<Digest, Value> values = new LinkedHashMap<>();

    private int forms;

    private Share(int most) {
      this.most = most;
    }
  }

  /** One value and what is kept of it. */
  private record Value(long issued, List<Kept> forms) {}

  /** What is kept of one form. */
  private record Kept(
      int tag, int offset, int lastTag, int length, Digest digest, int before, int after) {}

  /** Half of a keyed SHA-256. */
  private record Digest(long high, long low) {}

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
    Keys keyed = keys();
    List<SecretForms.Form> written = writing.apply(secret);
    Digest id = keyed.identity(secret);
    Value known = share.values.remove(id);
    List<Kept> kept = known == null ? List.of() : known.forms;
    if (kept.size() < written.size()) { // new, another's line until now, or not kept in a crowd
      kept.forEach(this::drop);
      List<Kept> anew = new ArrayList<>();
      written.forEach(form -> keep(form, keyed, anew));
      share.forms += anew.size() - kept.size();
      kept = anew;
    }
    share.values.put(id, new Value(nanos.getAsLong(), kept));
    empty = false;
    written.forEach(form -> Arrays.fill(form.bytes, (byte) 0));
  }

  /** Made with the first secret, so that no snapshot has them. */
  private Keys keys() {
    if (keys == null) {
      keys = new Keys(new SecureRandom());
    }
    return keys;
  }

  /**
   * Marks a form by one of its windows: one that neither it nor another has again, if any. One of
   * which each window marks a crowd need not be kept, since each of them is taken out by itself.
   */
  private void keep(SecretForms.Form form, Keys keyed, List<Kept> kept) {
    byte[] bytes = form.bytes;
    int last = bytes.length - WINDOW;
    Rarest rarest = new Rarest(bytes, keyed);
    for (int i = 0; i < PLACES && rarest.crowd > 0; i++) {
      rarest.look((int) ((long) last * ((i + PLACES / 2) % PLACES) / (PLACES - 1)));
    }
    for (int place = 0; place <= last && rarest.crowd >= CROWD; place++) {
      rarest.look(place);
    }
    if (rarest.crowd == Integer.MAX_VALUE) {
      return;
    }
    crowds.merge(rarest.tag, 1, Integer::sum);
    dictionary = null;
    int lastTag = keyed.tag(bytes, last);
    Digest digest = keyed.digest(bytes, 0, bytes.length);
    kept.add(
        new Kept(
            rarest.tag, rarest.offset, lastTag, bytes.length, digest, form.before, form.after));
  }

  /** The window of a form that is there least often, of those that do not mark a crowd yet. */
  private final class Rarest {
    private final byte[] bytes;
    private final Keys keyed;
    private final Map<Integer, Integer> own = new HashMap<>();
    private int offset;
    private int tag;
    private int crowd = Integer.MAX_VALUE;

    Rarest(byte[] bytes, Keys keyed) {
      this.bytes = bytes;
      this.keyed = keyed;
      for (int i = 0; i <= Math.min(bytes.length - WINDOW, SAMPLE); i++) {
        own.merge(keyed.tag(bytes, i), 1, Integer::sum);
      }
    }

    void look(int place) {
      int placesTag = keyed.tag(bytes, place);
      int others = crowds.getOrDefault(placesTag, 0);
      int all = others + own.getOrDefault(placesTag, 1) - 1;
      if (others < CROWD && all < crowd) {
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

  private void drop(Kept form) {
    crowds.computeIfPresent(form.tag, (tag, crowd) -> crowd > 1 ? crowd - 1 : null);
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
  @Nullable Search search(int length) {
    if (empty) {
      return null;
    }
    Dictionary current = dictionary;
    if (current == null || nanos.getAsLong() - current.until > 0) {
      current = renewed();
    }
    return current == null ? null : new Search(current, length);
  }

  private synchronized @Nullable Dictionary renewed() {
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
    Dictionary renewed =
        new Dictionary(keys, now - longest + KEPT.toNanos(), secrets.forms + dataKeys.forms);
    for (Share share : List.of(secrets, dataKeys)) {
      share.values.values().forEach(value -> value.forms.forEach(renewed::add));
    }
    dictionary = renewed;
    return renewed;
  }

  /** What makes bits and digests ours alone. */
  private static final class Keys {
    private final byte[] key = new byte[32];
    private long multiplier;

    Keys(SecureRandom random) {
      random.nextBytes(key);
      multiplier = random.nextLong() | 1;
    }

    int tag(byte[] bytes, int from) {
      long window = 0;
      for (int i = 0; i < WINDOW; i++) {
        window = (window << 8) | plain(bytes[from + i]);
      }
      return tag(window);
    }

    /** The upper half of a product: universal hashing (Dietzfelbinger and others, 1997). */
    int tag(long window) {
      return (int) ((window * multiplier) >>> 32);
    }

    /** Tells values apart that {@link #digest} does not, since their other forms differ. */
    Digest identity(byte[] secret) {
      try {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(key);
        ByteBuffer digest = ByteBuffer.wrap(sha.digest(secret));
        return new Digest(digest.getLong(), digest.getLong());
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible); // every JDK has it
      }
    }

    /** The same for all that is written in the same {@link #plain} characters. */
    Digest digest(byte[] bytes, int from, int to) {
      byte[] same = new byte[to - from];
      for (int i = from; i < to; i++) {
        same[i - from] = (byte) plain(bytes[i]);
      }
      Digest digest = identity(same);
      Arrays.fill(same, (byte) 0);
      return digest;
    }

    void wipe() {
      Arrays.fill(key, (byte) 0);
      multiplier = 0;
    }
  }

  /** Takes for one what base64 and base64url, and a space in a form, write in two ways. */
  private static int plain(byte b) {
    return PLAIN[b & 0xFF] & 0xFF;
  }

  private static byte[] plain() {
    byte[] plain = new byte[256];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) i;
    }
    plain['-'] = '+';
    plain[' '] = '+';
    plain['_'] = '/';
    return plain;
  }

  /** All forms by the bits of their windows; never changes once it is filled. */
  private static final class Dictionary {
    private final Keys keys;
    private final long until;
    private final long[] present;
    private final int presentShift;
    private final Kept[] forms;
    private final int[] next;
    private final int[] slots;
    private final int slotShift;
    private int count;

    Dictionary(Keys keys, long until, int size) {
      this.keys = keys;
      this.until = until;
      int bits = Math.max(10, 32 - Integer.numberOfLeadingZeros(size));
      present = new long[1 << bits]; // 64 bits for each form
      presentShift = 32 - bits - 6;
      forms = new Kept[size];
      next = new int[size];
      slots = new int[1 << bits];
      slotShift = 32 - bits;
      Arrays.fill(slots, -1);
    }

    void add(Kept form) {
      int bit = form.tag >>> presentShift;
      present[bit >>> 6] |= 1L << bit;
      int slot = slot(form.tag);
      forms[count] = form;
      next[count] = slots[slot];
      slots[slot] = count++;
    }

    /** Of the upper bits, since the lower ones do not depend on all of a window. */
    private int slot(int tag) {
      return tag >>> slotShift;
    }
  }

  /** A search of one line in all its readings. */
  static final class Search {
    private final Dictionary known;

    /** What digests may cost in all: a multiple of the line, whatever it repeats. */
    private final long budget;

    /** How many forms were looked at and how many bytes were digested. */
    private long work;

    private Search(Dictionary known, int length) {
      this.known = known;
      this.budget = 8L * length + 16_384;
    }

    long work() {
      return work;
    }

    /** What is searched for: the same object for the same secrets. */
    Object of() {
      return known;
    }

    /** Whether what is searched for may be found by a window of these bytes. */
    boolean marks(byte[] bytes) {
      for (int i = 0; i + WINDOW <= bytes.length; i++) {
        int tag = known.keys.tag(bytes, i);
        for (int form = known.slots[known.slot(tag)]; form >= 0; form = known.next[form]) {
          if (known.forms[form].tag == tag) {
            return true;
          }
        }
      }
      return false;
    }

    /** Finds secrets in one reading, but for those that have their window before {@code from}. */
    void find(Reading text, int from, Found found) {
      byte[] bytes = text.bytes;
      long multiplier = known.keys.multiplier;
      long[] present = known.present;
      int shift = known.presentShift;
      byte[] plain = PLAIN;
      int end = text.size;
      long window = 0;
      int start = Math.max(0, from - WINDOW + 1);
      int first = start + WINDOW - 1;
      for (int i = start; i < end; i++) {
        window = (window << 8) | (plain[bytes[i] & 0xFF] & 0xFF);
        int tag = (int) ((window * multiplier) >>> 32);
        int bit = tag >>> shift;
        if ((present[bit >>> 6] & 1L << bit) != 0 && i >= first) {
          verify(text, i - WINDOW + 1, tag, found);
        }
      }
    }

    /** Looks at the forms that this window marks: at most a crowd. */
    private void verify(Reading text, int place, int tag, Found found) {
      int looks = 0;
      for (int i = known.slots[known.slot(tag)]; i >= 0; i = known.next[i]) {
        Kept form = known.forms[i];
        if (form.tag != tag) {
          continue;
        }
        looks++;
        work++;
        int from = place - form.offset;
        int to = from + form.length;
        if (from >= 0
            && to <= text.size
            && form.lastTag == known.keys.tag(text.bytes, to - WINDOW)
            && !found.has(text, from, to)
            && isHere(text, from, form)) {
          add(text, from, to, form, found);
        }
      }
      if (looks == CROWD) {
        found.add(text, place, place + WINDOW, Kind.SECRET);
      }
    }

    /**
     * Whether the form is here, of which two windows are; taken for granted once too much was
     * asked. A single window would not do: whoever repeats one would hide what stands behind it.
     */
    private boolean isHere(Reading text, int from, Kept form) {
      if (work > budget) {
        return true;
      }
      work += form.length + 64;
      return form.digest.equals(known.keys.digest(text.bytes, from, from + form.length));
    }

    private static void add(Reading text, int from, int to, Kept form, Found found) {
      found.add(
          text,
          Math.max(0, from - (form.before > 0 && isBase64(text, from - 1) ? form.before : 0)),
          Math.min(text.size, to + (form.after > 0 && isBase64(text, to) ? form.after : 0)),
          Kind.SECRET);
    }

    private static boolean isBase64(Reading text, int at) {
      return at >= 0 && at < text.size && Ascii.isBase64(text.bytes[at]);
    }
  }
}
