package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtKeysTest {
  private static final List<BearerJwt.Algorithm> ALLOWED =
      List.of(BearerJwt.Algorithm.RS256, BearerJwt.Algorithm.ES256);

  private final AtomicLong wall = new AtomicLong(1_800_000_000_000L);
  private final AtomicLong nanos = new AtomicLong(-7);
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile String published = Issuer.jwks(Issuer.RSA);
  private volatile boolean down;

  private final JwtKeys keys =
      JwtKeys.fetched(
              scope -> {
                fetches.incrementAndGet();
                if (down) {
                  throw new IOException("no route");
                }
                return published;
              })
          .at(wall::get, nanos::get);

  private final Work work = Work.of();

  private void pass(Duration time) {
    wall.addAndGet(time.toMillis());
    nanos.addAndGet(time.toNanos());
  }

  private PublicKey rsa(String id) {
    return keys.find(id, BearerJwt.Algorithm.RS256, ALLOWED, work);
  }

  private PublicKey ec(String id) {
    return keys.find(id, BearerJwt.Algorithm.ES256, ALLOWED, work);
  }

  private void refused(String id) {
    assertThatThrownBy(() -> rsa(id))
        .isInstanceOf(Rejection.class)
        .hasMessageContaining("token-key");
  }

  @Test
  void theyAreFetchedAtInitAndNotForEachToken() {
    keys.start(work);
    keys.start(work);
    for (int i = 0; i < 50; i++) {
      assertThat(rsa("rsa-1")).isNotNull();
    }

    assertThat(fetches).hasValue(1);
  }

  @Test
  void inventedNamesBringOneFetchInHalfAMinute() {
    keys.start(work);
    for (int i = 0; i < 100; i++) {
      refused("invented-" + i);
    }
    assertThat(fetches).as("none so soon after INIT").hasValue(1);
    pass(Duration.ofSeconds(30));
    for (int i = 0; i < 100; i++) {
      refused("invented-" + i);
    }
    assertThat(fetches).hasValue(2);
    assertThat(rsa("rsa-1")).as("the others are not held up").isNotNull();
  }

  @Test
  void aKeyThatIsNewWithItsIssuerIsTakenAndOneThatIsGoneIsNot() {
    keys.start(work);
    pass(Duration.ofSeconds(30));
    published = Issuer.jwks(Issuer.EC);

    assertThat(rsa("rsa-1")).as("not known to be gone yet").isNotNull();
    assertThat(ec("ec-1")).isNotNull();
    refused("rsa-1");
    assertThat(fetches).hasValue(2);
  }

  @Test
  void theyAreRefreshedAfterTenMinutes() {
    keys.start(work);
    published = Issuer.jwks(Issuer.EC);
    pass(Duration.ofMinutes(10).minusMillis(1));
    assertThat(rsa("rsa-1")).isNotNull();
    assertThat(fetches).hasValue(1);
    pass(Duration.ofMillis(1));

    refused("rsa-1");
    assertThat(fetches).hasValue(2);
  }

  @Test
  void aSleepOfTheEnvironmentCountsThoughOneClockStandsStill() {
    keys.start(work);
    wall.addAndGet(Duration.ofMinutes(10).toMillis());

    assertThat(rsa("rsa-1")).isNotNull();
    assertThat(fetches).hasValue(2);
  }

  @Test
  void whileTheIssuerIsDownTheyAreGoodForAnHourAndThenNobodyIsLetIn() {
    keys.start(work);
    down = true;
    pass(Duration.ofMinutes(10));
    for (int i = 0; i < 50; i++) {
      assertThat(rsa("rsa-1")).isNotNull();
    }
    assertThat(fetches).as("once in a second").hasValue(2);
    assertThat(work.told().get(0))
        .containsEntry("event", "keys-not-fetched")
        .containsEntry("cause", "java.io.IOException");
    pass(Duration.ofMinutes(50).minusMillis(1));
    assertThat(rsa("rsa-1")).isNotNull();
    pass(Duration.ofMillis(1));

    assertThatThrownBy(() -> rsa("rsa-1")).isInstanceOf(IllegalStateException.class);
    down = false;
    pass(Duration.ofSeconds(1));
    assertThat(rsa("rsa-1")).as("and is again when it is back").isNotNull();
  }

  @Test
  void whatCannotBeHadAtInitIsAskedForAtTheFirstUse() {
    down = true;
    keys.start(work);
    assertThatThrownBy(() -> rsa("rsa-1")).isInstanceOf(IllegalStateException.class);
    assertThat(fetches).as("not at once again").hasValue(1);
    down = false;
    pass(Duration.ofSeconds(1));

    assertThat(rsa("rsa-1")).isNotNull();
  }

  @Test
  void aSetThatIsNoneKeepsTheOneThatWas() {
    keys.start(work);
    published = "<html>down for maintenance</html>";
    pass(Duration.ofMinutes(10));

    assertThat(rsa("rsa-1")).isNotNull();
    assertThat(fetches).hasValue(2);
  }

  @Test
  void nothingIsInASnapshotAndAllIsFetchedAfterIt() {
    keys.start(Work.awaitingSnapshot());
    assertThat(fetches).hasValue(0);
    keys.beforeSnapshot();
    keys.afterRestore(work);
    assertThat(fetches).hasValue(1);
    keys.beforeSnapshot();
    keys.afterRestore(work);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void oneThreadFetchesForAll() throws Exception {
    int threads = 16;
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    JwtKeys slow =
        JwtKeys.fetched(
            scope -> {
              asked.incrementAndGet();
              fetching.countDown();
              assertThat(answer.await(1, TimeUnit.MINUTES)).isTrue();
              return published;
            });
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<PublicKey>> found = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        found.add(pool.submit(() -> slow.find("rsa-1", BearerJwt.Algorithm.RS256, ALLOWED, work)));
      }
      assertThat(fetching.await(1, TimeUnit.MINUTES)).isTrue();
      answer.countDown();
      for (Future<PublicKey> one : found) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isNotNull();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoHasNoTimeDoesNotWait() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    JwtKeys slow =
        JwtKeys.fetched(
            scope -> {
              fetching.countDown();
              assertThat(answer.await(1, TimeUnit.MINUTES)).isTrue();
              return published;
            });
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<PublicKey> first =
          pool.submit(() -> slow.find("rsa-1", BearerJwt.Algorithm.RS256, ALLOWED, work));
      assertThat(fetching.await(1, TimeUnit.MINUTES)).isTrue();
      Scope noTime = Work.in(Duration.ZERO);
      assertThatThrownBy(() -> slow.find("rsa-1", BearerJwt.Algorithm.RS256, ALLOWED, noTime))
          .isInstanceOf(IllegalStateException.class);
      answer.countDown();
      assertThat(first.get(1, TimeUnit.MINUTES)).isNotNull();
    } finally {
      pool.shutdownNow();
    }
  }

  private void unfit(String set, String said) {
    JwtKeys given = JwtKeys.of(set);
    assertThatThrownBy(() -> given.start(work))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(said);
  }

  @Test
  void aSetWithWhatMustStayWithItsOwnerIsRefused() throws JOSEException {
    unfit(Issuer.set(List.of(Issuer.RSA.toJSONString())), "private or symmetric");
    unfit(Issuer.set(List.of(Issuer.EC.toJSONString())), "private or symmetric");
    String secret = new OctetSequenceKeyGenerator(256).generate().toJSONString();
    unfit(
        Issuer.set(List.of(Issuer.RSA.toPublicJWK().toJSONString(), secret)),
        "private or symmetric");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"keys\":7}",
        "{\"keys\":[]}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[7]}",
        "{\"keys\":[{\"kty\":\"RSA\"}]}",
        "{\"keys\":[{\"kty\":\"later\"}]}",
        "{\"keys\":[]} x",
      })
  void whatIsNoSetOfKeysIsRefused(String set) {
    unfit(set, "A JWK Set ");
  }

  @Test
  void aSetIsBounded() {
    String one = Issuer.EC.toPublicJWK().toJSONString();

    unfit(Issuer.set(Collections.nCopies(101, one)), "at most 100");
    unfit(Issuer.set(List.of(one)) + " ".repeat(262_144), "at most 262144");
    unfit(Issuer.set(List.of(one, one)), "same kid");
  }

  @Test
  void keysForSomethingElseArePassedOver() {
    String rsa = Issuer.RSA.toPublicJWK().toJSONString();
    String p384 =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    for (String other :
        List.of(
            rsa.replace("{", "{\"use\":\"enc\","),
            rsa.replace("{", "{\"key_ops\":[\"encrypt\"],"),
            p384,
            "{\"kty\":\"later\",\"kid\":\"x\"}")) {
      unfit(Issuer.set(List.of(other)), "no key to verify with");
      JwtKeys given =
          JwtKeys.of(Issuer.set(List.of(other, Issuer.EC.toPublicJWK().toJSONString())));
      given.start(work);
      assertThat(given.find("ec-1", BearerJwt.Algorithm.ES256, ALLOWED, work)).isNotNull();
    }
    for (String good :
        List.of(
            rsa.replace("{", "{\"use\":\"sig\","),
            rsa.replace("{", "{\"key_ops\":[\"verify\"],"))) {
      JwtKeys given = JwtKeys.of(Issuer.set(List.of(good)));
      given.start(work);
      assertThat(given.find("rsa-1", BearerJwt.Algorithm.RS256, ALLOWED, work)).isNotNull();
    }
  }

  @Test
  void aPauseIsOneSecondToTenMinutes() {
    assertThatThrownBy(() -> keys.atMostEvery(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys.atMostEvery(Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class);
    JwtKeys quick = keys.atMostEvery(Duration.ofSeconds(5));
    quick.start(work);
    pass(Duration.ofSeconds(5));
    published = Issuer.jwks(Issuer.EC);
    assertThat(quick.find("ec-1", BearerJwt.Algorithm.ES256, ALLOWED, work)).isNotNull();
  }
}
