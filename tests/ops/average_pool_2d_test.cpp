#include "tests/ops/pool_reference.h"

namespace linnet::test {
namespace {

TEST_CASE("average_pool_2d", "[ops]") { check_pool(fb::OpType::average_pool_2d, true); }

}  // namespace
}  // namespace linnet::test
