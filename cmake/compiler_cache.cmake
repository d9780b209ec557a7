# ccache, where it is installed and nothing else was asked for: build folders and clones then share what they compile.

find_program(LINNET_CCACHE ccache)
find_program(LINNET_ENV env)
if(PROJECT_IS_TOP_LEVEL AND LINNET_CCACHE AND LINNET_ENV AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths below the source folder count as relative, and the time stamps inside precompiled headers do not count.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${LINNET_ENV};CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${LINNET_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_CXX_COMPILER_LAUNCHER}")
endif()
