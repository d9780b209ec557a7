#include "tests/ops/op_case.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "runtime/model/group_orders.h"

namespace linnet::test {
namespace {

struct FreeDeleter {
  void operator()(void* p) const { std::free(p); }
};
using Block = std::unique_ptr<std::byte, FreeDeleter>;

Block make_block(size_t size) {
  void* p = nullptr;
  if (posix_memalign(&p, 64, size > 0 ? size : 1) != 0) throw std::bad_alloc();
  std::memset(p, 0xa5, size);
  return Block(static_cast<std::byte*>(p));
}

// 8-bit activations have readable bytes behind them, as in a session's arena.
constexpr size_t kReadSlack = 64;

class CasePlanContext final : public PlanContext {
 public:
  CasePlanContext(const fb::Node* node, std::span<Tensor* const> inputs,
                  std::span<Tensor* const> outputs, IsaSet isa, const ThreadPool& pool,
                  bool xnnpack) {
    node_ = node;
    inputs_ = inputs;
    outputs_ = outputs;
    isa_ = isa;
    threads_ = pool.threads();
    pool_handle_ = pool.handle();
    xnnpack_forced_ = xnnpack;
    group_orders_ = &orders_;
  }
  ~CasePlanContext() override {
    for (const auto& [object, destroy] : kept_) destroy(object);
  }
  bool keep(void* object, void (*destroy)(void*)) override {
    kept_.emplace_back(object, destroy);
    return true;
  }
  RunFn run() const { return run_; }
  const void* params() const { return params_; }
  bool is_xnnpack() const { return std::string_view(kernel_) == "xnnpack"; }
  size_t scratch() const { return scratch_; }
  int reuse_output() const { return reuse_output_; }
  int reuse_input() const { return reuse_input_; }

 protected:
  void* allocate_bytes(size_t bytes) override {
    if (uint64_t{bytes} > uint64_t{1} << 32) return nullptr;
    blocks_.push_back(make_block(bytes));
    std::memset(blocks_.back().get(), 0, bytes);
    return blocks_.back().get();
  }

 private:
  GroupOrders orders_;
  std::vector<Block> blocks_;
  std::vector<std::pair<void*, void (*)(void*)>> kept_;
};

Tensor describe(const Array& array, const char* name) {
  Tensor t;
  t.name = name;
  t.dtype = array.dtype;
  t.panels = array.panels;
  t.winograd = array.winograd;
  t.known = array.known;
  for (const int32_t d : array.shape) t.shape.push_back(d);
  t.quantization.scale = array.scale;
  t.quantization.zero_point = array.zero_point;
  t.quantization.axis = array.axis;
  t.quantization.block = array.block;
  t.quantization.table = array.table.empty() ? nullptr : array.table.data();
  t.size = array.bytes.size();
  return t;
}

// A case with its tensors and node.
class Prepared {
 public:
  Prepared(const OpCase& c, IsaSet isa, size_t threads, bool xnnpack = false)
      : case_(c), xnnpack_(xnnpack) {
    REQUIRE(pool_.start(threads).ok());
    fb::NodeT node;
    node.op = c.op;
    node.name = "node";
    node.options = c.options;
    for (size_t i = 0; i < c.inputs.size() + c.outputs.size(); ++i) {
      auto& list = i < c.inputs.size() ? node.inputs : node.outputs;
      list.push_back(static_cast<int32_t>(i));
    }
    builder_.Finish(fb::Node::Pack(builder_, &node));
    tensors_.reserve(c.inputs.size() + c.outputs.size());
    for (const auto& input : c.inputs) inputs_.push_back(input ? add_input(*input) : nullptr);
    for (const Array& output : c.outputs) {
      tensors_.push_back(describe(output, "output"));
      outputs_.push_back(&tensors_.back());
    }
    context_ = std::make_unique<CasePlanContext>(
        flatbuffers::GetRoot<fb::Node>(builder_.GetBufferPointer()), inputs_, outputs_, isa, pool_,
        xnnpack);
  }

  Status plan() {
    clear_last_error();
    return find_op(case_.op)->plan(*context_);
  }

  bool is_xnnpack() const { return context_->is_xnnpack(); }

