package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** What is to be taken out of one or more lines, and how they look without it. */
final class Found {
  /** What something was, as it is said in its place. */
  enum Kind {
    SECRET("[secret]"),
    AWS_KEY("[aws-key]"),
    PRIVATE_KEY("[private-key]"),
    JWT("[jwt]"),
    TOKEN("[token]"),
    CARD("[card]"),
    IBAN("[iban]");

    private final String said;

    Kind(String said) {
      this.said = said;
    }
  }

  /** What facts begin with: the one object in an event whose names are not our own. */
  private static final byte[] FACTS = ",\"facts\":{".getBytes(US_ASCII);

  private final byte[] lines;
  private final boolean event;

  /** For each place the end of the longest thing that begins there, or 0; made when needed. */
  private int[] ends = {};

  private Kind[] kinds = {};

  Found(byte[] lines) {
    this(lines, false);
  }

  /**
   * Nothing is found yet.
   *
   * @param event whether it is one event of the trail: then the names in it are our own, but those
   *     of facts, and stay whatever they look like, or nobody could read it
   */
  Found(byte[] lines, boolean event) {
    this.lines = lines;
    this.event = event;
  }

  /** Takes out what {@code text} reads between two places. */
  void add(Reading text, int from, int to, Kind kind) {
    add(text.from(from), text.to(to), kind);
  }

  /** Whether that is taken out already. */
  boolean has(Reading text, int from, int to) {
    return ends.length > 0 && ends[text.from(from)] >= text.to(to);
  }

  /** Takes out what stands between two places; line breaks at its end stay, as do all lines. */
  void add(int from, int end, Kind kind) {
    int to = end;
    while (to > from && (lines[to - 1] == '\n' || lines[to - 1] == '\r')) {
      to--;
    }
    if (ends.length == 0) {
      ends = new int[lines.length];
      kinds = new Kind[lines.length];
    }
    if (to > ends[from]) {
      ends[from] = to;
      kinds[from] = kind;
    }
  }

  /**
   * The lines without what was found; themselves if there is nothing.
   *
   * <p>No escape of JSON is cut in two, and of a line of JSON only texts and numbers are taken out,
   * so that it stays one.
   */
  byte[] takenOut() {
    return ends.length == 0 ? lines : new Rest().of();
  }

  /** The end of what begins here and of all that overlaps it, with whole escapes. */
  private int endOfAll(int from) {
    int end = endOfEscape(ends[from]);
    for (int i = from + 1; i < end; i++) {
      if (ends[i] > end) {
        end = endOfEscape(ends[i]);
      }
    }
    return end;
  }

  /** Where the escape begins that {@code place} is in the middle of; else {@code place}. */
  private int startOfEscape(int place) {
    for (int start = place - 1; start >= 0 && start >= place - 5; start--) {
      if (lines[start] == '\\') {
        return isEscape(start) && start + lengthOfEscape(start) > place ? start : place;
      }
    }
    return place;
  }

  private int endOfEscape(int place) {
    int start = startOfEscape(place);
    return start == place ? place : start + lengthOfEscape(start);
  }

  /** Whether the backslash here begins an escape: an even number of them stands before it. */
  private boolean isEscape(int backslash) {
    if (backslash + 1 == lines.length || "\"\\/bfnrtu".indexOf(lines[backslash + 1]) < 0) {
      return false;
    }
    int before = backslash;
    while (before > 0 && lines[before - 1] == '\\') {
      before--;
    }
    return (backslash - before) % 2 == 0;
  }

  private int lengthOfEscape(int start) {
    int end = start + 2;
    if (lines[start + 1] == 'u') {
      int most = Math.min(lines.length, start + 6);
      while (end < most && Character.digit(lines[end], 16) >= 0) {
        end++;
      }
    }
    return end - start;
  }

  /** Writes what is left, and follows where JSON texts begin and end. */
  private final class Rest {
    private byte[] rest = new byte[lines.length + 64];
    private int size;
    private int at;
    private boolean json;
    private boolean text;
    private boolean facts;

    /** The end of the text that was last asked for being a name. */
    private int textEnd = -1;

    /** The highest number of a mark in a name; -1 before there was one to take out. */
    private int names = -1;

    byte[] of() {
      beginLine();
      for (int i = 0; i < lines.length; i++) {
        if (ends[i] > i) {
          int end = endOfAll(i);
          keepTo(startOfEscape(i));
          takeTo(end, kinds[i]);
          i = Math.max(i, end - 1);
        }
      }
      keepTo(lines.length);
      return Arrays.copyOf(rest, size);
    }

    private void keepTo(int place) {
      while (at < place) {
        int from = at;
        step();
        write(lines, from, at);
      }
    }

