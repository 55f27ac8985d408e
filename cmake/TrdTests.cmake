# What ctest knows. Names get the prefix TRD_TEST_PREFIX, so that scripts/test can run several builds as one list.
set(TRD_TEST_PREFIX "" CACHE STRING "put before every test name, for example asan-ubsan/")

# trd_test(NAME LABEL command...): one ctest entry, started in the root of the checkout. A fuzz build has fuzz tests only.
function(trd_test name label)
  if(TRD_FUZZ AND NOT label STREQUAL "fuzz")
    return()
  endif()
  string(REGEX REPLACE "/$" "" build "${TRD_TEST_PREFIX}")
  add_test(NAME ${TRD_TEST_PREFIX}${name} COMMAND ${ARGN} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set(labels "${label}" ${build})
  set_tests_properties(${TRD_TEST_PREFIX}${name} PROPERTIES LABELS "${labels}")
endfunction()

# trd_unit_test(ROOM [LIBS target...]): tests/unit/ROOM/*.cpp becomes the program unit_ROOM, one ctest entry.
# One entry a program, not one a case: starting a process a case would cost more than the cases.
function(trd_unit_test room)
  cmake_parse_arguments(TEST "" "" "LIBS" ${ARGN})
  trd_sources(sources unit/${room} "*.cpp")
  if(NOT sources OR TARGET unit_${room})
    return()
  endif()
  add_executable(unit_${room} ${sources})
  if(TARGET trd_${room})
    list(APPEND TEST_LIBS trd_${room})
  endif()
  target_link_libraries(unit_${room} PRIVATE ${TEST_LIBS} trd_test_main trd_warnings)
  trd_test(unit_${room} unit unit_${room})
endfunction()

# trd_bench(NAME [LIBS target...]): tests/bench/NAME.cpp becomes bench_NAME, which scripts/bench runs; ctest does not.
function(trd_bench name)
  cmake_parse_arguments(BENCH "" "" "LIBS" ${ARGN})
  if(TARGET bench_${name})
    return()
  endif()
  add_executable(bench_${name} "${CMAKE_CURRENT_SOURCE_DIR}/bench/${name}.cpp")
  target_link_libraries(bench_${name} PRIVATE ${BENCH_LIBS} trd_options trd_warnings)
  target_include_directories(bench_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  add_dependencies(bench bench_${name})
endfunction()

# trd_fuzz(NAME [LIBS target...]): tests/fuzz/NAME.cpp defines LLVMFuzzerTestOneInput. With TRD_FUZZ it hunts for
# TRD_FUZZ_SECONDS; in every other build it replays tests/fuzz/corpus/NAME, where each input that ever failed stays.
function(trd_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "LIBS" ${ARGN})
  if(TARGET fuzz_${name})
    return()
  endif()
  set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")
  add_executable(fuzz_${name} "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}.cpp")
  target_link_libraries(fuzz_${name} PRIVATE ${FUZZ_LIBS} trd_options trd_warnings)
  if(TRD_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(found "${PROJECT_BINARY_DIR}/corpus/${name}")
    file(MAKE_DIRECTORY "${found}")
    trd_test(fuzz_${name} fuzz fuzz_${name} -max_total_time=${TRD_FUZZ_SECONDS} -timeout=10 -print_final_stats=1
             -artifact_prefix=${PROJECT_BINARY_DIR}/corpus/${name}- "${found}" "${corpus}")
  else()
    target_sources(fuzz_${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/support/fuzz_main.cpp")
    trd_test(fuzz_${name} fuzz fuzz_${name} "${corpus}")
  endif()
  add_dependencies(fuzz fuzz_${name})
endfunction()
