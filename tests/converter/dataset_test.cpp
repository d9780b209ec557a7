#include "converter/calibrate/dataset.h"

#include <zip.h>

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

using Types = std::map<std::string, InputType>;

Array array_of(std::vector<int32_t> shape, const std::vector<float>& values) {
  Array array{LINNET_F32, std::move(shape), {}};
  array.bytes.resize(values.size() * sizeof(float));
  if (!values.empty()) std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

std::vector<float> floats(const Array& array) {
  return {array.data<float>(), array.data<float>() + array.elements()};
}

bool near(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return std::fabs(x - y) < 1e-6f; });
}

// A PNM picture of one row of grey (1) or colour (3) pixels a line.
std::string picture(int width, int height, int channels, const std::vector<uint8_t>& bytes) {
  return (channels == 1 ? "P5 " : "P6 ") + std::to_string(width) + " " + std::to_string(height) +
         " 255\n" + std::string(bytes.begin(), bytes.end());
}

// An archive as numpy.savez writes them.
std::string write_npz(const ScratchFolder& folder, const std::string& name,
                      const std::map<std::string, Array>& members) {
  int error = 0;
  zip_t* archive = zip_open(folder.path(name).c_str(), ZIP_CREATE, &error);
  REQUIRE(archive != nullptr);
  const ScratchFolder parts;
  for (const auto& [member, array] : members) {
    const std::string file = parts.path(member + ".npy");
    write_npy(file, array);
    REQUIRE(zip_file_add(archive, (member + ".npy").c_str(),
                         zip_source_file(archive, file.c_str(), 0, -1), 0) >= 0);
  }
  REQUIRE(zip_close(archive) == 0);
  return folder.path(name);
}

const Types kPair = {{"x", {LINNET_F32, {1, 2}}}};

}  // namespace

TEST_CASE("a .npy file holds one sample, or several along axis 0", "[calibrate]") {
  const ScratchFolder folder;
  write_npy(folder.path("a.npy"), array_of({3, 2}, {1, 2, 3, 4, 5, 6}));
  for (const int32_t batch : {1, -1}) {
    const auto samples =
        read_dataset(folder.path("a.npy"), {{"x", {LINNET_F32, {batch, 2}}}}, {}, 9);
    REQUIRE(samples.size() == 3);
    REQUIRE(samples[1].at("x").shape == std::vector<int32_t>{1, 2});
    REQUIRE(floats(samples[1].at("x")) == std::vector<float>{3, 4});
  }
  // A model for three at once takes them as one sample.
  const auto whole = read_dataset(folder.path("a.npy"), {{"x", {LINNET_F32, {3, 2}}}}, {}, 9);
  REQUIRE(whole.size() == 1);
}

TEST_CASE("a folder's files are taken in the order of their names", "[calibrate]") {
  const ScratchFolder folder;
  for (const char* name : {"c.npy", "a.npy", "b10.npy", "b2.npy"}) {
    write_npy(folder.path(name), array_of({1, 2}, {static_cast<float>(name[0]), 0}));
  }
  folder.write("notes.txt", "not a sample");
  const auto samples = read_dataset(folder.path(), kPair, {}, 9);
  std::string order;
  for (const Sample& sample : samples) order += static_cast<char>(floats(sample.at("x"))[0]);
  REQUIRE(order == "abbc");
}

TEST_CASE("at most `limit` samples are spread over all there are", "[calibrate]") {
  const ScratchFolder folder;
  std::vector<float> values(200);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i / 2);
  write_npy(folder.path("a.npy"), array_of({100, 2}, values));
  const auto samples = read_dataset(folder.path("a.npy"), kPair, {}, 4);
  REQUIRE(samples.size() == 4);
  for (size_t i = 0; i < 4; ++i)
    REQUIRE(floats(samples[i].at("x"))[0] == static_cast<float>(25 * i));
}

