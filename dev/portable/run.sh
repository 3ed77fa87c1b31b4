#!/usr/bin/env bash
# The laws of kernel/ on instruction sets that this machine lacks: built for 64-bit Arm (NEON) by a cross compiler and run by QEMU, against
# the same plain loops, to the same bits.
# usage: dev/portable/run.sh [--gtest_filter=… | any other option of GoogleTest]
#   needs g++-aarch64-linux-gnu and qemu-user; without them it says so and exits with 0. Arm's Highway, fmt and GoogleTest come from the
#   distribution's packages, unpacked below build/aarch64; nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

for tool in aarch64-linux-gnu-g++ qemu-aarch64 apt-get; do
  command -v $tool >/dev/null && continue
  echo "portable: left out: no $tool here (packages g++-aarch64-linux-gnu and qemu-user of Debian or Ubuntu)"
  exit 0
done

build=$PWD/build/aarch64 root=$PWD/build/aarch64/sysroot
if [ ! -e "$root/complete" ]; then
  packages=$build/packages
  mkdir -p "$root" "$packages"/{state/lists/partial,cache/archives/partial}
  : >"$packages/status"
  arm=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User= -o Dir::State="$packages/state"
       -o Dir::State::status="$packages/status" -o Dir::Cache="$packages/cache")
  if ! (cd "$packages" && "${arm[@]}" update && "${arm[@]}" download libhwy-dev libhwy1 libfmt-dev libfmt9 libgtest-dev libgmock-dev) \
       >"$build/packages.log" 2>&1; then
    echo "portable: left out: the distribution's packages for arm64 are out of reach ($build/packages.log)"
    exit 0
  fi
  for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$root"; done
  touch "$root/complete"
fi

cmake -S . -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$PWD/dev/portable/aarch64.cmake" -DDEEPBOLTZ_ROOT="$root" -DCMAKE_BUILD_TYPE=Release \
  -DDEEPBOLTZ_WERROR=ON -DDEEPBOLTZ_POOL=std -DDEEPBOLTZ_PRODUCTS=plain -DDEEPBOLTZ_ROOMS='base;rng;tensor;unit;kernel' >"$build/cmake.log"
cmake --build "$build" --target kernel_test
qemu-aarch64 -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="$root/usr/lib/aarch64-linux-gnu" "$build/tests/kernel_test" --gtest_brief=1 "$@"
