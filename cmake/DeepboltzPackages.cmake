# The dependencies, all from the distribution's packages (dev/setup.sh installs them). What is found here is found again
# by whoever links the installed library.
macro(deepboltz_package name)
  find_package(${name} REQUIRED ${ARGN})
  string(APPEND DEEPBOLTZ_FIND_DEPENDENCIES "find_dependency(${name} ${ARGN})\n")
endmacro()

deepboltz_package(Threads)
deepboltz_package(fmt)
deepboltz_package(hwy CONFIG)
if(io IN_LIST DEEPBOLTZ_ROOMS)  # and whatever stands above it
  deepboltz_package(ZLIB)
  deepboltz_package(PNG)
  find_package(nlohmann_json REQUIRED)
  find_package(tomlplusplus REQUIRED)  # headers only, as are JSON and CLI11: whoever links the library needs none
  find_package(CLI11 REQUIRED)
  find_package(Eigen3 REQUIRED NO_MODULE)               # likewise
  deepboltz_package(OpenSSL COMPONENTS Crypto)  # SHA-256
endif()
if(cli IN_LIST DEEPBOLTZ_ROOMS)
  find_package(CURL REQUIRED)  # the command alone downloads
endif()
if(DEEPBOLTZ_POOL STREQUAL tbb)
  deepboltz_package(TBB)
endif()
if(DEEPBOLTZ_PRODUCTS STREQUAL onednn)
  # oneDNN's own CMake files ask for the headers of OpenCL, which nothing here needs: it is linked by its name.
  find_path(DEEPBOLTZ_DNNL_HEADERS oneapi/dnnl/dnnl.h REQUIRED)
  find_library(DEEPBOLTZ_DNNL_LIBRARY dnnl REQUIRED)
  deepboltz_package(OpenMP COMPONENTS CXX)  # only to tell oneDNN to leave the threads to us
endif()