TEST_CASE("an .npz file has a member for each input", "[calibrate]") {
  const ScratchFolder folder;
  const Types types = {{"x", {LINNET_F32, {1, 2}}}, {"n", {LINNET_S32, {1}}}};
  const std::string path = write_npz(
      folder, "a.npz", {{"x", array_of({2, 2}, {1, 2, 3, 4})}, {"n", array_of({2}, {7, 8})}});
  const auto samples = read_dataset(path, types, {}, 9);
  REQUIRE(samples.size() == 2);
  REQUIRE(floats(samples[1].at("x")) == std::vector<float>{3, 4});
  REQUIRE(samples[1].at("n").dtype == LINNET_S32);
  REQUIRE(samples[1].at("n").data<int32_t>()[0] == 8);

  const std::string uneven = write_npz(
      folder, "b.npz", {{"x", array_of({2, 2}, {1, 2, 3, 4})}, {"n", array_of({1}, {7})}});
  REQUIRE_THAT(convert_error([&] { read_dataset(uneven, types, {}, 9); }),
               ContainsSubstring("b.npz") && ContainsSubstring("different numbers of samples"));
  const std::string other = write_npz(folder, "c.npz", {{"y", array_of({1, 2}, {1, 2})}});
  REQUIRE_THAT(convert_error([&] { read_dataset(other, kPair, {}, 9); }),
               ContainsSubstring("c.npz") && ContainsSubstring("'x'") && ContainsSubstring("y"));
}

TEST_CASE("raw files hold floats of exactly the input's shape", "[calibrate]") {
  const ScratchFolder folder;
  const float values[] = {1.5f, -2};
  const std::string bytes(reinterpret_cast<const char*>(values), sizeof values);
  const std::string path = folder.write("a.raw", bytes);
  REQUIRE(floats(read_dataset(path, kPair, {}, 9).at(0).at("x")) == std::vector<float>{1.5f, -2});
  const std::string longer = folder.write("b.bin", bytes + "1234");
  REQUIRE_THAT(
      convert_error([&] { read_dataset(longer, kPair, {}, 9); }),
      ContainsSubstring("b.bin") && ContainsSubstring("12 bytes") && ContainsSubstring("8"));
  REQUIRE_THAT(convert_error([&] {
                 read_dataset(path, {{"x", {LINNET_F32, {-1, 2}}}}, {}, 9);
               }),
               ContainsSubstring("--input-shape"));
}

TEST_CASE("pictures are scaled, ordered and laid out as the recipe says", "[calibrate]") {
  const ScratchFolder folder;
  const std::string path = folder.write("a.ppm", picture(2, 1, 3, {255, 0, 51, 0, 102, 255}));
  ImageOptions images;
  images.mean = {0.5f, 0, 0};
  images.std = {0.5f, 1, 2};
  const auto read = [&](std::vector<int32_t> shape) {
    return floats(
        read_dataset(path, {{"x", {LINNET_F32, std::move(shape)}}}, images, 1)[0].at("x"));
  };
  REQUIRE(near(read({1, 3, 1, 2}), {1, -1, 0, 0.4f, 0.1f, 0.5f}));
  images.nhwc = true;
  REQUIRE(near(read({1, 1, 2, 3}), {1, 0, 0.1f, -1, 0.4f, 0.5f}));
  images.bgr = true;  // mean and std belong to the input's channels
  REQUIRE(near(read({1, 1, 2, 3}), {-0.6f, 0, 0.5f, 1, 0.4f, 0}));
  images.mean = {0, 0};
  REQUIRE_THAT(convert_error([&] {
                 read({1, 1, 2, 3});
               }),
               ContainsSubstring("a.ppm") && ContainsSubstring("2 channels"));
}

