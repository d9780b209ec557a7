#include <cinttypes>
#include <cstring>

#include "runtime/core/checked.h"
#include "runtime/model/verify.h"
#include "schema/file_format.h"
#include "schema/file_text.h"

namespace linnet {
namespace {

constexpr uint32_t kMaxSegments = 1024;
constexpr uint32_t kModelVersion = 1;

[[gnu::format(printf, 1, 2)]] Status bad(const char* format, ...) {
  va_list args;
  va_start(args, format);
  const Status status = Status::verror(LINNET_BAD_MODEL, format, args);
  va_end(args);
  return status;
}

Status verify_preamble(const std::byte* data, size_t size, FilePreamble* preamble) {
  if (size < sizeof(FilePreamble)) {
    return bad("preamble: the file has %zu bytes, fewer than the preamble's %zu", size,
               sizeof(FilePreamble));
  }
  std::memcpy(preamble, data, sizeof(FilePreamble));
  if (preamble->magic != kFileMagic)
    return bad("preamble: not a Linnet model (no LNT1 at its start)");
  if (hash_preamble(*preamble) != preamble->preamble_hash) {
    return bad("preamble: its hash does not match; the file is damaged");
  }
  if (preamble->major != kFormatMajor) {
    return Status::error(
        LINNET_UNSUPPORTED,
        "preamble: file format %u.%u, this library reads %u.x; use a newer library",
        preamble->major, preamble->minor, kFormatMajor);
  }
  if (preamble->file_size != size) {
    return bad("preamble: the file should have %" PRIu64 " bytes but has %zu%s",
               preamble->file_size, size, size < preamble->file_size ? "; it is truncated" : "");
  }
  if (preamble->header_size > kMaxHeaderSize) {
    return bad("preamble: header of %" PRIu64 " bytes is above the limit of %" PRIu64,
               preamble->header_size, kMaxHeaderSize);
  }
  if (!range_fits<uint64_t>(kHeaderOffset, preamble->header_size, size)) {
    return bad("preamble: header of %" PRIu64 " bytes passes the end of the file",
               preamble->header_size);
  }
  if (preamble->reserved[0] != 0 || preamble->reserved[1] != 0) {
    return bad("preamble: reserved bytes are not zero");
  }
  return {};
}

bool all_zero(const std::byte* data, uint64_t begin, uint64_t end) {
  for (uint64_t i = begin; i < end; ++i) {
    if (data[i] != std::byte{0}) return false;
  }
  return true;
}

Status verify_segment(const fb::Segment& segment, uint32_t index, uint64_t begin,
                      const std::byte* data, uint64_t size, bool hash_all) {
  const char* name = segment.name() ? segment.name()->c_str() : "";
  if (segment.offset() != begin) {
    return bad("segment %u '%s': stands at %" PRIu64 " but must stand at %" PRIu64, index, name,
               segment.offset(), begin);
  }
  if (!range_fits<uint64_t>(begin, segment.size(), size)) {
    return bad("segment %u '%s': offset %" PRIu64 " + size %" PRIu64 " passes the file's %" PRIu64
               " bytes",
               index, name, begin, segment.size(), size);
  }
  if (segment.size() > kAlwaysHashedSize && !hash_all) return {};
  const Hash128 hash = hash_bytes(data + begin, static_cast<size_t>(segment.size()));
  if (hash != Hash128{segment.hash_low(), segment.hash_high()}) {
    return bad("segment %u '%s': its hash does not match; the file is damaged", index, name);
  }
  return {};
}

Status verify_features(const fb::Model& model) {
  // No feature has been named yet, so every name is unknown.
  if (!model.features() || model.features()->size() == 0) return {};
  return Status::error(
      LINNET_UNSUPPORTED,
      "features: the model needs '%.64s', which this library lacks; use a newer one",
      model.features()->Get(0)->c_str());
}

}  // namespace

Status verify_container(const std::byte* data, size_t size, const fb::Model** out) {
  FilePreamble preamble;
  LINNET_TRY(verify_preamble(data, size, &preamble));
  const std::byte* header = data + kHeaderOffset;
  const size_t header_size = static_cast<size_t>(preamble.header_size);
  if (hash_bytes(header, header_size) != preamble.header_hash) {
    return bad("header: its hash does not match; the file is damaged");
  }
  flatbuffers::Verifier::Options options;
  options.max_depth = 16;
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(header), header_size, options);
  if (!fb::VerifyModelBuffer(verifier))
    return bad("header: not a valid FlatBuffer of a LNT1 model");
  const fb::Model* model = fb::GetModel(header);
  if (model->version() == 0) return bad("header: model version 0");
  if (model->version() > kModelVersion) {
    return Status::error(
        LINNET_UNSUPPORTED,
        "header: model version %u, this library knows up to %u; use a newer library",
        model->version(), kModelVersion);
  }
  if (model->producer() &&
      (model->producer()->size() > kMaxNameSize ||
       !is_clean_utf8(model->producer()->c_str(), model->producer()->size()))) {
    return bad("header: its producer is not clean text of at most %u bytes", kMaxNameSize);
  }
  *out = model;
  return {};
}

bool same_text(const char* a, const char* b) { return std::strcmp(a, b) == 0; }

Status verify_segments(const fb::Model& model, const std::byte* data, size_t size,
                       size_t header_size, bool hash_all) {
  LINNET_TRY(verify_features(model));
  const uint32_t count = model.segments() ? model.segments()->size() : 0;
  if (count > kMaxSegments) return bad("segments: %u of them, the most is %u", count, kMaxSegments);
  uint64_t end = kHeaderOffset + header_size;
  for (uint32_t i = 0; i < count; ++i) {
    const fb::Segment& segment = *model.segments()->Get(i);
    const uint64_t begin = align_segment(end);
    if (segment.name() && !is_clean_utf8(segment.name()->c_str(), segment.name()->size())) {
      return bad("segment %u: its name is not UTF-8", i);
    }
    LINNET_TRY(verify_segment(segment, i, begin, data, size, hash_all));
    if (!all_zero(data, end, begin)) return bad("segment %u: bytes before it are not zero", i);
    end = begin + segment.size();
  }
  if (file_end(end) != size) {
    return bad("segments: the file should end at %" PRIu64 " but has %zu bytes", file_end(end),
               size);
  }
  if (!all_zero(data, end, size)) return bad("segments: bytes after the last one are not zero");
  return {};
}

}  // namespace linnet
