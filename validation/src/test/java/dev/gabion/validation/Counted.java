package dev.gabion.validation;

/** A text that counts how many of its characters were looked at, in whatever part of it. */
final class Counted implements CharSequence {
  private final String text;
  private final long[] looks;

  private Counted(String text, long[] looks) {
    this.text = text;
    this.looks = looks;
  }

  static Counted of(String text) {
    return new Counted(text, new long[1]);
  }

  long looks() {
    return looks[0];
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    looks[0]++;
    return text.charAt(index);
  }

  @Override
  public Counted subSequence(int from, int to) {
    looks[0] += to - from; // whoever makes a copy looks at all of it
    return new Counted(text.substring(from, to), looks);
  }

  @Override
  public String toString() {
    looks[0] += text.length();
    return text;
  }
}
