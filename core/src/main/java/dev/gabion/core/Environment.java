package dev.gabion.core;

/** What a {@link Managed} resource may know while it starts. */
public interface Environment {
  /** The scope of start-up itself. */
  Scope scope();

  /** What the handler declares. */
  HandlerDescription handler();

  /** The configuration this environment was started with. */
  Settings settings();
}
