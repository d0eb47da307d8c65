package dev.gabion.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.SecureHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One GET of a kilobyte over a kept connection; and the first of a process. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class OutboundCalls {
  /** Who calls. */
  @Param public OutboundCaller subject;

  private OutboundServer server;
  private OutboundCaller.Calling calling;

  /** Starts a server and makes the first call. */
  @Setup
  public void start() throws Exception {
    Path keys = OutboundServer.keys(Files.createTempDirectory("gabion-bench"));
    server = new OutboundServer(keys);
    calling = subject.start(OutboundServer.certificate(keys), server.port());
    if (calling.call() != OutboundServer.BYTES) {
      throw new IllegalStateException("That is another answer.");
    }
  }

  /** Ends the server. */
  @TearDown
  public void end() {
    server.close();
  }

  /** One call. */
  @Benchmark
  public int call() throws Exception {
    return calling.call();
  }

  /** Prints what a client and its first call take in a fresh JVM, the median of several. */
  static void first(int rounds, Path folder) throws Exception {
    Path keys = OutboundServer.keys(folder);
    Map<OutboundCaller, List<Long>> millis = new EnumMap<>(OutboundCaller.class);
    try (OutboundServer server = new OutboundServer(keys)) {
      for (int round = 0; round <= rounds; round++) {
        for (OutboundCaller caller : OutboundCaller.values()) {
          long took = child(caller, keys, server.port());
          if (round > 0) { // the first finds no file in memory
            millis.computeIfAbsent(caller, none -> new ArrayList<>()).add(took);
          }
        }
      }
    }
    System.out.println("\n| a client and its first call | ms, median of " + rounds + " |");
    System.out.println("|---|--:|");
    millis.forEach(
        (caller, all) ->
            System.out.println(
                "| " + caller + " | " + all.stream().sorted().toList().get(rounds / 2) + " |"));
  }

  private static long child(OutboundCaller caller, Path keys, int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Bench.MANAGED);
    command.addAll(
        Arrays.asList(
            "-cp",
            System.getProperty("java.class.path"),
            OutboundCalls.class.getName(),
            caller.name(),
            keys.toString(),
            Integer.toString(port)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return Long.parseLong(new String(process.getInputStream().readAllBytes(), UTF_8).strip());
  }

  /** Measures in a JVM of its own. */
  public static void main(String[] arguments) throws Exception {
    Class.forName(SecureHandler.class.getName()); // as in a function: the floors first
    var trusted = OutboundServer.certificate(Path.of(arguments[1]));
    long began = System.nanoTime();
    OutboundCaller.valueOf(arguments[0]).start(trusted, Integer.parseInt(arguments[2])).call();
    System.out.println((System.nanoTime() - began) / 1_000_000);
    System.exit(0);
  }
}
