package dev.gabion.crypto;

import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import java.util.List;
import java.util.Map;

/** The wrapping keys of a cipher: they give data keys wrapped, and open wrapped ones. */
interface KeyRing extends Managed, AutoCloseable {
  /**
   * A data key that was opened, or made.
   *
   * @param key the data key, for the taker to close
   * @param names which wrapping keys it is wrapped with, or the one that opened it, for the trail
   */
  record Given(DataKey key, String names) {}

  /**
   * An encrypted data key that may be opened.
   *
   * @param by the name of the wrapping key to be asked
   */
  record Permitted(EncryptedDataKey key, String by) {}

  /** How many keys wrap a data key. */
  int size();

  /** Makes a data key, wrapped with every key of this ring. */
  Given generate(Map<String, String> context, Scope scope) throws KeysUnavailable;

  /**
   * Which of a message's keys this ring may be asked to open, in the order to be tried; asks
   * nobody.
   *
   * @throws KeysUnavailable if there is none
   */
  List<Permitted> permitted(List<EncryptedDataKey> keys) throws KeysUnavailable;

  /**
   * Opens the first that can be opened.
   *
   * @param context the whole context of the message
   */
  Given open(List<Permitted> keys, Map<String, String> context, Scope scope) throws KeysUnavailable;

  @Override
  void close();
}
