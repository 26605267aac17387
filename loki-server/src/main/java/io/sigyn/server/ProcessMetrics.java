package io.sigyn.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process under the names that every Prometheus client library gives it, which dashboards rely on. */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double NANOS = 1e9;

  private ProcessMetrics() {}

  static void bindTo(MeterRegistry registry) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      FunctionCounter.builder("process_cpu_seconds_total", system, s -> s.getProcessCpuTime() / NANOS)
          .description("Processor time that the process has used.")
          .register(registry);
      Gauge.builder("process_open_fds", system, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
          .description("File descriptors that are open.")
          .register(registry);
      Gauge.builder("process_max_fds", system, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
          .description("File descriptors that may be open.")
          .register(registry);
    }
    if (Files.isReadable(STATUS)) {
      Gauge.builder("process_resident_memory_bytes", () -> kibibytes("VmRSS:") * 1024)
          .description("Memory that the process has in the machine.")
          .register(registry);
      Gauge.builder("process_virtual_memory_bytes", () -> kibibytes("VmSize:") * 1024)
          .description("Address space that the process has.")
          .register(registry);
    }
  }

  /** A line of Linux' account of the process, {@code VmRSS:    1234 kB}; NaN when it cannot be read. */
  private static double kibibytes(String name) {
    try {
      for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(name)) {
          return Double.parseDouble(line.substring(name.length(), line.lastIndexOf(' ')).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Nothing to say then.
    }
    return Double.NaN;
  }
}
