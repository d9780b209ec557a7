#include "kernels/rotary_f32/rotary_f32.h"

#include <complex>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet::test {
namespace {

struct Case {
  size_t tokens, heads, head_dim, rotary_dim;
  RotaryPairs pairs;
  size_t head_pad, token_pad;  // elements between heads and between tokens

  size_t head_stride() const { return head_dim + head_pad; }
  size_t token_stride() const { return heads * head_stride() + token_pad; }
  size_t size() const { return tokens * token_stride(); }
  RotaryF32Args args(const float* x, float* y, const float* cos, const float* sin) const {
    return {x,      token_stride(), head_stride(), y,          token_stride(), head_stride(),
            tokens, heads,          head_dim,      rotary_dim, pairs,          cos,
            sin};
  }
};

Case random_case(ShapeRandom& random) {
  Case c = {};
  c.tokens = random.pick(0, 4);
  c.heads = random.pick(1, 4);
  c.head_dim = random.pick(1, random.one_in(8) ? 256 : 80);
  c.rotary_dim = random.one_in(2) ? c.head_dim / 2 * 2 : random.pick(0, c.head_dim) / 2 * 2;
  c.pairs = random.one_in(2) ? RotaryPairs::halves : RotaryPairs::interleaved;
  c.head_pad = random.one_in(2) ? 0 : random.pick(0, 5);
  c.token_pad = random.one_in(2) ? 0 : random.pick(0, 20);
  return c;
}

// Every value of y: a rotated pair as a product of complex numbers, a copy, or untouched.
void check_rotated(const Case& c, const std::vector<float>& x, const Guarded<float>& y,
                   const std::vector<float>& cos, const std::vector<float>& sin) {
  const Guarded<float> untouched(1);
  const size_t pairs = c.rotary_dim / 2;
  for (size_t at = 0; at < c.size(); ++at) {
    const size_t t = at / c.token_stride(), in_token = at % c.token_stride();
    const size_t h = in_token / c.head_stride(), j = in_token % c.head_stride();
    if (h >= c.heads || j >= c.head_dim) {
      REQUIRE(same_value(y[at], untouched[0]));
    } else if (j >= c.rotary_dim) {
      REQUIRE(same_value(y[at], x[at]));
    } else {
      const bool halves = c.pairs == RotaryPairs::halves;
      const size_t i = halves ? j % pairs : j / 2;
      const bool first = halves ? j < pairs : j % 2 == 0;
      const size_t apart = halves ? pairs : 1;
      const size_t a = first ? at : at - apart;
      const std::complex<double> pair(static_cast<double>(x[a]), static_cast<double>(x[a + apart]));
      const std::complex<double> turn(static_cast<double>(cos[t * pairs + i]),
                                      static_cast<double>(sin[t * pairs + i]));
      const std::complex<double> turned = pair * turn;
      const double exact = first ? turned.real() : turned.imag();
      REQUIRE(std::abs(static_cast<double>(y[at]) - exact) <= 2 * 0x1p-24 * std::abs(pair) * 1.5);
    }
  }
}

TEST_CASE("rotary_f32 turns pairs, the same on every ISA", "[rotary][random]") {
  ShapeRandom random(2);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Case c = random_case(random);
    const auto x = random_floats(c.size(), -8.0f, 8.0f, random.seed());
    const auto angle = random_floats(c.tokens * c.rotary_dim / 2, -4.0f, 4.0f, random.seed());
    std::vector<float> cos, sin;
    for (const float a : angle) {
      cos.push_back(std::cos(a));
      sin.push_back(std::sin(a));
    }
    const auto y = check_variants<float>(kRotaryF32, c.size(), [&](float* out) {
      return c.args(x.data(), out, cos.data(), sin.data());
    });
    check_rotated(c, x, y, cos, sin);
    const auto in_place = check_variants(kRotaryF32, Guarded<float>(x), [&](float* out) {
      return c.args(out, out, cos.data(), sin.data());
    });
    for (size_t at = 0; at < c.size(); ++at) {
      const size_t in_token = at % c.token_stride();
      const bool inside =
          in_token < c.heads * c.head_stride() && in_token % c.head_stride() < c.head_dim;
      REQUIRE(same_value(in_place[at], inside ? y[at] : x[at]));
    }
  }
}

TEST_CASE("rotary_f32 variants agree on awkward values, reading nothing beyond", "[rotary]") {
  ShapeRandom random(3);
  for (size_t round = 0; round < 200; ++round) {
    Case c = random_case(random);
    c.tokens = 3;
    c.head_pad = c.token_pad = 0;
    const auto x = awkward_inputs(c.size(), random.seed());
    const auto angles = awkward_inputs(c.tokens * c.rotary_dim, random.seed());
    const size_t table = c.tokens * c.rotary_dim / 2 * sizeof(float);
    for (const bool front : {false, true}) {
      const Fenced from(x.data(), x.size() * sizeof(float), front);
      const Fenced cos(angles.data(), table, front), sin(angles.data() + table / 4, table, front);
      check_variants<float>(kRotaryF32, c.size(), [&](float* out) {
        return c.args(static_cast<const float*>(from.data()), out,
                      static_cast<const float*>(cos.data()), static_cast<const float*>(sin.data()));
      });
    }
  }
}

}  // namespace
}  // namespace linnet::test
