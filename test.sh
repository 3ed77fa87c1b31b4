#!/usr/bin/env bash
# Everything that must hold before a change is handed over: installs what is missing, builds, runs every test, then the unit tests under
# the address and undefined-behaviour sanitizers, the parallel rooms under the thread sanitizer, the kernels of Arm under emulation, and the
# readers under the fuzzer. The last line is ctest's own, of the full run. Exit code 0 means that every part passed. Logs stay in build/log/.
#   DEEPBOLTZ_DATA=DIR   where the data sets are (default: ../shared/data if it is there); tests that need one skip without it
set -euo pipefail
cd "$(dirname "$0")"

dev/setup.sh test
if [ -z "${DEEPBOLTZ_DATA:-}" ] && [ -d ../shared/data ]; then
  DEEPBOLTZ_DATA=$(cd ../shared/data && pwd)
  export DEEPBOLTZ_DATA
fi

jobs=$(nproc)
mkdir -p build/log
summary=() failed=()

# part NAME FUNCTION: runs it, keeps its log, goes on after a failure.
part() {
  local name=$1 start=$SECONDS status=passed
  echo "== $name"
  if ! ("$2") >"build/log/$name.log" 2>&1; then
    status=FAILED
    failed+=("$name")
    grep -E 'error:|FAILED|Failure|ERROR: |WARNING: Thread|runtime error|(Failed)' "build/log/$name.log" | head -n 40 || true
    tail -n 40 "build/log/$name.log"
  fi
  summary+=("$(printf '%-18s %-7s %4d s' "$name" "$status" $((SECONDS - start)))")
  echo "   $status after $((SECONDS - start)) s"
}

# The thread sanitizer of older compilers cannot cope with much address randomisation.
fixed_addresses() {
  if setarch "$(uname -m)" -R true 2>/dev/null; then setarch "$(uname -m)" -R "$@"; else "$@"; fi
}

build_dev() { cmake --preset dev && cmake --build --preset dev; }
test_dev() { ctest --preset dev -j "$jobs"; }

# Of each table of random machines the first ten, and no learning curves: the sanitizers look at the code, the laws have
# been held above.
few=(-E '/[1-9][0-9]+$|^IntegerParity')

build_asan() { cmake --preset asan && cmake --build --preset asan; }
test_asan() { ctest --preset asan -j "$jobs" "${few[@]}"; }

# What runs on several threads, over a pool and products that the sanitizer can see into.
parallel_rooms='tensor kernel infer sample stack learn'
build_tsan() {
  local rooms
  read -ra rooms <<<"$parallel_rooms"
  cmake --preset tsan && fixed_addresses cmake --build --preset tsan --target "${rooms[@]/%/_test}"
}
test_tsan() {
  fixed_addresses ctest --preset tsan -j "$jobs" -L "^(${parallel_rooms// /|})\$" -R 'Thread|Context|Tile' "${few[@]}"
}

fuzz() { dev/fuzz/run.sh 10; }
portable() { dev/portable/run.sh; }

format() {
  find deepboltz tests bench dev \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null |
    xargs -0 clang-format-14 --dry-run -Werror
}

# part_with TOOL NAME FUNCTION: the part, where its tool is at hand.
part_with() {
  if command -v "$1" >/dev/null; then part "$2" "$3"; else summary+=("$(printf '%-18s left out: no %s here' "$2" "$1")"); fi
}

part_with clang-format-14 format format
part build-dev build_dev
part test-dev test_dev
part build-tsan build_tsan
part test-tsan test_tsan
part_with aarch64-linux-gnu-g++ portable portable
part_with clang++-19 build-asan build_asan
part_with clang++-19 test-asan test_asan
part_with clang++-19 fuzz fuzz

echo
printf '%s\n' "${summary[@]}"
echo "all of it took $SECONDS s"
closing=$(grep -E '^[0-9]+% tests passed' build/log/test-dev.log || true)
if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}; see build/log/"
  [ -z "$closing" ] || echo "$closing"
  exit 1
fi
echo "$closing"
