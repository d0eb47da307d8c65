package dev.gabion.events;

import dev.gabion.core.FunctionArn;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is declared of an HTTP source beside its types; a copy is made for each choice. */
final class HttpChoices<O> {
  Set<String> methods;
  int status = 200;
  Set<String> accounts = Set.of();
  Set<String> origins = Set.of();
  Set<String> stages = Set.of();
  Set<String> fromPath = Set.of();
  Set<String> fromQuery = Set.of();
  String contentType = "application/json";
  @Nullable HttpRoute route;
  @Nullable Cors cors;
  Map<String, Function<? super O, String>> headers = Map.of();

  HttpChoices(String... methods) {
    this.methods = sorted(methods);
  }

  HttpChoices<O> copy() {
    HttpChoices<O> copy = new HttpChoices<>(methods.toArray(String[]::new));
    copy.status = status;
    copy.accounts = accounts;
    copy.origins = origins;
    copy.stages = stages;
    copy.fromPath = fromPath;
    copy.fromQuery = fromQuery;
    copy.contentType = contentType;
    copy.route = route;
    copy.cors = cors;
    copy.headers = new LinkedHashMap<>(headers);
    return copy;
  }

  static Set<String> sorted(String... names) {
    return Collections.unmodifiableSet(new TreeSet<>(Set.of(names)));
  }

  static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  boolean hasBody() {
    return !methods.contains("GET") && !methods.contains("DELETE");
  }

  boolean isForm() {
    return contentType.equals(HttpSource.FORM);
  }

  /** Whether an API of this account and id may send events to this function. */
  boolean expects(String account, String api, FunctionArn function) {
    Set<String> expected = accounts.isEmpty() ? Set.of(function.account()) : accounts;
    return origins.isEmpty()
        ? expected.contains(account)
        : origins.contains(api) && (accounts.isEmpty() || accounts.contains(account));
  }
}
