#pragma once

#include <cstddef>
#include <cstdint>

// What the runtime and the tools need from the operating system, and nothing else. One folder per
// system implements it (platforms/posix for Linux, Android, macOS and iOS). All functions are
// thread-safe, allocate nothing that they do not return, and report failure by an error number.

namespace linnet::platform {

// A file mapped for reading only. `data` is aligned to a page; null for an empty file.
// The mapping is private, but a file that another process truncates while it is mapped makes reads
// fail with SIGBUS: replace model files by rename, never in place.
struct FileMapping {
  const std::byte* data = nullptr;
  size_t size = 0;
};

// 0, or the system's error number (text: error_text()).
int map_file(const char* path, FileMapping* out);
void unmap_file(const FileMapping& mapping);

// Copies the system's text for an error number into `text` and returns it.
const char* error_text(int error, char* text, size_t size);

// Nanoseconds of a clock that never goes back; the origin is arbitrary.
int64_t monotonic_ns();

// Tells the core that this thread only watches a value, between two looks at it.
inline void relax_core() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

// Largest resident size of this process so far, and the present one, in bytes; 0 where unknown.
uint64_t peak_resident_bytes();
uint64_t resident_bytes();

// Cores of the fastest cluster that this process may run on, hardware threads of one core counted
// once; at least 1.
size_t performance_core_count();

}  // namespace linnet::platform
