#include <algorithm>
#include <numeric>

#include "tests/ops/reduce_cases.h"

namespace linnet::test {
namespace {

using List = std::vector<double>;

TEST_CASE("reduce_sum", "[ops]") {
  check_reduce(
      fb::OpType::reduce_sum,
      [](const List& v) { return std::accumulate(v.begin(), v.end(), 0.0); }, 0.3f);
  require_close(
      run_one(reduce_case(fb::OpType::reduce_sum, f32({2, 0}, {}), {1}, true, out(LINNET_F32))),
      {2, 1}, {0, 0});
}

}  // namespace
}  // namespace linnet::test
