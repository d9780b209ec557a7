#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "tests/support/session_fixture.h"

// Files that are well sealed but say something impossible. Each kind has its status and words.

using namespace linnet;
using namespace linnet::test;

namespace {

struct Invalid {
  const char* kind;
  linnet_status status;
  const char* words;
  std::function<void(ModelBuilder&)> spoil;
  bool keep_segments = false;
};

// The tensors of small_model().
constexpr int32_t kX = 0, kW = 1, kB = 2, kProduct = 3, kY = 4;

fb::QuantizationT& quantization(ModelBuilder& m, int32_t id) {
  if (!m.tensor(id).quantization) m.tensor(id).quantization = std::make_unique<fb::QuantizationT>();
  return *m.tensor(id).quantization;
}

// Turns w into a quantized s8 constant of 4 values.
void make_s8(ModelBuilder& m, std::vector<float> scale, std::vector<int32_t> zero_point,
             int axis = -1) {
  m.tensor(kW).dtype = fb::DType::s8;
  m.tensor(kW).size = 4;
  m.quantize(kW, std::move(scale), std::move(zero_point), axis);
}

// Turns w into an s4 constant in panels, used as the weights of fully_connected.
void make_s4(ModelBuilder& m, uint32_t block) {
  m.tensor(kW).dtype = fb::DType::s4;
  m.tensor(kW).layout = fb::Layout::panels;
  m.tensor(kW).shape = {1, 4};
  m.node(0).op = fb::OpType::fully_connected;
  m.node(0).options.Set(fb::FullyConnectedOptionsT());
  quantization(m, kW).block = block;
}

void add_metadata(ModelBuilder& m, const char* key, const char* value) {
  auto entry = std::make_unique<fb::KeyValueT>();
  entry->key = key;
  entry->value = value;
  m.model.metadata.push_back(std::move(entry));
}

constexpr float kInf = std::numeric_limits<float>::infinity();

const std::vector<Invalid>& tensor_kinds() {
  static const std::vector<Invalid> kinds = {
      {"dtype beyond the enum", LINNET_BAD_MODEL, "tensor 1 'w': unknown dtype 77",
       [](auto& m) { m.tensor(kW).dtype = static_cast<fb::DType>(77); }},
      {"layout beyond the enum", LINNET_BAD_MODEL, "tensor 1 'w': unknown layout 9",
       [](auto& m) { m.tensor(kW).layout = static_cast<fb::Layout>(9); }},
      {"rank 7", LINNET_BAD_MODEL, "tensor 3 'product': rank 7",
       [](auto& m) { m.tensor(kProduct).shape.assign(7, 1); }},
      {"dimension -2", LINNET_BAD_MODEL, "tensor 0 'x': dimension 0 is -2",
       [](auto& m) { m.tensor(kX).shape[0] = -2; }},
      {"constant with an unknown dimension", LINNET_BAD_MODEL, "tensor 1 'w': dimension 0 is -1",
       [](auto& m) { m.tensor(kW).shape[0] = -1; }},
      {"product of dimensions overflows", LINNET_BAD_MODEL, "tensor 3 'product': the product",
       [](auto& m) { m.tensor(kProduct).shape.assign(4, INT32_MAX); }},
      {"zero times huge", LINNET_BAD_MODEL, "the product",
       [](auto& m) {
         m.tensor(kW).shape = {0, INT32_MAX, INT32_MAX, INT32_MAX};
         m.tensor(kW).size = 0;
       }},
      {"segment -2", LINNET_BAD_MODEL, "tensor 1 'w': segment -2",
       [](auto& m) { m.tensor(kW).segment = -2; }},
      {"segment 1 of 1", LINNET_BAD_MODEL, "tensor 1 'w': segment 1, but the file has 1",
       [](auto& m) { m.tensor(kW).segment = 1; }},
      {"constant past its segment", LINNET_BAD_MODEL,
       "tensor 2 'b': offset 64 + size 160 passes segment 0 of 80 bytes",
       [](auto& m) {
         m.tensor(kB).size = 160;
         m.tensor(kB).shape = {40};
       }},
      {"offset past its segment", LINNET_BAD_MODEL, "tensor 2 'b': offset 128",
       [](auto& m) { m.tensor(kB).offset = 128; }},
      {"offset + size wraps", LINNET_BAD_MODEL, "passes segment 0",
       [](auto& m) { m.tensor(kB).offset = ~uint64_t{0} - 15; }},
      {"unaligned constant", LINNET_BAD_MODEL, "tensor 2 'b': offset 60 is not a multiple of 64",
       [](auto& m) { m.tensor(kB).offset = 60; }},
      {"fewer bytes than the shape", LINNET_BAD_MODEL,
       "tensor 1 'w': its shape takes 16 bytes but it has 12",
       [](auto& m) { m.tensor(kW).size = 12; }},
      {"more bytes than the shape", LINNET_BAD_MODEL, "tensor 1 'w': its shape takes 8 bytes",
       [](auto& m) { m.tensor(kW).shape = {2}; }},
      {"panels that are no constant", LINNET_BAD_MODEL,
       "tensor 3 'product': panels are for constants",
       [](auto& m) { m.tensor(kProduct).layout = fb::Layout::panels; }},
      {"s4 that is no constant", LINNET_BAD_MODEL, "tensor 3 'product': s4 is for constants",
       [](auto& m) { m.tensor(kProduct).dtype = fb::DType::s4; }},
      {"plain s4", LINNET_BAD_MODEL, "tensor 1 'w': s4 must be in panels",
       [](auto& m) { m.tensor(kW).dtype = fb::DType::s4; }},
      {"panels of s32", LINNET_BAD_MODEL, "tensor 1 'w': s32 cannot be in panels",
       [](auto& m) {
         m.tensor(kW).dtype = fb::DType::s32;
         m.tensor(kW).layout = fb::Layout::panels;
       }},
      {"panels of rank 1", LINNET_BAD_MODEL, "tensor 1 'w': panels need rank 2",
       [](auto& m) { m.tensor(kW).layout = fb::Layout::panels; }},
      {"Winograd weights of rank 1", LINNET_BAD_MODEL,
       "tensor 1 'w': winograd_4x4 is for f32 weights [co, 3, 3, ci] only",
       [](auto& m) { m.tensor(kW).layout = fb::Layout::winograd_4x4; }},
      {"Winograd weights of s8", LINNET_BAD_MODEL,
       "tensor 1 'w': winograd_2x2 is for f32 weights [co, 3, 3, ci] only",
       [](auto& m) {
         m.tensor(kW).layout = fb::Layout::winograd_2x2;
         m.tensor(kW).dtype = fb::DType::s8;
         m.tensor(kW).shape = {1, 3, 3, 1};
       }},
      {"Winograd weights of another size", LINNET_BAD_MODEL,
       "tensor 1 'w': its shape takes 992 bytes in winograd_2x2 but it has 16",
       [](auto& m) {
         m.tensor(kW).layout = fb::Layout::winograd_2x2;
         m.tensor(kW).shape = {1, 3, 3, 1};
       }},
      {"Winograd weights of a size that overflows", LINNET_BAD_MODEL,
       sizeof(size_t) == 4
           ? "tensor 1 'w': the product of its dimensions is too large"
           : "tensor 1 'w': its shape takes 18446744073709551615 bytes in winograd_4x4",
       [](auto& m) {
         m.tensor(kW).layout = fb::Layout::winograd_4x4;
         m.tensor(kW).shape = {1 << 29, 3, 3, 1 << 28};
       }},
      {"name that is not UTF-8", LINNET_BAD_MODEL, "tensor 3 '': its name is not UTF-8",
       [](auto& m) { m.tensor(kProduct).name = "\xC0\x80"; }},
      {"name with a zero byte", LINNET_BAD_MODEL, "its name is not UTF-8",
       [](auto& m) { m.tensor(kX).name = std::string("a\0b", 3); }},
      {"name of 5000 bytes", LINNET_BAD_MODEL, "its name has 5000 bytes",
       [](auto& m) { m.tensor(kX).name.assign(5000, 'n'); }},
  };
  return kinds;
}

const std::vector<Invalid>& quantization_kinds() {
  static const std::vector<Invalid> kinds = {
      {"scale 0", LINNET_BAD_MODEL, "tensor 1 'w': scale 0 is 0,",
       [](auto& m) { make_s8(m, {0}, {}); }},
      {"negative scale", LINNET_BAD_MODEL, "scale 0 is -1", [](auto& m) { make_s8(m, {-1}, {}); }},
      {"scale NaN", LINNET_BAD_MODEL, "scale 0 is",
       [](auto& m) { make_s8(m, {std::nanf("")}, {}); }},
      {"scale infinite", LINNET_BAD_MODEL, "scale 0 is inf",
       [](auto& m) { make_s8(m, {kInf}, {}); }},
      {"scale denormal", LINNET_BAD_MODEL, "scale 0 is 9.99995e-41",
       [](auto& m) { make_s8(m, {1e-40f}, {}); }},
      {"last of several scales bad", LINNET_BAD_MODEL, "scale 3 is 0",
       [](auto& m) {
         make_s8(m, {1, 1, 1, 0}, {}, 0);
       }},
      {"several scales without axis", LINNET_BAD_MODEL, "4 scales without an axis",
       [](auto& m) {
         make_s8(m, {1, 1, 1, 1}, {});
       }},
      {"axis beyond the rank", LINNET_BAD_MODEL, "quantization axis 1, but its rank is 1",
       [](auto& m) { make_s8(m, {1}, {}, 1); }},
      {"scale count differs from the axis", LINNET_BAD_MODEL, "3 scales for 4 indices of axis 0",
       [](auto& m) {
         make_s8(m, {1, 1, 1}, {}, 0);
       }},
      {"zero points without scales", LINNET_BAD_MODEL, "quantization without scales",
       [](auto& m) { make_s8(m, {}, {1}); }},
      {"axis without scales", LINNET_BAD_MODEL, "quantization without scales",
       [](auto& m) { make_s8(m, {}, {}, 0); }},
      {"zero point count", LINNET_BAD_MODEL, "2 zero points for 1 scales",
       [](auto& m) {
         make_s8(m, {1}, {0, 0});
       }},
      {"zero point above s8", LINNET_BAD_MODEL, "zero point 128 is outside s8",
       [](auto& m) { make_s8(m, {1}, {128}); }},
      {"zero point below u8", LINNET_BAD_MODEL, "zero point -1 is outside u8",
       [](auto& m) {
         make_s8(m, {1}, {-1});
         m.tensor(kW).dtype = fb::DType::u8;
       }},
      {"zero point of s32", LINNET_BAD_MODEL, "zero point 5 is outside s32",
       [](auto& m) {
         m.tensor(kW).dtype = fb::DType::s32;
         m.quantize(kW, {1}, {5});
       }},
      {"quantized f32", LINNET_BAD_MODEL, "tensor 0 'x': f32 cannot be quantized",
       [](auto& m) { m.quantize(kX, {1}, {0}); }},
      {"block on s8", LINNET_BAD_MODEL, "s8 cannot have blocks",
       [](auto& m) {
         make_s8(m, {1}, {});
         quantization(m, kW).block = 32;
       }},
      {"table on s8", LINNET_BAD_MODEL, "s8 cannot have blocks or a table",
       [](auto& m) {
         make_s8(m, {1}, {});
         quantization(m, kW).table.assign(16, 1);
       }},
      {"s4 without quantization", LINNET_BAD_MODEL, "s4 without quantization",
       [](auto& m) {
         make_s4(m, 32);
         m.tensor(kW).quantization = nullptr;
       }},
      {"s4 block 0", LINNET_BAD_MODEL, "block of 0, must be", [](auto& m) { make_s4(m, 0); }},
      {"s4 block 48", LINNET_BAD_MODEL, "block of 48", [](auto& m) { make_s4(m, 48); }},
      {"s4 with scales outside the stream", LINNET_BAD_MODEL,
       "s4 has its scales in the packed stream",
       [](auto& m) {
         make_s4(m, 32);
         quantization(m, kW).scale = {1};
       }},
      {"s4 table of 15", LINNET_BAD_MODEL, "table of 15 values",
       [](auto& m) {
         make_s4(m, 32);
         quantization(m, kW).table.assign(15, 1);
       }},
      {"s4 with a zero point", LINNET_BAD_MODEL, "s4 has no zero point",
       [](auto& m) {
         make_s4(m, 32);
         quantization(m, kW).zero_point = {0};
       }},
  };
  return kinds;
}

const std::vector<Invalid>& graph_kinds() {
  static const std::vector<Invalid> kinds = {
      {"node input beyond the tensors", LINNET_BAD_MODEL,
       "node 0 'scale': input 1 is tensor 5 of 5", [](auto& m) { m.node(0).inputs[1] = 5; }},
      {"node input -2", LINNET_BAD_MODEL, "node 0 'scale': input 0 is tensor -2",
       [](auto& m) { m.node(0).inputs[0] = -2; }},
      {"node output -1", LINNET_BAD_MODEL, "node 0 'scale': output 0 is tensor -1",
       [](auto& m) { m.node(0).outputs[0] = -1; }},
      {"node output beyond the tensors", LINNET_BAD_MODEL, "output 0 is tensor 1000000",
       [](auto& m) { m.node(0).outputs[0] = 1000000; }},
      {"node without outputs", LINNET_BAD_MODEL, "node 1 'shift': it has no outputs",
       [](auto& m) { m.node(1).outputs.clear(); }},
      {"op beyond the enum", LINNET_UNSUPPORTED, "node 0 'scale': op number 4000 is unknown",
       [](auto& m) { m.node(0).op = static_cast<fb::OpType>(4000); }},
      {"1025 inputs", LINNET_BAD_MODEL, "1025 inputs and 1 outputs are too many",
       [](auto& m) { m.node(0).inputs.assign(1025, kX); }},
      {"read before written", LINNET_BAD_MODEL,
       "node 0 'scale': input 0, tensor 4 'y', is read before",
       [](auto& m) { m.node(0).inputs[0] = kY; }},
      {"a node reads its own output", LINNET_BAD_MODEL,
       "node 0 'scale': input 0, tensor 3 'product', is read before",
       [](auto& m) { m.node(0).inputs[0] = kProduct; }},
      {"written twice", LINNET_BAD_MODEL,
       "node 1 'shift': output 0, tensor 3 'product', is written twice",
       [](auto& m) { m.node(1).outputs[0] = kProduct; }},
      {"one tensor as two outputs of a node", LINNET_BAD_MODEL,
       "output 1, tensor 3 'product', is written twice",
       [](auto& m) {
         m.node(0).outputs = {kProduct, kProduct};
       }},
      {"a constant is written", LINNET_BAD_MODEL, "output 0, tensor 1 'w', is a constant",
       [](auto& m) { m.node(0).outputs[0] = kW; }},
      {"a graph input is written", LINNET_BAD_MODEL, "output 0, tensor 0 'x', is a graph input",
       [](auto& m) { m.node(0).outputs[0] = kX; }},
      {"node name not UTF-8", LINNET_BAD_MODEL, "node 1: its name is not clean text",
       [](auto& m) { m.node(1).name = "\xFF"; }},
      {"panels read by add", LINNET_BAD_MODEL,
       "node 0 'scale': input 1, tensor 1 'w', is packed in panels, which mul",
       [](auto& m) {
         m.tensor(kW).layout = fb::Layout::panels;
         m.tensor(kW).shape = {1, 4};
       }},
      {"Winograd weights read by fully_connected", LINNET_BAD_MODEL,
       "node 0 'scale': input 1, tensor 1 'w', is packed in winograd_4x4, which fully_connected",
       [](auto& m) {
         m.tensor(kW).layout = fb::Layout::winograd_4x4;
         m.tensor(kW).shape = {1, 3, 3, 0};
         m.tensor(kW).size = 0;
         m.node(0).op = fb::OpType::fully_connected;
         m.node(0).options.Set(fb::FullyConnectedOptionsT());
       }},
      {"graph input out of range", LINNET_BAD_MODEL, "graph input 0: tensor 99 of 5",
       [](auto& m) { m.graph().inputs[0] = 99; }},
      {"graph input -1", LINNET_BAD_MODEL, "graph input 0: tensor -1",
       [](auto& m) { m.graph().inputs[0] = -1; }},
      {"graph input is a constant", LINNET_BAD_MODEL, "graph input 0: tensor 1 'w' is a constant",
       [](auto& m) { m.graph().inputs[0] = kW; }},
      {"graph input twice", LINNET_BAD_MODEL, "graph input 1: tensor 0 'x' is listed twice",
       [](auto& m) { m.graph().inputs.push_back(kX); }},
      {"no graph outputs", LINNET_BAD_MODEL, "graph: it has no outputs",
       [](auto& m) { m.graph().outputs.clear(); }},
      {"graph output out of range", LINNET_BAD_MODEL, "graph output 0: tensor 5 of 5",
       [](auto& m) { m.graph().outputs[0] = 5; }},
      {"graph output never written", LINNET_BAD_MODEL,
       "graph output 1: no node writes tensor 5 'stray'",
       [](auto& m) { m.add_output(m.add_tensor("stray", fb::DType::f32, {1})); }},
      {"graph output twice", LINNET_BAD_MODEL, "graph output 1: tensor 4 'y' is listed twice",
       [](auto& m) { m.add_output(kY); }},
      {"input without a name", LINNET_BAD_MODEL,
       "graph: tensor 0 is an input or output without a name",
       [](auto& m) { m.tensor(kX).name.clear(); }},
      {"input and output of one name", LINNET_BAD_MODEL,
       "graph: tensors 0 and 4, inputs or outputs, are both named 'x'",
       [](auto& m) { m.tensor(kY).name = "x"; }},
      {"513 outputs", LINNET_BAD_MODEL, "graph: 513 outputs",
       [](auto& m) { m.graph().outputs.assign(513, kY); }},
  };
  return kinds;
}

const std::vector<Invalid>& container_kinds() {
  static const std::vector<Invalid> kinds = {
      {"version 0", LINNET_BAD_MODEL, "header: model version 0",
       [](auto& m) { m.model.version = 0; }},
      {"newer version", LINNET_UNSUPPORTED, "header: model version 2, this library knows up to 1",
       [](auto& m) { m.model.version = 2; }},
      {"unknown feature", LINNET_UNSUPPORTED, "features: the model needs 'time_travel'",
       [](auto& m) { m.model.features = {"time_travel"}; }},
      {"metadata key twice", LINNET_BAD_MODEL, "metadata: key 'k' stands twice",
       [](auto& m) {
         add_metadata(m, "k", "1");
         add_metadata(m, "k", "2");
       }},
      {"empty metadata key", LINNET_BAD_MODEL, "metadata: entry 0",
       [](auto& m) { add_metadata(m, "", "1"); }},
      {"metadata value not UTF-8", LINNET_BAD_MODEL, "metadata: entry 1",
       [](auto& m) {
         add_metadata(m, "a", "1");
         add_metadata(m, "b", "\xED\xA0\x80");
       }},
      {"segment name not UTF-8", LINNET_BAD_MODEL, "segment 0: its name",
       [](auto& m) { m.segment().name = "\xF5zzz"; }},
      {"1025 segments", LINNET_BAD_MODEL, "segments: 1025 of them",
       [](auto& m) {
         while (m.model.segments.size() < 1025)
           m.model.segments.push_back(std::make_unique<fb::SegmentT>());
       }},
      {"segment at the wrong place", LINNET_BAD_MODEL, "segment 0 'weights': stands at 12345",
       [](auto& m) { m.segment().offset = 12345; }, true},
      {"two segments in one place", LINNET_BAD_MODEL, "segment 1 '': stands at",
       [](auto& m) {
         m.model.segments.push_back(std::make_unique<fb::SegmentT>(m.segment()));
         m.model.segments[1]->name = "";
       }},
  };
  return kinds;
}

void check_kinds(const std::vector<Invalid>& kinds) {
  for (const Invalid& kind : kinds) {
    INFO(kind.kind);
    ModelBuilder builder = small_model(2);
    kind.spoil(builder);
    const AlignedBytes file = builder.seal(kind.keep_segments);
    linnet_model* model = nullptr;
    const linnet_status status =
        linnet_model_open_memory(file.data(), file.size(), nullptr, &model);
    INFO(linnet_last_error());
    CHECK(status == kind.status);
    CHECK(model == nullptr);
    CHECK(error_has(kind.words));
    linnet_model_close(model);
  }
}

}  // namespace

TEST_CASE("impossible tensors are named and rejected") { check_kinds(tensor_kinds()); }
TEST_CASE("impossible quantization is named and rejected") { check_kinds(quantization_kinds()); }
TEST_CASE("impossible graphs are named and rejected") { check_kinds(graph_kinds()); }
TEST_CASE("impossible headers are named and rejected") { check_kinds(container_kinds()); }
