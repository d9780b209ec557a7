#include <algorithm>
#include <numeric>

#include "tests/ops/reduce_cases.h"

namespace linnet::test {
namespace {

using List = std::vector<double>;

TEST_CASE("reduce_mean", "[ops]") {
  check_reduce(
      fb::OpType::reduce_mean,
      [](const List& v) {
        return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
      },
      0.02f);
  CHECK(plan_status(reduce_case(fb::OpType::reduce_mean, random_s8({2, 0}, 1, 0, 1), {1}, true,
                                out_s8(1, 0))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test
