#!/usr/bin/env bash
# Builds the fuzz targets and runs each for SECONDS, all of them at once as far as there are processors. Prints the executions of
# each; exit code 1 when one has found something, whose input is kept in build/asan/findings. The corpus in build/asan/corpus
# grows from run to run.
# usage: dev/fuzz/run.sh SECONDS [TARGET …]      TARGET: idx gzip npy npz mat images csv documents fasta ratings png safetensors tar wav codes recipe (default: all)
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?usage: dev/fuzz/run.sh SECONDS [TARGET …]}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(idx gzip npy npz mat images csv documents fasta ratings png safetensors tar wav codes recipe)
build=build/asan
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1

cmake --preset asan >/dev/null
cmake --build --preset asan --target "${targets[@]/%/_fuzz}"

mkdir -p $build/findings $build/log $build/dev/fuzz/seeds/recipe
cp recipes/*.toml $build/dev/fuzz/seeds/recipe/
fuzz_one() {
  mkdir -p "$build/corpus/$1"
  nice "$build/dev/fuzz/$1_fuzz" "$build/corpus/$1" "$build/dev/fuzz/seeds/$1" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -max_len=8192 -artifact_prefix="$build/findings/$1-" -print_final_stats=1 >"$build/log/$1.log" 2>&1
}
failed=0 running=()
finish_first() {
  local name=${running[0]%%:*} pid=${running[0]##*:} verdict=ok
  running=("${running[@]:1}")
  wait "$pid" || { verdict=FOUND; failed=1; }
  printf '%-12s %12s executions  %s\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/log/$name.log")" "$verdict"
  [ $verdict = ok ] || grep -m 5 -E 'ERROR|SUMMARY|runtime error|deadly signal|Test unit written' "$build/log/$name.log" || true
}
for target in "${targets[@]}"; do
  [ ${#running[@]} -lt "$(nproc)" ] || finish_first
  fuzz_one "$target" &
  running+=("$target:$!")
done
while [ ${#running[@]} -gt 0 ]; do finish_first; done
exit $failed
