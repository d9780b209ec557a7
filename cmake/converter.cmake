# linnet_converter (static library) and the command line tool `linnet`.

linnet_glob(_linnet_sources "converter/*.cpp")
if(NOT LINNET_TORCH)
  list(FILTER _linnet_sources EXCLUDE REGEX "/converter/train/")
endif()
add_library(linnet_converter STATIC ${_linnet_sources})
linnet_target(linnet_converter)
target_link_libraries(linnet_converter
  PUBLIC linnet linnet_schema
  PRIVATE linnet_onnx linnet_xxhash Eigen3::Eigen nlohmann_json::nlohmann_json fmt::fmt-header-only
          linnet_zip linnet_stb)
target_precompile_headers(linnet_converter PRIVATE <fmt/format.h> "${PROJECT_SOURCE_DIR}/converter/ir/graph.h")
target_compile_definitions(linnet_converter PUBLIC LINNET_TORCH=$<BOOL:${LINNET_TORCH}>
                                            PRIVATE LINNET_VERSION_STRING="${PROJECT_VERSION}")
if(LINNET_TORCH)
  target_link_libraries(linnet_converter PRIVATE ${TORCH_LIBRARIES})
endif()

set(_linnet_sources "")
if(LINNET_TOOLS)
  linnet_glob(_linnet_sources "tools/*.cpp")
endif()
if(LINNET_TOOLS AND _linnet_sources)
  add_executable(linnet_cli ${_linnet_sources})
  set_target_properties(linnet_cli PROPERTIES OUTPUT_NAME linnet RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/bin")
  linnet_target(linnet_cli)
  target_link_libraries(linnet_cli PRIVATE linnet_converter linnet CLI11::CLI11 fmt::fmt-header-only
                                           nlohmann_json::nlohmann_json)
  # Most of what these small files cost is parsing these headers.
  target_precompile_headers(linnet_cli PRIVATE <CLI/CLI.hpp> <nlohmann/json.hpp> <fmt/format.h>)
  target_compile_definitions(linnet_cli PRIVATE LINNET_VERSION_STRING="${PROJECT_VERSION}")
endif()
