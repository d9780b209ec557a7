#include "tests/ops/pool_reference.h"

namespace linnet::test {
namespace {

TEST_CASE("max_pool_2d", "[ops]") { check_pool(fb::OpType::max_pool_2d, false); }

}  // namespace
}  // namespace linnet::test
