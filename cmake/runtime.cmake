# linnet_kernels (objects) and linnet (static library, alias linnet::runtime).

linnet_glob(_linnet_sources "kernels/*.cpp")
if(NOT LINNET_XNNPACK)
  list(FILTER _linnet_sources EXCLUDE REGEX "/kernels/xnnpack/")
endif()
linnet_isa_sources(_linnet_sources ${_linnet_sources})

add_library(linnet_kernels OBJECT ${_linnet_sources})
linnet_target(linnet_kernels NO_EXCEPTIONS)
string(TOUPPER ${LINNET_ARCH} _linnet_arch_macro)
target_compile_definitions(linnet_kernels PUBLIC LINNET_${_linnet_arch_macro}=1 LINNET_XNNPACK=$<BOOL:${LINNET_XNNPACK}>)
target_link_libraries(linnet_kernels PRIVATE linnet_cpuinfo)
if(LINNET_XNNPACK)
  target_link_libraries(linnet_kernels PRIVATE XNNPACK)
endif()

if(WIN32)
  set(_linnet_platform windows)
else()
  set(_linnet_platform posix)
endif()
linnet_glob(_linnet_sources "runtime/*.cpp" "platforms/${_linnet_platform}/*.cpp")
add_library(linnet STATIC ${_linnet_sources} $<TARGET_OBJECTS:linnet_kernels>)
add_library(linnet::runtime ALIAS linnet)
linnet_target(linnet NO_EXCEPTIONS)
target_include_directories(linnet PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
target_compile_definitions(linnet PRIVATE
  $<TARGET_PROPERTY:linnet_kernels,INTERFACE_COMPILE_DEFINITIONS>
  LINNET_VERSION_STRING="${PROJECT_VERSION}")
set(_linnet_libraries linnet_schema linnet_xxhash linnet_cpuinfo pthreadpool)
if(LINNET_XNNPACK)
  list(APPEND _linnet_libraries XNNPACK)
endif()
target_link_libraries(linnet PRIVATE ${_linnet_libraries})

if(LINNET_SHARED)
  add_library(linnet_shared SHARED ${_linnet_sources} $<TARGET_OBJECTS:linnet_kernels>)
  linnet_target(linnet_shared NO_EXCEPTIONS)
  set_target_properties(linnet_shared PROPERTIES
    OUTPUT_NAME linnet VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  target_compile_definitions(linnet_shared PRIVATE $<TARGET_PROPERTY:linnet,COMPILE_DEFINITIONS>
    LINNET_BUILDING=1)
  target_compile_definitions(linnet_shared PUBLIC LINNET_SHARED=1)
  target_include_directories(linnet_shared PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
  target_link_libraries(linnet_shared PRIVATE ${_linnet_libraries})
  if(UNIX AND NOT APPLE)
    target_link_options(linnet_shared PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined -Wl,--gc-sections
                                              -Wl,-z,max-page-size=16384)
  endif()
endif()
