package dev.gabion.logging;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Says whether an exported audit trail is as it was written: finds what was edited, deleted, moved,
 * repeated, replaced or cut off, and where.
 *
 * <p>One file may hold the lines of many execution environments, each with its own chain, and
 * whatever else the function logged. The lines of one environment stand in the order in which they
 * were written. What the chain cannot show by itself: whoever can change the log can write a whole
 * chain anew, which only anchors disprove; and can cut off its end, which only what the platform
 * says of its invocations disproves. {@code docs/audit-trail.md} says more.
 */
public final class AuditVerifier {
  /** What the platform says of an invocation, in text and in JSON. */
  private static final Pattern PLATFORM =
      Pattern.compile(
          "(START|END|REPORT) RequestId: ([0-9A-Za-z-]{1,64})"
              + "|\"type\":\\s*\"platform\\.(start|runtimeDone|report)\".{0,200}?"
              + "\"requestId\":\\s*\"([0-9A-Za-z-]{1,64})\"",
          Pattern.DOTALL);

  private final @Nullable AnchorCheck anchors;
  private final long unanchored;

  private AuditVerifier(@Nullable AnchorCheck anchors, long unanchored) {
    this.anchors = anchors;
    this.unanchored = unanchored;
  }

  /** Looks at chains alone: anchors are compared with what they vouched for, but not checked. */
  public static AuditVerifier ofChains() {
    return new AuditVerifier(null, Long.MAX_VALUE);
  }

  /**
   * Looks at chains and checks their anchors.
   *
   * @param anchors who knows whether an anchor vouched
   * @param unanchored how many lines of one chain may follow each other without an anchor: what was
   *     agreed with the sink, and as many again for invocations that ran side by side
   */
  public static AuditVerifier ofAnchoredChains(AnchorCheck anchors, int unanchored) {
    return new AuditVerifier(anchors, unanchored);
  }

  /** Knows whether an anchor vouched: KMS with {@code VerifyMac}, or a key that is at hand. */
  public interface AnchorCheck {
    /**
     * Whether the anchor's key vouched for a head.
     *
     * @param head the SHA-256 of a line
     * @param proof what {@link dev.gabion.core.ChainAnchor#vouch} gave for it
     * @throws Exception if it cannot be told
     */
    boolean vouches(byte[] head, byte[] proof) throws Exception;

    /** Checks HMAC-SHA256 of heads under a key that is at hand. */
    static AnchorCheck hmac(byte[] key) {
      SecretKeySpec secret = new SecretKeySpec(key, "HmacSHA256");
      return (head, proof) -> {
        try {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(secret);
          return MessageDigest.isEqual(mac.doFinal(head), proof);
        } catch (GeneralSecurityException impossible) { // every Java platform has it
          throw new IllegalStateException(impossible);
        }
      };
    }
  }

  /** What can be wrong with a trail. */
  public enum Kind {
    /** A line was changed. */
    EDITED,
    /** Lines between two others are not there. */
    DELETED,
    /** The first lines of a chain are not there: cut off, or before the time of the export. */
    BEGINNING_MISSING,
    /** A line stands behind one that was written after it. */
    REORDERED,
    /** A line is there twice: put in again, or exported twice. */
    REPEATED,
    /** A line is not the one that the next was written after: one of the two was put in. */
    REPLACED,
    /** An event of this library has no place in any chain. */
    UNCHAINED,
    /** A line that may have been an event cannot be read any more. */
    UNREADABLE,
    /** An anchor vouched for another history than the one that is there. */
    REWRITTEN,
    /** An anchor's proof is of nobody's making. */
    ANCHOR_FORGED,
    /** Too many lines follow each other without an anchor: some were taken out, or it failed. */
    UNANCHORED,
    /** The platform says that an invocation ran, of which there is no event: the end is cut off. */
    UNRECORDED,
    /** There is no chain at all: the file is of something else, or all events are gone. */
    ABSENT
  }

  /**
   * Something that is wrong.
   *
   * @param kind what
   * @param line the line of the file where it shows, or the number of the message in JSON, from 1
   * @param chain which chain, or the request of an invocation
   * @param sequence which line of the chain; 0 where there is none
   * @param what more about it; nothing that the line says
   */
  public record Finding(Kind kind, long line, String chain, long sequence, String what) {
    @Override
    public String toString() {
      return "line %d: %s, %s/%d: %s".formatted(line, kind, chain, sequence, what);
    }
  }

