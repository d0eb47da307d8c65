package dev.gabion.crypto;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes this thread has allocated. */
final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  static long now() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
