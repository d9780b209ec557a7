# Compiles schema/model.fbs with flatc into <build>/generated/schema/model_generated.h. When cross compiling, flatc is
# built for the host from the same source; LINNET_FLATC names an existing one of the same version instead.

set(LINNET_FLATC "" CACHE FILEPATH "flatc of the pinned FlatBuffers version, for cross builds")

if(LINNET_FLATC)
  set(_linnet_flatc "${LINNET_FLATC}")
  set(_linnet_flatc_target "")
elseif(CMAKE_CROSSCOMPILING)
  include(ExternalProject)
  set(_linnet_flatc "${CMAKE_CURRENT_BINARY_DIR}/host_flatc/flatc")
  set(_linnet_flatc_target linnet_host_flatc)
  set(_linnet_launcher "")
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    string(REPLACE ";" "|" _linnet_launcher "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")
  endif()
  ExternalProject_Add(linnet_host_flatc
    SOURCE_DIR "${flatbuffers_SOURCE_DIR}"
    BINARY_DIR "${CMAKE_CURRENT_BINARY_DIR}/host_flatc"
    LIST_SEPARATOR "|"
    CMAKE_ARGS -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS=-O1 -w" -DFLATBUFFERS_BUILD_TESTS=OFF
               -DFLATBUFFERS_BUILD_FLATLIB=OFF -DFLATBUFFERS_INSTALL=OFF ${_linnet_launcher}
    BUILD_COMMAND "${CMAKE_COMMAND}" --build <BINARY_DIR> --target flatc
    BUILD_BYPRODUCTS "${_linnet_flatc}"
    INSTALL_COMMAND "")
else()
  set(_linnet_flatc "$<TARGET_FILE:flatc>")
  set(_linnet_flatc_target flatc)
endif()

set(_linnet_generated "${CMAKE_CURRENT_BINARY_DIR}/generated")
add_custom_command(
  OUTPUT "${_linnet_generated}/schema/model_generated.h"
  COMMAND "${_linnet_flatc}" --cpp --cpp-std c++17 --gen-object-api --scoped-enums --reflect-names
          -o "${_linnet_generated}/schema" "${PROJECT_SOURCE_DIR}/schema/model.fbs"
  DEPENDS "${PROJECT_SOURCE_DIR}/schema/model.fbs" ${_linnet_flatc_target}
  COMMENT "Compiling schema/model.fbs"
  VERBATIM)
add_custom_target(linnet_schema_header DEPENDS "${_linnet_generated}/schema/model_generated.h")

# Gives a target `#include "schema/model_generated.h"`.
add_library(linnet_schema INTERFACE)
add_dependencies(linnet_schema linnet_schema_header)
target_include_directories(linnet_schema SYSTEM INTERFACE "${_linnet_generated}" "${flatbuffers_SOURCE_DIR}/include")
