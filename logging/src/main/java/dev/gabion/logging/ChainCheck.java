package dev.gabion.logging;

import dev.gabion.logging.AuditVerifier.AnchorCheck;
import dev.gabion.logging.AuditVerifier.ChainReport;
import dev.gabion.logging.AuditVerifier.Finding;
import dev.gabion.logging.AuditVerifier.Kind;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks at the lines of one chain, in the order in which they stand. */
final class ChainCheck {
  /** How many bytes a SHA-256 has. */
  private static final int HASH = 32;

  private final String id;
  private final List<ExportedLine> lines = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  ChainCheck(String id) {
    this.id = id;
  }

  void add(ExportedLine line) {
    lines.add(line);
  }

  /**
   * Looks at everything.
   *
   * @param anchors who knows whether an anchor vouched, or null
   * @param unanchored how many lines may follow each other without an anchor
   */
  ChainReport report(@Nullable AnchorCheck anchors, long unanchored) throws Exception {
    contents();
    NavigableMap<Long, ExportedLine> bySequence = inOrder();
    links(bySequence);
    long vouched = anchors(bySequence, anchors, unanchored);
    return new ChainReport(
        id, bySequence.firstKey(), bySequence.lastKey(), lines.size(), vouched, findings);
  }

  private void contents() {
    for (ExportedLine line : lines) {
      if (!line.isWhole()) {
        find(Kind.EDITED, line, "it does not hash to what it states");
      } else if (!line.isAtItsTime()) {
        find(Kind.EDITED, line, "the timestamp in front is not that of the event");
      }
    }
  }

  /**
   * Finds the fewest lines that must have been moved or put in again for the rest to be in order.
   */
  private NavigableMap<Long, ExportedLine> inOrder() {
    NavigableMap<Long, ExportedLine> bySequence = new TreeMap<>();
    Set<ExportedLine> unmoved = longestInOrder();
    unmoved.forEach(line -> bySequence.put(line.sequence(), line));
    for (ExportedLine line : lines) {
      if (!unmoved.contains(line)) {
        boolean again = bySequence.putIfAbsent(line.sequence(), line) != null;
        find(
            again ? Kind.REPEATED : Kind.REORDERED,
            line,
            again ? "its number is there twice" : "it stands where it was not written");
      }
    }
    return bySequence;
  }

  /** The longest rising sequence of lines, by patience sorting: n log n in their number. */
  private Set<ExportedLine> longestInOrder() {
    NavigableMap<Long, Integer> ends = new TreeMap<>(); // last number → index, by rising length
    int[] before = new int[lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      long sequence = lines.get(i).sequence();
      Map.Entry<Long, Integer> shorter = ends.lowerEntry(sequence);
      before[i] = shorter == null ? -1 : shorter.getValue();
      Long longer = ends.ceilingKey(sequence);
      if (longer == null) {
        ends.put(sequence, i);
      } else if (longer != sequence) { // of two that are the same, the first stays
        ends.remove(longer);
        ends.put(sequence, i);
      }
    }
    Set<ExportedLine> longest = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = ends.lastEntry().getValue(); i >= 0; i = before[i]) {
      longest.add(lines.get(i));
    }
    return longest;
  }

  private void links(NavigableMap<Long, ExportedLine> bySequence) {
    ExportedLine before = null;
    for (ExportedLine line : bySequence.values()) {
      long expected = before == null ? 1 : before.sequence() + 1;
      long missing = line.sequence() - expected;
      if (missing > 0) {
        findings.add(
            new Finding(
                before == null ? Kind.BEGINNING_MISSING : Kind.DELETED,
                line.number(),
                id,
                expected,
                "before this line " + missing + " are missing"));
      } else if (!line.previous().equals(before == null ? Chain.NONE : before.stated())) {
        find(
            Kind.REPLACED,
            line,
            before == null
                ? "it is the first and names one before it"
                : "it names another line before it than line " + before.number());
      }
      before = line;
    }
  }

  /** Returns up to which number somebody vouched. */
  private long anchors(
      NavigableMap<Long, ExportedLine> bySequence, @Nullable AnchorCheck check, long unanchored)
      throws Exception {
    long vouched = 0;
    long from = bySequence.firstKey() - 1;
    for (ExportedLine line : bySequence.values()) {
      if (line.hasAnchor()) {
        int found = findings.size();
        boolean vouches = anchor(line, bySequence, check, vouched);
        boolean further = vouches && line.anchoredSequence() > vouched; // not an old one again
        if (further) {
          vouched = line.anchoredSequence();
        }
        if (further || findings.size() > found) {
          from = line.sequence();
        }
      }
      if (line.sequence() - from > unanchored) {
        find(Kind.UNANCHORED, line, "more lines than agreed are without an anchor up to here");
        from = line.sequence();
      }
    }
    return vouched;
  }

  private boolean anchor(
      ExportedLine line,
      Map<Long, ExportedLine> bySequence,
      @Nullable AnchorCheck check,
      long vouched)
      throws Exception {
    ExportedLine anchored = bySequence.get(line.anchoredSequence());
    String since = "between number " + (vouched + 1) + " and " + line.anchoredSequence();
    boolean rewritten =
        anchored != null && !anchored.computed().equals(line.anchoredHead()) && anchored.isWhole();
    if (rewritten || line.anchoredSequence() >= line.sequence()) {
      find(Kind.REWRITTEN, line, "its anchor vouched for another history " + since);
      return false;
    }
    byte[] head = bytes(line.anchoredHead());
    if (check != null && (head.length != HASH || !check.vouches(head, bytes(line.proof())))) {
      find(Kind.ANCHOR_FORGED, line, "nobody vouched for what was written " + since);
      return false;
    }
    return check != null && anchored != null;
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getUrlDecoder().decode(base64);
    } catch (IllegalArgumentException noBase64) {
      return new byte[0];
    }
  }

  private void find(Kind kind, ExportedLine line, String what) {
    findings.add(new Finding(kind, line.number(), id, line.sequence(), what));
  }

  /** The requests of which the outcome is there. */
  Set<String> requests() {
    Set<String> requests = new HashSet<>();
    for (ExportedLine line : lines) {
      if (line.isOutcome()) {
        requests.add(line.requestId());
      }
    }
    return requests;
  }
}
