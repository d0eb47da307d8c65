package dev.gabion.examples.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rules that classes keep; each can be asked of either house. */
record HouseRules(House house) {
  /** What may be touched only where it is named here, and why there. */
  static final Map<String, Map<String, String>> RESERVED =
      Map.of(
          "java.lang.System.out",
              Map.of(
                  "core.StandardOutput", "the floor that wraps it",
                  "testing.SampleContext", "stands in for the runtime's logger, which prints",
                  "logging.AuditVerifier", "a program: prints what it finds",
                  "testing.LocalServer", "a program: prints its address",
                  "testing.TlsServerProcess", "a program: prints its servers' ports"),
          "java.lang.System.err",
              Map.of(
                  "core.StandardOutput", "the floor that wraps it",
                  "core.OperatorLog", "what Gabion itself has to say to the operator",
                  "testing.LocalServer", "a program: passes the function's log on",
                  "testing.RealRuntime", "says in one line that it falls back"),
          "java.lang.System.getenv", Map.of("core.Settings", "the one place that reads it"),
          "java.lang.System.exit",
              Map.of(
                  "logging.AuditVerifier", "a program: its status is its answer",
                  "testing.TlsServerProcess", "a program: ends its servers with its input"),
          "java.lang.Runtime.exit", Map.of(),
          "java.lang.Runtime.halt", Map.of(),
          "java.lang.Throwable.printStackTrace", Map.of());

  /** Static fields that hold state or could, and why they may. */
  static final Map<String, String> STATE =
      Map.ofEntries(
          Map.entry("core.StandardOutput.LOCK", "a floor: one lock for all lines"),
          Map.entry("core.StandardOutput.INSTALLED", "a floor: installed once"),
          Map.entry("core.StandardOutput.DESCRIPTOR", "a floor: the process's output"),
          Map.entry("core.StandardOutput.torn", "a floor: whether a line was cut"),
          Map.entry("core.StandardOutput.filter", "a floor: what cleans lines, set once"),
          Map.entry("core.StandardOutput.LEFT_OUT", "a private array that is only read"),
          Map.entry("core.TlsFloor.settled", "a floor: installed once"),
          Map.entry("core.TlsFloor.lateAccepted", "a floor: accepted once, in loud words"),
          Map.entry("core.SerializationFloor.FLOOR", "a floor: one filter for the process"),
          Map.entry("core.SerializationFloor.allowed", "a floor: let through once, in loud words"),
          Map.entry(
              "core.SerializationFloor.foreignAccepted", "a floor: accepted once, in loud words"),
          Map.entry("core.Limits.DEFAULTS", "holds a map that nobody else does, and never changes"),
          Map.entry("crypto.FrameCipher.PROVIDER", "which provider has AES-GCM, found once"),
          Map.entry("crypto.JsonField.JSON", "a mapper: nothing is set after it is built"),
          Map.entry("events.HttpReply.JSON", "a factory: nothing is set after its constructor"),
          Map.entry("logging.ExportedLine.STRICT", "a factory: nothing is set after it is built"),
          Map.entry("logging.Scrubber.PROCESS", "a floor: one scrubber for all lines"),
          Map.entry("logging.SecretForms.FACTORY", "a factory: nothing is set after it is built"),
          Map.entry("logging.SecretPatterns.TABLE", "a private array that is only read"),
          Map.entry("logging.WindowKeys.PLAIN", "an array of the room that is only read"),
          Map.entry("logging.PrintedLines.MARKED", "a private array that is only read"),
          Map.entry("logging.PrintedLines.MEMBER", "a private array that is only read"),
          Map.entry("logging.Found.FACTS", "a private array that is only read"),
          Map.entry("logging.PrintedLines.CLASS", "a private array that is only read"),
          Map.entry("logging.PrintedLines.HIDDEN", "a private array that is only read"),
          Map.entry("logging.PrintedLines.PRODUCT", "a private array that is only read"),
          Map.entry("validation.Engine.GREETING", "kept, or its logger would forget its level"),
          Map.entry("testing.TlsServerProcess.RECORD", "a private array that is only read"),
          Map.entry("testing.LocalServer.JSON", "reads in a developer's process"),
          Map.entry("testing.Reply.JSON", "reads in a developer's process"),
          Map.entry("testing.RuntimeApi.JSON", "reads in a developer's process"),
          Map.entry("testing.HttpReply.JSON", "reads in a developer's process"));

  /** Types that no room uses, and why. */
  static final Map<String, String> SHUNNED =
      Map.of(
          "java.lang.ThreadLocal", "options and deadlines are handed down",
          "java.lang.InheritableThreadLocal", "options and deadlines are handed down",
          "java.util.ServiceLoader", "whoever is on the class path would be part of the path",
          "java.io.ObjectInputStream", "objects are never read from bytes",
          "java.io.ObjectOutputStream", "objects are never written as bytes",
          "java.util.Random", "what can be guessed is no identifier",
          "java.util.Timer", "threads freeze between invocations");

