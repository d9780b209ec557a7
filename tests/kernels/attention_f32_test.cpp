#include "kernels/attention_f32/attention_f32.h"

#include <algorithm>

#include "kernels/kv_cache_store/kv_cache_store.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/kv_values.h"
#include "tests/kernels/random_shapes.h"

namespace linnet::test {
namespace {

constexpr KvFormat kFormats[] = {KvFormat::f32, KvFormat::f16, KvFormat::s8, KvFormat::s4};

struct Case {
  size_t tokens, heads, head_dim, keys;
  KvFormat k_format, v_format;
  size_t k_gap, v_gap;  // bytes between rows of the cache
  bool tokens_first;    // [tokens][heads][head_dim], else [heads][tokens][head_dim]
  std::vector<AttentionRange> ranges;
  float scale, soft_cap;

  size_t k_stride() const { return kv_row_bytes(k_format, head_dim) + k_gap; }
  size_t v_stride() const { return kv_row_bytes(v_format, head_dim) + v_gap; }
  size_t token_stride() const { return (tokens_first ? heads : 1) * head_dim; }
  size_t head_stride() const { return (tokens_first ? 1 : tokens) * head_dim; }
  size_t size() const { return tokens * heads * head_dim; }
};

// Queries and a filled cache.
struct Data {
  std::vector<float> q;
  std::vector<uint8_t> k, v;
};

std::vector<uint8_t> cache_of(const std::vector<float>& x, size_t rows, size_t head_dim,
                              KvFormat format, size_t stride) {
  std::vector<uint8_t> cache(rows * stride, uint8_t{0xff});  // gaps: NaN
  kv_cache_store_scalar({x.data(), head_dim, cache.data(), stride, rows, head_dim, format});
  return cache;
}

Data data_of(const Case& c, uint32_t seed, float range) {
  const auto k = random_floats(c.keys * c.head_dim, -range, range, seed + 1);
  const auto v = random_floats(c.keys * c.head_dim, -range, range, seed + 2);
  return {random_floats(c.size(), -range, range, seed),
          cache_of(k, c.keys, c.head_dim, c.k_format, c.k_stride()),
          cache_of(v, c.keys, c.head_dim, c.v_format, c.v_stride())};
}

std::vector<float> scratch_of(size_t head_dim) {
  return std::vector<float>(attention_f32_scratch(head_dim) + 16 + 16);
}

float* aligned(std::vector<float>& scratch) {
  auto at = reinterpret_cast<uintptr_t>(scratch.data());
  return scratch.data() + (64 - at % 64) % 64 / sizeof(float);
}

AttentionF32Args args_of(const Case& c, const float* q, const uint8_t* k, const uint8_t* v,
                         float* y, float* scratch) {
  return {q,
          c.token_stride(),
          c.head_stride(),
          y,
          c.token_stride(),
          c.head_stride(),
          c.tokens,
          c.heads,
          c.head_dim,
          k,
          c.k_stride(),
          c.k_format,
          v,
          c.v_stride(),
          c.v_format,
          c.ranges.data(),
          c.scale,
          c.soft_cap,
          scratch};
}

Guarded<float> check_case(const Case& c, const Data& data) {
  auto scratch = scratch_of(c.head_dim);
  float* work = aligned(scratch);
  float* end = work + attention_f32_scratch(c.head_dim);
  *end = 77.0f;
  const auto y = check_variants<float>(kAttentionF32, c.size(), [&](float* out) {
    // What an earlier call left behind must not matter.
    std::fill(work, end, std::nanf(""));
    return args_of(c, data.q.data(), data.k.data(), data.v.data(), out, work);
  });
  REQUIRE(*end == 77.0f);
  return y;
}

// Softmax attention in two passes over all keys, in double: no blocks, no running maximum.
void check_exact(const Case& c, const Data& data, const Guarded<float>& y) {
  std::vector<double> p(c.keys);
  for (size_t row = 0; row < c.tokens * c.heads; ++row) {
    const size_t t = row / c.heads, h = row % c.heads;
    const size_t at = t * c.token_stride() + h * c.head_stride();
    const AttentionRange range = c.ranges[t];
    double max = -1e300, sum = 0.0, score_error = 0.0;
    for (size_t j = range.begin; j < range.end; ++j) {
      double s = 0.0, size = 0.0;
      for (size_t d = 0; d < c.head_dim; ++d) {
        const double part = static_cast<double>(data.q[at + d]) *
                            kv_value(c.k_format, data.k.data() + j * c.k_stride(), c.head_dim, d);
        s += part;
        size += std::abs(part);
      }
      s *= static_cast<double>(c.scale);
      score_error = std::max(score_error, size * static_cast<double>(c.scale) *
                                              (static_cast<double>(c.head_dim) / 8 + 8));
      if (c.soft_cap != 0.0f) {
        const double cap = static_cast<double>(c.soft_cap);
        s = cap * std::tanh(s / cap);
        score_error = std::max(score_error, 8 * cap);
      }
      p[j] = s;
      max = std::max(max, s);
    }
    for (size_t j = range.begin; j < range.end; ++j) sum += p[j] = std::exp(p[j] - max);
    for (size_t d = 0; d < c.head_dim; ++d) {
      double exact = 0.0, size = 0.0;
      for (size_t j = range.begin; j < range.end; ++j) {
        const double v = kv_value(c.v_format, data.v.data() + j * c.v_stride(), c.head_dim, d);
        exact += p[j] / sum * v;
        size += p[j] / sum * std::abs(v);
      }
      // Errors of scores become relative errors of the weights; then a chain over the keys and a
      // factor for each block.
      const double keys = static_cast<double>(c.keys);
      const double bound = 0x1p-24 * (4 * score_error + 2 * std::abs(max) + keys + 100.0) * size;
      REQUIRE(std::abs(static_cast<double>(y[at + d]) - exact) <= bound + 1e-30);
    }
  }
}

// Causal, sliding, or any ranges; some empty.
std::vector<AttentionRange> random_ranges(ShapeRandom& random, size_t tokens, size_t keys) {
  std::vector<AttentionRange> ranges;
  const size_t kind = random.pick(0, 2), window = random.pick(1, 100);
  for (size_t t = 0; t < tokens; ++t) {
    if (kind == 2) {
      const size_t a = random.pick(0, keys), b = random.pick(0, keys);
      ranges.push_back({a, random.one_in(8) ? a : b});
      continue;
    }
    const size_t end = keys - std::min(keys, tokens - 1 - t);
    ranges.push_back({kind == 1 && end > window ? end - window : 0, end});
  }
  return ranges;
}

Case random_case(ShapeRandom& random) {
  Case c = {};
  c.tokens = random.one_in(3) ? 1 : random.pick(1, random.one_in(10) ? 120 : 9);
  c.heads = random.one_in(3) ? 1 : random.pick(1, 5);
  c.head_dim =
      random.one_in(4) ? random.pick(1, 5) * 32 : random.pick(1, random.one_in(9) ? 256 : 50);
  c.keys = random.pick(1, random.one_in(6) ? 300 : 80);
  c.k_format = kFormats[random.pick(0, 3)];
  c.v_format = kFormats[random.pick(0, 3)];
  c.k_gap = 4 * random.pick(0, 3);
  c.v_gap = 4 * random.pick(0, 3);
  c.tokens_first = random.one_in(2);
  c.ranges = random_ranges(random, c.tokens, c.keys);
  c.scale = 1.0f / std::sqrt(static_cast<float>(c.head_dim));
  c.soft_cap = random.one_in(4) ? 15.0f : 0.0f;
  return c;
}

TEST_CASE("attention_f32 is softmax attention, the same on every ISA", "[attention][random]") {
  ShapeRandom random(9);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Case c = random_case(random);
    INFO("tokens " << c.tokens << " heads " << c.heads << " head_dim " << c.head_dim << " keys "
                   << c.keys << " formats " << static_cast<int>(c.k_format)
                   << static_cast<int>(c.v_format));
    const Data data = data_of(c, random.seed(), random.one_in(4) ? 6.0f : 1.0f);
    const auto y = check_case(c, data);
    if (c.tokens * c.heads * c.keys * c.head_dim < 40000) check_exact(c, data, y);
  }
}

TEST_CASE("attention_f32 on longer shapes", "[attention]") {
  ShapeRandom random(10);
  for (const KvFormat format : kFormats) {
    for (const size_t head_dim : {32u, 64u, 80u, 128u, 256u}) {
      Case c = random_case(random);
      c.tokens = 40;
      c.heads = 3;
      c.head_dim = head_dim;
      c.keys = 200;
      c.k_format = c.v_format = format;
      c.ranges = random_ranges(random, c.tokens, c.keys);
      const Data data = data_of(c, random.seed(), 2.0f);
      check_exact(c, data, check_case(c, data));
    }
  }
}

TEST_CASE("attention_f32 gives the same bits for any split into calls", "[attention]") {
  ShapeRandom random(11);
  for (size_t round = 0; round < 40; ++round) {
    Case c = random_case(random);
    c.tokens = random.pick(2, 60);
    c.ranges = random_ranges(random, c.tokens, c.keys);
    const Data data = data_of(c, random.seed(), 2.0f);
    const auto whole = check_case(c, data);
    auto scratch = scratch_of(c.head_dim);
    const auto& variant = kAttentionF32.pick(detect_isa());
    Guarded<float> parts(c.size());
    for (size_t t = 0; t < c.tokens;) {
      const size_t tokens = std::min(c.tokens - t, random.pick(1, 20));
      for (size_t h = 0; h < c.heads; ++h) {
        AttentionF32Args args =
            args_of(c, data.q.data(), data.k.data(), data.v.data(), parts.data(), aligned(scratch));
        args.q += t * c.token_stride() + h * c.head_stride();
        args.y += t * c.token_stride() + h * c.head_stride();
        args.ranges += t;
        args.tokens = tokens;
        args.heads = 1;
        variant.run(args);
      }
      t += tokens;
    }
    REQUIRE(first_difference(parts, whole) == whole.size());
  }
}

TEST_CASE("attention_f32 reads only the rows of the ranges", "[attention]") {
  ShapeRandom random(12);
  for (size_t round = 0; round < 150; ++round) {
    Case c = random_case(random);
    c.k_gap = c.v_gap = 0;
    const Data data = data_of(c, random.seed(), 2.0f);
    const size_t begin = random.pick(0, c.keys - 1), end = random.pick(begin + 1, c.keys);
    for (AttentionRange& range : c.ranges) {
      range.begin = std::max(range.begin, begin);
      range.end = std::min(range.end, end);
    }
    const auto whole = check_case(c, data);
    const bool front = random.one_in(2);
    const Fenced q(data.q.data(), data.q.size() * sizeof(float), front);
    const Fenced k(data.k.data() + begin * c.k_stride(), (end - begin) * c.k_stride(), front);
    const Fenced v(data.v.data() + begin * c.v_stride(), (end - begin) * c.v_stride(), front);
    auto scratch = scratch_of(c.head_dim);
    const auto at = [&](const Fenced& rows, size_t stride) {
      return reinterpret_cast<const uint8_t*>(reinterpret_cast<uintptr_t>(rows.data()) -
                                              begin * stride);
    };
    const auto y = check_variants<float>(kAttentionF32, c.size(), [&](float* out) {
      return args_of(c, static_cast<const float*>(q.data()), at(k, c.k_stride()),
                     at(v, c.v_stride()), out, aligned(scratch));
    });
    REQUIRE(first_difference(y, whole) == whole.size());
  }
}

// Floats with NaNs, infinities and the ends of the range here and there.
std::vector<float> rough(size_t count, ShapeRandom& random, size_t one_in) {
  auto x = random_floats(count, -1.0f, 1.0f, random.seed());
  const auto odd = awkward_floats(count, random.seed());
  for (size_t i = 0; i < count; ++i) {
    if (random.one_in(one_in)) x[i] = odd[i];
  }
  return x;
}

TEST_CASE("attention_f32 variants agree on extreme values", "[attention]") {
  ShapeRandom random(13);
  for (size_t round = 0; round < 300; ++round) {
    Case c = random_case(random);
    const size_t rarely = size_t{1} << random.pick(0, 12);
    const Data data = {rough(c.size(), random, rarely),
                       cache_of(rough(c.keys * c.head_dim, random, rarely), c.keys, c.head_dim,
                                c.k_format, c.k_stride()),
                       cache_of(rough(c.keys * c.head_dim, random, rarely), c.keys, c.head_dim,
                                c.v_format, c.v_stride())};
    check_case(c, data);
  }
}

TEST_CASE("attention_f32 ignores what stands outside of a query's range", "[attention]") {
  ShapeRandom random(14);
  for (const size_t tokens : {1u, 2u, 3u, 30u}) {
    Case c = random_case(random);
    c.tokens = tokens;
    c.heads = 1;
    c.keys = 150;
    c.ranges.assign(tokens, AttentionRange{70, 130});
    c.ranges.back() = {20, 140};
    Data data = data_of(c, 3, 1.0f);
    const auto clean = check_case(c, data);
    // 0xff: NaN, or in s8 and s4 a NaN scale.
    std::fill(data.k.begin() + static_cast<ptrdiff_t>(30 * c.k_stride()),
              data.k.begin() + static_cast<ptrdiff_t>(40 * c.k_stride()), uint8_t{0xff});
    std::fill(data.v.begin() + static_cast<ptrdiff_t>(135 * c.v_stride()),
              data.v.begin() + static_cast<ptrdiff_t>(138 * c.v_stride()), uint8_t{0xff});
    const auto y = check_case(c, data);
    for (size_t i = 0; i + c.head_dim < c.size(); ++i) REQUIRE(same_value(y[i], clean[i]));
    CHECK(std::isnan(y[c.size() - 1]));
  }
  // No keys at all.
  Case c = random_case(random);
  c.ranges.assign(c.tokens, AttentionRange{5, 5});
  const auto y = check_case(c, data_of(c, 4, 1.0f));
  for (size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == 0.0f);
}

}  // namespace
}  // namespace linnet::test
