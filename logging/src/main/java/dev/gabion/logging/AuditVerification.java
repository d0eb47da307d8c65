package dev.gabion.logging;

import dev.gabion.logging.AuditVerifier.AnchorCheck;
import dev.gabion.logging.AuditVerifier.ChainReport;
import dev.gabion.logging.AuditVerifier.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The verifier as a program: what it was asked, what it says, and the status that it ends with. */
final class AuditVerification {
  /** Each file has a trail, and nothing is wrong with any. */
  static final int CLEAN = 0;

  /** Something is not as written, or there is no trail. */
  static final int WRONG = 1;

  /** It cannot be told: the question was not understood, or a file cannot be read. */
  static final int UNKNOWN = 2;

  private static final String USAGE =
      """
      Verifies exported audit trails: [--hmac-key FILE [--anchored LINES]] EXPORTED...
        --hmac-key FILE    checks anchors with this key; without it they are not checked
        --anchored LINES   how many lines may follow each other without an anchor
      Ends with 0 if nothing is wrong, 1 if something is, 2 if that cannot be told.""";

  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

  private final PrintStream out;
  private final List<String> files = new ArrayList<>();
  private @Nullable String key;
  private @Nullable String most;

  private AuditVerification(PrintStream out) {
    this.out = out;
  }

  static int run(List<String> arguments, PrintStream out) {
    AuditVerification asked = new AuditVerification(out);
    String misunderstood = asked.read(arguments);
    if (misunderstood != null) {
      out.println(misunderstood);
      out.println(USAGE);
      return UNKNOWN;
    }
    return asked.verify();
  }

  /** Returns what is not understood, or null. */
  private @Nullable String read(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean option = argument.startsWith("-");
      if (!option) {
        files.add(argument);
      } else if (!argument.equals("--hmac-key") && !argument.equals("--anchored")) {
        return "There is no option " + argument + ".";
      } else if (++i == arguments.size()) {
        return argument + " takes a value.";
      } else if (argument.equals("--hmac-key")) {
        key = arguments.get(i);
      } else if (COUNT.matcher(arguments.get(i)).matches()) {
        most = arguments.get(i);
      } else {
        return "--anchored takes a number of lines from 1 on.";
      }
    }
    if (files.isEmpty()) {
      return "Which files?";
    }
    return most != null && key == null
        ? "--anchored takes --hmac-key: without the key no anchor is checked."
        : null;
  }

  private int verify() {
    AuditVerifier verifier;
    try {
      verifier = verifier();
    } catch (IOException | InvalidPathException unreadable) {
      out.println("The key cannot be read: " + unreadable);
      return UNKNOWN;
    }
    int status = CLEAN;
    for (String file : files) {
      try {
        status = Math.max(status, tell(file, verifier.verify(Path.of(file))));
      } catch (Exception unreadable) {
        out.println(file + ": cannot be read: " + unreadable);
        status = UNKNOWN;
      }
    }
    return status;
  }

  private AuditVerifier verifier() throws IOException {
    if (key == null) {
      return AuditVerifier.ofChains();
    }
    byte[] secret = Files.readAllBytes(Path.of(key));
    if (secret.length == 0) {
      throw new IOException(key + " is empty");
    }
    return AuditVerifier.ofAnchoredChains(
        AnchorCheck.hmac(secret), most == null ? Integer.MAX_VALUE : Integer.parseInt(most));
  }

  private int tell(String file, Report report) {
    for (ChainReport chain : report.chains()) {
      out.printf(
          "%s: chain %s, %d lines, %d to %d, %s%n",
          file,
          chain.id(),
          chain.lines(),
          chain.first(),
          chain.last(),
          key == null ? "anchors not checked" : "vouched for up to " + chain.vouched());
    }
    if (report.printed() > 0) {
      out.printf(
          "%s: %d lines that the function printed pass for events, and are not looked into%n",
          file, report.printed());
    }
    report.findings().forEach(finding -> out.println(file + ": " + finding));
    out.println(
        file
            + (report.isClean()
                ? ": nothing is wrong."
                : report.chains().isEmpty()
                    ? ": NOT a trail: there is no audit line in it."
                    : ": NOT as written."));
    return report.isClean() ? CLEAN : WRONG;
  }
}
