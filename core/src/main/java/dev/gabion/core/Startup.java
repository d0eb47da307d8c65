package dev.gabion.core;

/** INIT. */
final class Startup {
  private Startup() {}

  static InvocationFailed failed(String what, Throwable cause) {
    return InvocationFailed.atInit();
  }
}
