#include "kernels/pack/pack_panels_s4.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void pack_s4(benchmark::State& state) {
  PackPanelsS4Args args;
  args.n = args.k = 512;
  args.block = static_cast<size_t>(state.range(0));
  const std::vector<uint8_t> codes(args.n * args.k, 9);
  const std::vector<uint16_t> scales(args.n * panel_block_count(args.k, args.block), 0x2000);
  args.codes = codes.data();
  args.codes_stride = args.k;
  args.scales = scales.data();
  args.scales_stride = panel_block_count(args.k, args.block);
  std::vector<uint32_t> packed(panels_size_s4(args.n, args.k, args.block) / 4);
  bool ok = true;
  for (auto _ : state) {
    ok = pack_panels_s4(args, packed.data()) && ok;
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the packer refuses the weights");
  state.SetBytesProcessed(static_cast<int64_t>(codes.size()) * state.iterations());
}
BENCHMARK(pack_s4)->Name("pack_panels_s4")->ArgName("block")->Arg(32)->Arg(64)->Arg(128);

}  // namespace
}  // namespace linnet
