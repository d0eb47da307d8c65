package dev.gabion.core;

/**
 * Vouches for the head of a chain of audit events with a key that this environment can use but does
 * not have: whoever changes the log afterwards cannot vouch for what they changed it to.
 */
public interface ChainAnchor extends Managed {
  /**
   * Vouches for a head.
   *
   * @param head what the chain has come to, such as the hash of its last event; 1 to 4,096 bytes
   * @param scope what it is for; its deadline bounds the time that this takes. Nothing is recorded:
   *     the trail itself asks
   * @return what proves it, to be kept beside the head
   * @throws Exception if nobody vouches; the message is for nobody outside
   */
  byte[] vouch(byte[] head, Scope scope) throws Exception;
}
