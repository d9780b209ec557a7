#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "linnet/linnet.hpp"

// Runs a model once on given bytes and prints a digest of each output, to be compared with what
// another instruction set, thread count or processor gives (script/identity).
//
//   linnet_run_digest MODEL.lnt INPUT.raw SHAPE ISA THREADS
//
// INPUT.raw holds the values of input 0 as they lie in memory, SHAPE is such as 1,3,224,224. Prints
// one line, "digest digest …", in the order of the outputs. An instruction set that the machine
// lacks is an error, not a fallback. Exit code 1 with the reason otherwise.

namespace {

// FNV-1a, 64 bits.
uint64_t digest(std::span<const std::byte> bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const std::byte byte : bytes) hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001b3u;
  return hash;
}

std::vector<int32_t> parse_list(const char* text) {
  std::vector<int32_t> values;
  for (const char* end = text + std::strlen(text); text < end; ++text) {
    int32_t value = 0;
    text = std::from_chars(text, end, value).ptr;
    values.push_back(value);
  }
  return values;
}

linnet::Status run(char** argv) {
  std::ifstream file(argv[2], std::ios::binary);
  const std::vector<char> values((std::istreambuf_iterator<char>(file)), {});
  const auto model = linnet::Model::open(argv[1]);
  if (!model) return model.status();
  linnet::SessionOptions options = linnet::session_options();
  options.isa = argv[4];
  options.threads = parse_list(argv[5]).at(0);
  options.xnnpack = 0;
  auto session = linnet::Session::create(*model, options);
  if (!session) return session.status();
  if (auto status = session->set_input_shape(0, parse_list(argv[3])); !status) return status;
  if (auto status = session->write(0, std::span(values)); !status) return status;
  if (auto status = session->run(); !status) return status;
  for (int32_t i = 0; i < model->output_count(); ++i) {
    const auto output = session->output(i);
    if (!output) return output.status();
    const auto bytes = output->values<std::byte>();
    std::printf("%s%016llx", i == 0 ? "" : " ", static_cast<unsigned long long>(digest(bytes)));
  }
  std::printf("\n");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: linnet_run_digest MODEL.lnt INPUT.raw SHAPE ISA THREADS\n");
    return 1;
  }
  if (const linnet::Status status = run(argv); !status) {
    std::fprintf(stderr, "%s: %s\n", argv[1], status.text().c_str());
    return 1;
  }
  return 0;
}
