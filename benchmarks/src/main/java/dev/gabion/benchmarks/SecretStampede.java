package dev.gabion.benchmarks;

import dev.gabion.testing.LocalAws;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A thousand threads come for a secret that nobody has fetched yet: how many calls that makes. */
final class SecretStampede {
  private static final int THREADS = 1000;

  private SecretStampede() {}

  static void measure() throws Exception {
    System.out.printf("%n%,d threads on a secret that is not there yet%n%n", THREADS);
    System.out.println("| subject | calls of AWS | uses that failed | ms |\n|---|--:|--:|--:|");
    for (SecretKeeper keeper : SecretKeeper.values()) {
      stampede(keeper);
    }
  }

  private static void stampede(SecretKeeper keeper) throws Exception {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put(SecretKeeper.NAME, SecretKeeper.VALUE);
      aws.always("GetSecretValue").failed(); // whoever fetches at its start finds nothing yet …
      SecretKeeper.Kept kept = keeper.start(aws);
      aws.recover();
      Thread.sleep(2000); // … and is allowed to ask again by now
      aws.forgetRequests();
      AtomicInteger failed = new AtomicInteger();
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> use(kept, go, failed));
        thread.start();
        threads.add(thread);
      }
      long start = System.nanoTime();
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %d | %.0f |%n",
          keeper.name().toLowerCase(Locale.ROOT),
          aws.requests().size(),
          failed.get(),
          (System.nanoTime() - start) / 1e6);
    }
  }

  private static void use(SecretKeeper.Kept kept, CountDownLatch go, AtomicInteger failed) {
    try {
      go.await();
      if (kept.use() == SecretKeeper.VALUE.length()) {
        return;
      }
    } catch (Exception failure) {
      System.err.println(failure);
    }
    failed.incrementAndGet();
  }
}
