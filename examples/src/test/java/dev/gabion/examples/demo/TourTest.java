package dev.gabion.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.examples.orders.TourOrders;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.RealRuntime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TourTest {
  private static final List<String> REQUIRED_OF_6003 =
      List.of(
          "activity_id",
          "actor",
          "api",
          "category_uid",
          "class_uid",
          "cloud",
          "metadata",
          "severity_id",
          "src_endpoint",
          "time",
          "type_uid");

  @Test
  void everyEventEndsAsItShouldWithOneAuditLineAndNothingLeaks() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<Tour.Seen> seen;
    try (LocalAws aws = LocalAws.start();
        RealRuntime runtime = Tour.runtime(aws);
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      seen = Tour.walk(runtime, new Tour.Printer(out, Palette.plain(), false));
      assertThat(runtime.starts()).as("one environment served them all").isEqualTo(1);
      assertThat(aws.count("GenerateDataKey")).as("one data key sealed every card").isEqualTo(1);
      assertThat(aws.count("Decrypt")).isEqualTo(1);
    }

    assertThat(seen).hasSizeGreaterThanOrEqualTo(10).allMatch(Tour.Seen::asItShould);
    for (Tour.Seen one : seen) {
      assertThat(one.reply())
          .as(one.sight().title())
          .doesNotContain(TourOrders.SECRET, Tour.CARD)
          .doesNotContain("DROP TABLE", "\tat ", "at dev.", "java.", "admin")
          .doesNotContain("dev.gabion.examples");
      JsonNode line = new ObjectMapper().readTree(one.audit().get(0));
      REQUIRED_OF_6003.forEach(name -> assertThat(line.has(name)).as(name).isTrue());
      assertThat(one.audit().get(0)).doesNotContain(TourOrders.SECRET, "DROP TABLE");
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("encrypt Success, data key cached", "decrypt Success")
        .doesNotContain(TourOrders.SECRET, Tour.CARD);
  }
}
