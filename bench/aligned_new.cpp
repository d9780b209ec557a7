#include <cstdlib>
#include <new>

// Every array of the benches starts at a multiple of 64 bytes, as tensors of a model file and of a
// session's arena do: a vector load that crosses a cache line costs two.

void* operator new(std::size_t size) {
  constexpr std::size_t kLine = 64;
  if (void* memory = std::aligned_alloc(kLine, (size + kLine - 1) / kLine * kLine)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
