package dev.gabion.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything a handler demands of an event, and what it does with it.
 *
 * <p>Made in stages, each of which leads to the next alone: what is left out or out of order does
 * not compile.
 */
public final class Recipe<E extends Envelope, I, O> {
  private final Draft<E, I, O> draft;
  private final Logic<? super I, ? extends O> logic;
  private final List<Managed> uses = new ArrayList<>();
  private final List<PathObserver> observers = new ArrayList<>();
  private Limits limits = Limits.defaults();

  private Recipe(Draft<E, I, O> draft, Logic<? super I, ? extends O> logic) {
    this.draft = draft;
    this.logic = logic;
  }

  static <E extends Envelope, I, O> RulesStage<E, I, O> from(
      EventSource<E, I, O> source, Authenticator<? super E> caller) {
    return rules ->
        permit ->
            audit ->
                logic -> new Recipe<>(new Draft<>(source, caller, rules, permit, audit), logic);
  }

  /**
   * Hands over what the logic works with: started at INIT, wiped before and woken after a snapshot.
   */
  public Recipe<E, I, O> uses(Managed... resources) {
    uses.addAll(List.of(resources));
    return this;
  }

  /** Takes other limits than the defaults. */
  public Recipe<E, I, O> limits(Limits other) {
    limits = other;
    return this;
  }

  /** Lets an observer watch. */
  public Recipe<E, I, O> observedBy(PathObserver observer) {
    observers.add(observer);
    return this;
  }

  EventSource<E, I, O> source() {
    return draft.source;
  }

  Authenticator<? super E> caller() {
    return draft.caller;
  }

  Rules<? super I> rules() {
    return draft.rules;
  }

  Permit<? super I> permit() {
    return draft.permit;
  }

  AuditSink audit() {
    return draft.audit;
  }

  Logic<? super I, ? extends O> logic() {
    return logic;
  }

  List<Managed> uses() {
    return uses;
  }

  List<PathObserver> observers() {
    return observers;
  }

  Limits limits() {
    return limits;
  }

  private record Draft<E extends Envelope, I, O>(
      EventSource<E, I, O> source,
      Authenticator<? super E> caller,
      Rules<? super I> rules,
      Permit<? super I> permit,
      AuditSink audit) {}

  /** What is missing: which input is fit. */
  public interface RulesStage<E extends Envelope, I, O> {
    /** Declares which input is fit. */
    PermitStage<E, I, O> rules(Rules<? super I> rules);
  }

  /** What is missing: who may do this to that. */
  public interface PermitStage<E extends Envelope, I, O> {
    /** Declares who may do this to that. */
    AuditStage<E, I, O> permit(Permit<? super I> permit);
  }

  /** What is missing: where outcomes are recorded. */
  public interface AuditStage<E extends Envelope, I, O> {
    /** Declares where outcomes are recorded. */
    LogicStage<E, I, O> audit(AuditSink audit);
  }

  /** What is missing: what is done. */
  public interface LogicStage<E extends Envelope, I, O> {
    /** Declares what is done. */
    Recipe<E, I, O> logic(Logic<? super I, ? extends O> logic);
  }
}