    private void takeTo(int end, Kind kind) {
      if (!json) {
        say(kind.said);
      }
      while (at < end) {
        if (!json) {
          step();
        } else if (lines[at] == '"' || lines[at] == '\n' || (!text && isOfStructure(at))) {
          keepTo(at + 1);
        } else if (text) {
          takeText(end, kind);
        } else {
          takeLiteral(end, kind);
        }
      }
    }

    /** Names that become the same are numbered, since an object has no two that are. */
    private void takeText(int end, Kind kind) {
      if (event && !facts && isInName()) {
        while (at < end && lines[at] != '"') {
          keepTo(at + 1);
        }
        return;
      }
      while (at < end && lines[at] != '"' && lines[at] != '\n') {
        step();
      }
      say(kind.said);
      if (isInName()) {
        names = 1 + (names < 0 ? highestNumber() : names);
        say(names == 1 ? "" : Integer.toString(names));
      }
    }

    /** Whether the text here is a name; looks for the end of each text once. */
    private boolean isInName() {
      if (at > textEnd) {
        textEnd = at;
        while (textEnd < lines.length && lines[textEnd] != '"' && lines[textEnd] != '\n') {
          textEnd += lines[textEnd] == '\\' ? 2 : 1;
        }
      }
      int colon = afterBlanks(textEnd + 1);
      return colon < lines.length && lines[colon] == ':';
    }

    /** The highest number behind a mark that stands in the lines already, 0 if none does. */
    private int highestNumber() {
      int highest = 0;
      for (int i = 1; i < lines.length; i++) {
        if (lines[i] == ']' && Ascii.isLetter(lines[i - 1])) {
          int number = 0;
          for (int j = i + 1; j < lines.length && j < i + 7 && Ascii.isDigit(lines[j]); j++) {
            number = 10 * number + lines[j] - '0';
          }
          highest = Math.max(highest, Math.max(1, number));
        }
      }
      return highest;
    }

    /**
     * A number is taken out whole, and a text stands in its place; so it does for what is no JSON.
     */
    private void takeLiteral(int end, Kind kind) {
      while (at < lines.length
          && (isOfLiteral(at) || (at < end && lines[at] != '"' && !isOfStructure(at)))) {
        step();
      }
      while (size > 0 && isOfLiteral(rest[size - 1])) {
        size--;
      }
      say("\"" + kind.said + "\"");
    }

    private void say(String mark) {
      byte[] said = mark.getBytes(US_ASCII);
      write(said, 0, said.length);
    }

    private void write(byte[] bytes, int from, int to) {
      if (size + to - from > rest.length) {
        rest = Arrays.copyOf(rest, 2 * rest.length + to - from);
      }
      System.arraycopy(bytes, from, rest, size, to - from);
      size += to - from;
    }

    private boolean isOfStructure(int place) {
      return "{}[]:, \t\r\n".indexOf(lines[place]) >= 0;
    }

    private boolean isOfLiteral(int place) {
      return isOfLiteral(lines[place]);
    }

    private static boolean isOfLiteral(byte b) {
      return Ascii.isWord(b) || b == '.' || b == '-' || b == '+';
    }

    /** Passes one character or escape. */
    private void step() {
      byte b = lines[at++];
      if (b == '\n') {
        beginLine();
      } else if (text && b == '\\' && at < lines.length && lines[at] != '\n') {
        at++;
      } else if (b == '"') {
        text = json && !text;
      } else if (!text && b == '{') {
        facts = isAfter(FACTS);
      } else if (!text && b == '}') {
        facts = false; // there are only texts in them
      }
    }

    private boolean isAfter(byte[] before) {
      int from = at - before.length;
      return from >= 0 && Arrays.equals(lines, from, at, before, 0, before.length);
    }

    /** Tells from how a line begins whether it is JSON; other text has brackets as well. */
    private void beginLine() {
      int first = afterBlanks(at);
      byte begin = first < lines.length ? lines[first] : 0;
      int second = afterBlanks(first + 1);
      byte next = second < lines.length ? lines[second] : 0;
      boolean object = begin == '{' && next == '"';
      boolean array =
          begin == '[' && (next == '{' || next == '[' || next == '"' || isEndOfArray(second));
      json = object || array || begin == '"';
      text = false;
    }

    /** Whether nothing but numbers and words follows, up to the end of an array and the line. */
    private boolean isEndOfArray(int from) {
      int end = from;
      while (end < lines.length && (isOfLiteral(end) || lines[end] == ',' || lines[end] == ' ')) {
        end++;
      }
      if (end == lines.length || lines[end] != ']') {
        return false;
      }
      int next = afterBlanks(end + 1);
      return next >= lines.length || lines[next] == '\r' || lines[next] == '\n';
    }

    private int afterBlanks(int place) {
      int next = place;
      while (next < lines.length && (lines[next] == ' ' || lines[next] == '\t')) {
        next++;
      }
      return next;
    }
  }
}
