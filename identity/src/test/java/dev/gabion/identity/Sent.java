package dev.gabion.identity;

import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.SourceFacts;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request of nothing but headers, with their names in lower case. */
record Sent(Map<String, String> headers) implements HttpEnvelope {
  @Override
  public String id() {
    return "r1";
  }

  @Override
  public SourceFacts facts() {
    return SourceFacts.of("test", "test", "POST");
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public byte[] rawBody() {
    return new byte[0];
  }
}
