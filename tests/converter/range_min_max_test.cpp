#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "converter/calibrate/choose_range.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

TEST_CASE("min_max is the smallest and largest value of all samples and 0", "[calibrate]") {
  const Range range = range_min_max(seen({{-1, 2}, {0.5f, 7}, {-3}}));
  REQUIRE(range.low == -3);
  REQUIRE(range.high == 7);
  REQUIRE(range_min_max(seen({{2, 5}})).low == 0);
  REQUIRE(range_min_max(seen({{-2, -5}})).high == 0);
}

TEST_CASE("min_max leaves out what is not finite", "[calibrate]") {
  const float inf = std::numeric_limits<float>::infinity();
  const Range range =
      range_min_max(seen({{1, inf, -inf, std::numeric_limits<float>::quiet_NaN()}}));
  REQUIRE(range.low == 0);
  REQUIRE(range.high == 1);
}

TEST_CASE("min_max of nothing is empty", "[calibrate]") {
  REQUIRE(range_min_max({}).low == 0);
  REQUIRE(range_min_max({}).high == 0);
}

}  // namespace linnet::test
