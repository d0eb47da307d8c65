package dev.gabion.core;

/** What a {@link Managed} resource may know while it starts. */
public interface Environment {
  /** The scope of start-up itself, or of a restore. */
  Scope scope();

  /** What the handler declares. */
  HandlerDescription handler();

  /** The configuration this environment was started with. */
  Settings settings();

  /** Where whoever is given a secret tells of it. */
  IssuedSecrets issuedSecrets();

  /**
   * Whether a snapshot of this environment's memory is going to be taken (SnapStart): nothing
   * secret may be fetched before the restore.
   */
  boolean awaitsSnapshot();
}
