package dev.gabion.examples.house;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar as it is published, and what is wrong with it.
 *
 * @param room the room that it holds
 * @param file where it is
 * @param root the folder with the licence and the notice
 * @param built the one time that all its entries have
 */
record Jar(String room, Path file, Path root, LocalDateTime built) {
  private static final int JAVA_17 = 61;
  private static final Set<String> ITS_OWN =
      Set.of("META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/NOTICE");

  /** What no jar may be, whatever it holds. */
  Set<String> wrong() throws IOException {
    Set<String> wrong = new TreeSet<>();
    try (ZipFile jar = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        if (!entry.getTimeLocal().equals(built)) {
          wrong.add("time of its own: " + entry.getName());
        }
      }
      for (String name : List.of("LICENSE", "NOTICE")) {
        ZipEntry entry = jar.getEntry("META-INF/" + name);
        if (entry == null || !holds(jar, entry, root.resolve(name))) {
          wrong.add("no " + name);
        }
      }
    }
    return wrong;
  }

  /** What no jar of classes may be, beside {@link #wrong}. */
  Set<String> wrongWithClasses() throws IOException {
    Set<String> wrong = new TreeSet<>(wrong());
    try (ZipFile jar = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (isStray(name)) {
          wrong.add("stray: " + name);
        }
        if (name.endsWith(".class") && release(jar, entry) != JAVA_17) {
          wrong.add("byte code above Java 17: " + name);
        }
      }
    }
    try {
      if (ModuleFinder.of(file).find("dev.gabion." + room).isEmpty()) {
        wrong.add("no module name");
      }
    } catch (FindException noModule) {
      wrong.add("no module");
    }
    return wrong;
  }

  private boolean isStray(String entry) {
    return !entry.startsWith("dev/gabion/" + room + "/")
        && !entry.startsWith("META-INF/maven/dev.gabion/gabion-" + room + "/")
        && !entry.endsWith("/")
        && !ITS_OWN.contains(entry);
  }

  private static boolean holds(ZipFile jar, ZipEntry entry, Path original) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return Arrays.equals(in.readAllBytes(), Files.readAllBytes(original));
    }
  }

  /** JVM specification section 4.1: magic, minor version, major version. */
  private static int release(ZipFile jar, ZipEntry entry) throws IOException {
    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
      in.skipNBytes(6);
      return in.readUnsignedShort();
    }
  }
}
