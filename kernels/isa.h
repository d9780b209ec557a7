#pragma once

#include <cstddef>
#include <cstdint>

// Instruction sets that kernels are written for, and the choice among a family's variants.
//
// A kernel family is one operation on plain pointers and sizes. Its folder holds
//   <family>.h                 argument struct, contract, `extern` list of variants
//   <family>.cpp               the list itself: best first, scalar last
//   <family>_<isa>.cpp         one variant; the suffix decides the compiler flags
//   (cmake/isa_flags.cmake)
// Files with an ISA suffix may include only <cstddef>, <cstdint>, <cstring>, the intrinsics header
// and their family's headers, and keep every helper in an anonymous namespace: an inline function
// that is emitted with AVX2 code could otherwise replace the plain copy at link time.

namespace linnet {

// Ordered from the plainest to the richest inside each architecture. `scalar` is always present.
enum class Isa : uint8_t { scalar, neon, neondot, i8mm, avx2, avx512, avx512vnni };

inline constexpr int kIsaCount = 7;

// A set of instruction sets that a kernel may use. Value type, thread-safe.
class IsaSet {
 public:
  constexpr IsaSet() = default;
  constexpr explicit IsaSet(uint32_t bits) : bits_(bits | 1u) {}
  constexpr bool has(Isa isa) const { return (bits_ >> static_cast<unsigned>(isa)) & 1u; }
  constexpr IsaSet with(Isa isa) const {
    return IsaSet(bits_ | (1u << static_cast<unsigned>(isa)));
  }
  constexpr uint32_t bits() const { return bits_; }

 private:
  uint32_t bits_ = 1u;  // scalar
};

// What this CPU and operating system offer, by cpuinfo; where cpuinfo cannot initialise, by the
// system's own feature words. Detected once; thread-safe; never fails.
IsaSet detect_isa();

// A core's own share of the caches, of the core that has least: where a system moves a thread is
// not known while planning.
struct CacheSizes {
  size_t l2 = size_t{512} << 10;  // bytes
};

// By cpuinfo; the default where it knows nothing. 128 KiB to 2 MiB: virtual machines report what
// they please, and larger ones gain nothing. Detected once; thread-safe; never fails.
CacheSizes detect_caches();

// The members of `available` up to and including `limit` ("avx2" allows scalar and avx2).
IsaSet limit_isa(IsaSet available, Isa limit);

// "scalar", "avx2", … ; never null.
const char* isa_name(Isa isa);

// Parses a name as isa_name() spells it. Returns false, leaving *out alone, for an unknown name.
bool parse_isa(const char* name, Isa* out);

// One implementation of a family. `Fn` is the family's function type.
template <typename Fn>
struct KernelVariant {
  Isa isa;
  Fn* run;
};

// The variants of one family, best first, scalar last.
template <typename Fn>
struct KernelFamily {
  const char* name;
  const KernelVariant<Fn>* variants;
  size_t count;

  // The first variant that `isa` allows. Scalar is always allowed, so this never fails.
  const KernelVariant<Fn>& pick(IsaSet isa) const {
    size_t i = 0;
    while (i + 1 < count && !isa.has(variants[i].isa)) ++i;
    return variants[i];
  }
};

}  // namespace linnet
