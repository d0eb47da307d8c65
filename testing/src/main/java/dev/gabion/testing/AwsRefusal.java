package dev.gabion.testing;

/** An error that a service answers with, by the code under which SDK clients know it. */
final class AwsRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;

  private AwsRefusal(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The sender's mistake. */
  static AwsRefusal of(String code, String message) {
    return new AwsRefusal(400, code, message);
  }

  /** The server's own. */
  static AwsRefusal of(int status, String code, String message) {
    return new AwsRefusal(status, code, message);
  }

  /** A member that breaks its documented bounds. */
  static AwsRefusal invalid(String member, String why) {
    return of("ValidationException", "1 validation error detected: '" + member + "' " + why);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
