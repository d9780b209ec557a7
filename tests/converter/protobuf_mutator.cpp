#include "tests/converter/protobuf_mutator.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace linnet::test {
namespace {

constexpr int kMaxDepth = 12;
constexpr uint32_t kMaxNumber = 40;  // ONNX numbers its fields up to 25

std::optional<uint64_t> read_varint(const std::string& bytes, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes[at++]);
    value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
  return std::nullopt;
}

void write_varint(uint64_t value, std::string* out) {
  for (; value >= 128; value >>= 7) out->push_back(static_cast<char>(value | 128));
  out->push_back(static_cast<char>(value));
}

std::optional<uint64_t> read_fixed(const std::string& bytes, size_t& at, size_t size) {
  if (bytes.size() - at < size) return std::nullopt;
  uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, size);
  at += size;
  return value;
}

}  // namespace

bool ProtobufMutator::parse(const std::string& bytes, std::vector<Field>* fields, int depth) {
  for (size_t at = 0; at < bytes.size();) {
    const auto tag = read_varint(bytes, at);
    if (!tag || *tag >> 3 == 0 || *tag >> 3 > kMaxNumber) return false;
    Field field{static_cast<uint32_t>(*tag >> 3), static_cast<uint32_t>(*tag & 7), 0, {}, {}};
    std::optional<uint64_t> value;
    if (field.wire_type == 0 || field.wire_type == 2) {
      value = read_varint(bytes, at);
    } else if (field.wire_type == 1 || field.wire_type == 5) {
      value = read_fixed(bytes, at, field.wire_type == 1 ? 8 : 4);
    }
    if (!value) return false;
    field.value = *value;
    if (field.wire_type == 2) {
      if (*value > bytes.size() - at) return false;
      field.bytes = bytes.substr(at, static_cast<size_t>(*value));
      at += field.bytes.size();
      if (depth < kMaxDepth && !field.bytes.empty() &&
          parse(field.bytes, &field.children, depth + 1)) {
        field.bytes.clear();
      } else {
        field.children.clear();
      }
    }
    fields->push_back(std::move(field));
  }
  return true;
}

void ProtobufMutator::write(const std::vector<Field>& fields, std::string* out) {
  for (const Field& field : fields) {
    write_varint(uint64_t{field.number} << 3 | field.wire_type, out);
    if (field.wire_type == 0) {
      write_varint(field.value, out);
    } else if (field.wire_type == 2) {
      std::string nested = field.bytes;
      if (!field.children.empty()) write(field.children, &nested);
      write_varint(nested.size(), out);
      *out += nested;
    } else {
      out->append(reinterpret_cast<const char*>(&field.value), field.wire_type == 1 ? 8 : 4);
    }
  }
}

uint64_t ProtobufMutator::edge_integer(uint64_t old) {
  static constexpr int64_t kEdges[] = {0,
                                       1,
                                       -1,
                                       2,
                                       3,
                                       7,
                                       -2,
                                       64,
                                       255,
                                       65536,
                                       1 << 24,
                                       INT32_MAX,
                                       INT32_MAX - 1,
                                       INT32_MIN,
                                       int64_t{1} << 31,
                                       int64_t{1} << 32,
                                       int64_t{1} << 40,
                                       INT64_MAX,
                                       INT64_MIN};
  const size_t choice = below(std::size(kEdges) + 4);
  if (choice < std::size(kEdges)) return static_cast<uint64_t>(kEdges[choice]);
  return choice % 2 == 0 ? old + 1 : old - 1;
}

uint32_t ProtobufMutator::edge_float() {
  using Limits = std::numeric_limits<float>;
  static constexpr float kEdges[] = {0.0f,
                                     -0.0f,
                                     1.0f,
                                     -1.0f,
                                     0.5f,
                                     3e9f,
                                     -3e9f,
                                     Limits::max(),
                                     Limits::lowest(),
                                     Limits::min(),
                                     Limits::denorm_min(),
                                     Limits::infinity(),
                                     -Limits::infinity(),
                                     Limits::quiet_NaN()};
  return std::bit_cast<uint32_t>(kEdges[below(std::size(kEdges))]);
}

void ProtobufMutator::change_bytes(std::string& bytes, const std::vector<std::string>& others) {
  const auto put = [&](const auto value) {
    if (bytes.size() < sizeof(value)) return;
    const size_t at = below(bytes.size() / sizeof(value)) * sizeof(value);
    std::memcpy(bytes.data() + at, &value, sizeof(value));
  };
  switch (below(8)) {
    case 0:
    case 1:
      bytes = others[below(others.size())];
      break;
    case 2:
      put(edge_float());
      break;
    case 3:
      put(edge_integer(0));
      break;
    case 4:
      put(static_cast<int32_t>(edge_integer(0)));
      break;
    case 5:
      bytes.resize(below(bytes.size() + 2));
      break;
    case 6:
      bytes += std::string(1 + below(8), static_cast<char>(random_()));
      break;
    default:
      put(static_cast<uint8_t>(random_()));
  }
}

void ProtobufMutator::change(std::vector<Field>& fields, const std::vector<std::string>& bytes) {
  if (fields.empty()) return;
  const size_t at = below(fields.size());
  Field& field = fields[at];
  if (!field.children.empty() && below(8) != 0) return change(field.children, bytes);
  switch (below(8)) {
    case 0:
      fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    case 1:
      fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(at), Field(field));
      return;
    case 2:
      std::swap(field, fields[below(fields.size())]);
      return;
    default:
      break;
  }
  if (field.wire_type == 0) {
    field.value = edge_integer(field.value);
  } else if (field.wire_type == 5) {
    field.value = edge_float();
  } else if (field.wire_type == 1) {
    field.value = edge_integer(field.value);
  } else if (field.children.empty()) {
    change_bytes(field.bytes, bytes);
  }
}

std::string ProtobufMutator::mutate(const std::string& message) {
  std::vector<Field> fields;
  if (!parse(message, &fields)) return message;
  std::vector<std::string> bytes = {""};
  const auto collect = [&](const auto& self, const std::vector<Field>& level) -> void {
    for (const Field& field : level) {
      if (!field.children.empty()) {
        self(self, field.children);
      } else if (field.wire_type == 2 && field.bytes.size() < 64) {
        bytes.push_back(field.bytes);
      }
    }
  };
  collect(collect, fields);
  for (size_t n = 1 + below(3); n > 0; --n) change(fields, bytes);
  std::string out;
  write(fields, &out);
  return out;
}

}  // namespace linnet::test
