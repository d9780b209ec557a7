# Android through the NDK's own toolchain file (r26 or newer). Give the NDK and, if wanted, ABI and API level:
#   ANDROID_NDK_HOME=... cmake -B build/android -DCMAKE_TOOLCHAIN_FILE=toolchains/android.cmake -DANDROID_ABI=arm64-v8a
if(NOT DEFINED ENV{ANDROID_NDK_HOME})
  message(FATAL_ERROR "Set ANDROID_NDK_HOME to the folder of the Android NDK")
endif()
if(NOT ANDROID_ABI)
  set(ANDROID_ABI arm64-v8a)
endif()
if(NOT ANDROID_PLATFORM)
  set(ANDROID_PLATFORM android-24)
endif()
set(LINNET_CONVERTER OFF CACHE BOOL "")
set(LINNET_SHARED ON CACHE BOOL "")
include("$ENV{ANDROID_NDK_HOME}/build/cmake/android.toolchain.cmake")
