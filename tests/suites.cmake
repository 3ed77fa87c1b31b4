# ctest includes this file once a room, each time that it starts. It asks ROOM_test for its laws and registers one ctest a suite: ROOM.SUITE.
#   room, program   the room and its executable
#   only            a regular expression that SUITE.LAW must match; empty: every law
#   sanitized       the sanitizers of this build; empty: none
# campaigns.cmake says which suites are slow, and how many cases of a table a sanitized build runs.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/campaigns.cmake)

if(NOT EXISTS ${program})
  add_test(${room}_test_NOT_BUILT ${program})
  return()
endif()
execute_process(COMMAND ${program} --gtest_list_tests OUTPUT_VARIABLE listed RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${program} --gtest_list_tests: ${failed}\n${listed}")
endif()
string(REGEX REPLACE " +#[^\n]*" "" listed "${listed}")  # the values of parameters
string(REPLACE "\n" ";" listed "${listed}")

# Registers `suite` with its `cases`; `whole` says that these are all that it has.
function(add_suite)
  if(NOT cases)
    return()
  endif()
  if(whole)
    set(cases "${suite}.*")
  endif()
  list(JOIN cases ":" filter)
  set(name ${room}.${suite})
  set(labels ${room})
  set(cost 0)  # ctest remembers what it cost
  if(${room}.${bare} IN_LIST slow)
    list(APPEND labels slow)
    set(cost 1000)  # starts first
  endif()
  add_test(${name} ${program} --gtest_filter=${filter})
  set_tests_properties(${name} PROPERTIES TIMEOUT 900 COST ${cost} LABELS "${labels}"
    # of which nothing ran and nothing failed
    SKIP_REGULAR_EXPRESSION "PASSED  \\] 0 tests\\.\n(\\[  SKIPPED \\][^\n]*\n)+$")
endfunction()

set(suite)
set(cases)
foreach(line IN LISTS listed)
  if(line MATCHES "^([^ ]+)\\.$")
    set(found ${CMAKE_MATCH_1})
    add_suite()
    set(suite ${found})
    set(cases)
    set(whole TRUE)
    set(law)
    set(most 1000000)
    string(REGEX REPLACE "^[^/]*/" "" bare ${suite})  # without the name of the instantiation
    if(sanitized)
      sanitized_cases(${room} ${bare} most)
    endif()
  elseif(line MATCHES "^  ([^ /]+)")
    if(NOT law STREQUAL CMAKE_MATCH_1)  # the first case of its table
      set(law ${CMAKE_MATCH_1})
      set(of_this_law 0)
    endif()
    string(STRIP "${line}" case)
    math(EXPR of_this_law "${of_this_law} + 1")
    set(left_out FALSE)
    if(most EQUAL 0 OR (of_this_law GREATER most AND case MATCHES "/([^/]*_)?[0-9]+$"))  # cases with a name of their own stay
      set(left_out TRUE)
    elseif(only AND NOT "${suite}.${law}" MATCHES "${only}")
      set(left_out TRUE)
    endif()
    if(left_out)
      set(whole FALSE)
    else()
      list(APPEND cases ${suite}.${case})
    endif()
  endif()
endforeach()
add_suite()
