package dev.gabion.core;

final class TlsFloor {
  private TlsFloor() {}

  static void install() {}
}
