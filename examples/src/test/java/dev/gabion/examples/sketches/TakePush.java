package dev.gabion.examples.sketches;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.identity.WebhookSignature;
import java.util.Map;

/** Takes what GitHub sends, whatever fields it has. */
public final class TakePush extends SecureHandler {
  TakePush(SecretSource key, AuditSink audit) {
    super(
        HttpApi.around(APIGatewayV2HTTPEvent.class, TakePush::take)
            .methods("POST")
            .door(url -> url.account("anonymous")) // a function URL; better .api("its id")
            .insecureAnyBody("GitHub's own shape, of which one field is read")
            .caller(WebhookSignature.github("repository", key))
            .permit((caller, event) -> caller.id().equals("repository"))
            .audit(audit)
            .uses(key));
  }

  private static Map<String, Object> take(APIGatewayV2HTTPEvent event, Context context) {
    boolean push = "push".equals(event.getHeaders().get("x-github-event"));
    return Map.of("statusCode", push ? 202 : 204);
  }
}
