package dev.gabion.secrets;

import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A source that answers as it is told, and keeps what it was asked for and what it gave. */
final class FakeSource implements Fetcher {
  /** What it does when it is asked. */
  interface Answer {
    Fetched give(Wanted wanted, Scope scope) throws Fault;
  }

  final List<Wanted> asked = Collections.synchronizedList(new ArrayList<>());
  final List<SecretValue> given = Collections.synchronizedList(new ArrayList<>());
  private final Map<Wanted, Answer> answers = new ConcurrentHashMap<>();
  Duration keepsFor = Duration.ZERO;
  boolean stages = true;
  boolean answersDuringInit = true;
  int started;
  int closed;

  /** Has a version from now on. */
  void has(Wanted wanted, String version, String text) {
    answer(wanted, (same, scope) -> give(version, text));
  }

  Fetched give(String version, String text) {
    SecretValue value = SecretValue.ofText(text);
    given.add(value);
    return Fetched.of(value, version);
  }

  /** Fails from now on. */
  void fails(Wanted wanted, Fault fault) {
    answer(
        wanted,
        (same, scope) -> {
          throw fault;
        });
  }

  void answer(Wanted wanted, Answer answer) {
    answers.put(wanted, answer);
  }

  @Override
  public Fetched fetch(Wanted wanted, Scope scope) throws Fault {
    asked.add(wanted);
    Answer answer = answers.get(wanted);
    if (answer == null) {
      throw Fault.missing("ResourceNotFoundException");
    }
    return answer.give(wanted, scope);
  }

  @Override
  public void start(Environment environment) {
    started++;
  }

  @Override
  public void close() {
    closed++;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String describe() {
    return "a fake";
  }

  @Override
  public String advice() {
    return "Look at the test.";
  }

  @Override
  public boolean knowsStages() {
    return stages;
  }

  @Override
  public boolean knowsPaths() {
    return true;
  }

  @Override
  public Duration keepsFor() {
    return keepsFor;
  }

  @Override
  public boolean answersDuringInit() {
    return answersDuringInit;
  }
}
