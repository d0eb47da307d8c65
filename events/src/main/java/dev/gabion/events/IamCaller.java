package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the caller from the AWS signature that API Gateway or a function URL has verified ("Control
 * access to a REST API with IAM permissions", "Control access to HTTP APIs with IAM authorization
 * in API Gateway", "Control access to Lambda function URLs").
 *
 * <p>Signature and IAM permissions are theirs to check; this looks at who it was. A role is meant
 * with all its sessions, whose names whoever assumes it chooses. The caller's issuer is {@code
 * aws:iam}, the identifier the principal's ARN; the claim {@code userId} is unique even where a
 * user was deleted and another made under its name.
 */
public final class IamCaller implements Authenticator<ApiGatewayRequest> {
  /** IAM User Guide, "IAM identifiers"; a session's ARN does not have the path of its role. */
  private static final Pattern PRINCIPAL =
      Pattern.compile(
          "(arn:aws[a-z-]{0,16}:)(?=iam::[0-9]{12}:[ru]|sts::[0-9]{12}:[af])"
              + "(iam|sts)::([0-9]{12}):"
              + "(root|user/[\\x21-\\x7e]{1,600}|role/([\\x21-\\x7e]{1,600})"
              + "|assumed-role/([A-Za-z0-9_+=,.@-]{1,64})/[A-Za-z0-9_+=,.@-]{1,64}"
              + "|federated-user/[A-Za-z0-9_+=,.@-]{1,64})");

  private final Set<String> principals;
  private final Set<String> accounts;

  private IamCaller(Set<String> principals, Set<String> accounts) {
    this.principals = principals;
    this.accounts = accounts;
  }

  /**
   * Demands one of these principals.
   *
   * @param arn of a user, of a role (any session of it), or of one session of a role
   * @throws IllegalArgumentException if one is no principal's ARN, or has a wildcard
   */
  public static IamCaller principal(String arn, String... more) {
    Set<String> all = new TreeSet<>(Set.of(more));
    all.add(arn);
    for (String each : all) {
      if (each.contains("*") || !PRINCIPAL.matcher(each).matches()) {
        throw new IllegalArgumentException(
            "A principal is the ARN of a user, a role or a role's session, without wildcards.");
      }
    }
    return new IamCaller(all, Set.of());
  }

  /**
   * Demands a principal of one of these accounts, whichever it is.
   *
   * @throws IllegalArgumentException if one is not twelve digits
   */
  public static IamCaller account(String id, String... more) {
    Set<String> all = new TreeSet<>(Set.of(more));
    all.add(id);
    if (!all.stream().allMatch(each -> each.matches("[0-9]{12}"))) {
      throw new IllegalArgumentException("An account is twelve digits.");
    }
    return new IamCaller(Set.of(), all);
  }

  @Override
  public Caller identify(ApiGatewayRequest request, Scope scope) {
    Map<String, String> identity = request.iamIdentity();
    String arn = identity.getOrDefault("userArn", "");
    Matcher principal = PRINCIPAL.matcher(arn);
    if (!principal.matches() || !principal.group(3).equals(identity.get("accountId"))) {
      throw Rejection.unauthenticated("no-signature");
    }
    Caller caller = new Caller("aws:iam", arn, Optional.empty(), identity);
    boolean known =
        accounts.contains(principal.group(3))
            || principals.stream().anyMatch(each -> isMeant(each, arn, principal));
    if (!known) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "principal").of(caller);
    }
    return caller;
  }

  /** Whether what is declared means who has signed. */
  private static boolean isMeant(String declared, String arn, Matcher signer) {
    if (declared.equals(arn)) {
      return true;
    }
    Matcher meant = PRINCIPAL.matcher(declared);
    String role = meant.matches() ? meant.group(5) : null;
    return role != null
        && role.substring(role.lastIndexOf('/') + 1).equals(signer.group(6))
        && meant.group(1).equals(signer.group(1))
        && meant.group(3).equals(signer.group(3));
  }

  /**
   * What an event says of who has signed it.
   *
   * @param userId what the field is called that has the unique identifier
   */
  static Map<String, String> identity(HttpFields fields, String userId) {
    if (!fields.has("userArn")) {
      return Map.of();
    }
    return Map.of(
        "userArn", fields.text("userArn"),
        "accountId", fields.textOr("accountId", ""),
        "userId", fields.textOr(userId, ""));
  }

  @Override
  public String describe() {
    return accounts.isEmpty()
        ? "IAM principal " + String.join(" or ", principals)
        : "IAM principal of account " + String.join(" or ", accounts);
  }
}
