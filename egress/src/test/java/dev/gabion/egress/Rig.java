package dev.gabion.egress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** A server outside, a listener inside, and a client between them. */
final class Rig implements AutoCloseable {
  static final String HOST = "good.example.org";
  static final String URL = "https://good.example.org/";

  final Server outside;
  final Server inside;
  final World world;

  Rig() throws Exception {
    this(Keys.SERVER);
  }

  Rig(Keys keys) throws Exception {
    outside = Server.tls(keys.context());
    inside = Server.counting();
    world = new World(outside.port(), inside.port()).name(HOST, World.OUTSIDE);
  }

  /** A started client of the usual policy. */
  OutboundClient client() throws Exception {
    return client(EgressPolicy.hosts(HOST), each -> each);
  }

  OutboundClient client(UnaryOperator<OutboundClient> choices) throws Exception {
    return client(EgressPolicy.hosts(HOST), choices);
  }

  OutboundClient client(EgressPolicy policy, UnaryOperator<OutboundClient> choices)
      throws Exception {
    OutboundClient client =
        choices.apply(
            OutboundClient.of(policy)
                .on(world)
                .tls(OutboundTls.standard().trustOnly(Keys.SERVER.certificate())));
    client.start(Work.of());
    return client;
  }

  static String get(CloseableHttpClient client, String url) throws IOException {
    return send(client, new HttpGet(url));
  }

  /** The status and the body. */
  static String send(CloseableHttpClient client, ClassicHttpRequest request) throws IOException {
    return client.execute(
        request,
        answer ->
            answer.getCode()
                + " "
                + (answer.getEntity() == null
                    ? ""
                    : EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws IOException {
    outside.close();
    inside.close();
  }
}
