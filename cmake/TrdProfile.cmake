# What is optimised by counts: how often each branch was taken when scripts/profile ran the program to be trained, kept in
# cmake/profile/. GCC puts what is taken rarely out of the way and what is taken always in a row: a tenth of an order's time.
# GCC knows a function of one file by the file's path as the command names it. The commands of such a build therefore name
# paths from the build folder, which must lie two levels below the checkout like those of all presets. Counts of a function
# that has changed since are passed over: it is compiled as without.
set(TRD_PROFILE read CACHE STRING "counts of branches: read (optimise by them), write (for scripts/profile) or off")
set_property(CACHE TRD_PROFILE PROPERTY STRINGS read write off)
if(NOT TRD_PROFILE MATCHES "^(read|write|off)$")
  message(FATAL_ERROR "TRD_PROFILE is \"${TRD_PROFILE}\": read, write or off was expected")
endif()

file(RELATIVE_PATH to_root "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
set(TRD_BY_PROFILE OFF)
if(TRD_CODE_ORDER AND to_root STREQUAL "../../" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$"
   AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12[.]")  # counts are of one compiler
  set(TRD_BY_PROFILE "${TRD_PROFILE}")
endif()
if(TRD_PROFILE STREQUAL "write" AND NOT TRD_BY_PROFILE STREQUAL "write")
  message(FATAL_ERROR "counts are written by a release build of GCC 12 for x86_64 in a folder like build/profile: scripts/profile")
endif()

if(TRD_BY_PROFILE)
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER "${PROJECT_SOURCE_DIR}/cmake/from_build_folder.sh" "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
  target_compile_options(trd_options INTERFACE -fmacro-prefix-map=../../=)
endif()

set(TRD_PROFILE_FOLDER "${PROJECT_SOURCE_DIR}/cmake/profile")
if(TRD_BY_PROFILE STREQUAL "read")
  trd_watch_folders("${TRD_PROFILE_FOLDER}")
endif()

# trd_by_profile(TARGET SOURCE...): these files of TARGET, which are given by their paths, are compiled by what was counted.
function(trd_by_profile target)
  if(TRD_BY_PROFILE STREQUAL "write")
    target_compile_options(${target} PRIVATE -fprofile-generate -fprofile-update=prefer-atomic)
    target_link_options(${target} INTERFACE -fprofile-generate)
  elseif(TRD_BY_PROFILE STREQUAL "read")
    foreach(source IN LISTS ARGN)
      file(RELATIVE_PATH name "${CMAKE_CURRENT_SOURCE_DIR}" "${source}")
      set(kept "${TRD_PROFILE_FOLDER}/${name}.gcda")
      if(EXISTS "${kept}")
        set(counts "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/${name}.gcda")  # where GCC looks: beside the object
        configure_file("${kept}" "${counts}" COPYONLY)
        set_property(SOURCE "${source}" APPEND PROPERTY OBJECT_DEPENDS "${counts}")
        set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS
                     -fprofile-use -fprofile-correction -fno-profile-values -Wno-coverage-mismatch -Wno-missing-profile)
      endif()
    endforeach()
  endif()
endfunction()
