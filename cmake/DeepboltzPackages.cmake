# The dependencies, all from the distribution's packages (dev/setup.sh installs them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(hwy REQUIRED CONFIG)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # SHA-256
if(DEEPBOLTZ_POOL STREQUAL tbb)
  find_package(TBB REQUIRED)
endif()
if(DEEPBOLTZ_PRODUCTS STREQUAL onednn)
  find_package(dnnl REQUIRED)
endif()
