package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what was exported from CloudWatch Logs, in whichever form.
 *
 * <p>Lines as they were written, with or without something before them, such as the time that an
 * export to S3 or {@code aws logs tail} puts there; or JSON with the lines as members {@code
 * message} or {@code @message}, as {@code aws logs filter-log-events}, subscriptions and Logs
 * Insights have it, one document or several. What a line says itself is not looked into: the text
 * of an application's message is no line.
 */
final class LogExport {
  /** What takes the lines, numbered from 1: lines of text, or messages of JSON. */
  interface Taker {
    void take(long number, String line);
  }

  private static final int LOOKED_AT = 4 * 1024 * 1024;

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

  private static BufferedReader open(Path file) throws IOException {
    return Files.newBufferedReader(file, StandardCharsets.ISO_8859_1); // lines are ASCII
  }

  private static void readLines(BufferedReader text, Taker taker) throws IOException {
    long number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      taker.take(++number, line);
    }
  }

  /**
   * Whether the first value is JSON that holds messages: a list, an object of lists, or an object
   * with a message beside what CloudWatch adds to one.
   */
  private boolean isDocuments(BufferedReader text) throws IOException {
    text.mark(LOOKED_AT);
    int first = text.read();
    while (Character.isWhitespace(first)) {
      first = text.read();
    }
    text.reset();
    if (first == '[') {
      return true;
    }
    if (first != '{') {
      return false;
    }
    try (JsonParser json = factory.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        switch (json.currentName()) {
          case "events", "logEvents", "results", "eventId", "ingestionTime", "logStreamName" -> {
            return true;
          }
          case "@message", "@timestamp", "@ptr" -> {
            return true;
          }
          case "timestamp" -> { // a number here, an RFC 3339 text where a function wrote it
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
              return true;
            }
          }
          default -> {
            json.nextToken();
            json.skipChildren();
          }
        }
      }
      return false;
    } catch (IOException noJson) {
      return false;
    }
  }

  private void readDocuments(Reader text, Taker taker) throws IOException {
    long number = 0;
    try (JsonParser json = factory.createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = json.currentName();
        if (name.equals("message") || name.equals("@message")) {
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