  private static final Pattern STARTS_THREADS =
      Pattern.compile(
          "java\\.lang\\.Thread\\.(start|startVirtualThread|ofVirtual|ofPlatform)"
              + "|java\\.util\\.concurrent\\.Executors\\.new.*"
              + "|java\\.util\\.concurrent\\.CompletableFuture\\..*Async"
              + "|java\\.util\\.concurrent\\.ForkJoinPool\\..*"
              + "|java\\.util\\.Timer\\.<init>"
              + "|java\\.lang\\.ProcessBuilder\\.start");

  private static final Set<String> CONSTANTS =
      Set.of(
          "java.lang.String",
          "java.lang.Class",
          "java.lang.ClassValue",
          "java.nio.charset.Charset",
          "java.time.Duration",
          "java.time.format.DateTimeFormatter",
          "java.util.Comparator",
          "java.util.HexFormat",
          "java.util.regex.Pattern");

  private static final Pattern CONTAINERS =
      Pattern.compile("java\\.util\\.(List|Set|Map|Optional)");

  private static final Pattern HOLDS_STATE =
      Pattern.compile(
          "java\\.util\\.(concurrent\\..*|[A-Za-z]*(List|Map|Set|Deque|Queue|Vector|Stack|BitSet))");

  /** Rooms use the rooms below them and the libraries that are theirs, and nothing else. */
  List<ArchRule> dependencies() {
    List<ArchRule> rules = new ArrayList<>();
    new TreeMap<>(House.ROOMS)
        .forEach(
            (room, below) -> {
              List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify.annotations"));
              allowed.add(house.root() + "." + room + "..");
              below.forEach(other -> allowed.add(house.root() + "." + other));
              allowed.addAll(House.OTHERS.getOrDefault(room, List.of()));
              rules.add(
                  classes()
                      .that()
                      .resideInAPackage(house.root() + "." + room + "..")
                      .should()
                      .onlyDependOnClassesThat()
                      .resideInAnyPackage(allowed.toArray(String[]::new))
                      .allowEmptyShould(true));
            });
    return rules;
  }

  /** One package for a room, and one for each example. */
  ArchRule flat() {
    Set<String> rooms = new HashSet<>(House.ROOMS.keySet());
    rooms.remove("examples");
    String root = Pattern.quote(house.root());
    return classes()
        .should()
        .resideInAnyPackage(house.root() + "..")
        .andShould(
            hold(
                "stand in a room's one package",
                type ->
                    type.getPackageName()
                        .matches(root + "\\.(" + String.join("|", rooms) + "|examples\\.[a-z]+)")));
  }

  /** What has no mark may be null. */
  ArchRule nullMarked() {
    return classes()
        .should(
            hold(
                "stand in a package that is @NullMarked",
                type -> type.getPackage().isAnnotatedWith(NullMarked.class)));
  }

