#include "runtime/model/group_orders.h"

#include <cstdint>
#include <vector>

#include "kernels/pack/pack_panels_s8.h"
#include "runtime/model/model.h"
#include "tests/support/session_fixture.h"

using namespace linnet;
using namespace linnet::test;

namespace {

constexpr int32_t kN = 40, kK = 300;

// y = x times W [kN][kK], int8 weights, rows of x unknown until run.
AlignedBytes one_layer() {
  std::vector<int8_t> weights(kN * kK);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int8_t>(i * 7 % 101) - 50;
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(kN, kK)) / 8);
  REQUIRE(pack_panels_s8(weights.data(), kK, kN, kK, packed.data()));
  ModelBuilder builder;
  const int32_t x = builder.add_input("x", fb::DType::f32, {-1, kK});
  const int32_t w =
      builder.add_constant("w", fb::DType::s8, {kN, kK}, packed.data(), packed.size() * 8);
  builder.tensor(w).layout = fb::Layout::panels;
  builder.quantize(w, {0.01f}, {0});
  const int32_t y = builder.add_tensor("y", fb::DType::f32, {-1, kN});
  builder.add_node(fb::OpType::fully_connected, "fc", {x, w}, {y}, fb::FullyConnectedOptionsT());
  builder.add_output(y);
  return builder.seal();
}

std::vector<float> run_rows(const SessionPtr& session, int32_t rows) {
  const int32_t dims[2] = {rows, kK};
  REQUIRE(linnet_session_set_input_shape(session.get(), 0, dims, 2) == LINNET_OK);
  std::vector<float> x(static_cast<size_t>(rows * kK));
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 13) - 5.0f;
  write_input(session, 0, x);
  run(session);
  return read_output<float>(session, 0);
}

void count_calls(const GroupOrderArgs& args) {
  *static_cast<uint64_t*>(args.order) = args.order_stride;
  ++*const_cast<int8_t*>(args.w);
}

}  // namespace

TEST_CASE("sessions and plans of a model share their tables of k groups") {
  const AlignedBytes file = one_layer();
  const ModelPtr model = open_model(file);
  GroupOrders& orders = reinterpret_cast<Model*>(model.get())->group_orders();
  linnet_session_options options = session_options();
  options.isa = "scalar";
  const std::vector<float> expected = run_rows(open_session(model, options), 9);
  CHECK(orders.bytes() == 0);
  options.isa = "avx2";
  if (kGroupOrder.pick(limit_isa(detect_isa(), Isa::avx2)).run == nullptr) options.isa = nullptr;
  const SessionPtr first = open_session(model, options), second = open_session(model, options);
  CHECK(run_rows(first, 9) == expected);
  const uint64_t bytes = orders.bytes();
  if (options.isa != nullptr) CHECK(bytes >= kN / 8 * group_order_bytes(kK));
  CHECK(run_rows(second, 9) == expected);
  run_rows(first, 12);
  CHECK(orders.bytes() == bytes);
  linnet_memory memory;
  REQUIRE(linnet_session_memory(second.get(), &memory) == LINNET_OK);
  CHECK(memory.shared == bytes);
}

TEST_CASE("tables of k groups are made once for the same weights, up to a limit") {
  int8_t calls[64] = {};
  GroupOrders orders;
  GroupOrderArgs args = {.w = calls, .w_panel_stride = 32, .panels = 1, .k = 4};
  const std::byte* table = orders.find_or_make(count_calls, args);
  REQUIRE(table != nullptr);
  CHECK(*reinterpret_cast<const uint64_t*>(table) == group_order_bytes(4));
  CHECK(orders.find_or_make(count_calls, args) == table);
  CHECK(calls[0] == 1);
  args.k = 3;
  CHECK(orders.find_or_make(count_calls, args) != table);
  args.w = calls + 32;
  CHECK(orders.find_or_make(count_calls, args) != table);
  CHECK(calls[0] == 2);
  CHECK(calls[32] == 1);
  orders.set_limit(orders.bytes());
  args.k = 2;
  CHECK(orders.find_or_make(count_calls, args) == nullptr);
  args.k = 3;
  CHECK(orders.find_or_make(count_calls, args) != nullptr);
  CHECK(calls[32] == 1);
}