  std::vector<Array> run(bool in_place) {
    place_outputs(in_place);
    const Block scratch = make_block(context_->scratch());
    context_->run()({inputs_, outputs_, context_->params(), scratch.get(), pool_});
    std::vector<Array> results;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      Array result = case_.outputs[i];
      const Tensor& t = *outputs_[i];
      result.shape.assign(t.shape.dims().begin(), t.shape.dims().end());
      const auto* bytes = static_cast<const std::byte*>(t.data);
      result.bytes.assign(bytes, bytes + t.size);
      results.push_back(std::move(result));
    }
    return results;
  }

 private:
  Tensor* add_input(const Array& array) {
    const bool slack = !array.known && (xnnpack_ || dtype_size(array.dtype) == 1);
    blocks_.push_back(make_block(array.bytes.size() + (slack ? kReadSlack : 0)));
    std::copy(array.bytes.begin(), array.bytes.end(), blocks_.back().get());
    tensors_.push_back(describe(array, "input"));
    tensors_.back().data = blocks_.back().get();
    return &tensors_.back();
  }

  void place_outputs(bool in_place) {
    for (Tensor* output : outputs_) {
      blocks_.push_back(make_block(output->size));
      output->data = blocks_.back().get();
    }
    const int from = context_->reuse_input(), to = context_->reuse_output();
    if (!in_place || from < 0) return;
    Tensor* input = inputs_[static_cast<size_t>(from)];
    Tensor* output = outputs_[static_cast<size_t>(to)];
    if (!input->known && input->size == output->size) output->data = input->data;
  }

  const OpCase& case_;
  const bool xnnpack_;
  ThreadPool pool_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Tensor> tensors_;
  std::vector<Tensor*> inputs_, outputs_;
  std::vector<Block> blocks_;
  std::unique_ptr<CasePlanContext> context_;
};

}  // namespace

size_t Array::count() const {
  size_t n = 1;
  for (const int32_t d : shape) n *= static_cast<size_t>(d);
  return n;
}

template <typename T>
Array array_of(linnet_dtype dtype, const Shape32& shape, const std::vector<T>& values) {
  Array a;
  a.dtype = dtype;
  a.shape = shape;
  a.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(a.bytes.data(), values.data(), a.bytes.size());
  return a;
}
template Array array_of(linnet_dtype, const Shape32&, const std::vector<uint16_t>&);

Array f32(const Shape32& shape, const std::vector<float>& values) {
  return array_of(LINNET_F32, shape, values);
}
Array s32(const Shape32& shape, const std::vector<int32_t>& values) {
  return array_of(LINNET_S32, shape, values);
}
Array s32_list(const std::vector<int32_t>& values) {
  return known(s32({static_cast<int32_t>(values.size())}, values));
}
Array u8(const Shape32& shape, const std::vector<uint8_t>& values) {
  return array_of(LINNET_U8, shape, values);
}
Array boolean(const Shape32& shape, const std::vector<uint8_t>& values) {
  return array_of(LINNET_BOOL, shape, values);
}
Array s8(const Shape32& shape, const std::vector<int8_t>& values, float scale, int zero_point) {
  Array a = array_of(LINNET_S8, shape, values);
  a.scale = {scale};
  a.zero_point = {zero_point};
  return a;
}

Array random_f32(const Shape32& shape, float low, float high, unsigned seed) {
  Array a = f32(shape, {});
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> next(low, high);
  std::vector<float> values(a.count());
  for (float& v : values) v = next(random);
  return f32(shape, values);
}

Array random_s8(const Shape32& shape, float scale, int zero_point, unsigned seed) {
  Array a = f32(shape, {});
  std::mt19937 random(seed);
  std::vector<int8_t> values(a.count());
  for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(random() % 256) - 128);
  return s8(shape, values, scale, zero_point);
}

Array known(Array array) {
  array.known = true;
  return array;
}

Array out(linnet_dtype dtype) {
  Array a;
  a.dtype = dtype;
  return a;
}

Array out_s8(float scale, int zero_point) {
  Array a = out(LINNET_S8);
  a.scale = {scale};
  a.zero_point = {zero_point};
  return a;
}

