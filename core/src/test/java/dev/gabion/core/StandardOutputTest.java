package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardOutputTest {
  private static final String LONG = "x".repeat(20_000);

  private final Writes writes = new Writes();
  private final StandardOutput.Lines lines =
      new StandardOutput.Lines(new PrintStream(writes, false, UTF_8), bytes -> bytes);
  private final PrintStream out = lines.printStream();

  @Test
  void aLineOfTwentyKilobytesIsOneWrite() {
    out.println(LONG);

    assertThat(writes.each).containsExactly(LONG + System.lineSeparator());
  }

  @Test
  void withoutTheWrapperTheSameLineIsSeveralWrites() {
    new PrintStream(writes, false, UTF_8).println(LONG);

    assertThat(writes.each).hasSizeGreaterThan(1);
  }

  @Test
  void everyWayOfPrintingEndsInWholeLines() {
    out.print("a");
    out.print('b');
    out.append("c").append('d').append("xey", 1, 2);
    out.printf("%s%d%n", "f", 7);
    out.write('g');
    out.write("h\nij\nk".getBytes(UTF_8), 0, 6);
    out.println();
    out.print("l\nm\n");

    String end = System.lineSeparator();
    assertThat(writes.each).containsExactly("abcdef7" + end, "gh\nij\n", "k" + end, "l\nm\n");
  }

  @Test
  void whatIsPrintedIsUtf8() {
    out.print("grüße 😀\n");

    assertThat(writes.each).containsExactly("grüße 😀\n");
  }

  @Test
  void aLineThatOneThreadBeganIsNotEndedByAnother() throws Exception {
    out.print("mine ");
    inAnotherThread(() -> out.println("theirs"));
    out.print("too\n");

    assertThat(writes.each).containsExactly("theirs" + System.lineSeparator(), "mine too\n");
  }

  @Test
  void flushingTheStreamDoesNotBreakALine() {
    out.print("half");
    out.flush();
    assertThat(writes.each).isEmpty();
    out.print(" and half\n");

    assertThat(writes.each).containsExactly("half and half\n");
  }

  @Test
  void finishingEndsTheLinesOfThisThreadAndOfThreadsThatHaveEnded() throws Exception {
    out.print("mine");
    inAnotherThread(() -> out.print("left behind"));
    lines.finish();
    lines.finish();

    assertThat(writes.each).containsExactlyInAnyOrder("mine\n", "left behind\n");
  }

  @Test
  void finishingLeavesTheLineOfARunningThreadAlone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finished = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              out.print("one ");
              begun.countDown();
              await(finished);
              out.print("line\n");
            });
    other.start();
    begun.await();
    lines.finish();
    assertThat(writes.each).isEmpty();
    finished.countDown();
    other.join();

    assertThat(writes.each).containsExactly("one line\n");
  }

  @Test
  void aLineLongerThanTheBufferIsPassedAsSeveralLines() {
    String endless = "y".repeat(2 * StandardOutput.FULL);
    out.write(endless.getBytes(UTF_8), 0, endless.length());
    out.print("\n");

    assertThat(writes.each)
        .hasSizeGreaterThan(2)
        .allMatch(each -> each.endsWith("\n") && each.length() <= StandardOutput.FULL);
    assertThat(String.join("", writes.each).replace("\n", "")).isEqualTo(endless);
  }

  @Test
  void aLineThatJustFillsTheBufferIsOneLine() {
    String full = "z".repeat(StandardOutput.FULL - 1);
    out.write(full.getBytes(UTF_8), 0, full.length());
    out.print("\n");

    assertThat(writes.each).containsExactly(full + "\n");
  }

  @Test
  void aPrintedLineIsFilteredWholeInWhateverPiecesItComes() {
    PrintStream filtered = filtered();
    filtered.print("my sec");
    filtered.print('r');
    filtered.write('e');
    filtered.println("t is out");
    filtered.print("two secrets\nsecret in two lines\n");

    assertThat(writes.each)
        .containsExactly("my [] is out" + System.lineSeparator(), "two []s\n[] in two lines\n");
  }

  @Test
  void filteringEachWriteWouldMissASecretInPieces() {
    out.print(clean("my sec"));
    out.print(clean("ret\n"));

    assertThat(writes.each).containsExactly("my secret\n");
  }

  @Test
  void aSecretIsFilteredWhereverALineIsTooLong() {
    int fits = StandardOutput.FULL - StandardOutput.OVERLAP;
    for (int at = fits - 10; at < fits + 10; at++) {
      writes.each.clear();
      filtered().print("x".repeat(at) + "secret" + "y".repeat(StandardOutput.FULL) + "\n");

      assertThat(String.join("", writes.each).replace("\n", ""))
          .contains("[]")
          .doesNotContain("se");
    }
    filtered().print("x".repeat(StandardOutput.FULL - 3) + "secret\n");
    assertThat(String.join("", writes.each).replace("\n", "")).doesNotContain("secret");
  }

  @Test
  void aLineThatIsNeverEndedIsFilteredWhenItIsFinished() {
    StandardOutput.Lines begun =
        new StandardOutput.Lines(new PrintStream(writes, false, UTF_8), line -> clean(line));
    begun.printStream().print("a secret");
    begun.finish();

    assertThat(writes.each).containsExactly("a []\n");
  }

  private PrintStream filtered() {
    return new StandardOutput.Lines(new PrintStream(writes, false, UTF_8), line -> clean(line))
        .printStream();
  }

  private static byte[] clean(byte[] lines) {
    return clean(new String(lines, UTF_8)).getBytes(UTF_8);
  }

  private static String clean(String lines) {
    return lines.replace("secret", "[]");
  }

  @Test
  void theFilterIsSetOnceAndCostsTheLineIfItFails() throws Exception {
    assertThat(run(ProcessBuilder.Redirect.PIPE, "filter"))
        .containsExactly(
            "before",
            "AFTER",
            "audit",
            "Gabion: a line was left out, because it could not be cleaned.",
            "REFUSED");
  }

  @Test
  void eightThreadsOnEveryChannelBreakNoLine() throws Exception {
    List<String> printed = run(ProcessBuilder.Redirect.PIPE, "floor");

    assertThat(printed.stream().sorted().toList().equals(Program.expected())).isTrue();
  }

  @Test
  void withoutTheFloorTheSameThreadsBreakLines() throws Exception {
    List<String> printed = run(ProcessBuilder.Redirect.PIPE, "control");

    assertThat(printed.containsAll(Program.expected())).isFalse();
  }

  @Test
  void whatWasPrintedWithoutALineBreakIsFinishedByFlush() throws Exception {
    List<String> printed = run(ProcessBuilder.Redirect.PIPE, "partial");

    assertThat(printed).containsExactly("audit", "half an error", "half a line", "audit");
  }

  @Test
  void installingTwiceWrapsOnce() throws Exception {
    assertThat(run(ProcessBuilder.Redirect.PIPE, "twice")).containsExactly("same");
  }

  @Test
  void aFullDeviceIsAnErrorAndPrintingToItIsNot(@TempDir Path folder) throws Exception {
    File full = new File("/dev/full");
    if (!full.exists()) {
      System.out.println("Skipped: writing to a full device, for want of /dev/full.");
    }
    assumeTrue(full.exists());
    Path report = folder.resolve("report");
    run(ProcessBuilder.Redirect.to(full), "full", report.toString());

    assertThat(Files.readAllLines(report))
        .containsExactly("println: false", "writeLine: IOException");
  }

  @Test
  void aLineAfterATornOneStandsAlone(@TempDir Path folder) throws Exception {
    Path shell = Path.of("/bin/sh");
    if (!Files.exists(shell)) {
      System.out.println("Skipped: a line torn by a file size limit, for want of /bin/sh.");
    }
    assumeTrue(Files.exists(shell));
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(shell.toString(), "-c", "ulimit -f 256 && exec \"$@\"", "sh"));
    command.addAll(java("torn", log.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();

    List<String> written = Files.readAllLines(log);
    assertThat(written).last().isEqualTo("next");
    assertThat(written.get(written.size() - 2)).matches("x+").hasSizeLessThan(LONG.length());
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
    command.add(Program.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> run(ProcessBuilder.Redirect output, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(java(arguments))
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed.lines().toList();
  }

  private static void inAnotherThread(Runnable work) throws InterruptedException {
    Thread thread = new Thread(work);
    thread.start();
    thread.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Remembers each write by itself. */
  private static final class Writes extends ByteArrayOutputStream {
    private final List<String> each = new ArrayList<>();

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      each.add(new String(bytes, from, length, UTF_8));
    }

    @Override
    public synchronized void write(int b) {
      each.add(Character.toString(b));
    }
  }

  /** What runs in a process of its own, since it is about that process's descriptors. */
  static final class Program {
    private static final int THREADS = 8;
    private static final int ROUNDS = 50;
    private static final List<String> CHANNELS = List.of("audit", "out", "err", "pieces");

    public static void main(String[] what) throws Exception {
      switch (what[0]) {
        case "floor" -> {
          StandardOutput.install();
          everyone(StandardOutput::writeLine);
        }
        case "control" -> {
          FileOutputStream raw = new FileOutputStream(FileDescriptor.out);
          everyone(line -> raw.write((new String(line, UTF_8) + "\n").getBytes(UTF_8)));
        }
        case "partial" -> {
          StandardOutput.install();
          System.err.print("half an error");
          System.out.print("half a line");
          StandardOutput.writeLine("audit".getBytes(UTF_8));
          System.err.println();
          StandardOutput.flush();
          StandardOutput.writeLine("audit".getBytes(UTF_8));
        }
        case "twice" -> {
          StandardOutput.install();
          PrintStream first = System.out;
          StandardOutput.install();
          System.out.println(first == System.out ? "same" : "another");
        }
        case "filter" -> {
          StandardOutput.install();
          System.out.println("before");
          UnaryOperator<byte[]> filter = Program::shout;
          StandardOutput.filter(filter);
          StandardOutput.filter(filter);
          System.out.println("after");
          StandardOutput.writeLine("audit".getBytes(UTF_8));
          System.err.println("too much");
          try {
            StandardOutput.filter(line -> line);
            System.out.println("taken");
          } catch (IllegalStateException refused) {
            System.out.println("refused");
          }
        }
        case "full" -> {
          StandardOutput.install();
          System.out.println("lost");
          String printed = "println: " + System.out.checkError();
          Files.write(
              Path.of(what[1]),
              List.of(printed, "writeLine: " + (taken("lost") ? "taken" : "IOException")));
        }
        case "torn" -> {
          while (taken(LONG)) {}
          try (FileChannel log = FileChannel.open(Path.of(what[1]), StandardOpenOption.WRITE)) {
            log.truncate(log.size() - 10);
          }
          StandardOutput.writeLine("next".getBytes(UTF_8));
        }
        default -> throw new IllegalArgumentException(what[0]);
      }
    }

    private static byte[] shout(byte[] lines) {
      String text = new String(lines, UTF_8);
      if (text.startsWith("too much")) {
        throw new IllegalArgumentException(text);
      }
      return text.toUpperCase(Locale.ROOT).getBytes(UTF_8);
    }

    private static boolean taken(String line) {
      try {
        StandardOutput.writeLine(line.getBytes(UTF_8));
        return true;
      } catch (IOException full) {
        return false;
      }
    }

    interface Audit {
      void write(byte[] line) throws IOException;
    }

    private static void everyone(Audit audit) throws InterruptedException {
      CountDownLatch start = new CountDownLatch(THREADS);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(new Thread(() -> everything(number, start, audit)));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private static void everything(int thread, CountDownLatch start, Audit audit) {
      start.countDown();
      await(start);
      try {
        for (int round = 0; round < ROUNDS; round++) {
          audit.write(line("audit", thread, round).getBytes(UTF_8));
          System.out.println(line("out", thread, round));
          System.err.println(line("err", thread, round));
          String pieces = line("pieces", thread, round);
          System.out.print(pieces.substring(0, 9_000));
          System.out.println(pieces.substring(9_000));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String line(String channel, int thread, int round) {
      String name = channel + " " + thread + " " + round + " ";
      return name + Character.toString('a' + thread).repeat(20_000 - name.length());
    }

    static List<String> expected() {
      List<String> all = new ArrayList<>();
      for (String channel : CHANNELS) {
        for (int thread = 0; thread < THREADS; thread++) {
          for (int round = 0; round < ROUNDS; round++) {
            all.add(line(channel, thread, round));
          }
        }
      }
      return all.stream().sorted().toList();
    }
  }
}
