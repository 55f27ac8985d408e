# trd_precompile(TARGET LIST): with TRD_PRECOMPILE, TARGET is compiled with the standard headers of LIST below parsed
# once for all. Only of the standard library and of the test framework, never of ours, so that a changed header of ours
# builds what includes it and nothing else.
# A file must include what it uses all the same: the builds without the option, of which CI makes two, show it.
option(TRD_PRECOMPILE "parse the standard headers once for all files" OFF)

# In angle brackets: what CMake writes of them then has no path in it, and checkouts can share what ccache keeps.
set(TRD_PRECOMPILED_standard
    <algorithm> <array> <atomic> <bit> <charconv> <cmath> <compare> <cstdint> <cstring> <deque> <functional> <limits> <map>
    <memory> <optional> <ostream> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
set(TRD_PRECOMPILED_tests <catch2/catch.hpp> <filesystem> <fstream> <random> <sstream> ${TRD_PRECOMPILED_standard})

if(TRD_PRECOMPILE AND CCACHE_PROGRAM)
  # Without these ccache keeps nothing that was compiled with precompiled headers. What it is told to overlook, __TIME__
  # and macros defined before the headers, is not in use here.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
endif()

# trd_precompiled(LIST [target...]): makes them, with the flags that these targets bring.
set(TRD_EMPTY_SOURCE "${CMAKE_CURRENT_LIST_DIR}/empty.cpp")
function(trd_precompiled list)
  if(TRD_PRECOMPILE)
    add_library(trd_precompiled_${list} OBJECT "${TRD_EMPTY_SOURCE}")
    target_link_libraries(trd_precompiled_${list} PRIVATE ${ARGN})
    target_precompile_headers(trd_precompiled_${list} PRIVATE ${TRD_PRECOMPILED_${list}})
  endif()
endfunction()

function(trd_precompile target list)
  if(TRD_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM trd_precompiled_${list})
    # ccache asks for the first. The others GCC 12 sees in std::string where its header comes precompiled.
    target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess;-Wno-array-bounds;\
-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-restrict>")
  endif()
endfunction()
