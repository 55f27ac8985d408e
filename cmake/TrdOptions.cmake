# Language level, warnings and instrumentation, as two INTERFACE libraries that every target of ours links privately.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)  # __int128 is the base of the decimals
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")  # a third less to compile

option(TRD_BUILD_TESTS "build the tests and benchmarks" ON)
option(TRD_DEVELOPER "treat warnings as errors" OFF)
set(TRD_SANITIZE "" CACHE STRING "value for -fsanitize=, for example address,undefined")
option(TRD_COVERAGE "instrument for gcov" OFF)
option(TRD_FUZZ "build the fuzz targets (needs clang)" OFF)
set(TRD_FUZZ_SECONDS 10 CACHE STRING "how long each fuzz target hunts in one ctest run")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(trd_options INTERFACE)
# Contraction and CPU-specific code would make two machines disagree about a run's hash. The prefix map keeps the path
# of the checkout out of the binary.
target_compile_options(trd_options INTERFACE -ffp-contract=off "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")
# What an order runs through is more code than the nearest cache of instructions holds, so that each byte of it is time. A
# release keeps no frame pointers and fills no gaps before what is only jumped to: a fourteenth less of it.
target_compile_options(trd_options INTERFACE $<$<NOT:$<CONFIG:Release>>:-fno-omit-frame-pointer>
                       $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-fno-align-jumps>)
# Two neighbouring numbers that GCC stores as one vector and that are soon loaded one by one are slow to come back on some
# processors: half of what on-balance volume cost, a tenth of a bar.
target_compile_options(trd_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
# For a value of some hundred bytes GCC takes the processor's string instructions, which take 20 ns to start: a tenth of
# what an order costs. And it would copy a decimal, whose halves were just written, as one vector: the same delay again.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(in_short_pieces "vector_loop:512:noalign,libcall:-1:noalign")
  target_compile_options(trd_options INTERFACE "-mmemset-strategy=${in_short_pieces}"
                         "-mmemcpy-strategy=${in_short_pieces}" -mno-stv)
endif()
target_include_directories(trd_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/engine")
target_link_options(trd_options INTERFACE LINKER:--as-needed)  # an unused library costs start-up time
if(TRD_SANITIZE)
  target_compile_options(trd_options INTERFACE -fsanitize=${TRD_SANITIZE} -fno-sanitize-recover=all -g1
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # with sanitizers GCC 12 sees it where it is not
  target_link_options(trd_options INTERFACE -fsanitize=${TRD_SANITIZE})
  target_compile_definitions(trd_options INTERFACE _GLIBCXX_ASSERTIONS=1)
endif()
if(TRD_COVERAGE)
  target_compile_options(trd_options INTERFACE --coverage -O0 -g1 -fno-inline -fprofile-update=atomic)
  target_link_options(trd_options INTERFACE --coverage)
  target_compile_definitions(trd_options INTERFACE TRD_COVERAGE_BUILD=1)
endif()
if(TRD_FUZZ)
  target_compile_options(trd_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(trd_warnings INTERFACE)
target_compile_options(trd_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2
  -Wimplicit-fallthrough -Wswitch-enum -Wundef -Wold-style-cast)
if(TRD_DEVELOPER)
  target_compile_options(trd_warnings INTERFACE -Werror)
endif()