  /**
   * What is known of one chain.
   *
   * @param id which chain
   * @param first the number of its first line that is there
   * @param last the number of its last line that is there; what follows it may be cut off
   * @param lines how many there are
   * @param vouched up to which number a checked anchor vouched; what is behind it is as good as the
   *     log is safe
   * @param findings what is wrong
   */
  public record ChainReport(
      String id, long first, long last, long lines, long vouched, List<Finding> findings) {
    /** Copies the findings. */
    public ChainReport {
      findings = List.copyOf(findings);
    }
  }

  /**
   * What is known of a trail.
   *
   * @param chains its chains, in the order in which they begin
   * @param findings everything that is wrong, in the order of lines
   * @param printed how many lines look like events and are not looked into: they are marked as what
   *     the function's code has printed
   */
  public record Report(List<ChainReport> chains, List<Finding> findings, long printed) {
    /** Copies the lists. */
    public Report {
      chains = List.copyOf(chains);
      findings = List.copyOf(findings);
    }

    /** Whether there is a trail and nothing is wrong with it, as far as it can be told. */
    public boolean isClean() {
      return findings.isEmpty();
    }
  }

  /**
   * Reads one file: lines as they were written, or JSON as CloudWatch Logs gives it out; gzipped or
   * not.
   *
   * @throws IOException if it cannot be read
   * @throws Exception if anchors cannot be checked
   */
  public Report verify(Path file) throws Exception {
    Gathered gathered = new Gathered();
    new LogExport().read(file, gathered::take);
    List<ChainReport> chains = new ArrayList<>();
    for (ChainCheck chain : gathered.chains.values()) {
      chains.add(chain.report(anchors, unanchored));
      gathered.recorded.addAll(chain.requests());
    }
    gathered.unrecorded();
    if (chains.isEmpty()) {
      gathered.findings.add(new Finding(Kind.ABSENT, 0, "", 0, "there is no audit line in it"));
    }
    List<Finding> all =
        Stream.concat(
                gathered.findings.stream(),
                chains.stream().flatMap(chain -> chain.findings().stream()))
            .sorted(Comparator.comparingLong(Finding::line))
            .toList();
    return new Report(chains, all, gathered.printed);
  }

  /** What is gathered while a file is read. */
  private static final class Gathered {
    private final Map<String, ChainCheck> chains = new LinkedHashMap<>();
    private final Map<String, Long> invocations = new LinkedHashMap<>();
    private final Set<String> recorded = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private long printed;

    /** Takes a message, which has one line, unless the function's own logger wrote it. */
    void take(long number, String message) {
      message.lines().forEach(line -> line(number, line));
    }

    private void line(long number, String text) {
      if (!ExportedLine.looksLikeOne(text)) {
        Matcher platform = PLATFORM.matcher(text);
        if (text.contains("equestId") && platform.find()) {
          String request = platform.group(2) == null ? platform.group(4) : platform.group(2);
          invocations.putIfAbsent(request, number);
        }
        return;
      }
      if (ExportedLine.isPrinted(text)) {
        printed++;
        return;
      }
      try {
        ExportedLine line = ExportedLine.read(number, text);
        if (line.isChained()) {
          chains.computeIfAbsent(line.chain(), ChainCheck::new).add(line);
        } else if (line.isOurs()) {
          findings.add(new Finding(Kind.UNCHAINED, number, "", 0, "it has no place in a chain"));
        }
      } catch (IOException unreadable) {
        findings.add(
            new Finding(Kind.UNREADABLE, number, "", 0, "it is no longer one JSON object"));
      }
    }

    /** Compares with the platform's lines, where it wrote any. */
    void unrecorded() {
      invocations.forEach(
          (request, number) -> {
            if (!recorded.contains(request)) {
              findings.add(
                  new Finding(
                      Kind.UNRECORDED,
                      number,
                      request,
                      0,
                      "the platform says that it ran; it was cut off, ended by force, or goes on"));
            }
          });
    }
  }

  /**
   * Verifies files and prints what was found; ends with 0 if there is a trail in each and nothing
   * is wrong, with 1 if something is, and with 2 if that cannot be told.
   *
   * @param arguments files; before them, optionally, {@code --hmac-key FILE} with the anchors' key
   *     and {@code --anchored N} with how many lines may follow each other without an anchor
   */
  public static void main(String[] arguments) {
    System.exit(AuditVerification.run(List.of(arguments), System.out));
  }
}
