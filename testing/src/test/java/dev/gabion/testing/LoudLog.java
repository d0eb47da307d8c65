package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Prints whatever any library logs, down to the level that the property {@value #LEVEL} names, for
 * a child with {@code -Dslf4j.provider=} this.
 */
public final class LoudLog implements SLF4JServiceProvider {
  static final String LEVEL = "loud.level";

  /** The descriptor itself: what is printed here no floor has scrubbed. */
  static final PrintStream RAW =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

  private static final Level LOWEST = Level.valueOf(System.getProperty(LEVEL, "TRACE"));

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Line::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return new BasicMarkerFactory();
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return new NOPMDCAdapter();
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}

  private static final class Line extends LegacyAbstractLogger implements Logger {
    private static final long serialVersionUID = 1;

    Line(String name) {
      this.name = name;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        @Nullable Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      RAW.println(
          "LOUD "
              + level
              + " "
              + name
              + " "
              + MessageFormatter.basicArrayFormat(message, arguments));
      if (thrown != null) {
        thrown.printStackTrace(RAW);
      }
    }

    @Override
    public boolean isEnabledForLevel(Level level) {
      return level.toInt() >= LOWEST.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
      return isEnabledForLevel(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
      return isEnabledForLevel(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
      return isEnabledForLevel(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
      return isEnabledForLevel(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
      return isEnabledForLevel(Level.ERROR);
    }
  }
}
