#include "kernels/copy_nd/copy_nd.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

using Shape = std::vector<size_t>;
using Strides = std::vector<ptrdiff_t>;

// Copies by every variant and holds the result to an element-by-element walk. `offset`: the element
// of x at index 0…0; y_strides empty for a contiguous destination of `y_count` elements.
template <class T>
void check_copy(const Shape& shape, const Strides& x_strides, ptrdiff_t offset, size_t x_count,
                const Strides& y_strides, size_t y_count) {
  std::vector<T> x(x_count);
  std::mt19937_64 engine(x_count);
  for (T& v : x) v = static_cast<T>(engine());
  CopyNdArgs args = {};
  Fences fences;
  args.x = fences.copy(x) + offset;
  args.element_size = sizeof(T);
  args.rank = static_cast<int>(shape.size());
  size_t total = 1;
  for (size_t d = 0; d < shape.size(); ++d) {
    args.shape[d] = shape[d];
    args.x_stride[d] = x_strides[d];
    args.y_stride[d] = y_strides.empty() ? 0 : y_strides[d];
    total *= shape[d];
  }
  const auto y = check_variants<T>(kCopyNd, y_count, [&](T* out) {
    args.y = out;
    return args;
  });
  Guarded<T> expected(y_count);
  for (size_t i = 0; i < total; ++i) {
    ptrdiff_t from = offset, to = y_strides.empty() ? static_cast<ptrdiff_t>(i) : 0;
    size_t rest = i;
    for (size_t d = shape.size(); d-- > 0;) {
      const ptrdiff_t index = static_cast<ptrdiff_t>(rest % shape[d]);
      rest /= shape[d];
      from += index * x_strides[d];
      if (!y_strides.empty()) to += index * y_strides[d];
    }
    expected.data()[to] = x[static_cast<size_t>(from)];
  }
  REQUIRE(first_difference(y, expected) == y_count);
}

template <class T>
void check_all() {
  check_copy<T>({}, {}, 0, 1, {}, 1);
  check_copy<T>({0, 3}, {3, 1}, 0, 1, {}, 0);
  check_copy<T>({4, 5, 6}, {30, 6, 1}, 0, 120, {}, 120);
  check_copy<T>({4, 5, 6}, {0, 1, 0}, 0, 5, {}, 120);          // broadcast
  check_copy<T>({4, 5, 6}, {-30, -6, -1}, 119, 120, {}, 120);  // reversed
  check_copy<T>({2, 3, 3}, {60, 12, 2}, 7, 120, {}, 18);       // slice with steps
  check_copy<T>({3, 4}, {4, 1}, 0, 12, {10, 1}, 30);           // concat
  check_copy<T>({3, 4}, {1, 3}, 0, 12, {20, 2}, 60);           // a transpose, spread out
  check_copy<T>({2, 1, 3, 1, 5, 2}, {30, 7, 1, 9, 6, 3}, 0, 60, {}, 60);
  for (const size_t c : {1u, 2u, 3u, 4u, 5u, 8u, 16u, 19u, 40u}) {
    for (const size_t p : {1u, 2u, 3u, 4u, 7u, 16u, 33u, 100u}) {
      const ptrdiff_t sc = static_cast<ptrdiff_t>(c), sp = static_cast<ptrdiff_t>(p);
      check_copy<T>({2, p, c}, {sc * sp, 1, sp}, 0, 2 * c * p, {}, 2 * c * p);  // NCHW → NHWC
      // Into every other image of a larger tensor, rows apart.
      check_copy<T>({2, p, c}, {sc * sp, 1, sp}, 0, 2 * c * p, {2 * sp * (sc + 3), sc + 3, 1},
                    4 * p * (c + 3));
    }
  }
  check_copy<T>({2, 3, 5, 7, 2, 3}, {630, 1, 3, 15, 105, 210}, 0, 1260, {}, 1260);
}

TEST_CASE("copy_nd of 1, 2, 4 and 8 bytes", "[copy]") {
  check_all<uint8_t>();
  check_all<uint16_t>();
  check_all<uint32_t>();
  check_all<uint64_t>();
}

// The distances of an array that holds the dimensions in any order, now and then with room between
// them. Returns its elements.
size_t random_strides(ShapeRandom& random, const Shape& shape, Strides* strides) {
  std::vector<size_t> order(shape.size());
  for (size_t d = 0; d < order.size(); ++d) order[d] = d;
  for (size_t d = order.size(); d > 1; --d) {
    if (random.one_in(2)) std::swap(order[d - 1], order[random.pick(0, d - 1)]);
  }
  size_t step = random.one_in(3) ? random.pick(1, 3) : 1;
  strides->assign(shape.size(), 0);
  size_t last = 0;
  for (size_t i = order.size(); i-- > 0;) {
    const size_t d = order[i];
    (*strides)[d] = static_cast<ptrdiff_t>(step);
    last += (shape[d] - 1) * step;
    step = step * shape[d] + (random.one_in(4) ? random.pick(1, 3) : 0);
  }
  return last + 1;
}

template <class T>
void check_random(ShapeRandom& random) {
  Shape shape(random.pick(0, kCopyNdMaxRank));
  size_t room = 1500;
  for (size_t& size : shape) {
    size = std::min(random.one_in(4) ? random.size(70) : random.pick(1, 5), room);
    room /= size;
  }
  Strides x_strides, y_strides;
  size_t x_count = random_strides(random, shape, &x_strides);
  ptrdiff_t offset = 0;
  for (size_t d = 0; d < shape.size(); ++d) {
    const ptrdiff_t reach = static_cast<ptrdiff_t>(shape[d] - 1) * x_strides[d];
    if (random.one_in(8)) {  // the same for every index
      x_strides[d] = 0;
      x_count -= static_cast<size_t>(reach);
    } else if (random.one_in(8)) {  // backwards
      x_strides[d] = -x_strides[d];
      offset += reach;
    }
  }
  size_t y_count = 1;
  if (random.one_in(2)) {
    y_count = random_strides(random, shape, &y_strides);
  } else {
    for (const size_t size : shape) y_count *= size;
  }
  check_copy<T>(shape, x_strides, offset, x_count, y_strides, y_count);
}

TEST_CASE("copy_nd of random shapes", "[copy][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    switch (random.pick(0, 3)) {
      case 0:
        check_random<uint8_t>(random);
        break;
      case 1:
        check_random<uint16_t>(random);
        break;
      case 2:
        check_random<uint32_t>(random);
        break;
      default:
        check_random<uint64_t>(random);
    }
  }
}

}  // namespace
}  // namespace linnet::test
