#include "kernels/compare_f32/compare_f32.h"
#include "kernels/vec/broadcast_loops.h"

namespace linnet {
namespace {

template <class Op>
struct Row {
  Op op;

  template <bool a_scalar, bool b_scalar>
  void run(const float* a, const float* b, uint8_t* y, size_t count) const {
    for (size_t i = 0; i < count; ++i) y[i] = op(a[a_scalar ? 0 : i], b[b_scalar ? 0 : i]);
  }
};

template <class Op>
void apply(const CompareF32Args& args, Op op) {
  for_rows(args.shape, args.a, args.b, args.y, Row<Op>{op});
}

}  // namespace

void compare_f32_scalar(const CompareF32Args& args) {
  switch (args.op) {
    case CompareOp::equal:
      return apply(args, [](float a, float b) { return a == b; });
    case CompareOp::less:
      return apply(args, [](float a, float b) { return a < b; });
    case CompareOp::greater:
      return apply(args, [](float a, float b) { return a > b; });
  }
}

}  // namespace linnet
