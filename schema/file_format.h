#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

// The bytes around the FlatBuffers header of a model file, shared by the loader (runtime/model) and
// the writer (converter/emit):
//
//   0    preamble, 64 bytes, below; written last
//   64   header: a FlatBuffer of schema/model.fbs, identifier LNT1, preamble.header_size bytes
//   …    segments in the order of the header's list, each at align_segment(end of what stands
//   before it);
//        sizes and XXH3-128 hashes stand in the header
//   end  file_size = file_end(end of the last part): at least 64 bytes follow every segment, so
//   that a
//        kernel may read past a constant without leaving the file
//
// All numbers are little-endian. Bytes between the parts and at the end are zero. A constant starts
// at a multiple of 64 inside its segment. So every byte has one allowed place, and a flipped bit is
// found.

namespace linnet {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

inline constexpr uint32_t kFileMagic = 0x31544E4C;  // "LNT1"
inline constexpr uint16_t kFormatMajor = 1;         // another major: the file cannot be read
inline constexpr uint16_t kFormatMinor = 0;         // a newer minor only adds optional fields
inline constexpr uint64_t kHeaderOffset = 64;
inline constexpr uint64_t kMaxHeaderSize = uint64_t{64} << 20;
inline constexpr uint64_t kSegmentAlignment = 64;
inline constexpr uint64_t kTailPadding = 64;
// Segments up to this size are hashed at every load, larger ones on request.
inline constexpr uint64_t kAlwaysHashedSize = uint64_t{64} << 20;

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  constexpr bool operator==(const Hash128&) const = default;
};

struct FilePreamble {
  uint32_t magic = kFileMagic;
  uint16_t major = kFormatMajor;
  uint16_t minor = kFormatMinor;
  uint64_t header_size = 0;  // bytes at kHeaderOffset
  uint64_t file_size = 0;    // of the whole file
  Hash128 header_hash;
  uint64_t reserved[2] = {0, 0};
  uint64_t preamble_hash = 0;  // XXH3-64 of the 56 bytes before it
};
static_assert(sizeof(FilePreamble) == kHeaderOffset);
static_assert(offsetof(FilePreamble, preamble_hash) == 56);

// XXH3 with seed 0; XXH3's streaming functions give the same values.
inline Hash128 hash_bytes(const void* data, size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(data, size);
  return {hash.low64, hash.high64};
}

inline uint64_t hash_preamble(const FilePreamble& preamble) {
  return XXH3_64bits(&preamble, offsetof(FilePreamble, preamble_hash));
}

// The preamble of a file of `file_size` bytes with this header.
inline FilePreamble make_preamble(const void* header, size_t header_size, uint64_t file_size) {
  FilePreamble preamble;
  preamble.header_size = header_size;
  preamble.file_size = file_size;
  preamble.header_hash = hash_bytes(header, header_size);
  preamble.preamble_hash = hash_preamble(preamble);
  return preamble;
}

// The smallest multiple of kSegmentAlignment that is not below `offset` (≤ 2^63).
constexpr uint64_t align_segment(uint64_t offset) {
  return (offset + kSegmentAlignment - 1) / kSegmentAlignment * kSegmentAlignment;
}

// The size of a file whose last part ends at `end`.
constexpr uint64_t file_end(uint64_t end) { return align_segment(end) + kTailPadding; }

}  // namespace linnet
