package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.ChainAnchor;
import dev.gabion.core.Stop;
import dev.gabion.logging.AuditVerifier.AnchorCheck;
import dev.gabion.logging.AuditVerifier.ChainReport;
import dev.gabion.logging.AuditVerifier.Finding;
import dev.gabion.logging.AuditVerifier.Kind;
import dev.gabion.logging.AuditVerifier.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks on a trail of 10,000 events of four environments, in one file. */
class AuditVerifierTest {
  private static final int EVENTS = 10_000;
  private static final int ENVIRONMENTS = 4;
  private static final int EVERY = 250;
  private static final byte[] KEY = "a key of thirty-two bytes or so.".getBytes(UTF_8);
  private static final AuditVerifier CHAINS = AuditVerifier.ofChains();
  private static final AuditVerifier ANCHORED =
      AuditVerifier.ofAnchoredChains(AnchorCheck.hmac(KEY), 2 * EVERY);

  /** START, events, sometimes an anchor, END and REPORT of each invocation. */
  private static final List<String> TRAIL = new ArrayList<>();

  private static final Map<String, Integer> PLACES = new HashMap<>();
  private static final Pattern ANCHOR = Pattern.compile("\"anchor\":\\{[^}]*}");

  @SuppressWarnings("NullAway.Init") // JUnit makes it
  @TempDir
  Path folder;

  @BeforeAll
  static void write() throws Exception {
    List<Recorded> environments = new ArrayList<>();
    for (int i = 0; i < ENVIRONMENTS; i++) {
      environments.add(
          new Recorded(
              i % 2 == 0 ? Recorded.JSON : Recorded.TEXT,
              audit -> audit.anchored(hmac(KEY), EVERY, Duration.ofDays(1))));
    }
    for (int i = 0; i < EVENTS; i++) {
      Recorded environment = environments.get(i % ENVIRONMENTS);
      String request = "request-" + i;
      TRAIL.add("START RequestId: " + request + " Version: 7");
      PLACES.put(request, TRAIL.size());
      environment.audit.write(event(request));
      environment.audit.settle(Recorded.SCOPE);
      environment.lines.forEach(line -> TRAIL.add(new String(line, UTF_8)));
      environment.lines.clear();
      TRAIL.add("END RequestId: " + request);
      TRAIL.add("REPORT RequestId: " + request + "\tDuration: 2.31 ms\tBilled Duration: 3 ms");
    }
  }

  private static AuditEvent event(String request) {
    AuditEvent done = AuditEvents.done();
    InvocationFacts work =
        new InvocationFacts(request, request, null, null, AuditEvents.WORK.function(), "7", false);
    return new AuditEvent(
        Activity.OUTCOME,
        Verdict.ALLOWED,
        Stop.RECORD,
        AuditEvents.TIME,
        work,
        null,
        done.caller(),
        done.outcome(),
        Map.of("note", "grüße \u202e " + request));
  }

  static ChainAnchor hmac(byte[] key) {
    return (head, scope) -> {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(head);
    };
  }

  private Report verify(AuditVerifier verifier, List<String> lines) throws Exception {
    return verifier.verify(Files.write(folder.resolve("exported"), lines));
  }

  private static List<String> changed(Consumer<List<String>> attack) {
    List<String> lines = new ArrayList<>(TRAIL);
    attack.accept(lines);
    return lines;
  }

  /** Where the event of an invocation stands, from 0. */
  private static int of(String request) {
    return PLACES.getOrDefault(request, -1);
  }

  private static long sequence(int index) throws IOException {
    return Recorded.STRICT.readTree(TRAIL.get(index)).at("/unmapped/chain/seq").asLong();
  }

  private static String chain(int index) throws IOException {
    return Recorded.STRICT.readTree(TRAIL.get(index)).at("/unmapped/chain/id").asText();
  }

