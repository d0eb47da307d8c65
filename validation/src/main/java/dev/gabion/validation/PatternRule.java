package dev.gabion.validation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Rules that are regular expressions, which RE2/J runs side by side and never back. */
final class PatternRule extends Rule<LinearPattern> {
  private static final int LONGEST = 1_000;
  private static final int MOST_INSTRUCTIONS = 5_000;
  private static final long MANY = Integer.MAX_VALUE;

  private Pattern pattern = Pattern.compile("");

  @Override
  public void initialize(LinearPattern rule) {
    String expression = rule.value();
    demand(expression.length() <= LONGEST, "value is longer than 1,000 characters.");
    demand(
        copies(expression) <= MOST_INSTRUCTIONS,
        "value repeats so much that it is more than 5,000 instructions.");
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException wrong) {
      demand(
          false,
          "value cannot run in linear time or is malformed: "
              + wrong.getDescription()
              + ". RE2 has no backreferences, no lookaround, no possessive quantifiers.");
    }
    demand(
        pattern.programSize() <= MOST_INSTRUCTIONS,
        "value is more than 5,000 instructions: repeat less, or bound the length with @Size.");
  }

  @Override
  boolean accepts(CharSequence text) {
    return pattern.matcher(text).matches();
  }

  /**
   * About how many characters an expression is with its counted repetitions written out. RE2/J
   * itself bounds each count and not their product, and would write out {@code
   * ((a{1000}){1000}){1000}} to the end of memory.
   */
  static long copies(String expression) {
    Deque<Long> around = new ArrayDeque<>();
    long group = 0; // all of this group but its last atom
    long atom = 0;
    for (int i = 0; i < expression.length(); i++) {
      char each = expression.charAt(i);
      int brace = each == '{' ? expression.indexOf('}', i) : -1;
      long count = brace < 0 ? 0 : count(expression.substring(i + 1, brace));
      if (count > 0) {
        atom = Math.min(atom * count, MANY);
        i = brace;
      } else if (each == '(') {
        around.push(group + atom);
        group = 0;
        atom = 1;
      } else if (each == ')' && !around.isEmpty()) {
        atom = Math.min(group + atom + 1, MANY);
        group = around.pop();
      } else if ("*+?".indexOf(each) >= 0) {
        atom++; // belongs to the atom, which may yet be repeated
      } else {
        group = Math.min(group + atom, MANY);
        atom = 1;
        i = end(expression, i);
      }
    }
    return Math.min(group + atom, MANY);
  }

  /** Where an atom that is no group ends: a character, an escape, a quotation or a class. */
  private static int end(String expression, int from) {
    if (expression.startsWith("\\Q", from)) {
      int quoted = expression.indexOf("\\E", from);
      return quoted < 0 ? expression.length() : quoted + 1;
    }
    if (expression.charAt(from) == '\\') {
      return from + 1;
    }
    if (expression.charAt(from) != '[') {
      return from;
    }
    int i = from + (expression.startsWith("[^", from) ? 2 : 1);
    for (i++; i < expression.length() && expression.charAt(i) != ']'; i++) { // one is literal
      if (expression.startsWith("[:", i)) {
        i = Math.max(i, expression.indexOf(":]", i) + 1);
      }
      if (expression.charAt(i) == '\\') {
        i++;
      }
    }
    return i;
  }

  /** The greater number of {@code 2,5}; 0 if this is no count. */
  private static long count(String between) {
    long count = 0;
    long number = 0;
    for (int i = 0; i < between.length(); i++) {
      char each = between.charAt(i);
      if (each == ',') {
        count = number;
        number = 0;
      } else if (isDigit(each) && number < LONGEST) {
        number = number * 10 + (each - '0');
      } else {
        return isDigit(each) ? Integer.MAX_VALUE : 0;
      }
    }
    return Math.max(count, number);
  }
}
