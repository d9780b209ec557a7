#include <fmt/format.h>

#include <cstdio>

#include "converter/error.h"
#include "tools/command.h"

int main(int argc, char** argv) {
  using namespace linnet::tools;
  CLI::App app{
      "Linnet: compresses trained networks and runs them on phones, boards and this machine."};
  app.set_version_flag("--version", std::string("linnet ") + linnet_version());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 ok, 1 usage, 2 bad input, 3 internal error.\n"
      "Example: linnet convert net.onnx -o net.lnt --weights int8 && linnet bench net.lnt");
  add_convert(app);
  add_inspect(app);
  add_run(app);
  add_bench(app);
  add_compare(app);
  try {
    app.parse(argc, argv);
    return kOk;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  } catch (const linnet::ConvertError& error) {
    fmt::print(stderr, "linnet: {}\n", error.what());
    return kBadInput;
  } catch (const RuntimeError& error) {
    fmt::print(stderr, "linnet: {}\n", error.what());
    return error.code();
  } catch (const std::system_error& error) {
    fmt::print(stderr, "linnet: {}\n", error.what());
    return kBadInput;
  } catch (const std::exception& error) {
    fmt::print(stderr, "linnet: internal error: {}\n", error.what());
    return kInternal;
  }
}
