#!/usr/bin/env bash
# Checks a change before it is handed over. Installs what is missing, then:
#   ./test.sh quick   builds the preset dev and runs every test without the labels slow and reliability
#   ./test.sh         checks the format and runs every test; then the tests under the address and undefined-behaviour sanitizers, the laws
#                     about threads under the thread sanitizer, the laws of the kernels on emulated Arm, and the readers under the fuzzer
# Exit code 0 means that every part passed. The last line is ctest's own, of the tests in dev; it counts suites. Logs stay in build/log/.
#   DEEPBOLTZ_DATA=DIR   where the data sets are (default: ../shared/data if it is there); tests that need one skip without it
set -euo pipefail
cd "$(dirname "$0")"

case "${1-full} $#" in
  'full 0' | 'quick 1') tier=${1-full} ;;
  *) echo "usage: ./test.sh [quick]" >&2; exit 2 ;;
esac

dev/setup.sh test
if [ -z "${DEEPBOLTZ_DATA:-}" ] && [ -d ../shared/data ]; then
  DEEPBOLTZ_DATA=$(cd ../shared/data && pwd)
  export DEEPBOLTZ_DATA
fi

jobs=$(nproc)
mkdir -p build/log
summary=() failed=()

# run NAME FUNCTION: a part, whose words go to its log. say NAME: how it went.
run() {
  local start=$SECONDS status=passed
  ("$2") >"build/log/$1.log" 2>&1 || status=FAILED
  echo "$status $((SECONDS - start))" >"build/log/$1.result"
}
say() {
  local name=$1 status seconds
  read -r status seconds <"build/log/$name.result"
  if [ "$status" = FAILED ]; then
    failed+=("$name")
    grep -E 'error:|FAILED|Failure|ERROR: |WARNING: Thread|runtime error|(Failed)' "build/log/$name.log" | head -n 40 || true
    tail -n 40 "build/log/$name.log"
  fi
  summary+=("$(printf '%-18s %-7s %4d s' "$name" "$status" "$seconds")")
  echo "   $name: $status after $seconds s"
}
# part NAME FUNCTION: runs it, goes on after a failure.
part() {
  echo "== $1"
  run "$@"
  say "$1"
}

# has TOOL NAME: whether the tool of a part is at hand; without it the summary says so.
has() { command -v "$1" >/dev/null || { summary+=("$(printf '%-18s left out: no %s here' "$2" "$1")"); return 1; }; }

# The thread sanitizer of older compilers cannot cope with much address randomisation.
fixed_addresses() {
  if setarch "$(uname -m)" -R true 2>/dev/null; then setarch "$(uname -m)" -R "$@"; else "$@"; fi
}

format() {
  find deepboltz tests bench dev \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null |
    xargs -0 clang-format-14 --dry-run -Werror
}
build_dev() { cmake --preset dev && cmake --build --preset dev; }
test_dev() { ctest --preset dev -j "$jobs"; }
test_quick() { ctest --preset dev -j "$jobs" -LE '^(slow|reliability)$'; }
build_tsan() { cmake --preset tsan && fixed_addresses cmake --build --preset tsan; }
test_tsan() { fixed_addresses ctest --preset tsan -j "$jobs"; }
build_asan() { cmake --preset asan && cmake --build --preset asan; }
test_asan() { ctest --preset asan -j "$jobs"; }
portable() { dev/portable/run.sh; }
fuzz() { dev/fuzz/run.sh 10; }

if has clang-format-14 format; then part format format; fi
part build-dev build_dev
if [ "$tier" = quick ]; then
  part test-dev test_quick
else
  if has aarch64-linux-gnu-g++ portable; then  # beside the tests: each of the two leaves processors idle at times
    run portable portable &
    beside=$!
  fi
  part test-dev test_dev
  if [ -n "${beside-}" ]; then
    wait "$beside"
    say portable
  fi
  part build-tsan build_tsan
  part test-tsan test_tsan
  if has clang++-19 build-asan; then
    part build-asan build_asan
    part test-asan test_asan
    part fuzz fuzz
  fi
fi

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
