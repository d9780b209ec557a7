#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "converter/error.h"
#include "converter/io/array.h"
#include "converter/io/file.h"
#include "kernels/pack/pack_panels_f32.h"

// NumPy's format: magic "\x93NUMPY", version, header length, a Python dict as text, the values.

namespace linnet {
namespace {

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw ConvertError(fmt::format("'{}': {}", name, what));
}

// What stands behind 'key': in the header's dict.
std::string_view value_of(std::string_view header, const char* key, const std::string& name) {
  const std::string quoted = fmt::format("'{}':", key);
  const size_t at = header.find(quoted);
  const size_t begin = at == header.npos ? at : header.find_first_not_of(' ', at + quoted.size());
  if (begin == header.npos) fail(name, fmt::format("the .npy header has no {}", key));
  return header.substr(begin);
}

// The part of `text` between its first character, which must be `open`, and the next `close`.
std::string_view between(std::string_view text, char open, char close, const char* key,
                         const std::string& name) {
  const size_t end = text.find(close, 1);
  if (text[0] != open || end == text.npos)
    fail(name, fmt::format("the {} of the .npy header is damaged", key));
  return text.substr(1, end - 1);
}

std::vector<int32_t> parse_shape(std::string_view text, const std::string& name) {
  constexpr const char* kBetween = "L, ";  // Python 2 wrote 3L
  std::vector<int32_t> shape;
  while (!text.empty()) {
    int32_t dim = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), dim);
    if (error != std::errc() || dim < 0) fail(name, "a dimension of the .npy header is no size");
    shape.push_back(dim);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
  }
  return shape;
}

// Narrows values of type T to `Out`, which must hold them.
template <typename T, typename Out>
std::vector<std::byte> narrow(const std::byte* data, size_t count, const std::string& name) {
  std::vector<std::byte> bytes(count * sizeof(Out));
  for (size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    if constexpr (std::is_integral_v<T>) {
      if (!std::in_range<Out>(value))
        fail(name, fmt::format("value {} of element {} does not fit 32 bits", value, i));
    }
    const Out out = static_cast<Out>(value);
    std::memcpy(bytes.data() + i * sizeof(Out), &out, sizeof(Out));
  }
  return bytes;
}

std::vector<std::byte> widen_half(const std::byte* data, size_t count) {
  std::vector<std::byte> bytes(count * sizeof(float));
  for (size_t i = 0; i < count; ++i) {
    uint16_t half;
    std::memcpy(&half, data + 2 * i, 2);
    const float value = float_from_half(half);
    std::memcpy(bytes.data() + 4 * i, &value, 4);
  }
  return bytes;
}

// Values of NumPy type `descr` (as "f4", "i8", "b1") as one of ours.
void convert_values(const std::string& descr, const std::byte* data, size_t count, Array& array,
                    const std::string& name) {
  const auto as_is = [&](linnet_dtype dtype, size_t size) {
    array.dtype = dtype;
    array.bytes.assign(data, data + count * size);
  };
  const auto as_s32 = [&](std::vector<std::byte> bytes) {
    array.dtype = LINNET_S32;
    array.bytes = std::move(bytes);
  };
  if (descr == "f4") return as_is(LINNET_F32, 4);
  if (descr == "i4") return as_is(LINNET_S32, 4);
  if (descr == "i1") return as_is(LINNET_S8, 1);
  if (descr == "u1") return as_is(LINNET_U8, 1);
  if (descr == "b1") return as_is(LINNET_BOOL, 1);
  if (descr == "i8") return as_s32(narrow<int64_t, int32_t>(data, count, name));
  if (descr == "u8") return as_s32(narrow<uint64_t, int32_t>(data, count, name));
  if (descr == "u4") return as_s32(narrow<uint32_t, int32_t>(data, count, name));
  if (descr == "i2") return as_s32(narrow<int16_t, int32_t>(data, count, name));
  if (descr == "u2") return as_s32(narrow<uint16_t, int32_t>(data, count, name));
  array.dtype = LINNET_F32;
  if (descr == "f8") {
    array.bytes = narrow<double, float>(data, count, name);
  } else if (descr == "f2") {
    array.bytes = widen_half(data, count);
  } else {
    fail(name,
         fmt::format(
             "NumPy type '{}' is not supported; use float32, int32, int64, int8, uint8 or bool",
             descr));
  }
}

struct NpyHeader {
  std::string descr;
  std::vector<int32_t> shape;
  size_t data_offset;
};

