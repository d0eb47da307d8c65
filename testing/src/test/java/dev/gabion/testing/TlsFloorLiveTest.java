package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gabion.testing.TlsProbe.Client;
import dev.gabion.testing.TlsServers.Kind;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real handshakes, made by JVMs in which TLS has been weakened the way Lambda's runtime does it.
 */
class TlsFloorLiveTest {
  private static final Set<Kind> WEAK =
      EnumSet.of(Kind.TLS_1_0, Kind.TLS_1_1, Kind.STATIC_RSA, Kind.CBC);
  private static final Set<Kind> SHORT = EnumSet.of(Kind.DHE_1024);
  private static final Set<Kind> WEAK_CHAINS = EnumSet.of(Kind.WEAK_SIGNATURE, Kind.SMALL_RSA_KEY);
  private static final Set<Kind> DHE = EnumSet.of(Kind.DHE_2048);
  private static final Set<Kind> GOOD = EnumSet.of(Kind.ECDHE, Kind.TLS_1_3);

  private static final Set<Client> ALL = EnumSet.allOf(Client.class);
  private static final Set<Client> SDK = EnumSet.of(Client.AWS_SDK);
  private static final Set<Client> REPAIRED = EnumSet.complementOf(EnumSet.of(Client.AWS_SDK));

  private static Path folder;
  private static TlsServers servers;
  private static List<String> floor;
  private static List<String> weakened;
  private static List<String> late;

  @BeforeAll
  static void probeOnceForAll(@TempDir Path shared) throws Exception {
    folder = shared;
    servers = TlsServers.start();
    floor = child("runtime,install,settings,late,settings,require,probe");
    weakened = child("runtime,probe");
    late = child("runtime,initialise,install,require,late,require,probe");
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void weakServersAreRefused() {
    assertThat(floor).containsAll(lines(ALL, WEAK, "refused"));
    assertThat(weakened).containsAll(lines(ALL, WEAK, "accepted"));
  }

  @Test
  void shortDiffieHellmanKeysAreRefused() {
    assumeThat(servers.has(Kind.DHE_1024)).as("openssl is on the PATH").isTrue();
    assertThat(floor).containsAll(lines(ALL, SHORT, "refused"));
    assertThat(weakened).containsAll(lines(ALL, SHORT, "accepted"));
  }

  @Test
  void weakChainsAreRefused() {
    assertThat(floor).containsAll(lines(ALL, WEAK_CHAINS, "refused"));
    assertThat(weakened).containsAll(lines(ALL, WEAK_CHAINS, "accepted"));
    assertThat(late).containsAll(lines(ALL, WEAK_CHAINS, "refused")); // read at the first chain
  }

  @Test
  void goodServersAreReached() {
    assertThat(floor)
        .containsAll(lines(ALL, DHE, "accepted"))
        .containsAll(lines(ALL, GOOD, "accepted"))
        .contains("floor in force");
  }

  @Test
  void theJdksOwnListIsRestoredAndTheFloorAdded() throws Exception {
    List<String> disabled = disabled(floor);
    assertThat(disabled)
        .doesNotHaveDuplicates()
        .containsAll(shippedWithThisJdk())
        .contains("DH keySize < 1024", "DES40_CBC")
        .contains("DH keySize < 2048", "DHE_DSS", "TLS_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(floor).contains("protocols TLSv1.3,TLSv1.2");
    assertThat(shippedWithThisJdk()).contains("TLSv1.1").doesNotContain("DH keySize < 2048");
  }

  @Test
  void installingTwiceChangesNothing() {
    List<String> settings = starting(floor, "disabled ", "protocols ", "suites ");
    assertThat(settings.subList(0, 3)).isEqualTo(settings.subList(3, 6));
  }

  @Test
  void whatAnOperatorForbidsStaysForbidden() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("operator.security"), "jdk.tls.disabledAlgorithms=DH, \\\n TLSv1.2\n");
    List<String> strict =
        child(
            "runtime,forbid-chacha,install,settings,require,probe",
            "-Djava.security.properties=" + file,
            "-Djdk.tls.client.cipherSuites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
                + "TLS_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256");
    assertThat(disabled(strict)).contains("DH", "TLSv1.2", "CHACHA20_POLY1305", "TLSv1.1");
    assertThat(strict)
        .contains("suites TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256")
        .contains("floor in force")
        .containsAll(lines(ALL, EnumSet.of(Kind.ECDHE), "refused"))
        .containsAll(lines(ALL, EnumSet.of(Kind.TLS_1_3), "accepted"));
  }

