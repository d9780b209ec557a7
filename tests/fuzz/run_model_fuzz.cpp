#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "linnet/linnet.h"
#include "schema/file_format.h"

// Loads bytes as a model file and, if they pass, plans and runs it for at most half a second. The
// hashes of preamble and header are made to fit first, so that damage reaches the checks behind
// them.

namespace {

using linnet::FilePreamble;

// Bytes at a multiple of 64, as a model in memory must stand.
struct alignas(64) Line {
  uint8_t bytes[64];
};

void reseal(uint8_t* data, size_t size) {
  FilePreamble preamble;
  std::memcpy(&preamble, data, sizeof(preamble));
  preamble.magic = linnet::kFileMagic;
  preamble.major = linnet::kFormatMajor;
  preamble.file_size = size;
  preamble.header_size = std::min<uint64_t>(preamble.header_size, size - sizeof(preamble));
  preamble.reserved[0] = preamble.reserved[1] = 0;
  preamble.header_hash = linnet::hash_bytes(data + sizeof(preamble), preamble.header_size);
  preamble.preamble_hash = linnet::hash_preamble(preamble);
  std::memcpy(data, &preamble, sizeof(preamble));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > (1u << 20)) return 0;
  std::vector<Line> lines(size / sizeof(Line) + 1);
  uint8_t* file = lines[0].bytes;
  if (size > 0) std::memcpy(file, data, size);
  if (size >= sizeof(FilePreamble)) reseal(file, size);
  linnet_model* model = nullptr;
  linnet_session* session = nullptr;
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = 1;
  options.memory_limit = uint64_t{64} << 20;
  if (linnet_model_open_memory(file, size, nullptr, &model) == LINNET_OK &&
      linnet_session_create(model, &options, &session) == LINNET_OK) {
    (void)linnet_session_run(session, 0.5);
  }
  linnet_session_close(session);
  linnet_model_close(model);
  return 0;
}
