package dev.gabion.validation;

import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.Settings;
import java.util.stream.Stream;

/** Rules as a handler would have readied them, in an environment that has nothing to give. */
final class Started {
  private Started() {}

  static BeanRules rulesFor(Class<?>... types) {
    BeanRules rules = BeanRules.create();
    rules.start(new Nothing());
    Stream.of(types).forEach(rules::prepare);
    return rules;
  }

  /** What stands in a record where the sender left something out. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  static <T> T absent() {
    return null;
  }

  static final class Nothing implements Environment {
    @Override
    public Scope scope() {
      throw new AssertionError("Rules record nothing.");
    }

    @Override
    public HandlerDescription handler() {
      throw new AssertionError("Rules do not ask for the handler.");
    }

    @Override
    public Settings settings() {
      throw new AssertionError("Rules read no settings.");
    }

    @Override
    public IssuedSecrets issuedSecrets() {
      throw new AssertionError("Rules are given no secrets.");
    }

    @Override
    public boolean awaitsSnapshot() {
      return false;
    }
  }
}