  /** What is reserved is touched only where {@link #RESERVED} says, and there it is. */
  ArchRule reserved() {
    return classes()
        .should(
            new ArchCondition<>("leave alone what is reserved") {
              private final Map<String, Set<String>> unused = new TreeMap<>();

              @Override
              public void init(Collection<JavaClass> all) {
                RESERVED.forEach(
                    (thing, places) -> unused.put(thing, new HashSet<>(places.keySet())));
              }

              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                  String thing = access.getTargetOwner().getName() + "." + access.getName();
                  if (isThrowable(access.getTargetOwner())) {
                    thing = "java.lang.Throwable." + access.getName();
                  }
                  if (RESERVED.containsKey(thing)) {
                    unused.getOrDefault(thing, Set.of()).remove(house.file(type));
                    if (!RESERVED.get(thing).containsKey(house.file(type))) {
                      events.add(SimpleConditionEvent.violated(type, access.getDescription()));
                    }
                  }
                }
              }

              @Override
              public void finish(ConditionEvents events) {
                if (house.equals(House.REAL)) {
                  unused.forEach(
                      (thing, places) ->
                          places.forEach(
                              place ->
                                  events.add(
                                      SimpleConditionEvent.violated(
                                          place, place + " may use " + thing + " and does not"))));
                }
              }
            });
  }

  /** Loading a class starts no thread, by itself or by what it calls. */
  ArchRule noThreadAtClassLoad() {
    return classes()
        .should(
            check(
                "start no thread when they are loaded",
                (type, violation) ->
                    type.getStaticInitializer()
                        .ifPresent(
                            start ->
                                reachable(start)
                                    .filter(
                                        access ->
                                            STARTS_THREADS
                                                .matcher(
                                                    access.getTargetOwner().getName()
                                                        + "."
                                                        + access.getName())
                                                .matches())
                                    .forEach(
                                        access ->
                                            violation.accept(
                                                "Loading "
                                                    + type.getName()
                                                    + " reaches: "
                                                    + access.getDescription())))));
  }

  private Stream<JavaAccess<?>> reachable(JavaCodeUnit start) {
    Set<JavaCodeUnit> seen = new HashSet<>(Set.of(start));
    Deque<JavaCodeUnit> open = new ArrayDeque<>(seen);
    List<JavaAccess<?>> accesses = new ArrayList<>();
    while (!open.isEmpty()) {
      for (JavaAccess<?> access : open.remove().getAccessesFromSelf()) {
        accesses.add(access);
        Optional<? extends JavaMember> member = access.getTarget().resolveMember();
        if (member.isPresent()
            && member.get() instanceof JavaCodeUnit unit
            && unit.getOwner().getPackageName().startsWith(house.root())
            && seen.add(unit)) {
          open.add(unit);
        }
      }
    }
    return accesses.stream();
  }

  /** Nothing is remembered between invocations but by the floors. */
  ArchRule noStaticState() {
    return classes()
        .should(
            check(
                "keep no state in static fields",
                (type, violation) -> {
                  for (JavaField field : type.getFields()) {
                    if (isState(field) && !STATE.containsKey(name(field))) {
                      violation.accept(field.getDescription() + " can hold state");
                    }
                  }
                  type.getStaticInitializer().stream()
                      .flatMap(start -> start.getConstructorCallsFromSelf().stream())
                      .filter(call -> holdsState(call.getTargetOwner()))
                      .filter(call -> STATE.keySet().stream().noneMatch(startsWith(type)))
                      .map(JavaConstructorCall::getDescription)
                      .forEach(violation);
                }));
  }

  private Predicate<String> startsWith(JavaClass type) {
    return field -> field.startsWith(house.name(type) + ".");
  }

  private String name(JavaField field) {
    return house.name(field.getOwner()) + "." + field.getName();
  }

  private boolean isState(JavaField field) {
    Set<JavaModifier> modifiers = field.getModifiers();
    if (!modifiers.contains(JavaModifier.STATIC) || modifiers.contains(JavaModifier.SYNTHETIC)) {
      return false;
    }
    JavaClass type = field.getRawType();
    return !modifiers.contains(JavaModifier.FINAL)
        || !(type.isPrimitive()
            || type.isEnum()
            || CONSTANTS.contains(type.getName())
            || CONTAINERS.matcher(type.getName()).matches()
            || isFixed(type));
  }

  /** Whether a type is ours and none of its fields changes. */
  private boolean isFixed(JavaClass type) {
    return type.getPackageName().startsWith(house.root())
        && type.getAllFields().stream()
            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
            .allMatch(field -> field.getModifiers().contains(JavaModifier.FINAL));
  }

  private static boolean holdsState(JavaClass type) {
    return HOLDS_STATE.matcher(type.getName()).matches();
  }

  /** A lambda has one method: what two abstract ones ask for is written on purpose. */
  ArchRule noLambdaForSecurity() {
    Set<String> names = Set.of("core.Authenticator", "core.Rules", "core.AuditSink");
    return classes()
        .that(are("security interfaces", type -> names.contains(house.name(type))))
        .should(
            hold(
                "have two abstract methods",
                type ->
                    type.isInterface()
                        && type.getAllMethods().stream()
                                .filter(m -> m.getModifiers().contains(JavaModifier.ABSTRACT))
                                .count()
                            >= 2));
  }

  /** What no room uses. */
  ArchRule shunned() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            are("shunned " + SHUNNED.keySet(), type -> SHUNNED.containsKey(type.getName())));
  }

  /** {@code size()}, not {@code getSize()}; and no parameter that may be absent twice. */
  ArchRule style() {
    return classes()
        .should(
            check(
                "have accessors without get and no Optional parameters",
                (type, violation) -> {
                  for (JavaMethod method : type.getMethods()) {
                    if (isGetter(method)) {
                      violation.accept(method.getDescription() + " is a getter");
                    }
                    if (!method.getModifiers().contains(JavaModifier.PRIVATE)
                        && method.getRawParameterTypes().stream()
                            .anyMatch(parameter -> parameter.isEquivalentTo(Optional.class))) {
                      violation.accept(method.getDescription() + " takes an Optional");
                    }
                  }
                }));
  }

  private static boolean isGetter(JavaMethod method) {
    return method.getName().matches("get[A-Z].*")
        && method.getRawParameterTypes().isEmpty()
        && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
        && method.getOwner().getAllRawSuperclasses().stream()
            .noneMatch(type -> type.tryGetMethod(method.getName()).isPresent())
        && method.getOwner().getAllRawInterfaces().stream()
            .noneMatch(type -> type.tryGetMethod(method.getName()).isPresent());
  }

  private static boolean isThrowable(JavaClass type) {
    return type.isAssignableTo(Throwable.class);
  }

  private static DescribedPredicate<JavaClass> are(String what, Predicate<JavaClass> test) {
    return describe(what, test);
  }

  private static ArchCondition<JavaClass> hold(String what, Predicate<JavaClass> test) {
    return check(
        what,
        (type, violation) -> {
          if (!test.test(type)) {
            violation.accept(type.getName() + " does not " + what);
          }
        });
  }

  private static ArchCondition<JavaClass> check(
      String what, BiConsumer<JavaClass, Consumer<String>> look) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        look.accept(type, text -> events.add(SimpleConditionEvent.violated(type, text)));
      }
    };
  }
}
