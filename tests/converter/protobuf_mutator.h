#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

// Damages protobuf messages without a schema: what can be parsed as a nested message is one. The
// result is again well-formed, so that the damage gets past the parser to the checks behind it.

namespace linnet::test {

class ProtobufMutator {
 public:
  explicit ProtobufMutator(unsigned seed) : random_(seed) {}

  // `message` with one to three changes: numbers set to values at the edges of their types, names
  // exchanged, bytes changed, fields left out, doubled or exchanged.
  std::string mutate(const std::string& message);

 private:
  struct Field {
    uint32_t number = 0, wire_type = 0;
    uint64_t value = 0;           // wire types 0 (varint), 1 (64 bits) and 5 (32 bits)
    std::string bytes;            // wire type 2, unless it is a message
    std::vector<Field> children;  // of a message
  };

  static bool parse(const std::string& bytes, std::vector<Field>* fields, int depth = 0);
  static void write(const std::vector<Field>& fields, std::string* out);

  // Changes one field somewhere below; `bytes` are all byte fields of the message.
  void change(std::vector<Field>& fields, const std::vector<std::string>& bytes);
  void change_bytes(std::string& bytes, const std::vector<std::string>& others);
  uint64_t edge_integer(uint64_t old);
  uint32_t edge_float();
  size_t below(size_t n) { return random_() % n; }

  std::mt19937 random_;
};

}  // namespace linnet::test
