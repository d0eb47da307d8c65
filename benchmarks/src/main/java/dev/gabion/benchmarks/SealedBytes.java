package dev.gabion.benchmarks;

import dev.gabion.testing.LocalAws;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Encrypting and decrypting one message with a data key that is there already. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class SealedBytes {
  /** Who encrypts. */
  @Param public Sealer subject;

  /** How long the plaintext is. */
  @Param({"100", "1024", "65536", "10485760"})
  public int bytes;

  private LocalAws aws;
  private Sealer.Sealed cipher;
  private byte[] plaintext;
  private byte[] message;

  /** Seals once, and demands that it opens; compiled as in a function that ran for a while. */
  @Setup
  public void start() throws Exception {
    aws = LocalAws.start();
    cipher = subject.start(Sealer.Kms.of(aws), 1L << 30);
    warmUp(1_024, 6_000);
    warmUp(64 * 1024, 500);
    plaintext = new byte[bytes];
    message = cipher.seal(plaintext);
    if (!Arrays.equals(cipher.open(message), plaintext)) {
      throw new IllegalStateException("It opens to something else.");
    }
  }

  /**
   * The JDK has its AES instructions only in methods that were called often, however long one call
   * takes: ten megabytes in one call would be measured in the interpreter.
   */
  private void warmUp(int length, int times) throws GeneralSecurityException {
    for (int i = 0; i < times; i++) {
      cipher.open(cipher.seal(new byte[length]));
    }
  }

  /** Ends the server. */
  @TearDown
  public void end() {
    aws.close();
  }

  /** Encrypts. */
  @Benchmark
  public byte[] seal() throws GeneralSecurityException {
    return cipher.seal(plaintext);
  }

  /** Decrypts. */
  @Benchmark
  public byte[] open() throws GeneralSecurityException {
    return cipher.open(message);
  }
}