  @Test
  void acceptingALateFloorIsSilentAndIdleWhereItCameInTime() {
    assertThat(floor).contains("floor in force").containsAll(lines(ALL, DHE, "accepted"));
    assertThat(containing(floor, "INSECURE: ")).isEmpty();
  }

  @Test
  void aLateFloorIsRefused() {
    assertThat(starting(late, "floor ").get(0))
        .startsWith("floor refused The TLS floor came too late")
        .contains("TlsFloor.insecureLateTls(reason)");
  }

  @Test
  void aLateFloorIsRefusedEvenWhereAnOperatorHadTheSuitesRight() throws Exception {
    List<String> agent =
        child(
            "initialise,runtime,install,require",
            "-Djdk.tls.client.protocols=TLSv1.3",
            "-Djdk.tls.client.cipherSuites=TLS_AES_128_GCM_SHA256");
    assertThat(starting(agent, "floor "))
        .singleElement()
        .asString()
        .startsWith("floor refused The TLS floor came too late");
  }

  @Test
  void aLateFloorThatIsAcceptedRepairsWhatItSaysItRepairs() {
    assertThat(late)
        .containsAll(lines(REPAIRED, WEAK, "refused"))
        .containsAll(lines(REPAIRED, DHE, "refused"))
        .containsAll(lines(ALL, GOOD, "accepted"));
    assertThat(late)
        .containsAll(lines(SDK, WEAK, "accepted"))
        .containsAll(lines(SDK, DHE, "accepted"));
    assertThat(starting(late, "floor ").get(1)).isEqualTo("floor in force");
    assertThat(containing(late, "INSECURE: "))
        .singleElement()
        .asString()
        .contains("a test's agent", "Not repaired", "the AWS SDK's");
  }

  @Test
  void aJdkWhoseOwnListIsLostIsHeldToTheFloorAndRefused() throws Exception {
    List<String> lost = child("runtime,lose-java-home,install,settings,require");
    assertThat(disabled(lost)).contains("TLSv1.1", "DH keySize < 2048");
    assertThat(starting(lost, "floor "))
        .singleElement()
        .asString()
        .startsWith("floor refused The TLS floor lacks the JDK's own list");
  }

  private static List<String> child(String steps, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(servers.trustOptions());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TlsProbe.class.getName(), steps));
    command.addAll(TlsProbe.strengths(servers));
    Path output = Files.createTempFile(folder, "probe", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertThat(process.exitValue()).as("%s", lines).isZero();
    return lines;
  }

  private static List<String> lines(Set<Client> clients, Set<Kind> kinds, String answer) {
    return clients.stream()
        .flatMap(client -> kinds.stream().map(kind -> client + " " + kind + " " + answer))
        .toList();
  }

  private static List<String> starting(List<String> lines, String... starts) {
    return lines.stream().filter(line -> Stream.of(starts).anyMatch(line::startsWith)).toList();
  }

  private static List<String> containing(List<String> lines, String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  private static List<String> disabled(List<String> lines) {
    String list = starting(lines, "disabled ").get(0).substring("disabled ".length());
    return List.of(list.split(", ", -1));
  }

  private static List<String> shippedWithThisJdk() throws Exception {
    Properties file = new Properties();
    try (InputStream in =
        new FileInputStream(System.getProperty("java.home") + "/conf/security/java.security")) {
      file.load(in);
    }
    return List.of(file.getProperty("jdk.tls.disabledAlgorithms").split(",\\s*", -1));
  }
}
