# The dependencies, all from the distribution's packages (dev/setup.sh installs them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(hwy REQUIRED CONFIG)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(nlohmann_json REQUIRED)
if(DEEPBOLTZ_POOL STREQUAL tbb)
  find_package(TBB REQUIRED)
endif()
if(DEEPBOLTZ_PRODUCTS STREQUAL onednn)
  find_package(dnnl REQUIRED)
  find_package(OpenMP REQUIRED COMPONENTS CXX)  # only to tell oneDNN to leave the threads to us
endif()
