#!/usr/bin/env bash
# From a bare machine to a trained deep Boltzmann machine: installs what is missing, builds, trains a small machine on handwritten
# digits (MNIST where it can be had, built-in stroke digits otherwise), and shows what it knows.
#   DEEPBOLTZ_DATA=DIR   where the data sets are (default: ../shared/data if it is there)
set -euo pipefail
cd "$(dirname "$0")"

dev/setup.sh build
if [ -z "${DEEPBOLTZ_DATA:-}" ] && [ -d ../shared/data ]; then
  DEEPBOLTZ_DATA=$(cd ../shared/data && pwd)
  export DEEPBOLTZ_DATA
fi

say() { echo; echo "== $*"; }

say "build"
mkdir -p build
if ! cmake --preset release >build/quickstart.log 2>&1; then cat build/quickstart.log >&2; exit 1; fi
cmake --build --preset release --target deepboltz_command
deepboltz=build/release/bin/deepboltz
run=runs/quickstart

# Real digits where they are at hand or can be fetched within a minute.
if timeout 60 $deepboltz data fetch mnist --quiet >/dev/null 2>&1; then data=mnist; else data=strokes; fi

say "train: a deep Boltzmann machine on $data, short tier (pictures appear in $run/pictures while it learns)"
$deepboltz train recipes/quickstart.toml --set data.name=$data --out $run --overwrite

say "evaluate: log-probability of test digits, in nats, with its error"
$deepboltz evaluate $run

say "sample: digits that nobody wrote"
$deepboltz sample $run --out $run/samples.png

say "complete: the left half of test digits, from the right half"
$deepboltz complete $run --mask left-half --count 20 --out $run/completions.png

say "pictures and report"
$deepboltz plot $run --sweeps 200
$deepboltz report $run

cat <<TEXT

done in $SECONDS s. Look at
  $run/report.html        curves, filters, samples, completions, numbers with their errors
  $run/samples.png
  $run/completions.png

next:
  export PATH=\$PWD/build/release/bin:\$PATH
  deepboltz sample $run --label 7 --out seven.png
  deepboltz classify $run YOUR_DIGITS.png
  deepboltz train recipes/mnist-rbm.toml --out runs/rbm      # a published experiment, half an hour
  deepboltz --help
TEXT
