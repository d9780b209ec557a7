#include "kernels/compare_s32/compare_s32.h"
#include "kernels/vec/broadcast_loops.h"

namespace linnet {
namespace {

template <class Op>
struct Row {
  Op op;

  template <bool a_scalar, bool b_scalar>
  void run(const int32_t* a, const int32_t* b, uint8_t* y, size_t count) const {
    for (size_t i = 0; i < count; ++i) y[i] = op(a[a_scalar ? 0 : i], b[b_scalar ? 0 : i]);
  }
};

template <class Op>
void apply(const CompareS32Args& args, Op op) {
  for_rows(args.shape, args.a, args.b, args.y, Row<Op>{op});
}

}  // namespace

void compare_s32_scalar(const CompareS32Args& args) {
  switch (args.op) {
    case CompareOp::equal:
      return apply(args, [](int32_t a, int32_t b) { return a == b; });
    case CompareOp::less:
      return apply(args, [](int32_t a, int32_t b) { return a < b; });
    case CompareOp::greater:
      return apply(args, [](int32_t a, int32_t b) { return a > b; });
  }
}

}  // namespace linnet
