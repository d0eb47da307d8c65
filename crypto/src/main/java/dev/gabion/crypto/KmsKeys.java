package dev.gabion.crypto;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.Insecure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The KMS keys that a cipher works with: those that wrap its data keys, and the only ones that it
 * asks to open one.
 *
 * <p>Keys are named by ARN, and each is asked in its own region. A multi-Region key ({@code
 * key/mrk-…}) also opens what its relatives in other regions have wrapped, in the region that is
 * named here.
 *
 * <p>The role needs {@code kms:GenerateDataKey} of the first key, {@code kms:Encrypt} of the others
 * and {@code kms:Decrypt} of each that opens.
 *
 * <p>Never changes: every choice gives a copy.
 */
public final class KmsKeys {
  private final List<KeyArn> sealing;
  private final List<KeyArn> opening;
  private final KmsKeyRing.@Nullable Discovery discovery;
  private final AwsClients clients;

  private KmsKeys(
      List<KeyArn> sealing,
      List<KeyArn> opening,
      KmsKeyRing.@Nullable Discovery discovery,
      AwsClients clients) {
    this.sealing = List.copyOf(sealing);
    this.opening = List.copyOf(opening);
    this.discovery = discovery;
    this.clients = clients;
    Set<String> multiRegion = new LinkedHashSet<>();
    for (KeyArn key : opening) {
      if (key.isMultiRegion() && !multiRegion.add(key.resource())) {
        throw new IllegalArgumentException(
            "The same multi-Region key is named twice: name it in the one region that it shall be"
                + " asked in.");
      }
    }
  }

  /**
   * Seals with these keys, so that any one of them opens; opens with any of them.
   *
   * @param keyArn the key that makes the data keys, such as {@code
   *     arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…}
   * @param more keys that wrap them, too, such as one of another region or account
   * @throws IllegalArgumentException if one is not the ARN of a key, or is named twice
   */
  public static KmsKeys of(String keyArn, String... more) {
    List<KeyArn> keys = keys(Stream.concat(Stream.of(keyArn), Arrays.stream(more)));
    return new KmsKeys(keys, keys, null, AwsClients.standard());
  }

  /**
   * Seals with whatever keys these aliases stand for; opens nothing, because whoever may point an
   * alias elsewhere must not choose which key opens: see {@link #alsoOpening}.
   *
   * @param aliasArn such as {@code arn:aws:kms:eu-central-1:111122223333:alias/cards}
   * @throws IllegalArgumentException if one is not the ARN of an alias
   */
  public static KmsKeys encryptingAs(String aliasArn, String... more) {
    return new KmsKeys(
        Stream.concat(Stream.of(aliasArn), Arrays.stream(more)).map(KeyArn::ofAlias).toList(),
        List.of(),
        null,
        AwsClients.standard());
  }

  /**
   * Opens with whatever key a message names, if it is one of these accounts in the function's own
   * region: whoever may let a key of theirs be used by this role can have messages opened here that
   * they made. Seals nothing.
   *
   * @param partition such as {@code aws}
   * @param accounts the accounts whose keys may be named
   * @param reason why the keys cannot be listed; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason, no account, or what is none
   */
  public static KmsKeys insecureDiscovery(String partition, Set<String> accounts, String reason) {
    Insecure.reason(reason);
    if (accounts.isEmpty() || !accounts.stream().allMatch(id -> id.matches("[0-9]{12}"))) {
      throw new IllegalArgumentException("An account is twelve digits, and one at least is named.");
    }
    return new KmsKeys(
        List.of(),
        List.of(),
        new KmsKeyRing.Discovery(partition, Set.copyOf(accounts), reason),
        AwsClients.standard());
  }

  /**
   * Opens with these keys, too: those that sealed in former times, or those behind an alias.
   *
   * @throws IllegalArgumentException if one is not the ARN of a key, or is named twice
   */
  public KmsKeys alsoOpening(String... keyArns) {
    List<KeyArn> all =
        keys(Stream.concat(opening.stream().map(KeyArn::text), Arrays.stream(keyArns)));
    return new KmsKeys(sealing, all, discovery, clients);
  }

  /** Makes clients in another way, such as with other credentials; their region is the key's. */
  public KmsKeys through(AwsClients other) {
    return new KmsKeys(sealing, opening, discovery, other);
  }

  private static List<KeyArn> keys(Stream<String> arns) {
    List<KeyArn> keys = arns.map(KeyArn::ofKey).toList();
    if (Set.copyOf(keys).size() < keys.size()) {
      throw new IllegalArgumentException("A key is named twice.");
    }
    return keys;
  }

  /** The keys at work. */
  KeyRing ring() {
    List<String> regions = new ArrayList<>();
    Stream.concat(sealing.stream(), opening.stream()).map(KeyArn::region).forEach(regions::add);
    if (discovery != null) {
      regions.add(KmsClients.OWN);
    }
    return ring(KmsClients.of(clients.closingConnections(), new LinkedHashSet<>(regions)));
  }

  /** The same with other clients. */
  KeyRing ring(KmsClients others) {
    return new KmsKeyRing(others, sealing, opening, discovery);
  }
}
