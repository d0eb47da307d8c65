package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads what was exported from CloudWatch Logs, in whichever form.
 *
 * <p>Lines as they were written, with or without something before them, such as the time that an
 * export to S3 or {@code aws logs tail} puts there; or JSON with the lines as members {@code
 * message} or {@code @message}, as {@code aws logs filter-log-events}, subscriptions and Logs
 * Insights have it, one document or several; gzipped or not. What a line says itself is not looked
 * into: the text of an application's message is no line.
 */
final class LogExport {
  /** What takes the lines, numbered from 1: lines of text, or messages of JSON. */
  interface Taker {
    void take(long number, String line);
  }

  private final JsonFactory factory = new JsonFactory();

  void read(Path file, Taker taker) throws IOException {
    boolean documents;
    try (BufferedReader text = open(file)) {
      documents = isDocuments(text);
    }
    try (BufferedReader text = open(file)) {
      if (documents) {
        readDocuments(text, taker);
      } else {
        readLines(text, taker);
      }
    }
  }

  /** Unpacks what is gzipped, as exports to S3 are. */
  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    try {
      bytes.mark(2);
      boolean packed = bytes.read() == 0x1F && bytes.read() == 0x8B; // RFC 1952 section 2.3.1
      bytes.reset();
      InputStream plain = packed ? new GZIPInputStream(bytes) : bytes;
      return new BufferedReader(new InputStreamReader(plain, ISO_8859_1)); // lines are ASCII
    } catch (IOException broken) {
      bytes.close();
      throw broken;
    }
  }

  private static void readLines(BufferedReader text, Taker taker) throws IOException {
    long number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      taker.take(++number, line);
    }
  }

  /**
   * Whether the first value is JSON that holds messages: a list of objects, an object with a list
   * of them, or a message with nothing beside it but what CloudWatch adds to one. What a function
   * logs in JSON, with a message, a time and more, is a line.
   */
  private boolean isDocuments(BufferedReader text) throws IOException {
    try (JsonParser json = factory.createParser(text)) {
      JsonToken first = json.nextToken();
      if (first == JsonToken.START_ARRAY) {
        JsonToken second = json.nextToken();
        return second == JsonToken.START_OBJECT || second == JsonToken.END_ARRAY;
      }
      return first == JsonToken.START_OBJECT && holdsMessages(json);
    } catch (IOException noJson) {
      return false;
    }
  }

  private static boolean holdsMessages(JsonParser json) throws IOException {
    boolean message = false;
    boolean more = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "events", "logEvents", "results" -> {
          if (value == JsonToken.START_ARRAY) {
            return true;
          }
          more = true;
        }
        case "message", "@message" -> message = true;
        case "timestamp" -> // a number here, an RFC 3339 text where a function wrote it
            more |= value != JsonToken.VALUE_NUMBER_INT;
        case "eventId", "id", "ingestionTime", "logStreamName" -> {}
        default -> more |= !name.startsWith("@");
      }
      json.skipChildren();
    }
    return message && !more;
  }

  private void readDocuments(Reader text, Taker taker) throws IOException {
    long number = 0;
    String field = "";
    try (JsonParser json = factory.createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = json.currentName();
        if (name.equals("field")) { // of a pair with "value", as the results of a query have it
          field = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        } else if (name.equals("message")
            || name.equals("@message")
            || (name.equals("value") && field.equals("@message"))) {
          JsonToken value = json.nextToken();
          if (value == JsonToken.VALUE_STRING) {
            taker.take(++number, json.getText());
          } else if (value == JsonToken.START_OBJECT) {
            taker.take(++number, ExportedLine.canonical(json));
          }
        }
      }
    }
  }
}
