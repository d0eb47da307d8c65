package dev.gabion.examples.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Settings;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.crypto.LocalKeys;
import dev.gabion.logging.OcsfAudit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;

/**
 * The two handlers of orders in one function, so that one demo shows both, with a book that breaks
 * on one article, and is careless about it.
 */
public final class TourOrders implements RequestStreamHandler {
  /** The article. */
  public static final String BREAKS = "BREAKS-THE-BOOK";

  /** What the book lets slip when it breaks. */
  public static final String SECRET = "correct-horse-battery-staple";

  /** The setting that says where a stand-in of KMS is. */
  public static final String LOCAL_AWS = "TOUR_LOCAL_AWS";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OrderBook book = breaking(OrderBook.inMemory());
  private final CreateOrder create = new CreateOrder(cards(), book, OcsfAudit.of("orders"));
  private final ChargeOrder charge = new ChargeOrder(cards(), book, OcsfAudit.of("orders"));

  /** Keys of the stand-in; of this process where there is none, because settings cannot be set. */
  private static EnvelopeCipher cards() {
    Settings settings = Settings.ofProcess();
    Optional<String> local = settings.find(LOCAL_AWS);
    if (local.isEmpty()) {
      return EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("this tour has no KMS"));
    }
    AwsClients clients =
        AwsClients.standard()
            .insecureLocalEndpoint(URI.create(local.get()), "the tour's stand-in of KMS");
    return EnvelopeCipher.with(KmsKeys.of(settings.get("CARD_KEY_ARN")).through(clients));
  }

  private static OrderBook breaking(OrderBook book) {
    return new OrderBook() {
      @Override
      public void enter(String orderId, Entry entry) {
        if (entry.lines().stream().map(Order.Line::sku).anyMatch(BREAKS::equals)) {
          throw new IllegalStateException("jdbc:postgresql://orders?password=" + SECRET);
        }
        book.enter(orderId, entry);
      }

      @Override
      public Optional<Entry> find(String orderId) {
        return book.find(orderId);
      }
    };
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    byte[] event = in.readAllBytes();
    boolean charges = JSON.readTree(event).path("rawPath").asText().equals("/charges");
    (charges ? charge : create).handleRequest(new ByteArrayInputStream(event), out, context);
  }
}