NpyHeader parse_header(const std::byte* data, size_t size, const std::string& name) {
  if (size < 10 || std::memcmp(data, "\x93NUMPY", 6) != 0) fail(name, "not a .npy file");
  const bool wide = static_cast<uint8_t>(data[6]) >= 2;
  const size_t prefix = wide ? 12 : 10;
  size_t length = static_cast<uint8_t>(data[8]) | static_cast<size_t>(static_cast<uint8_t>(data[9]))
                                                      << 8;
  if (wide && size >= 12) {
    length |= static_cast<size_t>(static_cast<uint8_t>(data[10])) << 16 |
              static_cast<size_t>(static_cast<uint8_t>(data[11])) << 24;
  }
  if (prefix > size || length > size - prefix) fail(name, "the .npy header is cut off");
  const std::string_view text(reinterpret_cast<const char*>(data) + prefix, length);
  const std::string_view fortran = value_of(text, "fortran_order", name);
  if (fortran.starts_with("True")) {
    fail(name, "Fortran order is not supported; save numpy.ascontiguousarray(x)");
  }
  if (!fortran.starts_with("False")) fail(name, "the .npy header's fortran_order is no bool");
  std::string descr(between(value_of(text, "descr", name), '\'', '\'', "descr", name));
  if (!descr.empty() && descr[0] == '>') fail(name, "big-endian values are not supported");
  if (!descr.empty() && (descr[0] == '<' || descr[0] == '|' || descr[0] == '=')) descr.erase(0, 1);
  const auto shape = between(value_of(text, "shape", name), '(', ')', "shape", name);
  return {descr, parse_shape(shape, name), prefix + length};
}

}  // namespace

Array parse_npy(const std::byte* data, size_t size, const std::string& name) {
  const NpyHeader header = parse_header(data, size, name);
  Array array;
  array.shape = header.shape;
  size_t count = 1;
  for (int32_t d : array.shape) {
    if (d != 0 && count > std::numeric_limits<int32_t>::max() / static_cast<size_t>(d))
      fail(name, "more than 2^31 elements");
    count *= static_cast<size_t>(d);
  }
  const size_t width = header.descr.size() == 2 ? static_cast<size_t>(header.descr[1] - '0') : 0;
  if (width == 0 || width > 8 || size - header.data_offset != count * width) {
    fail(name, fmt::format("{} bytes of values, {} elements of type '{}' expected",
                           size - header.data_offset, count, header.descr));
  }
  convert_values(header.descr, data + header.data_offset, count, array, name);
  return array;
}

Array read_npy(const std::string& path) {
  const std::vector<std::byte> bytes = read_file(path);
  return parse_npy(bytes.data(), bytes.size(), path);
}

void write_npy(const std::string& path, const Array& array) {
  const char* descr = array.dtype == LINNET_F32   ? "<f4"
                      : array.dtype == LINNET_S32 ? "<i4"
                      : array.dtype == LINNET_S8  ? "|i1"
                      : array.dtype == LINNET_U8  ? "|u1"
                                                  : "|b1";
  std::string shape;
  for (int32_t d : array.shape) shape += fmt::format("{},", d);
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr, shape);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  file.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  write_file(path, file.data(), file.size());
}

std::map<std::string, Array> read_npz(const std::string& path) {
  int error = 0;
  const std::unique_ptr<zip_t, void (*)(zip_t*)> archive(zip_open(path.c_str(), ZIP_RDONLY, &error),
                                                         zip_discard);
  if (!archive) {
    zip_error_t reason;
    zip_error_init_with_code(&reason, error);
    const std::string text = zip_error_strerror(&reason);
    zip_error_fini(&reason);
    fail(path, "not a readable .npz archive: " + text);
  }
  std::map<std::string, Array> arrays;
  const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < members; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0 ||
        (stat.valid & ZIP_STAT_SIZE) == 0) {
      fail(path, fmt::format("member {} is unreadable", i));
    }
    std::string name = stat.name;
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> member(
        zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(i), 0), zip_fclose);
    // Read in pieces: a member's declared size is not to be trusted with memory.
    std::vector<std::byte> bytes;
    std::byte piece[1 << 14];
    zip_int64_t n = member ? 1 : -1;
    while (n > 0 && (n = zip_fread(member.get(), piece, sizeof(piece))) > 0)
      bytes.insert(bytes.end(), piece, piece + n);
    if (n < 0 || bytes.size() != stat.size) fail(path, fmt::format("member '{}' is damaged", name));
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    arrays[name] = parse_npy(bytes.data(), bytes.size(), path + ":" + name);
  }
  return arrays;
}

}  // namespace linnet
