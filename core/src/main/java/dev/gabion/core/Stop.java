package dev.gabion.core;

/** The ten stops on the path of one event, in their order. */
public enum Stop {
  /** Bytes come in, up to the event budget. */
  READ,
  /** The bytes prove to be the declared source's event. */
  OPEN,
  /** The caller is known. */
  IDENTIFY,
  /** Body, path and query become the declared input. */
  DECODE,
  /** The input keeps the declared rules. */
  CHECK,
  /** The caller may do this to that. */
  PERMIT,
  /** User code runs. */
  LOGIC,
  /** The output becomes reply bytes within their budget. */
  SEAL,
  /** The outcome is handed to the audit trail. */
  RECORD,
  /** The reply leaves. */
  WRITE
}
