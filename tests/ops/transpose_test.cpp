#include <algorithm>

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase transpose(const Array& x, const std::vector<int32_t>& perm, const Array& y) {
  fb::TransposeOptionsT o;
  o.perm = perm;
  return op_case(fb::OpType::transpose, std::move(o), {x}, {y});
}

TEST_CASE("transpose", "[ops]") {
  for (const Array& x : movable({2, 3, 5, 7})) {
    std::vector<int32_t> perm = {0, 1, 2, 3};
    do {
      Shape32 shape;
      for (const int32_t p : perm) shape.push_back(x.shape[static_cast<size_t>(p)]);
      const auto source = [&](const Index& y) {
        Index from(4);
        for (size_t i = 0; i < 4; ++i) from[static_cast<size_t>(perm[i])] = y[i];
        return std::optional(from);
      };
      require_same(run_one(transpose(x, perm, like(x))), moved(x, shape, source));
    } while (std::next_permutation(perm.begin(), perm.end()));
  }
  const Array image = random_f32({1, 40, 60, 24}, 0, 1, 1);
  const Array y = run_one(transpose(image, {0, 3, 1, -2}, out(LINNET_F32)));
  require_same(y, moved(image, {1, 24, 40, 60}, [](const Index& i) {
                 return std::optional(Index{i[0], i[2], i[3], i[1]});
               }));
  require_close(run_one(transpose(f32({}, {4}), {}, out(LINNET_F32))), {}, {4});
  require_close(run_one(transpose(f32({0, 2}, {}), {1, 0}, out(LINNET_F32))), {2, 0}, {});
}

TEST_CASE("transpose refuses bad permutations", "[ops]") {
  const Array x = random_f32({2, 3}, 0, 1, 1);
  for (const std::vector<int32_t>& perm :
       {std::vector<int32_t>{0}, {0, 0}, {0, 2}, {0, -3}, {0, 1, 2}, {1, -1}}) {
    CHECK(plan_status(transpose(x, perm, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  check_output_kind([](const Array& a, const Array& b) { return transpose(a, {1, 0}, b); }, {2, 3});
}

}  // namespace
}  // namespace linnet::test
