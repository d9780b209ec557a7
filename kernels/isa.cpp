#include "kernels/isa.h"

#include <cstring>

#if LINNET_CPUINFO
#include <cpuinfo.h>
#endif

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(_M_X64) || defined(_M_IX86)
#include <immintrin.h>
#include <intrin.h>
#elif (defined(__aarch64__) || defined(__arm__)) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace linnet {
namespace {

constexpr const char* kNames[kIsaCount] = {"scalar", "neon",   "neondot",   "i8mm",
                                           "avx2",   "avx512", "avx512vnni"};

#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)

struct CpuidLeaf {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

CpuidLeaf read_cpuid(uint32_t leaf) {
  CpuidLeaf result;
#if defined(_MSC_VER) && !defined(__clang__)
  int words[4];
  __cpuid(words, 0);
  if (static_cast<uint32_t>(words[0]) < leaf) return result;
  __cpuidex(words, static_cast<int>(leaf), 0);
  result.eax = static_cast<uint32_t>(words[0]);
  result.ebx = static_cast<uint32_t>(words[1]);
  result.ecx = static_cast<uint32_t>(words[2]);
  result.edx = static_cast<uint32_t>(words[3]);
#else
  if (static_cast<uint32_t>(__get_cpuid_max(0, nullptr)) < leaf) return result;
  __cpuid_count(leaf, 0, result.eax, result.ebx, result.ecx, result.edx);
#endif
  return result;
}

// The register states that the operating system saves. Only valid where OSXSAVE is set.
uint64_t read_xcr0() {
#if defined(_MSC_VER) && !defined(__clang__)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
#endif
}

// Bit numbers: Intel SDM volume 2A, CPUID leaves 1 and 7, and volume 1, 13.3 (XCR0).
IsaSet read_system_isa() {
  IsaSet isa;
  const CpuidLeaf one = read_cpuid(1);
  const CpuidLeaf seven = read_cpuid(7);
  const auto bit = [](uint32_t word, int index) { return ((word >> index) & 1u) != 0; };
  if (!bit(one.ecx, 27)) return isa;
  const uint64_t saved = read_xcr0();
  const bool fma = bit(one.ecx, 12);
  const bool f16c = bit(one.ecx, 29);
  if ((saved & 0x6) != 0x6 || !fma || !f16c || !bit(seven.ebx, 5)) return isa;
  isa = isa.with(Isa::avx2);
  const bool avx512 =
      bit(seven.ebx, 16) && bit(seven.ebx, 17) && bit(seven.ebx, 30) && bit(seven.ebx, 31);
  if ((saved & 0xe0) != 0xe0 || !avx512) return isa;
  isa = isa.with(Isa::avx512);
  return bit(seven.ecx, 11) ? isa.with(Isa::avx512vnni) : isa;
}

#elif defined(__aarch64__) || defined(_M_ARM64)

IsaSet read_system_isa() {
  IsaSet isa = IsaSet().with(Isa::neon);
#if defined(__linux__)
  constexpr unsigned long kHwcapAsimdDp = 1ul << 20;
  constexpr unsigned long kHwcap2I8mm = 1ul << 13;
  const bool dot = (getauxval(AT_HWCAP) & kHwcapAsimdDp) != 0;
  const bool i8mm = (getauxval(AT_HWCAP2) & kHwcap2I8mm) != 0;
#elif defined(__APPLE__)
  const auto flag = [](const char* name) {
    int value = 0;
    size_t size = sizeof value;
    return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value != 0;
  };
  const bool dot = flag("hw.optional.arm.FEAT_DotProd");
  const bool i8mm = flag("hw.optional.arm.FEAT_I8MM");
#else
  const bool dot = false;
  const bool i8mm = false;
#endif
  if (dot) isa = isa.with(Isa::neondot);
  return dot && i8mm ? isa.with(Isa::i8mm) : isa;
}

#elif defined(__arm__) && defined(__linux__)

IsaSet read_system_isa() {
  constexpr unsigned long kHwcapNeon = 1ul << 12;
  constexpr unsigned long kHwcapVfpv4 = 1ul << 16;
  constexpr unsigned long kHwcapAsimdDp = 1ul << 24;
  const unsigned long features = getauxval(AT_HWCAP);
  if ((features & kHwcapNeon) == 0 || (features & kHwcapVfpv4) == 0) return IsaSet();
  const IsaSet isa = IsaSet().with(Isa::neon);
  return (features & kHwcapAsimdDp) != 0 ? isa.with(Isa::neondot) : isa;
}

#else

IsaSet read_system_isa() { return IsaSet(); }

#endif

#if LINNET_CPUINFO

IsaSet read_cpuinfo_isa() {
  IsaSet isa;
  if (cpuinfo_has_arm_neon() && cpuinfo_has_arm_neon_fma()) isa = isa.with(Isa::neon);
  if (cpuinfo_has_arm_neon_dot()) {
    isa = isa.with(Isa::neondot);
#if defined(__aarch64__) || defined(_M_ARM64)
    if (cpuinfo_has_arm_i8mm()) isa = isa.with(Isa::i8mm);
#endif
  }
  if (cpuinfo_has_x86_avx2() && cpuinfo_has_x86_fma3() && cpuinfo_has_x86_f16c()) {
    isa = isa.with(Isa::avx2);
    if (cpuinfo_has_x86_avx512f() && cpuinfo_has_x86_avx512bw() && cpuinfo_has_x86_avx512vl() &&
        cpuinfo_has_x86_avx512dq()) {
      isa = isa.with(Isa::avx512);
      if (cpuinfo_has_x86_avx512vnni()) isa = isa.with(Isa::avx512vnni);
    }
  }
  return isa;
}

CacheSizes read_cpuinfo_caches() {
  size_t least = 0;
  for (uint32_t i = 0; i < cpuinfo_get_processors_count(); ++i) {
    const cpuinfo_processor* processor = cpuinfo_get_processor(i);
    const cpuinfo_cache* l2 = processor->cache.l2;
    if (l2 == nullptr || l2->size == 0 || processor->core == nullptr) continue;
    // A session has a thread a core.
    const uint32_t per_core = processor->core->processor_count;
    const uint32_t cores = per_core == 0 ? 1 : (l2->processor_count + per_core - 1) / per_core;
    const size_t share = l2->size / (cores == 0 ? 1 : cores);
    if (least == 0 || share < least) least = share;
  }
  CacheSizes caches;
  if (least == 0) return caches;
  constexpr size_t kLeast = size_t{128} << 10, kMost = size_t{2} << 20;
  caches.l2 = least < kLeast ? kLeast : least > kMost ? kMost : least;
  return caches;
}

#endif

IsaSet read_isa() {
#if LINNET_CPUINFO
  if (cpuinfo_initialize()) return read_cpuinfo_isa();
#endif
  return read_system_isa();
}

CacheSizes read_caches() {
#if LINNET_CPUINFO
  if (cpuinfo_initialize()) return read_cpuinfo_caches();
#endif
  return CacheSizes();
}

}  // namespace

IsaSet detect_isa() {
  static const IsaSet isa = read_isa();
  return isa;
}

CacheSizes detect_caches() {
  static const CacheSizes caches = read_caches();
  return caches;
}

IsaSet limit_isa(IsaSet available, Isa limit) {
  const uint32_t up_to = (2u << static_cast<unsigned>(limit)) - 1u;
  return IsaSet(available.bits() & up_to);
}

const char* isa_name(Isa isa) {
  const auto index = static_cast<unsigned>(isa);
  return index < static_cast<unsigned>(kIsaCount) ? kNames[index] : "unknown";
}

bool parse_isa(const char* name, Isa* out) {
  for (int i = 0; i < kIsaCount; ++i) {
    if (std::strcmp(name, kNames[i]) == 0) {
      *out = static_cast<Isa>(i);
      return true;
    }
  }
  return false;
}

}  // namespace linnet
