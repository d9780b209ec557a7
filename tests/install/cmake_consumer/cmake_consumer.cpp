// An app that takes the installed package through CMake. It also brings functions with the names
// that the bundled libraries use: they must neither clash at link time nor be called by Linnet.

#include <linnet/linnet.h>

#include <cstdio>
#include <cstring>
#include <vector>

namespace {
int calls_by_linnet = 0;
}

extern "C" {
bool cpuinfo_initialize() { return ++calls_by_linnet != 0; }
void* pthreadpool_create(size_t) { return ++calls_by_linnet, nullptr; }
int xnn_initialize(const void*) { return ++calls_by_linnet; }
}

int main() {
  // Instantiated in the library too: the two copies must live side by side.
  std::vector<float> values(3, 1.0f);
  values.push_back(2.0f);
  linnet_model* model = nullptr;
  const linnet_status missing = linnet_model_open("no-such-file.lnt", nullptr, &model);
  const linnet_status damaged = linnet_model_open_memory(values.data(), 4, nullptr, &model);
  std::printf("linnet %s on %s: %s; %s\n", linnet_version(), linnet_cpu_isa(),
              linnet_status_name(missing), linnet_last_error());
  const bool right = missing == LINNET_IO_ERROR && damaged != LINNET_OK && model == nullptr &&
                     std::strlen(linnet_last_error()) > 0 && values.size() == 4 &&
                     calls_by_linnet == 0;
  return right ? 0 : 1;
}
