package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
  @Test
  void aHostIsAllowedAtItsPortAlone() {
    EgressPolicy policy = EgressPolicy.hosts("API.example.org", "b.example.org:8443");
    assertThat(policy.has("api.example.org", 443)).isTrue();
    assertThat(policy.has("api.example.org", 8443)).isFalse();
    assertThat(policy.has("b.example.org", 8443)).isTrue();
    assertThat(policy.has("b.example.org", 443)).isFalse();
    assertThat(policy.has("example.org", 443)).isFalse();
    assertThat(policy.has("x.api.example.org", 443)).isFalse();
    assertThat(policy.has("evilapi.example.org", 443)).isFalse();
  }

  @Test
  void aWildcardIsOneLabel() {
    EgressPolicy policy = EgressPolicy.hosts("*.pay.example.org");
    assertThat(policy.has("a.pay.example.org", 443)).isTrue();
    assertThat(policy.has("pay.example.org", 443)).isFalse();
    assertThat(policy.has("a.b.pay.example.org", 443)).isFalse();
    assertThat(policy.has("evilpay.example.org", 443)).isFalse();
    assertThat(policy.has("a.pay.example.org.evil.org", 443)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.org",
        "*.",
        "*.*.example.org",
        "a.*.example.org",
        "a*.example.org",
        "**.example.org",
        ".example.org",
        "example.org.",
        "localhost",
        "intranet",
        "a.localhost",
        "sandbox.localdomain",
        "*.localhost",
        "a_b.example.org",
        "-a.example.org",
        "a-.example.org",
        "a..example.org",
        "exa mple.org",
        "example.org/",
        "https://example.org",
        "user@example.org",
        "example.org:",
        "example.org:0",
        "example.org:65536",
        "example.org:+443",
        "example.org:0443",
        "example.org:443:443",
        "b\u00fccher.example.org",
        "example\u3002org",
        "\uff45xample.org",
        "\u212aelvin.example.org",
        "example.123",
        "1.2.3",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "1.2.3.4.5",
        "1.2.3.256",
        "::1",
        "[::1",
        "[fe80::1%25eth0]",
        "[fe80::1%1]",
        "*.1.2.3.4",
        "a\texample.org",
        "a\u0000.example.org",
        "a%2eexample.org",
        "a\\.example.org"
      })
  void whatIsNoHostCannotBeAllowed(String host) {
    assertThatThrownBy(() -> EgressPolicy.hosts(host)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameThatIsTooLongIsNone() {
    String label = "a".repeat(63) + ".";
    assertThatThrownBy(() -> EgressPolicy.hosts("a".repeat(64) + ".example.org"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EgressPolicy.hosts(label.repeat(4) + "org"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(EgressPolicy.hosts(label.repeat(3) + "org").describe()).startsWith("HTTPS to aaa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "169.254.169.254", "[::1]", "10.1.2.3", "8.8.8.8", "[fd00:ec2::254]"})
  void anAddressIsNoHostOutsideADeclaredNetwork(String address) {
    assertThatThrownBy(() -> OutboundClient.of(EgressPolicy.hosts(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("insecureNetwork");
    assertThatThrownBy(
            () ->
                OutboundClient.of(
                    EgressPolicy.hosts(address).insecureNetwork("10.9.0.0/16", "a test")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAddressInADeclaredNetworkIsReached() throws Exception {
    Work work = Work.of();
    try (Rig rig = new Rig()) {
      Server ledger = Server.tls(Keys.SERVER.context());
      World world = new World(rig.outside.port(), ledger.port());
      EgressPolicy policy =
          EgressPolicy.hosts("10.1.2.3:8443").insecureNetwork("10.1.2.0/24", "the ledger");
      try (ledger;
          OutboundClient client = rig.client(policy, each -> each.on(world))) {
        assertThat(Rig.get(client.within(work), "https://10.1.2.3:8443/")).isEqualTo("200 fine");
        assertThat(ledger.accepted).hasValue(1);
        assertThatThrownBy(() -> Rig.get(client.within(work), "https://10.1.2.4:8443/"))
            .isInstanceOf(EgressFailed.class);
      }
      assertThat(rig.inside.accepted).hasValue(0);
    }
  }
}
