# Installs the library into the build tree, builds the C++ example of README.md against it and runs that.
#   needs: BUILD, SOURCE, GENERATOR, COMPILER, BUILD_TYPE
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(here ${BUILD}/external)
file(REMOVE_RECURSE ${here})
file(READ ${SOURCE}/README.md readme)
string(FIND "${readme}" "```cpp\n" start)
string(SUBSTRING "${readme}" ${start} -1 readme)
string(SUBSTRING "${readme}" 7 -1 readme)
string(FIND "${readme}" "```" end)
string(SUBSTRING "${readme}" 0 ${end} program)
file(WRITE ${here}/example.cpp "${program}")

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${here}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/external -B ${here}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_PREFIX_PATH=${here}/prefix -DPROGRAM=${here}/example.cpp)
run(${CMAKE_COMMAND} --build ${here}/build)

# What it prints is what the page says, up to the last digits, which depend on the processor.
execute_process(COMMAND ${here}/build/external WORKING_DIRECTORY ${here} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
message("${printed}")
if(NOT printed MATCHES "^log p of the test digits: -[0-9]+\\.[0-9] ± [0-9]+\\.[0-9] nats\n$")
  message(FATAL_ERROR "the example prints something else than README.md says")
endif()
