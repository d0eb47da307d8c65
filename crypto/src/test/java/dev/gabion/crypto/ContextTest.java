package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextTest {
  @Test
  void takesPairsInAnyOrder() {
    Context context = Context.of(Map.of("b", "2", "a", "1"));

    assertThat(context.pairs()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(context.bytes()).isEqualTo(ContextBytes.write(Map.of("a", "1", "b", "2")));
  }

  @Test
  void demandsAPair() {
    refuses(Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws-crypto-public-key", "aws-crypto-", "gabion:field", "gabion:"})
  void refusesReservedNames(String name) {
    refuses(Map.of("purpose", "test", name, "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws-crypt", "aws-", "gabion", "AWS-CRYPTO-x"})
  void takesNamesThatOnlyLookReserved(String name) {
    assertThat(Context.of(Map.of(name, "x")).pairs()).containsKey(name);
  }

  @Test
  void boundsNamesValuesNumberAndSize() {
    assertThat(Context.of(pairs(16)).pairs()).hasSize(16);
    refuses(pairs(17));
    assertThat(Context.of(Map.of("n".repeat(128), "v".repeat(1_024))).pairs()).hasSize(1);
    refuses(Map.of("n".repeat(129), "v"));
    refuses(Map.of("n", "v".repeat(1_025)));
    refuses(Map.of("", "v"));
    refuses(Map.of("n", ""));
    Map<String, String> large = Map.of("a", "1", "b", "v".repeat(1_024), "c", "v".repeat(1_024));
    assertThat(Context.of(large).pairs()).hasSize(3);
    refuses(Map.of("a", "ß".repeat(1_024), "b", "ß".repeat(1_024), "c", "x")); // 4,096 and more
  }

  @Test
  void refusesHalfACharacter() {
    refuses(Map.of("a", "\ud800"));
  }

  @Test
  void aFieldsPlaceIsPartOfItsContext() {
    Context field = Context.ofField(Map.of("a", "1"), "/card/number");

    assertThat(field.pairs()).isEqualTo(Map.of("a", "1", "gabion:field", "/card/number"));
    assertThatThrownBy(() -> Context.ofField(Map.of(), "/card"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Context.ofField(Map.of("a", "1"), "/" + "x".repeat(1_024)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void partitionsAreToldApartByEveryPartOfThem() {
    byte[] rest = {1, 2};
    Partition one = Partition.of(Suite.COMMITTED, "t", rest);

    assertThat(one)
        .isEqualTo(Partition.of(Suite.COMMITTED, "t", rest.clone()))
        .hasSameHashCodeAs(Partition.of(Suite.COMMITTED, "t", rest.clone()))
        .isNotEqualTo(Partition.of(Suite.SIGNED, "t", rest))
        .isNotEqualTo(Partition.of(Suite.COMMITTED, "u", rest))
        .isNotEqualTo(Partition.of(Suite.COMMITTED, null, rest))
        .isNotEqualTo(Partition.of(Suite.COMMITTED, "t", new byte[] {1}))
        .isNotEqualTo(new Object());
    assertThat(Partition.of(Suite.COMMITTED, null, rest))
        .isNotEqualTo(Partition.of(Suite.COMMITTED, "", rest));
    // what ends the tenant's name cannot begin the rest
    assertThat(Partition.of(Suite.COMMITTED, "a", new byte[] {'b'}))
        .isNotEqualTo(Partition.of(Suite.COMMITTED, "ab", new byte[0]));
  }

  private static Map<String, String> pairs(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "name" + i, i -> "content"));
  }

  private static void refuses(Map<String, String> pairs) {
    assertThatThrownBy(() -> Context.of(pairs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContainingAny("content", "vvv", "nnn");
  }
}
