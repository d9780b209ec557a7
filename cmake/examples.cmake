# Every folder of examples/ is a stand-alone project that does find_package(linnet). Inside this build the package is
# the target that is already here.

file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/package_redirect/linnetConfig.cmake" "# linnet::runtime is part of this build.\n")
set(linnet_DIR "${CMAKE_CURRENT_BINARY_DIR}/package_redirect")
file(GLOB _linnet_examples CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*/CMakeLists.txt")
foreach(_linnet_example IN LISTS _linnet_examples)
  get_filename_component(_linnet_example "${_linnet_example}" DIRECTORY)
  add_subdirectory("${_linnet_example}")
endforeach()
