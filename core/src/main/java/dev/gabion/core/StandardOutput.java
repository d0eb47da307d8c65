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

/**
 * Keeps log lines whole: the floor that everything printed and every audit line passes.
 *
 * <p>A {@link PrintStream} hands on a long line in pieces of 8 KB, and a pipe takes more than 4 KB
 * at once only if nobody else writes. So {@code System.out} and {@code System.err} are wrapped
 * once, early in INIT: each thread's bytes are gathered until its line is finished, and the line
 * goes out in one write under one lock, the same that {@link #writeLine} takes.
 *
 * <p>What is wrapped is the stream that stood there before, so captures and the runtime's own
 * framing go on working. Raw writers of the descriptor and streams captured earlier are not seen.
 */
public final class StandardOutput {
  /** The longest line that is passed whole; more is passed as several lines. */
  static final int FULL = 256 * 1024;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final List<Lines> INSTALLED = new ArrayList<>(2);
  private static final FileOutputStream DESCRIPTOR = new FileOutputStream(FileDescriptor.out);

  /** Whether a failed write may have left the beginning of a line behind. */
  private static boolean torn;

  private StandardOutput() {}

  /** Wraps the two standard streams; once, however often it is called. */
  static void install() {
    LOCK.lock();
    try {
      if (INSTALLED.isEmpty()) {
        Lines out = new Lines(System.out);
        Lines err = new Lines(System.err);
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
    LOCK.lock();
    try {
      for (Lines lines : INSTALLED) {
        lines.finish();
      }
    } finally {
      LOCK.unlock();
    }
  }

  /** Gathers each thread's bytes and passes them on a line at a time. */
  static final class Lines extends OutputStream {
    private final PrintStream below;
    private final IdentityHashMap<Thread, ByteArrayOutputStream> begun = new IdentityHashMap<>();

    Lines(PrintStream below) {
      this.below = below;
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
      LOCK.lock();
      try {
        if (end > from) {
          pass(bytes, from, end);
        }
        if (to > end) {
          keep(bytes, end, to);
        }
      } finally {
        LOCK.unlock();
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

    private void pass(byte[] bytes, int from, int end) {
      ByteArrayOutputStream start = begun.remove(Thread.currentThread());
      if (start == null) {
        below.write(bytes, from, end - from);
        below.flush();
      } else {
        start.write(bytes, from, end - from);
        pass(start);
      }
    }

    private void pass(ByteArrayOutputStream line) {
      byte[] whole = line.toByteArray();
      below.write(whole, 0, whole.length);
      below.flush();
    }

    private void keep(byte[] bytes, int from, int to) {
      ByteArrayOutputStream start =
          begun.computeIfAbsent(Thread.currentThread(), thread -> new ByteArrayOutputStream());
      int next = from;
      while (start.size() + (to - next) >= FULL) {
        int part = FULL - 1 - start.size();
        start.write(bytes, next, part);
        start.write('\n');
        pass(start);
        start.reset();
        next += part;
      }
      start.write(bytes, next, to - next);
    }

    /** Finishes the lines of this thread and of those that cannot finish them any more. */
    void finish() {
      LOCK.lock();
      try {
        Iterator<Map.Entry<Thread, ByteArrayOutputStream>> each = begun.entrySet().iterator();
        while (each.hasNext()) {
          Map.Entry<Thread, ByteArrayOutputStream> entry = each.next();
          if (entry.getKey() == Thread.currentThread() || !entry.getKey().isAlive()) {
            entry.getValue().write('\n');
            pass(entry.getValue());
            each.remove();
          }
        }
      } finally {
        LOCK.unlock();
      }
    }

    /** Passes the request on; a line that is not finished stays here. */
    @Override
    public void flush() {
      below.flush();
    }
  }
}