  private void isFound(Kind kind, int line, long sequence, List<String> lines) throws Exception {
    assertThat(verify(CHAINS, lines).findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.kind()).isEqualTo(kind);
              assertThat(finding.line()).isEqualTo(line + 1);
              assertThat(finding.sequence()).isEqualTo(sequence);
            })
        .hasSizeLessThan(4);
  }

  @Test
  void anUntouchedTrailPassesWithAndWithoutItsAnchors() throws Exception {
    for (AuditVerifier verifier : List.of(CHAINS, ANCHORED)) {
      Report report = verify(verifier, TRAIL);
      assertThat(report.findings()).isEmpty();
      assertThat(report.isClean()).isTrue();
      assertThat(report.chains()).hasSize(ENVIRONMENTS);
      assertThat(report.chains().stream().mapToLong(ChainReport::lines).sum())
          .isEqualTo(EVENTS + ENVIRONMENTS * (EVENTS / ENVIRONMENTS / EVERY));
    }
    assertThat(verify(ANCHORED, TRAIL).chains())
        .allSatisfy(chain -> assertThat(chain.vouched()).isGreaterThan(chain.last() - 2 * EVERY));
    assertThat(verify(CHAINS, TRAIL).chains())
        .allSatisfy(chain -> assertThat(chain.vouched()).isZero());
  }

  @Test
  void anEditedLineIsFound() throws Exception {
    int at = of("request-5000");
    isFound(
        Kind.EDITED,
        at,
        sequence(at),
        changed(
            lines -> lines.set(at, lines.get(at).replace("\"uid\":\"alice\"", "\"uid\":\"bob\""))));
  }

  @Test
  void anEditOfTheVeryLastLineIsFound() throws Exception {
    int at = of("request-9999");
    isFound(
        Kind.EDITED,
        at,
        sequence(at),
        changed(lines -> lines.set(at, lines.get(at).replace("\"code\":200", "\"code\":201"))));
  }

  @Test
  void aTimestampThatIsNotTheEventsIsFoundThoughItIsNotHashed() throws Exception {
    int at = of("request-5000");
    assertThat(TRAIL.get(at)).startsWith("{\"timestamp\":\"2026-03-01T12:00:00.123Z\"");
    isFound(
        Kind.EDITED,
        at,
        sequence(at),
        changed(lines -> lines.set(at, lines.get(at).replace("2026-03-01T12", "2026-03-02T12"))));
  }

  @Test
  void aMemberAddedASecondTimeMakesALineUnreadable() throws Exception {
    int at = of("request-5000");
    List<String> lines =
        changed(
            all ->
                all.set(
                    at,
                    all.get(at)
                        .replace("{\"uid\":\"alice\"", "{\"uid\":\"bob\",\"uid\":\"alice\"")));

    assertThat(verify(CHAINS, lines).findings())
        .extracting(Finding::kind, Finding::line)
        .contains(org.assertj.core.groups.Tuple.tuple(Kind.UNREADABLE, at + 1L));
  }

  @Test
  void aDeletedLineIsFoundWhereItIsMissed() throws Exception {
    int at = of("request-5000");
    int next = of("request-5004");
    isFound(Kind.DELETED, next - 1, sequence(at), changed(lines -> lines.remove(at)));
  }

  @Test
  void aDeletedInvocationIsFoundThoughThePlatformsLinesAreGoneAsWell() throws Exception {
    int at = of("request-5000");
    int next = of("request-5004");
    isFound(
        Kind.DELETED,
        next - 4,
        sequence(at),
        changed(lines -> lines.subList(at - 1, at + 3).clear()));
  }

  @Test
  void theBeginningOfAChainThatIsMissingIsFound() throws Exception {
    int at = of("request-0");
    isFound(Kind.BEGINNING_MISSING, of("request-4") - 1, 1, changed(lines -> lines.remove(at)));
  }

  @Test
  void linesThatAreSwappedAreFound() throws Exception {
    int one = of("request-5000");
    int other = of("request-5004");
    List<Finding> findings =
        verify(CHAINS, changed(lines -> Collections.swap(lines, one, other))).findings();

    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.REORDERED);
              assertThat(finding.line()).isIn(one + 1L, other + 1L);
            });
  }

  @Test
  void aLineThatWasMovedFarIsTheOnlyOneThatIsNamed() throws Exception {
    int early = of("request-100");
    int late = of("request-9000");
    List<Finding> findings =
        verify(CHAINS, changed(lines -> lines.add(early, lines.remove(late)))).findings();

    assertThat(findings)
        .singleElement()
        .isEqualTo(
            new Finding(
                Kind.REORDERED,
                early + 1,
                chain(late),
                sequence(late),
                "it stands where it was not written"));
  }

  @Test
  void aLineThatIsThereTwiceIsFound() throws Exception {
    int at = of("request-5000");
    isFound(
        Kind.REPEATED, at + 1, sequence(at), changed(lines -> lines.add(at + 1, lines.get(at))));
  }

  @Test
  void aLineOfAnotherEnvironmentInThePlaceOfOneIsFound() throws Exception {
    int at = of("request-5000");
    int other = of("request-5001");
    List<String> lines =
        changed(all -> all.set(at, all.get(other).replace(chain(at, other), chain(at, at))));

    assertThat(verify(CHAINS, lines).findings())
        .anyMatch(finding -> finding.kind() == Kind.EDITED && finding.line() == at + 1);
  }

  private static String chain(int unused, int index) {
    try {
      return chain(index);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLineThatWasWrittenAnewWithAHashOfItsOwnIsFoundByTheNext() throws Exception {
    int at = of("request-5000");
    int next = of("request-5004");
    isFound(
        Kind.REPLACED,
        next,
        sequence(next),
        changed(
            lines -> lines.set(at, Forgery.rehashed(lines.get(at).replace("alice", "mallory")))));
  }

  /** What nobody without the anchor's key can prevent, and the chain alone cannot see. */
  private static List<String> writtenAnewFrom(int at, boolean anchorsToo) throws IOException {
    String chain = chain(at);
    List<String> lines = new ArrayList<>(TRAIL);
    lines.set(at, lines.get(at).replace("alice", "mallory"));
    Forgery forgery = new Forgery(chain, anchorsToo);
    for (int i = 0; i < lines.size(); i++) {
      lines.set(i, i < at ? forgery.keep(lines.get(i)) : forgery.chained(lines.get(i)));
    }
    return lines;
  }

  @Test
  void aChainThatIsWrittenAnewToItsEndDeceivesTheChainAndNotItsAnchors() throws Exception {
    int at = of("request-5000");
    List<String> lines = writtenAnewFrom(at, false);

    assertThat(lines.get(at)).contains("mallory");
    List<Finding> findings = verify(ANCHORED, lines).findings();
    assertThat(findings).isNotEmpty().allMatch(each -> each.kind() == Kind.REWRITTEN);
    assertThat(findings.get(0).line()).isGreaterThan(at).isLessThan(at + 8 * 4 * EVERY);
    assertThat(findings.get(0).chain()).isEqualTo(chain(at));
    assertThat(findings.get(0).what()).contains("between number ");
  }

  @Test
  void anAnchorThatIsMadeToFitIsForged() throws Exception {
    int at = of("request-5000");
    List<String> lines = writtenAnewFrom(at, true);

    assertThat(verify(CHAINS, lines).isClean()).isTrue(); // that is what chains cannot see
    List<Finding> findings = verify(ANCHORED, lines).findings();
    assertThat(findings).isNotEmpty().allMatch(each -> each.kind() == Kind.ANCHOR_FORGED);
    assertThat(findings.get(0).line()).isGreaterThan(at).isLessThan(at + 8 * 4 * EVERY);
  }

  @Test
  void anchorsThatAreTakenOutAreMissed() throws Exception {
    Forgery forgery = new Forgery(chain(of("request-0")), false).withoutAnchors();
    List<String> lines = new ArrayList<>(TRAIL);
    lines.replaceAll(forgery::chained);

    assertThat(verify(CHAINS, lines).isClean()).isTrue();
    assertThat(verify(ANCHORED, lines).findings())
        .isNotEmpty()
        .allMatch(each -> each.kind() == Kind.UNANCHORED);
  }

  @Test
  void anchorsUnderAnotherKeyAreForged() throws Exception {
    AuditVerifier other =
        AuditVerifier.ofAnchoredChains(AnchorCheck.hmac("another".getBytes(UTF_8)), 2 * EVERY);

    assertThat(verify(other, TRAIL).findings())
        .hasSize(ENVIRONMENTS * (EVENTS / ENVIRONMENTS / EVERY))
        .allMatch(each -> each.kind() == Kind.ANCHOR_FORGED);
  }

  @Test
  void anEndThatIsCutOffIsFoundByWhatThePlatformSays() throws Exception {
    int from = of("request-9990");
    List<String> lines =
        changed(
            all -> {
              List<String> end = all.subList(from, all.size());
              end.removeIf(line -> line.contains("class_uid"));
            });

    assertThat(verify(CHAINS, lines).findings())
        .hasSize(10)
        .allMatch(finding -> finding.kind() == Kind.UNRECORDED)
        .extracting(Finding::chain)
        .startsWith("request-9990")
        .endsWith("request-9999");
  }

  @Test
  void anEndThatIsCutOffWithThePlatformsLinesIsNotFound() throws Exception {
    List<String> lines = TRAIL.subList(0, of("request-9990") - 1);

    assertThat(verify(CHAINS, lines).isClean()).isTrue(); // docs/audit-trail.md says so
  }

  @Test
  void anEventWithoutAPlaceInAChainIsFound() throws Exception {
    int at = of("request-5000");
    String unchained = TRAIL.get(at).replaceFirst(",\"chain\":\\{.*", "}}");
    List<Finding> findings = verify(CHAINS, changed(lines -> lines.add(at, unchained))).findings();

    assertThat(findings)
        .singleElement()
        .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.UNCHAINED));
  }

  @Test
  void aLineThatWasCutIsFound() throws Exception {
    int at = of("request-5000");
    List<String> lines =
        changed(all -> all.set(at, all.get(at).substring(0, all.get(at).length() / 2)));

    assertThat(verify(CHAINS, lines).findings())
        .extracting(Finding::kind)
        .contains(Kind.UNREADABLE, Kind.DELETED);
  }

  @Test
  void everyFormOfExportIsRead() throws Exception {
    List<String> few = TRAIL.subList(0, 400);
    int edited = of("request-10");
    List<String> attacked = new ArrayList<>(few);
    attacked.set(edited, attacked.get(edited).replace("alice", "bob"));
    for (Export export : Export.values()) {
      Path good = Files.writeString(folder.resolve("good"), export.of(few));
      Path bad = Files.writeString(folder.resolve("bad"), export.of(attacked));

      assertThat(CHAINS.verify(good).findings()).as(export.name()).isEmpty();
      assertThat(CHAINS.verify(good).chains()).as(export.name()).hasSize(ENVIRONMENTS);
      assertThat(CHAINS.verify(bad).findings())
          .as(export.name())
          .singleElement()
          .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.EDITED));
    }
  }

  /** How CloudWatch Logs gives lines out. */
  private enum Export {
    LINES,
    S3,
    TAIL,
    FILTER_LOG_EVENTS,
    FILTER_LOG_EVENTS_ON_ONE_LINE,
    SUBSCRIPTION,
    INSIGHTS,
    INSIGHTS_PARSED,
    QUERY_RESULTS,
    SPACED;

    String of(List<String> lines) {
      return switch (this) {
        case LINES -> String.join("\n", lines);
        case S3 -> each(lines, "2026-03-01T12:00:00.123Z ", "\n");
        case TAIL -> each(lines, "2026-03-01T12:00:00.123000+00:00 2026/03/01/[7]0a1b2c ", "\n");
        case FILTER_LOG_EVENTS ->
            lines.stream()
                .map(
                    line ->
                        "    {\n      \"logStreamName\": \"2026/03/01/[7]0a1b\",\n      \"timestamp\":"
                            + " 1772366400123,\n      \"message\": "
                            + text(line + "\n")
                            + ",\n      \"ingestionTime\": 1772366400999\n    }")
                .collect(
                    Collectors.joining(
                        ",\n",
                        "{\n  \"events\": [\n",
                        "\n  ],\n  \"searchedLogStreams\": []\n}\n"));
        case FILTER_LOG_EVENTS_ON_ONE_LINE ->
            lines.stream()
                .map(line -> "{\"timestamp\":1772366400123,\"message\":" + text(line) + "}")
                .collect(Collectors.joining("\n"));
        case SUBSCRIPTION ->
            lines.stream()
                .map(
                    line ->
                        "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"123456789012\",\"logEvents\":"
                            + "[{\"id\":\"1\",\"timestamp\":1772366400123,\"message\":"
                            + text(line)
                            + "}]}")
                .collect(Collectors.joining());
        case INSIGHTS ->
            lines.stream()
                .map(line -> "{\"@timestamp\":\"2026-03-01\",\"@message\":" + text(line) + "}")
                .collect(Collectors.joining(",\n", "[", "]"));
        case INSIGHTS_PARSED ->
            lines.stream()
                .map(line -> "{\"@message\": " + (line.startsWith("{") ? line : text(line)) + "}")
                .collect(Collectors.joining(",\n", "[", "]"));
        case QUERY_RESULTS ->
            lines.stream()
                .map(
                    line ->
                        "[{\"field\":\"@timestamp\",\"value\":\"2026-03-01\"},"
                            + "{\"field\":\"@message\",\"value\":"
                            + text(line)
                            + "}]")
                .collect(Collectors.joining(",\n", "{\"results\":[", "],\"status\":\"Complete\"}"));
        case SPACED ->
            each(lines, "", "\n").replace("\":\"", "\" : \"").replace("\\u202E", "\\u202e");
      };
    }

    private static String each(List<String> lines, String before, String after) {
      return lines.stream().map(line -> before + line + after).collect(Collectors.joining());
    }

    private static String text(String line) {
      try {
        return Recorded.STRICT.writeValueAsString(line);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void whatThePlatformSaysInJsonIsReadAsWell() throws Exception {
    String began =
        "{\"time\":\"2026-03-01T12:00:00.123Z\",\"type\":\"platform.start\",\"record\":"
            + "{\"requestId\":\"request-77777\",\"version\":\"7\"}}";

    assertThat(verify(CHAINS, changed(lines -> lines.add(began))).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.UNRECORDED);
              assertThat(finding.chain()).isEqualTo("request-77777");
              assertThat(finding.line()).isEqualTo(TRAIL.size() + 1);
            });
  }

  @Test
  void theTextOfAnApplicationsMessageIsNoEvent() throws Exception {
    String said = Recorded.STRICT.writeValueAsString(TRAIL.get(of("request-5")));
    String message =
        "{\"timestamp\":\"2026-03-01T12:00:00.123Z\",\"level\":\"INFO\",\"message\":" + said + "}";

    assertThat(verify(CHAINS, changed(lines -> lines.add(message))).isClean()).isTrue();
  }

  /** One anchor that vouched, in the place of all later ones. */
  private static List<String> withOneAnchorAgainAndAgain() throws IOException {
    List<String> lines = new ArrayList<>(TRAIL);
    int first = 0;
    while (!lines.get(first).contains("\"anchor\":{")) {
      first++;
    }
    Matcher anchor = ANCHOR.matcher(lines.get(first));
    assertThat(anchor.find()).isTrue();
    Forgery forgery = new Forgery(chain(first), false);
    for (int i = 0; i < lines.size(); i++) {
      if (i <= first) {
        lines.set(i, forgery.keep(lines.get(i)));
      } else if (lines.get(i).contains(chain(first))) {
        String line = lines.get(i).replace("alice", "mallory");
        lines.set(i, forgery.chained(ANCHOR.matcher(line).replaceFirst(anchor.group())));
      }
    }
    return lines;
  }

  @Test
  void anAnchorThatIsRepeatedVouchesForNoMoreThanItDid() throws Exception {
    List<String> lines = withOneAnchorAgainAndAgain();

    assertThat(lines.stream().filter(line -> line.contains("mallory"))).hasSizeGreaterThan(2_000);
    assertThat(verify(CHAINS, lines).isClean()).isTrue();
    assertThat(verify(ANCHORED, lines).findings())
        .hasSizeGreaterThan(3)
        .allMatch(each -> each.kind() == Kind.UNANCHORED);
  }

  @Test
  void anAnchorOfWhatIsNoHashIsForgedAndEndsNothing() throws Exception {
    AuditVerifier strict =
        AuditVerifier.ofAnchoredChains(
            (head, proof) -> {
              assertThat(head).hasSize(32); // as a service refuses to look at another
              return AnchorCheck.hmac(KEY).vouches(head, proof);
            },
            2 * EVERY);
    int first = 0;
    while (!TRAIL.get(first).contains("\"anchor\":{")) {
      first++;
    }
    int at = first;
    for (String head : List.of("", "AAAA", "no base64!")) {
      List<String> lines =
          changed(
              all ->
                  all.set(
                      at,
                      Forgery.rehashed(
                          all.get(at)
                              .replaceFirst(
                                  "\"anchor\":\\{\"seq\":[0-9]+,\"head\":\"[^\"]*\"",
                                  "\"anchor\":{\"seq\":0,\"head\":\"" + head + "\""))));

      assertThat(verify(strict, lines).findings())
          .anyMatch(each -> each.kind() == Kind.ANCHOR_FORGED && each.line() == at + 1);
    }
  }

  @Test
  void anInvocationOfWhichOnlyADetailIsLeftIsUnrecorded() throws Exception {
    Recorded recorded = new Recorded(Recorded.TEXT);
    recorded.audit.write(AuditEvents.detail(Activity.SECRET));
    recorded.audit.write(AuditEvents.done());
    List<String> lines = new ArrayList<>(List.of("START RequestId: request-1 Version: 7"));
    recorded.lines.forEach(line -> lines.add(new String(line, UTF_8)));
    assertThat(verify(CHAINS, lines).isClean()).isTrue();
    lines.remove(2);

    assertThat(verify(CHAINS, lines).findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.UNRECORDED));
  }

  /** What took minutes when it was looked for again from each place. */
  @Test
  void aLineThatNearlyIsThePlatformsIsReadOnce() throws Exception {
    String line = "\"type\":\"platform.start\"".repeat(200_000) + "equestId";

    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(verify(CHAINS, List.of(line)).chains()).isEmpty());
  }
}
