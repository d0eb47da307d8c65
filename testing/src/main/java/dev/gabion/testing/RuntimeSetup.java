package dev.gabion.testing;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How a {@link RealRuntime} is to run a function. Never changes: every method gives a copy, so that
 * tests can share a base and vary it.
 */
public final class RuntimeSetup {
  private final String handler;
  private final List<String> jvmOptions = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private List<Path> classPath = ownClassPath();
  private Path java = Path.of(System.getProperty("java.home"));
  private Duration timeout = Duration.ofSeconds(30);
  private int memoryMegabytes = 512;
  private int maxConcurrency;
  private boolean telemetryDescriptor;
  private boolean snapStart;
  private String account = "123456789012";
  private String region = "eu-central-1";
  private String functionName = "function-under-test";

  RuntimeSetup(String handler) {
    this.handler = Objects.requireNonNull(handler, "handler");
  }

  /** Adds an environment variable; one of Lambda's own names takes the place of its default. */
  public RuntimeSetup environment(String name, String value) {
    return with(copy -> copy.environment.put(name, value));
  }

  /** Adds an option of the child's JVM, after those that the managed runtime gives. */
  public RuntimeSetup jvmOption(String option) {
    return with(copy -> copy.jvmOptions.add(option));
  }

  /** Sets a system property of the child's JVM. */
  public RuntimeSetup systemProperty(String name, String value) {
    return jvmOption("-D" + name + "=" + value);
  }

  /**
   * Sets the class path, in order, instead of the one that the tests run with. The runtime
   * interface client comes before it, as the managed runtime has it.
   */
  public RuntimeSetup classPath(List<Path> entries) {
    return with(
        copy ->
            copy.classPath =
                Stream.concat(ChildJvm.clientClassPath().stream(), entries.stream()).toList());
  }

  /** Sets the home of the JDK to run on, instead of the one that runs the tests. */
  public RuntimeSetup java(Path home) {
    return with(copy -> copy.java = home);
  }

  /** Sets the function's timeout; 30 seconds otherwise. */
  public RuntimeSetup timeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("A timeout is longer than nothing.");
    }
    return with(copy -> copy.timeout = timeout);
  }

  /** Sets the function's memory, 85 % of which become the heap; 512 MB otherwise. */
  public RuntimeSetup memory(int megabytes) {
    if (megabytes < 128) {
      throw new IllegalArgumentException("A function has at least 128 MB.");
    }
    return with(copy -> copy.memoryMegabytes = megabytes);
  }

  /**
   * Runs so many invocations at once in one environment, as Lambda Managed Instances do: in log
   * format JSON, and what overruns its timeout is answered for but goes on running.
   */
  public RuntimeSetup maxConcurrency(int invocations) {
    if (invocations < 1) {
      throw new IllegalArgumentException("At least one invocation runs.");
    }
    return with(copy -> copy.maxConcurrency = invocations);
  }

  /**
   * Gives the runtime client a telemetry descriptor, and the module access that it needs to use it,
   * as the managed runtime does: {@code context.getLogger()} then writes frames instead of standard
   * output. Without it the client falls back to standard output.
   */
  public RuntimeSetup telemetryDescriptor() {
    return with(copy -> copy.telemetryDescriptor = true);
  }

  /** Sets {@code AWS_LAMBDA_LOG_FORMAT}: {@code JSON} or {@code Text}. */
  public RuntimeSetup logFormat(String format) {
    return environment("AWS_LAMBDA_LOG_FORMAT", format);
  }

  /** Sets {@code AWS_LAMBDA_LOG_LEVEL}. */
  public RuntimeSetup logLevel(String level) {
    return environment("AWS_LAMBDA_LOG_LEVEL", level);
  }

  /**
   * Starts as SnapStart does: INIT and the hooks before the snapshot run, then nothing until {@link
   * RealRuntime#restore}. No snapshot is taken, and there are no {@code AWS_} credentials in the
   * environment.
   */
  public RuntimeSetup snapStart() {
    return with(copy -> copy.snapStart = true);
  }

  /** Sets the account of the invoked ARN; {@code 123456789012} otherwise. */
  public RuntimeSetup account(String id) {
    return with(copy -> copy.account = id);
  }

  /** Sets the region of the invoked ARN and of the environment; {@code eu-central-1} otherwise. */
  public RuntimeSetup region(String name) {
    return with(copy -> copy.region = name);
  }

  /** Sets the function's name; {@code function-under-test} otherwise. */
  public RuntimeSetup functionName(String name) {
    return with(copy -> copy.functionName = name);
  }

  /**
   * Starts the function and returns once INIT has ended, well or not: see {@link
   * RealRuntime#initError}.
   *
   * @throws IllegalStateException if INIT does not end, or no child can be started
   */
  public RealRuntime start() {
    return RealRuntime.start(this);
  }

  String handler() {
    return handler;
  }

  List<String> jvmOptions() {
    return jvmOptions;
  }

  Map<String, String> environment() {
    return environment;
  }

  List<Path> classPath() {
    return classPath;
  }

  Path java() {
    return java;
  }

  Duration timeout() {
    return timeout;
  }

  int memoryMegabytes() {
    return memoryMegabytes;
  }

  int maxConcurrency() {
    return maxConcurrency;
  }

  boolean isConcurrent() {
    return maxConcurrency > 0;
  }

  boolean hasTelemetryDescriptor() {
    return telemetryDescriptor;
  }

  boolean isSnapStart() {
    return snapStart;
  }

  String region() {
    return region;
  }

  String functionName() {
    return functionName;
  }

  String functionArn() {
    return "arn:aws:lambda:" + region + ":" + account + ":function:" + functionName;
  }

  private RuntimeSetup with(Consumer<RuntimeSetup> change) {
    RuntimeSetup copy = new RuntimeSetup(handler);
    copy.jvmOptions.addAll(jvmOptions);
    copy.environment.putAll(environment);
    copy.classPath = classPath;
    copy.java = java;
    copy.timeout = timeout;
    copy.memoryMegabytes = memoryMegabytes;
    copy.maxConcurrency = maxConcurrency;
    copy.telemetryDescriptor = telemetryDescriptor;
    copy.snapStart = snapStart;
    copy.account = account;
    copy.region = region;
    copy.functionName = functionName;
    change.accept(copy);
    return copy;
  }

  /**
   * The tests' own class path. Surefire keeps the real one in a property of its own; a jar that
   * only refers to others by its manifest, as some launchers make it, the child's JVM follows by
   * itself. Entries become absolute, since the child works in another folder.
   */
  private static List<Path> ownClassPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }
}
