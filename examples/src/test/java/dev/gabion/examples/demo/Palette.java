package dev.gabion.examples.demo;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Colours on a terminal, plain text elsewhere. */
final class Palette {
  private final boolean colours;

  private Palette(boolean colours) {
    this.colours = colours;
  }

  static Palette plain() {
    return new Palette(false);
  }

  /**
   * Colours if a person looks on: a console is attached, and neither {@code NO_COLOR}
   * (no-color.org) nor a dumb terminal says otherwise.
   */
  @SuppressWarnings("SystemConsoleNull") // isTerminal below looks closer
  static Palette of(@Nullable String noColor, @Nullable String terminal) {
    boolean refused = noColor != null && !noColor.isEmpty();
    return new Palette(
        isTerminal(System.console()) && !refused && terminal != null && !terminal.equals("dumb"));
  }

  /** From JDK 22 on there is a console without a terminal, and a method that tells. */
  private static boolean isTerminal(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unknown) {
      return false;
    }
  }

  boolean coloured() {
    return colours;
  }

  String bold(String text) {
    return paint("1", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  String good(String text) {
    return paint("32", text);
  }

  String warn(String text) {
    return paint("33", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  private String paint(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
