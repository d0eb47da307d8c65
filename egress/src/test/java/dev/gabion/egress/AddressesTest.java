package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.IpNetwork;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, unspecified",
    "0.255.255.255, unspecified",
    "10.0.0.0, private",
    "10.255.255.255, private",
    "100.64.0.0, shared",
    "100.127.255.255, shared",
    "127.0.0.1, loopback",
    "127.255.255.255, loopback",
    "169.254.0.0, link-local",
    "169.254.169.254, link-local",
    "169.254.170.2, link-local",
    "169.254.170.23, link-local",
    "169.254.100.1, link-local",
    "169.254.255.255, link-local",
    "172.16.0.0, private",
    "172.31.255.255, private",
    "192.0.0.0, protocol",
    "192.0.0.255, protocol",
    "192.0.2.0, documentation",
    "192.31.196.1, protocol",
    "192.52.193.1, protocol",
    "192.88.99.1, 6to4",
    "192.168.0.0, private",
    "192.168.255.255, private",
    "192.175.48.1, protocol",
    "198.18.0.0, benchmarking",
    "198.19.255.255, benchmarking",
    "198.51.100.255, documentation",
    "203.0.113.0, documentation",
    "224.0.0.0, multicast",
    "239.255.255.255, multicast",
    "240.0.0.0, reserved",
    "255.255.255.254, reserved",
    "255.255.255.255, broadcast",
    "::, unspecified",
    "::1, loopback",
    "::2, ipv4-compatible",
    "::127.0.0.1, ipv4-compatible",
    "::ffff:0:127.0.0.1, ipv4-mapped",
    "64:ff9b::a9fe:a9fe, nat64",
    "64:ff9b::808:808, nat64",
    "64:ff9b:1::1, nat64-local",
    "64:ff9b:2::1, unassigned",
    "100::1, discard",
    "100:0:0:1::1, discard",
    "100:0:0:2::1, unassigned",
    "2001::1, teredo",
    "2001:0:ffff:ffff:ffff:ffff:ffff:ffff, teredo",
    "2001:2::1, benchmarking",
    "2001:10::1, protocol",
    "2001:1ff:ffff::1, protocol",
    "2001:db8::1, documentation",
    "2002:7f00:1::, 6to4",
    "2620:4f:8000::1, protocol",
    "3fff::1, documentation",
    "3fff:fff::1, documentation",
    "4000::1, unassigned",
    "5f00::1, protocol",
    "fc00::1, unique-local",
    "fd00:ec2::254, metadata",
    "fd00:ec2:ffff::1, metadata",
    "fd00:ec3::1, unique-local",
    "fdff::1, unique-local",
    "fe80::1, link-local",
    "febf::1, link-local",
    "fec0::1, site-local",
    "ff02::1, multicast",
    "2a00:1450:4001::200:5efe:7f00:1, loopback",
    "2a00:1450:4001::0:5efe:a00:1, private"
  })
  void whatLeadsInsideOrNowhereIsRefused(String address, String kind) throws Exception {
    assertThat(refusal(address)).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2a05:d000::1",
        "3ffe:ffff::1"
      })
  void whatLeadsOutIsNot(String address) throws Exception {
    assertThat(refusal(address)).isNull();
  }

  @Test
  void anAddressOfIPv4InIPv6IsRefusedAsSuch() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 8;
    assertThat(Addresses.refusal(mapped, List.of())).isEqualTo("ipv4-mapped");
    Inet6Address scoped = Inet6Address.getByAddress("x", mapped, 1);
    assertThat(Addresses.refusal(scoped.getAddress(), List.of())).isEqualTo("ipv4-mapped");
  }

  @Test
  void theJdkKnowsLess() throws Exception {
    for (String address : List.of("64:ff9b::a9fe:a9fe", "fd00:ec2::254", "100.64.0.1")) {
      InetAddress jdks = InetAddress.getByName(address);
      assertThat(
              jdks.isLoopbackAddress()
                  || jdks.isLinkLocalAddress()
                  || jdks.isSiteLocalAddress()
                  || jdks.isAnyLocalAddress()
                  || jdks.isMulticastAddress())
          .isFalse();
      assertThat(refusal(address)).isNotNull();
    }
  }

  @Test
  void aDeclaredNetworkIsReachedAndItsNeighboursAreNot() throws Exception {
    IpNetwork declared = IpNetwork.of("10.1.2.0/24");
    assertThat(refusal("10.1.2.0", declared)).isNull();
    assertThat(refusal("10.1.2.255", declared)).isNull();
    assertThat(refusal("10.1.3.0", declared)).isEqualTo("private");
    assertThat(refusal("10.1.1.255", declared)).isEqualTo("private");
  }

  @Test
  void whatIsBehindATranslatorIsJudgedToo() throws Exception {
    IpNetwork nat64 = IpNetwork.of("64:ff9b::/96");
    assertThat(refusal("64:ff9b::808:808", nat64)).isNull();
    assertThat(refusal("64:ff9b::a9fe:a9fe", nat64)).isEqualTo("link-local");
    assertThat(refusal("64:ff9b::7f00:1", nat64)).isEqualTo("loopback");
    assertThat(refusal("64:ff9b::a01:203", nat64)).isEqualTo("private");
    assertThat(refusal("64:ff9b::a01:203", nat64, IpNetwork.of("10.1.2.0/24"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "127.0.0.0/8",
        "127.0.0.1/32",
        "169.254.0.0/16",
        "169.254.169.254/32",
        "160.0.0.0/3",
        "::/0",
        "::1/128",
        "fe80::/10",
        "fd00::/8",
        "fd00:ec2::/32",
        "fd00:ec2::254/128",
        "64:ff9b:1::/48",
        "2002::/16",
        "224.0.0.0/4",
        "8.8.8.0/24",
        "2a00::/16"
      })
  void whatIsNeverReachedCannotBeDeclared(String network) {
    assertThatThrownBy(() -> EgressPolicy.hosts("a.example.org").insecureNetwork(network, "a test"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "010.0.0.0/8",
        "10.0/8",
        "0xa.0.0.0/8",
        "10.0.0.0/8 ",
        "fd12:3456::1/48",
        "fd12:3456::/129",
        "fd12:3456::%1/48",
        "example.org/8",
        "/8",
        ""
      })
  void aNetworkIsWrittenInOneWay(String network) {
    assertThatThrownBy(() -> IpNetwork.of(network)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDeclaredNetworkNeedsAReason() {
    assertThatThrownBy(() -> EgressPolicy.hosts("a.example.org").insecureNetwork("10.0.0.0/8", " "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static @Nullable String refusal(String address, IpNetwork... declared) throws Exception {
    return Addresses.refusal(InetAddress.getByName(address).getAddress(), List.of(declared));
  }
}
