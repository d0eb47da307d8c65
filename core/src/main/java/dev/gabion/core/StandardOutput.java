package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps log lines whole and clean: the floor that everything printed and every audit line passes.
 *
 * <p>A {@link PrintStream} hands on a long line in pieces of 8 KB, and a pipe takes more than 4 KB
 * at once only if nobody else writes. So {@code System.out} and {@code System.err} are wrapped
 * once, early in INIT: each thread's bytes are gathered until its line is finished, and the line
 * goes out in one write under one lock, the same that {@link #writeLine} takes.
 *
 * <p>Before a printed line goes out it passes one {@link #filter}, which takes secrets out of it.
 * Audit lines do not: whoever writes them cleans them before they are hashed.
 *
 * <p>What is wrapped is the stream that stood there before, so captures and the runtime's own
 * framing go on working. Raw writers of the descriptor and streams captured earlier are not seen.
 */
public final class StandardOutput {
  /** The longest line that is passed whole; more is passed as several lines. */
  static final int FULL = 256 * 1024;

  /** What is held back of a line that is too long, so that no secret is cut where the line is. */
  static final int OVERLAP = 64 * 1024;

  private static final byte[] LEFT_OUT =
      "Gabion: a line was left out, because it could not be cleaned.\n".getBytes(UTF_8);

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final List<Lines> INSTALLED = new ArrayList<>(2);
  private static final FileOutputStream DESCRIPTOR = new FileOutputStream(FileDescriptor.out);

  /** Whether a failed write may have left the beginning of a line behind. */
  private static boolean torn;

  private static volatile @Nullable UnaryOperator<byte[]> filter;

  private StandardOutput() {}

  /** Wraps the two standard streams; once, however often it is called. */
  static void install() {
    LOCK.lock();
    try {
      if (INSTALLED.isEmpty()) {
        Lines out = new Lines(System.out, StandardOutput::filtered);
        Lines err = new Lines(System.err, StandardOutput::filtered);
        INSTALLED.add(out);
        INSTALLED.add(err);
        System.setOut(out.printStream());
        System.setErr(err.printStream());
      }
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Sets what every printed line passes from now on; for good, since what cleans lines must not be
   * taken away again.
   *
   * <p>The filter is given one or more whole lines with their breaks, and returns what is to be
   * printed instead; several threads may call it at once. It does not print. What it throws costs
   * the lines: they are left out.
   *
   * @throws IllegalStateException if another filter was set before
   */
  public static void filter(UnaryOperator<byte[]> cleaner) {
    LOCK.lock();
    try {
      if (filter != null && filter != cleaner) {
        throw new IllegalStateException(
            "Standard output has a filter, and keeps it: set up one scrubber for the process.");
      }
      filter = cleaner;
    } finally {
      LOCK.unlock();
    }
  }

  /** Lines as they may be printed; for other ways into the log than the two streams. */
  static byte[] filtered(byte[] lines) {
    UnaryOperator<byte[]> cleaner = filter;
    if (cleaner == null) {
      return lines;
    }
    try {
      return cleaner.apply(lines);
    } catch (Throwable failed) {
      return LEFT_OUT.clone(); // whoever prints is not to fail for it, and not to leak for it
    }
  }

  /**
   * Writes one line straight to the process's standard output, and returns once the operating
   * system has taken all of it.
   *
   * <p>Standard output is the runtime's pipe: that a line was taken does not mean that it is
   * stored.
   *
   * @param line the line's bytes, without a line break
   * @throws IOException if they were not taken, for instance because the device is full; {@code
   *     System.out} would have said nothing
   */
  public static void writeLine(byte[] line) throws IOException {
    byte[] whole = Arrays.copyOf(line, line.length + 1);
    whole[line.length] = '\n';
    writeLine(whole, whole.length);
  }

  /**
   * Writes one line like {@link #writeLine(byte[])}, from a buffer that the caller uses again.
   *
   * @param buffer begins with the line and its line break
   * @param length the number of bytes to the line break, that included
   * @throws IllegalArgumentException if the line does not end in its line break
   * @throws IOException if the bytes were not taken
   */
  public static void writeLine(byte[] buffer, int length) throws IOException {
    if (length < 1 || buffer[length - 1] != '\n') {
      throw new IllegalArgumentException("A line ends in its line break.");
    }
    LOCK.lock();
    try {
      if (torn) {
        DESCRIPTOR.write('\n');
      }
      torn = true;
      DESCRIPTOR.write(buffer, 0, length);
      torn = false;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Finishes what was printed without a line break, at the end of an invocation: the lines that
   * this thread began, and those of threads that have ended. The line of a thread that still runs
   * is its own to finish: it may serve another invocation.
   */
  static void flush() {
    List<Lines> installed;
    LOCK.lock();
    try {
      installed = List.copyOf(INSTALLED);
    } finally {
      LOCK.unlock();
    }
    installed.forEach(Lines::finish);
  }

  /** Gathers each thread's bytes and passes them on, cleaned, a line at a time. */
  static final class Lines extends OutputStream {
    private final PrintStream below;
    private final UnaryOperator<byte[]> cleaner;
    private final IdentityHashMap<Thread, ByteArrayOutputStream> begun = new IdentityHashMap<>();

    Lines(PrintStream below, UnaryOperator<byte[]> cleaner) {
      this.below = below;
      this.cleaner = cleaner;
    }

    /** A stream to print on; it holds nothing back itself between two calls. */
    PrintStream printStream() {
      return new PrintStream(this, false, UTF_8);
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      int to = from + length;
      int end = endOfLines(bytes, from, to);
      if (end > from) {
        pass(cleaner.apply(ended(bytes, from, end)));
      }
      if (to > end) {
        keep(bytes, end, to);
      }
    }

    /** The index after the last line break, or {@code from}. */
    private static int endOfLines(byte[] bytes, int from, int to) {
      int end = to;
      while (end > from && bytes[end - 1] != '\n') {
        end--;
      }
      return end;
    }

    /** What is whole now: the line that this thread began, and what ends or follows it. */
    private byte[] ended(byte[] bytes, int from, int end) {
      ByteArrayOutputStream start;
      LOCK.lock();
      try {
        start = begun.remove(Thread.currentThread());
      } finally {
        LOCK.unlock();
      }
      if (start == null) {
        return Arrays.copyOfRange(bytes, from, end);
      }
      start.write(bytes, from, end - from);
      return start.toByteArray();
    }

    private void pass(byte[] whole) {
      LOCK.lock();
      try {
        below.write(whole, 0, whole.length);
        below.flush();
      } finally {
        LOCK.unlock();
      }
    }

    /** Keeps what has no end yet, and passes on what is too long to be kept. */
    private void keep(byte[] bytes, int from, int to) {
      ByteArrayOutputStream start;
      LOCK.lock();
      try {
        start =
            begun.computeIfAbsent(Thread.currentThread(), thread -> new ByteArrayOutputStream());
      } finally {
        LOCK.unlock();
      }
      int next = from;
      while (start.size() + (to - next) >= FULL) {
        int part = FULL - 1 - start.size();
        start.write(bytes, next, part);
        next += part;
        byte[] clean = cleaner.apply(start.toByteArray());
        int cut = Math.max(clean.length - OVERLAP, 0);
        byte[] line = Arrays.copyOf(clean, cut + 1);
        line[cut] = '\n';
        pass(line);
        start.reset();
        start.write(clean, cut, clean.length - cut);
      }
      start.write(bytes, next, to - next);
    }

    /** Finishes the lines of this thread and of those that cannot finish them any more. */
    void finish() {
      for (ByteArrayOutputStream line : abandoned()) {
        line.write('\n');
        pass(cleaner.apply(line.toByteArray()));
      }
    }

    private List<ByteArrayOutputStream> abandoned() {
      List<ByteArrayOutputStream> abandoned = new ArrayList<>();
      LOCK.lock();
      try {
        Iterator<Map.Entry<Thread, ByteArrayOutputStream>> each = begun.entrySet().iterator();
        while (each.hasNext()) {
          Map.Entry<Thread, ByteArrayOutputStream> entry = each.next();
          if (entry.getKey() == Thread.currentThread() || !entry.getKey().isAlive()) {
            abandoned.add(entry.getValue());
            each.remove();
          }
        }
      } finally {
        LOCK.unlock();
      }
      return abandoned;
    }

    /** Passes the request on; a line that is not finished stays here. */
    @Override
    public void flush() {
      below.flush();
    }
  }
}
