#include <catch2/catch_test_macros.hpp>

#include "tests/converter/onnx_builder.h"
#include "tests/tools/command_runner.h"

namespace linnet::test {

TEST_CASE("names that are no text are refused; names of other scripts are not") {
  const auto convert = [](const std::string& name, const std::string& key) {
    OnnxBuilder b;
    b.input(name, {1});
    b.node("Relu", {name}, {"y"}).set_name("node " + name);
    b.output("y");
    auto* entry = b.model.add_metadata_props();
    entry->set_key(key);
    entry->set_value("1");
    const Folder folder;
    const std::string onnx = b.save();
    const CommandResult result =
        run_linnet({"convert", onnx, "-o", folder.path("net.lnt"), "--json"});
    INFO(result.err);
    CHECK((result.exit_code == 0 || result.err.find(onnx) != std::string::npos));
    CHECK(folder.list().size() == (result.exit_code == 0 ? 1 : 0));
    if (result.exit_code == 0)
      CHECK(run_linnet({"inspect", folder.path("net.lnt"), "--json"}).exit_code == 0);
    return result.exit_code;
  };
  CHECK(convert("画像/入力:0", "author") == 0);
  CHECK(convert("x", "linnet.scheme") == 0);  // our own key, from a file that was converted before
  for (const std::string& name :
       {std::string("\xff"), std::string("\xc3"), std::string("a\0b", 3), std::string(5000, 'n')}) {
    CHECK(convert(name, "author") == 2);
    CHECK(convert("x", name) == 2);
  }
}

}  // namespace linnet::test
