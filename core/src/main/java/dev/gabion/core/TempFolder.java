package dev.gabion.core;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a call's folder, and deletes it with whatever its logic, or an archive it unpacked, has
 * left in it.
 *
 * <p>Its name says which process made it, of which processes ({@code pid_namespaces(7)}): {@code
 * gabion-<namespace>-<process>-<start in seconds>-<random>}. So the folders of a process that was
 * killed in the midst of a call can be told from those of one that is alive, whose processes share
 * {@code /tmp}.
 */
final class TempFolder {
  private static final Pattern NAME =
      Pattern.compile("gabion-([0-9]{1,20})-([0-9]{1,10})-([0-9]{1,12})-[A-Za-z0-9-]{1,40}");

  /** A process's start is known to the hundredth of a second, and cut to whole ones. */
  private static final long SECONDS_ALIKE = 1;

  private TempFolder() {}

  /**
   * Makes a folder that its owner alone may look into.
   *
   * @throws IOException if it cannot be made
   */
  static Path create() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    long start = started(self).orElse(0);
    return Files.createTempDirectory(
        "gabion-" + namespace() + "-" + self.pid() + "-" + start + "-");
  }

  /**
   * Deletes what is provably nobody's any more: folders of processes that have ended, in this
   * process's own namespace. Only in Lambda, where nobody else has a part in {@code /tmp}.
   */
  static void clear(Settings settings) throws IOException {
    if (EnvironmentCheck.isLambda(settings)) {
      clear(Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  static void clear(Path place) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(place, "gabion-*")) {
      for (Path folder : folders) {
        Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
        if (name.matches()
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && name.group(1).equals(namespace())
            && !isAlive(Long.parseLong(name.group(2)), Long.parseLong(name.group(3)))) {
          delete(folder);
        }
      }
    } catch (NotDirectoryException | NoSuchFileException none) {
      // then nothing was left there
    }
  }

  /** Whether there is such a process, or nobody can tell. */
  private static boolean isAlive(long pid, long start) {
    ProcessHandle process = ProcessHandle.of(pid).orElse(null);
    if (process == null) {
      return false;
    }
    OptionalLong known = started(process);
    return start == 0 || known.isEmpty() || Math.abs(known.getAsLong() - start) <= SECONDS_ALIKE;
  }

  private static OptionalLong started(ProcessHandle process) {
    return process.info().startInstant().stream().mapToLong(Instant::getEpochSecond).findFirst();
  }

  /** The number of this process's namespace; 0 where there are none. */
  private static String namespace() {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      String digits = link.replaceAll("[^0-9]", "");
      return digits.isEmpty() ? "0" : digits;
    } catch (IOException | UnsupportedOperationException none) {
      return "0";
    }
  }

  /**
   * Deletes a folder and all in it, following no link. Holds one directory open at a time, however
   * deep they nest, gives itself the permissions that were taken away, and goes on after what
   * cannot be deleted; what remains is said in the log.
   */
  static void delete(Path folder) {
    Deque<File> directories = new ArrayDeque<>();
    Deque<File> bottomUp = new ArrayDeque<>();
    directories.push(folder.toFile());
    boolean gone = true;
    while (!directories.isEmpty()) {
      File directory = directories.pop();
      bottomUp.push(directory);
      gone &= directory.setReadable(true, true) && directory.setWritable(true, true);
      gone &= directory.setExecutable(true, true);
      File[] entries = directory.listFiles();
      for (File entry : entries == null ? new File[0] : entries) {
        if (Files.isDirectory(entry.toPath(), LinkOption.NOFOLLOW_LINKS)) {
          directories.push(entry);
        } else {
          gone &= entry.delete();
        }
      }
    }
    for (File directory : bottomUp) {
      gone &= directory.delete();
    }
    if (!gone) {
      OperatorLog.error("Not all of a call's folder could be deleted; the next call may find it.");
    }
  }
}
