package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Who takes webhooks alone does not pay for tokens: nothing of Nimbus is loaded. */
class WithoutNimbusTest {
  private static final String KEY = "0123456789abcdef0123";

  /** Lets in a webhook. */
  public static final class Webhook implements Callable<String> {
    @Override
    public String call() throws Exception {
      Sent sent = new Sent(Map.of("x-hub-signature-256", "sha256=" + Sign.hex(KEY, "")));
      return WebhookSignature.github("r", Key.of(KEY)).identify(sent, Work.of()).id();
    }
  }

  /** Lets in a token. */
  public static final class Token implements Callable<String> {
    @Override
    public String call() throws Exception {
      JwtKeys keys =
          JwtKeys.of(
              """
              {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
               "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""");
      keys.start(Work.of());
      return keys.describe();
    }
  }

  private static String call(Class<?> what) throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("nimbus-jose-jwt")) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    ClassLoader parent = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new), parent)) {
      Object made = loader.loadClass(what.getName()).getDeclaredConstructor().newInstance();
      return (String) ((Callable<?>) made).call();
    }
  }

  @Test
  void aWebhookNeedsNothingOfIt() throws Exception {
    assertThat(call(Webhook.class)).isEqualTo("r");
  }

  @Test
  void theControlOfThatNeedsIt() throws Exception {
    assertThat(new Token().call()).isEqualTo("given keys");
    assertThatThrownBy(() -> call(Token.class)).isInstanceOf(NoClassDefFoundError.class);
  }
}
