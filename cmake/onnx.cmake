# The C++ side of ONNX that the importer uses: messages, operator schemas, checker, shape inference. The inliner and the
# version converter come along because function bodies in the schemas need them. Operator schemas register
# themselves in static initialisers of schema.cc, which the checker pulls in.

file(GLOB_RECURSE _onnx_sources
  "${onnx_SOURCE_DIR}/onnx/defs/*.cc"
  "${onnx_SOURCE_DIR}/onnx/common/*.cc"
  "${onnx_SOURCE_DIR}/onnx/inliner/*.cc"
  "${onnx_SOURCE_DIR}/onnx/version_converter/*.cc"
  "${onnx_SOURCE_DIR}/onnx/shape_inference/*.cc")
list(APPEND _onnx_sources "${onnx_SOURCE_DIR}/onnx/checker.cc")

set(_onnx_generated "${CMAKE_CURRENT_BINARY_DIR}/deps/onnx")
file(MAKE_DIRECTORY "${_onnx_generated}/onnx")
foreach(_proto onnx-ml onnx-operators-ml onnx-data)
  add_custom_command(
    OUTPUT "${_onnx_generated}/onnx/${_proto}.pb.cc" "${_onnx_generated}/onnx/${_proto}.pb.h"
    COMMAND protobuf::protoc -I "${onnx_SOURCE_DIR}" --cpp_out "${_onnx_generated}"
            "${onnx_SOURCE_DIR}/onnx/${_proto}.proto"
    DEPENDS "${onnx_SOURCE_DIR}/onnx/${_proto}.proto"
    VERBATIM)
  list(APPEND _onnx_sources "${_onnx_generated}/onnx/${_proto}.pb.cc")
endforeach()

add_library(linnet_onnx STATIC EXCLUDE_FROM_ALL ${_onnx_sources})
linnet_quiet(linnet_onnx)
target_compile_features(linnet_onnx PUBLIC cxx_std_17)
target_compile_options(linnet_onnx PRIVATE -O1)
target_include_directories(linnet_onnx SYSTEM PUBLIC "${onnx_SOURCE_DIR}" "${_onnx_generated}")
target_compile_definitions(linnet_onnx PUBLIC ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(linnet_onnx PUBLIC protobuf::libprotobuf-lite)
