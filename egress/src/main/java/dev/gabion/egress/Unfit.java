package dev.gabion.egress;

import java.security.cert.CertificateException;

/** A certificate that a trust store accepts and this room does not. */
final class Unfit extends CertificateException {
  private static final long serialVersionUID = 1;

  private final EgressFailed.Reason reason;
  private final String detail;

  Unfit(EgressFailed.Reason reason, String detail) {
    super(detail);
    this.reason = reason;
    this.detail = detail;
  }

  EgressFailed.Reason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }
}
