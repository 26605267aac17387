package io.sigyn.benchmarks.macro;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A server to be measured.
 *
 * @param name heading of its column
 * @param url without a path
 * @param tenant for {@code X-Scope-OrgID}
 * @param process whose processor time and memory count; without, those columns stay empty
 * @param data directory whose size counts; without, the size stays empty
 */
record Target(
    String name, URI url, Optional<String> tenant, Optional<ServerProcess> process, Optional<Path> data) {
  /** A request to a path with parameters in turn name, value. */
  HttpRequest.Builder request(String path, Duration timeout, String... parameters) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(parameters[i]).append('=');
      query.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path + query)).timeout(timeout);
    tenant.ifPresent(id -> request.header("X-Scope-OrgID", id));
    return request;
  }
}
