# Installs the library into the build tree and uses it from there.   needs: BUILD, SOURCE, GENERATOR, COMPILER, BUILD_TYPE
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
set(prefix ${BUILD}/external/prefix)
file(REMOVE_RECURSE ${BUILD}/external)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD}/external/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${BUILD}/external/build)
run(${BUILD}/external/build/external)
