#include "bench/limits/limits.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "kernels/isa.h"

// The limits of this machine that percentages refer to, measured in the same run as the kernels:
// GMAC/s of the bare arithmetic, and GB/s of reading memory, on one core and on all.

namespace linnet::bench {
namespace {

struct Limit {
  const char* name;
  Isa isa;
  LimitFn* run;
  double macs;  // of one step
};

#if defined(LINNET_X86)
constexpr Limit kLimits[] = {
    {"f32_fma", Isa::avx2, limit_fma_avx2, kFmaAvx2Macs},
    {"f32_fma", Isa::avx512, limit_fma_avx512, kFmaAvx512Macs},
    {"int8_sign_trick", Isa::avx2, limit_sign_trick_avx2, kSignTrickAvx2Macs},
    {"int8_unsigned", Isa::avx2, limit_unsigned_avx2, kUnsignedAvx2Macs},
    {"int8_unsigned_pairs", Isa::avx2, limit_unsigned_pairs_avx2, kUnsignedPairsAvx2Macs},
    {"int4_16_bit_sums", Isa::avx2, limit_int4_avx2, kInt4Avx2Macs},
    {"int8_dot_product", Isa::avx512vnni, limit_dot_avx512vnni, kDotAvx512vnniMacs},
};
#endif

void arithmetic(benchmark::State& state, const Limit& limit) {
  constexpr size_t kSteps = 20000;
  alignas(64) uint8_t result[64];
  for (auto _ : state) {
    limit.run(kSteps, result);
    benchmark::DoNotOptimize(result);
  }
  state.counters["GMAC/s"] =
      benchmark::Counter(limit.macs * kSteps * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

// Sums a buffer far larger than the caches in four streams, as far apart as possible.
void read_memory(benchmark::State& state) {
  constexpr size_t kWords = size_t{256} << 17;  // 256 MiB a thread
  constexpr size_t kStreams = 4, kLine = 8, kStride = kWords / kStreams;
  const std::vector<uint64_t> words(kWords, 1);
  for (auto _ : state) {
    uint64_t sums[kLine] = {};
    for (size_t i = 0; i < kStride; i += kLine) {
      for (size_t stream = 0; stream < kStreams; ++stream) {
        const uint64_t* line = words.data() + stream * kStride + i;
        for (size_t j = 0; j < kLine; ++j) sums[j] += line[j];
      }
    }
    benchmark::DoNotOptimize(sums);
  }
  state.counters["GB/s"] = benchmark::Counter(static_cast<double>(kWords * 8) * 1e-9,
                                              benchmark::Counter::kIsIterationInvariantRate);
}

void on_one_core_and_all(benchmark::internal::Benchmark* bench) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bench->UseRealTime()->Unit(benchmark::kMillisecond)->Threads(1);
  if (cores > 1) bench->Threads(cores);
}

const bool kAdded = [] {
#if defined(LINNET_X86)
  for (const Limit& limit : kLimits) {
    if (!detect_isa().has(limit.isa)) continue;
    const std::string name = std::string("limits/") + limit.name + "_" + isa_name(limit.isa);
    on_one_core_and_all(benchmark::RegisterBenchmark(
        name.c_str(), [&limit](benchmark::State& state) { arithmetic(state, limit); }));
  }
#endif
  on_one_core_and_all(benchmark::RegisterBenchmark("limits/read_memory", read_memory));
  return true;
}();

}  // namespace
}  // namespace linnet::bench
