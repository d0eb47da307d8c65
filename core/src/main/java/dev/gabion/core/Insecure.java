package dev.gabion.core;

import java.util.List;

/**
 * What every {@code insecure…} choice demands, a reason, and what core's own hand out: each keeps
 * its reason where a report finds it.
 */
public final class Insecure {
  /** How the description of every insecure choice begins, so that a start line shows it. */
  public static final String INSECURE = "INSECURE: ";

  private Insecure() {}

  /**
   * Gives back the reason.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String reason(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("An insecure choice needs a reason that says why.");
    }
    return reason;
  }

  record Anyone(String reason) implements Authenticator<Envelope> {
    @Override
    public Caller identify(Envelope envelope, Scope scope) {
      return ANYONE;
    }

    @Override
    public String describe() {
      return INSECURE + "anyone (" + reason + ")";
    }
  }

  record AnyInput(String reason) implements Rules<Object> {
    @Override
    public List<Violation> check(Object input) {
      return List.of();
    }

    @Override
    public String describe() {
      return INSECURE + "any input (" + reason + ")";
    }
  }

  record EveryCaller(String reason) implements Permit<Object> {
    @Override
    public boolean allows(Caller caller, Object input) {
      return true;
    }

    @Override
    public String describe() {
      return INSECURE + "every caller (" + reason + ")";
    }
  }
}