std::vector<double> real(const Array& a) {
  std::vector<double> values(a.count());
  const double scale = a.scale.empty() ? 1.0 : static_cast<double>(a.scale[0]);
  const double zero = a.zero_point.empty() ? 0.0 : a.zero_point[0];
  for (size_t i = 0; i < values.size(); ++i) {
    switch (a.dtype) {
      case LINNET_F32:
        values[i] = static_cast<double>(a.data<float>()[i]);
        break;
      case LINNET_S32:
        values[i] = a.data<int32_t>()[i];
        break;
      case LINNET_S8:
        values[i] = scale * (a.data<int8_t>()[i] - zero);
        break;
      default:
        values[i] = scale * (a.data<uint8_t>()[i] - zero);
        break;
    }
  }
  return values;
}

OpCase op_case(fb::OpType op, std::vector<std::optional<Array>> inputs,
               std::vector<Array> outputs) {
  return {op, {}, std::move(inputs), std::move(outputs)};
}

linnet_status plan_status(const OpCase& c) {
  Prepared prepared(c, detect_isa(), 2);
  const Status status = prepared.plan();
  if (!status.ok()) {
    INFO(last_error());
    CHECK(std::string(last_error()).find(find_op(c.op)->name) != std::string::npos);
  }
  return status.code();
}

std::vector<Array> run_op(const OpCase& c, IsaSet isa, size_t threads, bool in_place) {
  Prepared prepared(c, isa, threads);
  const Status status = prepared.plan();
  INFO(last_error());
  REQUIRE(status.ok());
  return prepared.run(in_place);
}

namespace {

// Where XNNPACK can run the case, it agrees within float rounding.
void check_xnnpack(const OpCase& c, const std::vector<Array>& want) {
  for (const size_t threads : {size_t{1}, size_t{2}}) {
    Prepared prepared(c, detect_isa(), threads, true);
    REQUIRE(prepared.plan().ok());
    if (!prepared.is_xnnpack()) return;
    INFO("xnnpack, " << threads << " threads");
    require_close(prepared.run(false)[0], want[0].shape, real(want[0]), 1e-4, 1e-4);
  }
}

}  // namespace

std::vector<Array> run_everywhere(const OpCase& c) {
  const std::vector<Array> want = run_op(c, IsaSet(), 1);
  const IsaSet all = detect_isa();
  for (int i = 0; i < kIsaCount; ++i) {
    const Isa isa = static_cast<Isa>(i);
    if (!all.has(isa)) continue;
    for (const size_t threads : {size_t{1}, size_t{2}}) {
      for (const bool in_place : {false, true}) {
        INFO(isa_name(isa) << ", " << threads << " threads" << (in_place ? ", in place" : ""));
        const std::vector<Array> got = run_op(c, limit_isa(all, isa), threads, in_place);
        REQUIRE(got.size() == want.size());
        for (size_t o = 0; o < got.size(); ++o) {
          REQUIRE(got[o].shape == want[o].shape);
          REQUIRE(got[o].bytes == want[o].bytes);
        }
      }
    }
  }
  check_xnnpack(c, want);
  return want;
}

Array run_one(const OpCase& c) {
  std::vector<Array> results = run_everywhere(c);
  REQUIRE(results.size() == 1);
  return results[0];
}

void require_close(const Array& got, const Shape32& shape, const std::vector<double>& want,
                   double tolerance, double relative) {
  REQUIRE(got.shape == shape);
  const std::vector<double> values = real(got);
  REQUIRE(values.size() == want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    if (values[i] == want[i] || (std::isnan(values[i]) && std::isnan(want[i]))) continue;
    const double error = std::abs(values[i] - want[i]);
    if (error <= tolerance + relative * std::abs(want[i])) continue;
    FAIL("element " << i << " is " << values[i] << ", must be " << want[i]);
  }
}

void require_quantized(const Array& got, const Shape32& shape, const std::vector<double>& want,
                       double slack) {
  REQUIRE(got.shape == shape);
  REQUIRE(got.count() == want.size());
  const double scale = static_cast<double>(got.scale[0]);
  for (size_t i = 0; i < want.size(); ++i) {
    const double exact = std::clamp(want[i] / scale + got.zero_point[0], -128.0, 127.0);
    const int8_t code = got.data<int8_t>()[i];
    if (std::abs(code - exact) <= 0.5 + slack) continue;
    FAIL("element " << i << " is " << int{code} << ", must be near " << exact);
  }
}

}  // namespace linnet::test
