#include "kernels/binary_s32/binary_s32.h"
#include "kernels/vec/broadcast_loops.h"

namespace linnet {
namespace {

template <class Op>
struct Row {
  Op op;

  template <bool a_scalar, bool b_scalar>
  void run(const int32_t* a, const int32_t* b, int32_t* y, size_t count) const {
    const int32_t first_a = *a, first_b = *b;
    for (size_t i = 0; i < count; ++i)
      y[i] = op(a_scalar ? first_a : a[i], b_scalar ? first_b : b[i]);
  }
};

template <class Op>
void apply(const BinaryS32Args& args, Op op) {
  for_rows(args.shape, args.a, args.b, args.y, Row<Op>{op});
}

// Unsigned arithmetic wraps around.
inline uint32_t raw(int32_t a) { return static_cast<uint32_t>(a); }

inline int32_t divide(int32_t a, int32_t b) {
  if (b == 0) return 0;
  if (b == -1) return static_cast<int32_t>(0u - raw(a));
  return a / b;
}

}  // namespace

void binary_s32_scalar(const BinaryS32Args& args) {
  switch (args.op) {
    case BinaryS32::add:
      return apply(args,
                   [](int32_t a, int32_t b) { return static_cast<int32_t>(raw(a) + raw(b)); });
    case BinaryS32::sub:
      return apply(args,
                   [](int32_t a, int32_t b) { return static_cast<int32_t>(raw(a) - raw(b)); });
    case BinaryS32::mul:
      return apply(args,
                   [](int32_t a, int32_t b) { return static_cast<int32_t>(raw(a) * raw(b)); });
    case BinaryS32::div:
      return apply(args, divide);
    case BinaryS32::minimum:
      return apply(args, [](int32_t a, int32_t b) { return a < b ? a : b; });
    case BinaryS32::maximum:
      return apply(args, [](int32_t a, int32_t b) { return a > b ? a : b; });
  }
}

}  // namespace linnet
