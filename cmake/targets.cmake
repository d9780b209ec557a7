# What every target of ours gets: language level, warnings, visibility, sanitizers. Nothing global, so that an app which
# takes Linnet in with add_subdirectory keeps its own flags.

# Designated initializers leave out the fields that keep their default, which GCC would warn about.
set(LINNET_WARNINGS
    "$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:-Wall;-Wextra;-Wconversion;-Wno-missing-field-initializers>"
    "$<$<COMPILE_LANG_AND_ID:CXX,MSVC>:/W4>")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SIZEOF_VOID_P EQUAL 4)
  list(APPEND LINNET_WARNINGS -Wno-psabi) # a note about GCC 7 for every use of some containers
endif()
if(LINNET_WERROR)
  list(APPEND LINNET_WARNINGS "$<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>")
endif()

set(LINNET_SANITIZE_FLAGS "")
if(LINNET_SANITIZE)
  list(APPEND LINNET_SANITIZE_FLAGS -fsanitize=${LINNET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # GCC takes its own checks for uses of what is not initialized.
  list(APPEND LINNET_WARNINGS "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>")
  if(LINNET_SANITIZE MATCHES "undefined")
    # The runtime is built without RTTI, which the vptr check needs.
    list(APPEND LINNET_SANITIZE_FLAGS -fno-sanitize=vptr)
  endif()
endif()

# linnet_target(<target> [NO_EXCEPTIONS])
function(linnet_target target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_EXCEPTIONS" "" "")
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
  target_compile_options(${target} PRIVATE ${LINNET_WARNINGS} ${LINNET_SANITIZE_FLAGS})
  target_link_options(${target} PUBLIC ${LINNET_SANITIZE_FLAGS})
  if(arg_NO_EXCEPTIONS)
    if(MSVC)
      target_compile_options(${target} PRIVATE /EHs-c- /GR-)
      target_compile_definitions(${target} PRIVATE _HAS_EXCEPTIONS=0)
    else()
      # Unique symbols (inline variables) stay global whatever is done to them; the installed archive shows linnet_* only.
      target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti -ffunction-sections -fdata-sections
        $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
    endif()
  endif()
endfunction()

# linnet_glob(<variable> <pattern>...): sources under the project, found again at every build.
function(linnet_glob variable)
  list(TRANSFORM ARGN PREPEND "${PROJECT_SOURCE_DIR}/")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ARGN})
  set(${variable} "${sources}" PARENT_SCOPE)
endfunction()
