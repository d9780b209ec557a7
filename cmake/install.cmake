# `cmake --install`: headers, one archive, a CMake package (linnet::runtime) and a pkg-config file.
#
# The archive holds Linnet with cpuinfo, pthreadpool and XNNPACK. On Linux these are linked into one relocatable object
# whose only global symbols are linnet_*, so that an app may also link another copy of those libraries. Section groups
# are dissolved first (--force-group-allocation): a localized symbol that names a group would otherwise clash with the
# app's copy of the same inline function. Elsewhere the archives are merged as they are; where that matters, ship the
# shared library (LINNET_SHARED), which exports linnet_* alone on every system.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(_linnet_archives cpuinfo pthreadpool)
if(LINNET_ARCH STREQUAL "generic")
  list(REMOVE_ITEM _linnet_archives cpuinfo)
endif()
if(LINNET_XNNPACK)
  list(PREPEND _linnet_archives XNNPACK microkernels-prod)
endif()
set(_linnet_archive_files "")
foreach(_linnet_archive IN LISTS _linnet_archives)
  list(APPEND _linnet_archive_files "$<TARGET_FILE:${_linnet_archive}>")
endforeach()

set(_linnet_bundle "${CMAKE_CURRENT_BINARY_DIR}/bundle/${CMAKE_STATIC_LIBRARY_PREFIX}linnet${CMAKE_STATIC_LIBRARY_SUFFIX}")
set(_linnet_object "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnet.o")
file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/bundle")
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(_linnet_bundle_commands
    COMMAND "${CMAKE_CXX_COMPILER}" -r -nostdlib -Wl,--force-group-allocation -o "${_linnet_object}"
            -Wl,--whole-archive "$<TARGET_FILE:linnet>" -Wl,--no-whole-archive
            -Wl,--start-group ${_linnet_archive_files} -Wl,--end-group
    COMMAND "${CMAKE_OBJCOPY}" --wildcard "--keep-global-symbol=linnet_*" "${_linnet_object}"
    COMMAND "${CMAKE_COMMAND}" -E rm -f "${_linnet_bundle}"
    COMMAND "${CMAKE_AR}" rcs "${_linnet_bundle}" "${_linnet_object}")
elseif(APPLE)
  set(_linnet_bundle_commands
    COMMAND libtool -static -o "${_linnet_bundle}" "$<TARGET_FILE:linnet>" ${_linnet_archive_files})
elseif(MSVC)
  set(_linnet_bundle_commands
    COMMAND "${CMAKE_AR}" "/OUT:${_linnet_bundle}" "$<TARGET_FILE:linnet>" ${_linnet_archive_files})
else()
  string(REPLACE ";" "\nADDLIB " _linnet_script "CREATE ${_linnet_bundle};$<TARGET_FILE:linnet>;${_linnet_archive_files}")
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/bundle/merge.mri" CONTENT "${_linnet_script}\nSAVE\nEND\n")
  set(_linnet_bundle_commands COMMAND "${CMAKE_AR}" -M < "${CMAKE_CURRENT_BINARY_DIR}/bundle/merge.mri")
endif()
add_custom_command(
  OUTPUT "${_linnet_bundle}"
  ${_linnet_bundle_commands}
  DEPENDS linnet ${_linnet_archives}
  COMMENT "Bundling the installed archive"
  VERBATIM)
add_custom_target(linnet_bundle ALL DEPENDS "${_linnet_bundle}")

# What a consumer must link besides: the C++ runtime and the system's own libraries.
set(LINNET_LINK_LIBRARIES "")
if(UNIX AND NOT APPLE)
  set(LINNET_LINK_LIBRARIES stdc++ m)
  if(ANDROID)
    set(LINNET_LINK_LIBRARIES c++_static c++abi m log)
  endif()
elseif(APPLE)
  set(LINNET_LINK_LIBRARIES c++)
endif()
set(LINNET_PKGCONFIG_LIBRARIES "")
foreach(_linnet_library IN LISTS LINNET_LINK_LIBRARIES)
  string(APPEND LINNET_PKGCONFIG_LIBRARIES " -l${_linnet_library}")
endforeach()

set(_linnet_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/linnet")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/linnetConfig.cmake.in" "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnetConfig.cmake"
  INSTALL_DESTINATION "${_linnet_package_dir}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/bundle/linnetConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion)
configure_file("${PROJECT_SOURCE_DIR}/cmake/linnet.pc.in" "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnet.pc" @ONLY)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/linnet" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${_linnet_bundle}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnetConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnetConfigVersion.cmake"
        DESTINATION "${_linnet_package_dir}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/bundle/linnet.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(TARGET linnet_shared)
  install(TARGETS linnet_shared LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
if(TARGET linnet_cli)
  install(TARGETS linnet_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# Licences of what the archive contains.
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
set(_linnet_licences flatbuffers xxhash pthreadpool fxdiv)
if(NOT LINNET_ARCH STREQUAL "generic")
  list(APPEND _linnet_licences cpuinfo)
endif()
if(LINNET_XNNPACK)
  list(APPEND _linnet_licences xnnpack)
endif()
foreach(_linnet_licence IN LISTS _linnet_licences)
  install(FILES "${${_linnet_licence}_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
          RENAME "LICENSE.${_linnet_licence}")
endforeach()
