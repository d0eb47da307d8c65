package dev.gabion.core;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a handler demands of an event, and what it does with it. Never changes: every choice
 * gives a copy.
 *
 * <p>Made in stages, each of which leads to the next alone: what is left out or out of order does
 * not compile.
 */
public final class Recipe<E extends Envelope, I, O> {
  private final Stages<E, I, O> stages;
  private final List<Managed> uses;
  private final List<PathObserver> observers;
  private final Limits limits;
  private final Settings settings;
  private final boolean tenantIsolated;
  private final List<Sample<O>> samples;

  private Recipe(
      Stages<E, I, O> stages,
      List<Managed> uses,
      List<PathObserver> observers,
      Limits limits,
      Settings settings,
      boolean tenantIsolated,
      List<Sample<O>> samples) {
    this.stages = stages;
    this.uses = uses;
    this.observers = observers;
    this.limits = limits;
    this.settings = settings;
    this.tenantIsolated = tenantIsolated;
    this.samples = samples;
  }

  static <E extends Envelope, I, O> RulesStage<E, I, O> from(
      EventSource<E, I, O> source, Authenticator<? super E> caller) {
    return rules ->
        permit ->
            audit ->
                logic ->
                    new Recipe<>(
                        new Stages<>(source, caller, rules, permit, audit, logic),
                        List.of(),
                        List.of(),
                        Limits.defaults(),
                        Settings.ofProcess(),
                        false,
                        List.of());
  }

  /**
   * Hands over what the logic works with: started at INIT, wiped before and woken after a snapshot.
   */
  public Recipe<E, I, O> uses(Managed... resources) {
    return new Recipe<>(
        stages,
        join(uses, List.of(resources)),
        observers,
        limits,
        settings,
        tenantIsolated,
        samples);
  }

  /** Takes other limits than the defaults. */
  public Recipe<E, I, O> limits(Limits other) {
    return new Recipe<>(stages, uses, observers, other, settings, tenantIsolated, samples);
  }

  /** Takes other settings than the process's, for a test. */
  public Recipe<E, I, O> settings(Settings other) {
    return new Recipe<>(stages, uses, observers, limits, other, tenantIsolated, samples);
  }

  /** Lets an observer watch. */
  public Recipe<E, I, O> observedBy(PathObserver observer) {
    return new Recipe<>(
        stages,
        uses,
        join(observers, List.of(observer)),
        limits,
        settings,
        tenantIsolated,
        samples);
  }

  /**
   * Declares a function in Lambda's tenant isolation mode: the invocation and the caller must each
   * name a tenant, and the same. The authenticator must be one that names the caller's tenant.
   *
   * <p>API Gateway passes on as the invocation's tenant whatever it is told to, a header of the
   * client's among it; only with the caller's own tenant beside it does it prove anything
   * ("Invoking Lambda functions with tenant isolation").
   */
  public Recipe<E, I, O> tenantIsolated() {
    return new Recipe<>(stages, uses, observers, limits, settings, true, samples);
  }

  /**
   * Has a sample event prepare the environment before a snapshot, and wherever Lambda starts
   * environments ahead of events: it is opened, decoded, checked, and refused as a reply would be.
   * No caller is identified, nothing is permitted, no logic runs, nothing is recorded.
   *
   * <p>If its source or rules refuse it, INIT fails: an event that is taken for good and is not
   * shows a mistake in one or the other.
   *
   * @param event as the source sends it, from any account, with nothing secret in it: a snapshot
   *     keeps it
   */
  public Recipe<E, I, O> sample(byte[] event) {
    return but(new Sample<>(event.clone(), null));
  }

  /**
   * The same, with what logic might make of it: that is written as a reply instead.
   *
   * @param output of the kind that logic returns
   */
  public Recipe<E, I, O> sample(byte[] event, O output) {
    return but(new Sample<>(event.clone(), output));
  }

  private Recipe<E, I, O> but(Sample<O> sample) {
    return new Recipe<>(
        stages, uses, observers, limits, settings, tenantIsolated, join(samples, List.of(sample)));
  }

  private static <T> List<T> join(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  EventSource<E, I, O> source() {
    return stages.source;
  }

  Authenticator<? super E> caller() {
    return stages.caller;
  }

  Rules<? super I> rules() {
    return stages.rules;
  }

  Permit<? super I> permit() {
    return stages.permit;
  }

  AuditSink audit() {
    return stages.audit;
  }

  Logic<? super I, ? extends O> logic() {
    return stages.logic;
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

  Settings settings() {
    return settings;
  }

  boolean isTenantIsolated() {
    return tenantIsolated;
  }

  List<Sample<O>> samples() {
    return samples;
  }

  /** An event to prepare with, and what may be replied. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Sample<O>(byte[] event, @Nullable O output) {}

  private record Stages<E extends Envelope, I, O>(
      EventSource<E, I, O> source,
      Authenticator<? super E> caller,
      Rules<? super I> rules,
      Permit<? super I> permit,
      AuditSink audit,
      Logic<? super I, ? extends O> logic) {}

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