TEST_CASE("pictures are resized between pixel centres", "[calibrate]") {
  const ScratchFolder folder;
  const std::string path = folder.write("a.pgm", picture(4, 2, 1, {0, 10, 20, 30, 40, 50, 60, 70}));
  const auto read = [&](int32_t h, int32_t w) {
    std::vector<float> values =
        floats(read_dataset(path, {{"x", {LINNET_F32, {1, 1, h, w}}}}, {}, 1)[0].at("x"));
    for (float& v : values) v *= 255;
    return values;
  };
  const auto half = read(1, 2);
  REQUIRE(half[0] == Catch::Approx((0 + 10 + 40 + 50) / 4.0));
  REQUIRE(half[1] == Catch::Approx((20 + 30 + 60 + 70) / 4.0));
  const auto doubled = read(2, 8);
  REQUIRE(doubled[0] == Catch::Approx(0).margin(1e-4));
  REQUIRE(doubled[1] == Catch::Approx(2.5));
  REQUIRE(doubled[2] == Catch::Approx(7.5));
  REQUIRE(doubled[7] == Catch::Approx(30));
}

TEST_CASE("files that do not fit are all named, with what was expected and found", "[calibrate]") {
  const ScratchFolder folder;
  write_npy(folder.path("good.npy"), array_of({1, 2}, {1, 2}));
  write_npy(folder.path("wide.npy"), array_of({1, 3}, {1, 2, 3}));
  write_npy(folder.path("flat.npy"), array_of({2}, {1, 2}));
  write_npy(folder.path("none.npy"), array_of({0, 2}, {}));
  folder.write("broken.npy", "not numpy");
  folder.write("picture.png", "not a picture");
  const std::string error = convert_error([&] {
    read_dataset(folder.path(), {{"x", {LINNET_F32, {-1, 2}}}}, {}, 9);
  });
  REQUIRE_THAT(error, ContainsSubstring("wide.npy': shape [1,3], the model's input takes [-1,2]"));
  REQUIRE_THAT(error, ContainsSubstring("flat.npy': shape [2]"));
  REQUIRE_THAT(error, ContainsSubstring("none.npy' holds no values"));
  REQUIRE_THAT(error, ContainsSubstring("broken.npy': not a .npy file"));
  REQUIRE_THAT(error, ContainsSubstring("picture.png': the model's input has rank 2"));
  REQUIRE_THAT(error, !ContainsSubstring("good.npy"));
}

TEST_CASE("values that the input's type cannot hold are an error that names the file",
          "[calibrate]") {
  const ScratchFolder folder;
  write_npy(folder.path("a.npy"), array_of({1, 2}, {1, 2.5f}));
  const Types ids = {{"ids", {LINNET_S32, {1, 2}}}};
  REQUIRE_THAT(convert_error([&] { read_dataset(folder.path("a.npy"), ids, {}, 9); }),
               ContainsSubstring("a.npy") && ContainsSubstring("s32") && ContainsSubstring("2.5"));
  // Integers for a float input are fine.
  Array bytes{LINNET_U8, {1, 2}, {std::byte{3}, std::byte{200}}};
  write_npy(folder.path("b.npy"), bytes);
  REQUIRE(floats(read_dataset(folder.path("b.npy"), kPair, {}, 9).at(0).at("x")) ==
          std::vector<float>{3, 200});
}

TEST_CASE("missing and empty calibration folders are errors", "[calibrate]") {
  const ScratchFolder folder;
  REQUIRE_THAT(convert_error([&] { read_dataset(folder.path("no"), kPair, {}, 9); }),
               ContainsSubstring("does not exist"));
  REQUIRE_THAT(convert_error([&] { read_dataset(folder.path(), kPair, {}, 9); }),
               ContainsSubstring("holds no picture"));
  write_npy(folder.path("a.npy"), array_of({1, 2}, {1, 2}));
  const Types two = {{"x", {LINNET_F32, {1, 2}}}, {"y", {LINNET_F32, {1, 2}}}};
  REQUIRE_THAT(convert_error([&] { read_dataset(folder.path("a.npy"), two, {}, 9); }),
               ContainsSubstring("2 inputs") && ContainsSubstring(".npz"));
}

}  // namespace linnet::test
