package dev.gabion.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.gabion.testing.LocalAws;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The first message of a fresh JVM, from the cipher's making to the message's being there, with one
 * call of a KMS in another process; and how often KMS is called for ten thousand messages.
 */
final class SealedCold {
  private static final int MESSAGES = 10_000;

  private SealedCold() {}

  /** Prints a table of as many rounds; one before them is not counted. */
  static void measure(int rounds) throws Exception {
    Map<Sealer, List<Double>> cpu = new EnumMap<>(Sealer.class);
    Map<Sealer, List<Double>> elapsed = new EnumMap<>(Sealer.class);
    try (LocalAws aws = LocalAws.start()) {
      Sealer.Kms kms = Sealer.Kms.of(aws);
      for (int round = 0; round <= rounds; round++) {
        for (Sealer sealer : Sealer.values()) {
          String[] millis = run(sealer, kms).split(" ", 2);
          if (round > 0) {
            cpu.computeIfAbsent(sealer, key -> new ArrayList<>()).add(Double.valueOf(millis[0]));
            elapsed
                .computeIfAbsent(sealer, key -> new ArrayList<>())
                .add(Double.valueOf(millis[1]));
          }
        }
      }
    }
    System.out.printf("%nJDK %s, %d starts each%n%n", Runtime.version(), rounds);
    System.out.println("| the first message by | CPU ms | elapsed ms |\n|---|--:|--:|");
    cpu.forEach(
        (sealer, all) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s |%n",
                sealer.name().toLowerCase(Locale.ROOT),
                quartiles(all),
                quartiles(elapsed.getOrDefault(sealer, List.of()))));
  }

  private static String quartiles(List<Double> values) {
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f – %.0f)",
        Report.quantile(values, 0.5),
        Report.quantile(values, 0.25),
        Report.quantile(values, 0.75));
  }

  private static String run(Sealer sealer, Sealer.Kms kms) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Bench.MANAGED);
    command.addAll(AuditPeer.OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(SealedCold.class.getName(), sealer.name(), kms.uri().toString(), kms.key()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(kms.environment());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String last = said.lines().reduce((first, second) -> second).orElse("");
    if (!last.matches("[0-9.]+ [0-9.]+")) {
      throw new IllegalStateException(sealer + " sealed nothing: " + said);
    }
    return last;
  }

  /**
   * One fresh JVM: prints the milliseconds of its processor time, all threads', and elapsed.
   *
   * @param arguments a {@link Sealer}, the address of KMS and a key's ARN
   */
  public static void main(String[] arguments) throws Exception {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Sealer.Kms kms = new Sealer.Kms(URI.create(arguments[1]), System.getenv(), arguments[2]);
    long cpuBefore = process.getProcessCpuTime();
    long before = System.nanoTime();
    byte[] message =
        Sealer.valueOf(arguments[0]).start(kms, 1000).seal(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    long after = System.nanoTime();
    long cpuAfter = process.getProcessCpuTime();
    if (message.length < 8) {
      throw new IllegalStateException("That is no message.");
    }
    System.out.println((cpuAfter - cpuBefore) / 1e6 + " " + (after - before) / 1e6);
    System.exit(0); // the SDK's threads are nobody's business here
  }

  /** Prints how many calls that many messages cause, sealed and opened, a thousand for one key. */
  static void countCalls() throws Exception {
    System.out.printf(
        "%nCalls of KMS for %,d messages sealed and opened, a data key serving 1,000%n%n",
        MESSAGES);
    System.out.println("| subject | GenerateDataKey | Decrypt |\n|---|--:|--:|");
    for (Sealer sealer : List.of(Sealer.GABION, Sealer.OFFICIAL)) {
      try (LocalAws aws = LocalAws.start()) {
        Sealer.Sealed cipher = sealer.start(Sealer.Kms.of(aws), 1_000);
        byte[] plaintext = new byte[100];
        for (int i = 0; i < MESSAGES; i++) {
          if (!Arrays.equals(cipher.open(cipher.seal(plaintext)), plaintext)) {
            throw new IllegalStateException("It opens to something else.");
          }
        }
        System.out.printf(
            "| %s | %d | %d |%n",
            sealer.name().toLowerCase(Locale.ROOT),
            aws.count("GenerateDataKey"),
            aws.count("Decrypt"));
      }
    }
  }
}
