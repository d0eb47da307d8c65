package dev.gabion.logging;

import dev.gabion.logging.Found.Kind;
import java.util.Arrays;

/** A search for known secrets, in one line in all its readings. */
final class SecretSearch {
  /** So many forms may be marked by one window; where they are, it is taken out by itself, too. */
  static final int CROWD = 32;

  /** What is kept of one form. */
  record Kept(
      int tag,
      int offset,
      int lastTag,
      int length,
      WindowKeys.Digest digest,
      int before,
      int after) {}

  private final Dictionary known;

  /** What digests may cost in all: a multiple of the line, whatever it repeats. */
  private final long budget;

  /** How many forms were looked at and how many bytes were digested. */
  private long work;

  SecretSearch(Dictionary known, int length) {
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
    for (int i = 0; i + WindowKeys.WINDOW <= bytes.length; i++) {
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
    long multiplier = known.keys.multiplier();
    long[] present = known.present;
    int shift = known.presentShift;
    byte[] plain = WindowKeys.PLAIN;
    int end = text.size;
    long window = 0;
    int start = Math.max(0, from - WindowKeys.WINDOW + 1);
    int first = start + WindowKeys.WINDOW - 1;
    for (int i = start; i < end; i++) {
      window = (window << 8) | (plain[bytes[i] & 0xFF] & 0xFF);
      int tag = (int) ((window * multiplier) >>> 32);
      int bit = tag >>> shift;
      if ((present[bit >>> 6] & 1L << bit) != 0 && i >= first) {
        verify(text, i - WindowKeys.WINDOW + 1, tag, found);
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
          && form.lastTag == known.keys.tag(text.bytes, to - WindowKeys.WINDOW)
          && !found.has(text, from, to)
          && isHere(text, from, form)) {
        add(text, from, to, form, found);
      }
    }
    if (looks == CROWD) {
      found.add(text, place, place + WindowKeys.WINDOW, Kind.SECRET);
    }
  }

  /**
   * Whether the form is here, of which two windows are; taken for granted once too much was asked.
   * A single window would not do: whoever repeats one would hide what stands behind it.
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

  /** All forms by the bits of their windows; never changes once it is filled. */
  static final class Dictionary {
    private final WindowKeys keys;
    private final long until;
    private final long[] present;
    private final int presentShift;
    private final Kept[] forms;
    private final int[] next;
    private final int[] slots;
    private final int slotShift;
    private int count;

    Dictionary(WindowKeys keys, long until, int size) {
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

    /** Until when, in running time, nothing of it is too old. */
    long until() {
      return until;
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
}
