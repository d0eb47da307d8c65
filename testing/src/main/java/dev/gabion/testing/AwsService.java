package dev.gabion.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/** One service in one region: what it does by operation. */
interface AwsService {
  /** What one operation does with what it is asked, and what it answers. */
  interface Operation {
    ObjectNode run(AwsAsk ask);
  }

  /** Its operations, by name. */
  Map<String, Operation> operations();

  /** An answer to fill. */
  static ObjectNode answer() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A time as JSON 1.1 has it: seconds since 1970. */
  static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.toEpochMilli(), 3);
  }

  /** How the protocol tells one service from another. */
  enum Api {
    SECRETS_MANAGER("secretsmanager", "secretsmanager", "Message", "InternalServiceError"),
    PARAMETER_STORE("ssm", "AmazonSSM", "message", "InternalServerError"),
    KMS("kms", "TrentService", "message", "KMSInternalException");

    /** Its name in signatures and ARNs. */
    final String signingName;

    /** What comes before the operation in {@code X-Amz-Target}. */
    final String target;

    /** The member of an error that says what was wrong. */
    final String message;

    /** The code of its own faults. */
    final String fault;

    Api(String signingName, String target, String message, String fault) {
      this.signingName = signingName;
      this.target = target;
      this.message = message;
      this.fault = fault;
    }
  }
}
