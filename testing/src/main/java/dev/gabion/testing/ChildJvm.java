package dev.gabion.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line and the environment of a child that runs a function as Lambda does. */
final class ChildJvm {
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.";
  private static final int TELEMETRY_DESCRIPTOR = 3;

  private final RuntimeSetup setup;
  private final Path folder;
  private final RuntimeLog log;

  ChildJvm(RuntimeSetup setup, Path folder, RuntimeLog log) {
    this.setup = setup;
    this.folder = folder;
    this.log = log;
  }

  /** The runtime client's native library for this machine; null where it has none. */
  static @Nullable String nativeLibrary() {
    String cpu =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch_64";
          default -> "";
        };
    if (!System.getProperty("os.name").equals("Linux") || cpu.isEmpty()) {
      return null;
    }
    String loader = "/lib/ld-musl-" + cpu.replace("aarch_64", "aarch64") + ".so.1";
    boolean musl = Files.exists(Path.of(loader));
    return "/jni/libaws-lambda-jni.linux" + (musl ? "_musl" : "") + "-" + cpu + ".so";
  }

  /** The jars of the runtime interface client, which the managed runtime brings itself. */
  static List<Path> clientClassPath() {
    return Stream.of(
            CLIENT + "AWSLambda",
            "com.amazonaws.services.lambda.runtime.LambdaRuntime",
            "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
            "software.amazon.awssdk.utilslite.SdkInternalThreadLocal")
        .map(ChildJvm::origin)
        .distinct()
        .toList();
  }

  Process launch(String runtimeApi) throws IOException {
    Path task = Files.createDirectories(folder.resolve("task"));
    Path temp = Files.createTempDirectory(folder, "tmp");
    List<String> command = java(temp);
    if (setup.hasTelemetryDescriptor()) {
      command.addAll(
          0,
          List.of(
              "/bin/sh",
              "-c",
              "exec \"$@\" " + TELEMETRY_DESCRIPTOR + ">>\"$0\"",
              log.telemetry().toString()));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(task.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.output().toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment(runtimeApi, task));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private List<String> java(Path temp) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(setup.java().resolve("bin").resolve("java").toString());
    command.add("-Xmx" + setup.memoryMegabytes() * 1024L * 85 / 100 + "k");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + temp);
    command.add("-D" + CLIENT + "runtimeapi.NativeClient.JNI=" + library());
    if (feature(setup.java()) >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (setup.isSnapStart()) {
      command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    }
    if (setup.hasTelemetryDescriptor()) {
      command.add("--add-opens=java.base/java.io=ALL-UNNAMED");
    }
    command.addAll(setup.jvmOptions());
    command.add("-cp");
    command.add(
        setup.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(CLIENT + "AWSLambda");
    command.add(setup.handler());
    return command;
  }

  /** AWS Lambda Developer Guide, "Defined runtime environment variables"; and nothing inherited. */
  private Map<String, String> environment(String runtimeApi, Path task) throws IOException {
    Map<String, String> names = new TreeMap<>();
    names.put("_HANDLER", setup.handler());
    names.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    names.put("AWS_REGION", setup.region());
    names.put("AWS_DEFAULT_REGION", setup.region());
    names.put("AWS_EXECUTION_ENV", "AWS_Lambda_java" + feature(setup.java()));
    names.put("AWS_LAMBDA_FUNCTION_NAME", setup.functionName());
    names.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(setup.memoryMegabytes()));
    names.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    names.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + setup.functionName());
    names.put("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]" + "0".repeat(32));
    names.put("LAMBDA_TASK_ROOT", task.toString());
    names.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
    names.put("LANG", "C.UTF-8");
    names.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    names.put("TZ", ":UTC");
    if (setup.isSnapStart()) {
      names.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    } else {
      names.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
      names.put("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
      names.put("AWS_SECRET_ACCESS_KEY", "not-a-secret-access-key");
      names.put("AWS_SESSION_TOKEN", "not-a-session-token");
    }
    if (setup.isConcurrent()) {
      names.put("AWS_LAMBDA_INITIALIZATION_TYPE", "lambda-managed-instances");
      names.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(setup.maxConcurrency()));
      names.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
    }
    if (setup.hasTelemetryDescriptor()) {
      names.put("_LAMBDA_TELEMETRY_LOG_FD", Integer.toString(TELEMETRY_DESCRIPTOR));
    }
    names.putAll(setup.environment());
    return names;
  }

  /**
   * Unpacks the native library for this runtime alone: the client's own way is one fixed file in
   * {@code /tmp} that every other function on this machine rewrites.
   */
  private Path library() throws IOException {
    Path file = folder.resolve("aws-lambda-jni.so");
    if (!Files.exists(file)) {
      String name = Objects.requireNonNull(nativeLibrary(), "no native library");
      Class<?> client = load(CLIENT + "AWSLambda");
      try (InputStream in = client.getResourceAsStream(name)) {
        Files.copy(Objects.requireNonNull(in, name), file);
      }
    }
    return file;
  }

  /** The feature release of a JDK, as its release file says; this one's if it has none. */
  private static int feature(Path home) throws IOException {
    Path file = home.resolve("release");
    if (home.equals(Path.of(System.getProperty("java.home"))) || !Files.exists(file)) {
      return Runtime.version().feature();
    }
    Properties release = new Properties();
    release.load(new StringReader(Files.readString(file)));
    String version = Optional.ofNullable(release.getProperty("JAVA_VERSION")).orElse("17");
    return Runtime.Version.parse(version.replace("\"", "").toLowerCase(Locale.ROOT)).feature();
  }

  private static Path origin(String className) {
    try {
      return Path.of(load(className).getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException odd) {
      throw new IllegalStateException("Cannot tell where " + className + " comes from.", odd);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ChildJvm.class.getClassLoader());
    } catch (ClassNotFoundException missing) {
      throw new IllegalStateException(
          "Add aws-lambda-java-runtime-interface-client to the test class path.", missing);
    }
  }
}
