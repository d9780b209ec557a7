#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstring>
#include <string>

#include "schema/file_format.h"
#include "tests/support/session_fixture.h"

using namespace linnet;
using namespace linnet::test;

namespace {

linnet_status open_status(const AlignedBytes& file, bool hash_all = false) {
  linnet_model_options options;
  linnet_model_options_init(&options);
  options.verify_all_segments = hash_all ? 1 : 0;
  linnet_model* model = nullptr;
  const linnet_status status = linnet_model_open_memory(file.data(), file.size(), &options, &model);
  if (status != LINNET_OK) REQUIRE(model == nullptr);
  linnet_model_close(model);
  return status;
}

bool is_rejection(linnet_status status) {
  return (status == LINNET_BAD_MODEL || status == LINNET_UNSUPPORTED) &&
         linnet_last_error()[0] != '\0';
}

}  // namespace

TEST_CASE("a sealed model loads and describes itself") {
  ModelBuilder builder = small_model(-1);
  auto entry = std::make_unique<fb::KeyValueT>();
  entry->key = "author";
  entry->value = "somebody";
  builder.model.metadata.push_back(std::move(entry));
  const AlignedBytes file = builder.seal();
  const ModelPtr model = open_model(file);
  CHECK(linnet_model_input_count(model.get()) == 1);
  CHECK(linnet_model_output_count(model.get()) == 1);
  linnet_tensor x;
  REQUIRE(linnet_model_input(model.get(), 0, &x) == LINNET_OK);
  CHECK(std::string(x.name) == "x");
  CHECK(x.rank == 2);
  CHECK(x.dims[0] == -1);
  CHECK(x.dims[1] == 4);
  CHECK(x.size == 0);
  CHECK(x.dtype == LINNET_F32);
  CHECK(std::string(linnet_model_metadata(model.get(), "author")) == "somebody");
  CHECK(linnet_model_metadata(model.get(), "title") == nullptr);
  CHECK(linnet_model_input(model.get(), 1, &x) == LINNET_INVALID_ARGUMENT);
  CHECK(linnet_model_output(model.get(), -1, &x) == LINNET_INVALID_ARGUMENT);
}

TEST_CASE("a file cut at any place is rejected") {
  const AlignedBytes file = small_model(2).seal();
  for (size_t size = 0; size < file.size(); ++size) {
    const AlignedBytes cut(file.data(), size);
    linnet_model* model = nullptr;
    const uint8_t nothing alignas(64) = 0;
    const linnet_status status =
        linnet_model_open_memory(size == 0 ? &nothing : cut.data(), size, nullptr, &model);
    INFO("cut at " << size << ": " << linnet_last_error());
    REQUIRE(is_rejection(status));
  }
}

TEST_CASE("a cut file whose preamble was made to fit is rejected") {
  const AlignedBytes file = small_model(2).seal();
  for (size_t size = sizeof(FilePreamble); size < file.size(); ++size) {
    AlignedBytes cut(file.data(), size);
    FilePreamble preamble;
    std::memcpy(&preamble, cut.data(), sizeof(preamble));
    preamble.file_size = size;
    preamble.header_size = std::min<uint64_t>(preamble.header_size, size - kHeaderOffset);
    std::memcpy(cut.data(), &preamble, sizeof(preamble));
    reseal(&cut);
    INFO("cut at " << size);
    REQUIRE(is_rejection(open_status(cut)));
  }
}

TEST_CASE("bytes behind the end are rejected") {
  const AlignedBytes file = small_model(2).seal();
  std::vector<uint8_t> bytes(file.data(), file.data() + file.size());
  bytes.resize(bytes.size() + 64);
  CHECK(is_rejection(open_status(AlignedBytes(bytes))));
}

TEST_CASE("every single flipped bit is found") {
  AlignedBytes file = small_model(2).seal();
  REQUIRE(open_status(file) == LINNET_OK);
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    const uint8_t mask = static_cast<uint8_t>(1u << (bit % 8));
    file.data()[bit / 8] = static_cast<uint8_t>(file.data()[bit / 8] ^ mask);
    const linnet_status status = open_status(file);
    file.data()[bit / 8] = static_cast<uint8_t>(file.data()[bit / 8] ^ mask);
    INFO("bit " << bit);
    REQUIRE(is_rejection(status));
  }
  CHECK(open_status(file) == LINNET_OK);
}

TEST_CASE(
    "a flipped bit under a fitting hash never crashes, and what loads also runs or fails cleanly") {
  AlignedBytes file = small_model(2).seal();
  FilePreamble preamble;
  std::memcpy(&preamble, file.data(), sizeof(preamble));
  size_t loaded = 0;
  for (size_t bit = kHeaderOffset * 8; bit < (kHeaderOffset + preamble.header_size) * 8; ++bit) {
    AlignedBytes bent = file;
    bent.data()[bit / 8] = static_cast<uint8_t>(bent.data()[bit / 8] ^ (1u << (bit % 8)));
    reseal(&bent);
    linnet_model* model = nullptr;
    if (linnet_model_open_memory(bent.data(), bent.size(), nullptr, &model) != LINNET_OK) continue;
    ++loaded;
    linnet_session_options options = session_options();
    options.memory_limit = 1 << 20;
    linnet_session* session = nullptr;
    if (linnet_session_create(model, &options, &session) == LINNET_OK) {
      (void)linnet_session_run(session, 1.0);
    } else {
      REQUIRE(linnet_last_error()[0] != '\0');
    }
    linnet_session_close(session);
    linnet_model_close(model);
  }
  CHECK(loaded > 0);  // names, for instance
}

TEST_CASE("segments above 64 MiB are hashed on request only") {
  ModelBuilder builder = small_model(1);
  builder.weights.resize(kAlwaysHashedSize + 64);
  AlignedBytes file = builder.seal();
  file.data()[file.size() - 200] = 1;
  CHECK(open_status(file) == LINNET_OK);
  CHECK(open_status(file, true) == LINNET_BAD_MODEL);
  CHECK(error_has("segment 0 'weights': its hash"));
}

TEST_CASE("memory must be aligned") {
  const AlignedBytes file = small_model(1).seal();
  linnet_model* model = nullptr;
  CHECK(linnet_model_open_memory(file.data() + 4, file.size() - 4, nullptr, &model) ==
        LINNET_INVALID_ARGUMENT);
  CHECK(error_has("aligned"));
}

TEST_CASE("files open by path") {
  const AlignedBytes file = small_model(1).seal();
  const std::string path = std::string(std::tmpnam(nullptr)) + ".lnt";
  std::FILE* out = std::fopen(path.c_str(), "wb");
  REQUIRE(out);
  REQUIRE(std::fwrite(file.data(), 1, file.size(), out) == file.size());
  std::fclose(out);
  linnet_model* model = nullptr;
  CHECK(linnet_model_open(path.c_str(), nullptr, &model) == LINNET_OK);
  linnet_model_close(model);

  out = std::fopen(path.c_str(), "wb");  // an empty file
  std::fclose(out);
  CHECK(linnet_model_open(path.c_str(), nullptr, &model) == LINNET_BAD_MODEL);
  CHECK(error_has(path));
  CHECK(model == nullptr);
  std::remove(path.c_str());
  CHECK(linnet_model_open(path.c_str(), nullptr, &model) == LINNET_IO_ERROR);
  CHECK(error_has("No such file"));
  CHECK(linnet_model_open("/", nullptr, &model) == LINNET_IO_ERROR);
}
