#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "platforms/platform.h"

#if defined(__APPLE__)
#include <mach/mach.h>
#include <sys/sysctl.h>
#elif defined(__linux__)
#include <sched.h>
#endif

namespace linnet::platform {
namespace {

// strerror_r comes in two forms; overloads tell them apart.
[[maybe_unused]] const char* error_result(int, const char* text) { return text; }
[[maybe_unused]] const char* error_result(const char* result, const char*) { return result; }

#if defined(__linux__)

// The number in a one-line file of /sys, or `fallback`.
long read_number(const char* format, int cpu, long fallback) {
  char path[128];
  std::snprintf(path, sizeof(path), format, cpu);
  std::FILE* file = std::fopen(path, "re");
  if (!file) return fallback;
  long value = fallback;
  if (std::fscanf(file, "%ld", &value) != 1) value = fallback;
  std::fclose(file);
  return value;
}

// Relative speed of a core: the kernel's own capacity figure on ARM, else the highest clock.
long core_speed(int cpu) {
  const long capacity = read_number("/sys/devices/system/cpu/cpu%d/cpu_capacity", cpu, -1);
  if (capacity > 0) return capacity;
  return read_number("/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", cpu, 0);
}

// The first hardware thread of the core that `cpu` belongs to ("0-1" and "0,4" both begin with it).
long first_sibling(int cpu) {
  return read_number("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu, cpu);
}

#endif

}  // namespace

int map_file(const char* path, FileMapping* out) {
  int file = -1;
  do {
    file = open(path, O_RDONLY | O_CLOEXEC);
  } while (file < 0 && errno == EINTR);
  if (file < 0) return errno;
  struct stat info {};
  int error = 0;
  if (fstat(file, &info) != 0) {
    error = errno;
  } else if (!S_ISREG(info.st_mode)) {
    error = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
  } else if (static_cast<uint64_t>(info.st_size) > SIZE_MAX / 2) {
    error = EFBIG;
  } else if (info.st_size == 0) {
    *out = {};
  } else {
    const size_t size = static_cast<size_t>(info.st_size);
    void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
      error = errno;
    } else {
      *out = {static_cast<const std::byte*>(data), size};
    }
  }
  close(file);
  return error;
}

void unmap_file(const FileMapping& mapping) {
  if (mapping.data) munmap(const_cast<std::byte*>(mapping.data), mapping.size);
}

const char* error_text(int error, char* text, size_t size) {
  text[0] = '\0';
  return error_result(strerror_r(error, text, size), text);
}

int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

uint64_t peak_resident_bytes() {
#if defined(__linux__)
  // Not getrusage(): its figure outlives exec and begins with the parent's.
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (!file) return 0;
  unsigned long kilobytes = 0;
  char line[256];
  while (std::fgets(line, sizeof(line), file)) {
    if (std::sscanf(line, "VmHWM: %lu", &kilobytes) == 1) break;
  }
  std::fclose(file);
  return uint64_t{kilobytes} * 1024;
#else
  rusage usage{};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<uint64_t>(usage.ru_maxrss) : 0;
#endif
}

uint64_t resident_bytes() {
#if defined(__APPLE__)
  mach_task_basic_info info{};
  mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
  const kern_return_t result = task_info(mach_task_self(), MACH_TASK_BASIC_INFO,
                                         reinterpret_cast<task_info_t>(&info), &count);
  return result == KERN_SUCCESS ? info.resident_size : 0;
#elif defined(__linux__)
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long total = 0, resident = 0;
  const int fields = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return fields == 2 ? uint64_t{resident} * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
#else
  return 0;
#endif
}

size_t performance_core_count() {
#if defined(__linux__)
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  long best = -1;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed) && core_speed(cpu) > best) best = core_speed(cpu);
  }
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    // Cores of one cluster may differ a little in their highest clock ("favoured cores" of x86).
    if (!CPU_ISSET(cpu, &allowed) || core_speed(cpu) * 10 < best * 9) continue;
    const long core = first_sibling(cpu);
    CPU_SET(core >= 0 && core < CPU_SETSIZE ? static_cast<size_t>(core) : static_cast<size_t>(cpu),
            &cores);
  }
  const int count = CPU_COUNT(&cores);
  return count > 0 ? static_cast<size_t>(count) : 1;
#elif defined(__APPLE__)
  int count = 0;
  size_t size = sizeof(count);
  if (sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nullptr, 0) == 0 && count > 0) {
    return static_cast<size_t>(count);
  }
  size = sizeof(count);
  if (sysctlbyname("hw.physicalcpu", &count, &size, nullptr, 0) == 0 && count > 0) {
    return static_cast<size_t>(count);
  }
  return 1;
#else
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? static_cast<size_t>(count) : 1;
#endif
}

}  // namespace linnet::platform
