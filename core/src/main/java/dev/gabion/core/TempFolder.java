package dev.gabion.core;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Deletes a call's folder with whatever its logic, or an archive it unpacked, has left in it. */
final class TempFolder {
  private TempFolder() {}

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
