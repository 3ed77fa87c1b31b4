# Build options, warnings and sanitizers.
option(DEEPBOLTZ_TESTS "build the tests" ON)
option(DEEPBOLTZ_BENCH "build the benchmarks" OFF)
option(DEEPBOLTZ_FUZZ "build the libFuzzer targets (clang only)" OFF)
# The rooms that are built, from the ground up; without the last, no command. Presets of sanitizers build fewer.
if(NOT DEFINED DEEPBOLTZ_ROOMS)
  set(DEEPBOLTZ_ROOMS base rng tensor unit io kernel data model infer sample stack estimate learn setting task report timing system recipe cli)
endif()
option(DEEPBOLTZ_WERROR "treat warnings as errors" OFF)
set(DEEPBOLTZ_SANITIZE "" CACHE STRING "sanitizers, as in -fsanitize=: address,undefined or thread")
set(DEEPBOLTZ_POOL tbb CACHE STRING "thread pool: tbb, or std (a std::thread pool over the same grid, for the thread sanitizer)")
set(DEEPBOLTZ_PRODUCTS onednn CACHE STRING "float32 matrix products: onednn, or plain (loops; also for the thread sanitizer)")
set_property(CACHE DEEPBOLTZ_POOL PROPERTY STRINGS tbb std)
set_property(CACHE DEEPBOLTZ_PRODUCTS PROPERTY STRINGS onednn plain)

# Release is what is shipped and measured. Every other kind of build keeps its assertions: CMake's own RelWithDebInfo
# would switch them off.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo (with assertions) or Debug" FORCE)
endif()
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")

# Objects compiled once are reused by the next build tree with the same flags, in whatever folder the checkout is.
# What the sloppiness allows: precompiled headers.
find_program(DEEPBOLTZ_CCACHE ccache)
mark_as_advanced(DEEPBOLTZ_CCACHE)
if(DEEPBOLTZ_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${DEEPBOLTZ_CCACHE})
endif()
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")

# GCC 12 sees overlaps and overflows that are not there in inlined std::string code at -O3 (GCC bug 105651): not errors.
add_library(deepboltz_warnings INTERFACE)
target_compile_options(deepboltz_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       $<$<BOOL:${DEEPBOLTZ_WERROR}>:-Werror>
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow>)
add_compile_options(-ffp-contract=off)  # the same arithmetic on every instruction set: a fused multiply-add is always written out
if(DEEPBOLTZ_SANITIZE)
  add_compile_options(-fsanitize=${DEEPBOLTZ_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DEEPBOLTZ_SANITIZE})
endif()
