package dev.gabion.events;

import dev.gabion.core.HttpEnvelope;
import java.util.Map;

/**
 * An HTTP request that API Gateway or a function URL hands over, with what its authorizer proved
 * before the function was invoked. Whoever may invoke the function directly may claim any of it:
 * the function's resource policy must let nobody but the API do so.
 */
public sealed interface ApiGatewayRequest extends HttpEnvelope
    permits HttpApi.Request, RestApi.Request {
  /** The claims of the token that a JWT or Cognito authorizer has verified; empty without one. */
  Map<String, String> jwtClaims();

  /**
   * What a Lambda authorizer has said of the caller, as text; lists and objects as JSON. Empty
   * without one.
   */
  Map<String, String> lambdaContext();

  /**
   * Who has signed the request, where AWS_IAM authorization is on: {@code userArn}, {@code
   * accountId} and {@code userId}. Empty without it.
   */
  Map<String, String> iamIdentity();
}
