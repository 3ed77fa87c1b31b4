#!/usr/bin/env bash
# Installs what is missing to build deepboltz, from the distribution's packages (Debian 12 and later, Ubuntu 24.04 and later).
# usage: dev/setup.sh [build|test]      build: the library and the command;  test: also the tests, sanitizers and fuzzers
#   DEEPBOLTZ_SETUP=skip   installs nothing: everything is there by other means
set -euo pipefail

build=(g++ cmake ninja-build ccache
       libfmt-dev libhwy-dev libtbb-dev libdnnl-dev
       zlib1g-dev libpng-dev libcurl4-openssl-dev libssl-dev
       libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libeigen3-dev)
test=(libgtest-dev libgmock-dev python3)
tools=(clang-format-14 clang-19 libclang-rt-19-dev g++-aarch64-linux-gnu qemu-user)  # taken where the distribution has them; test.sh says what it leaves out

say() { echo "setup: $*" >&2; }

wanted=("${build[@]}")
case ${1:-build} in
  build) tools=() ;;
  test) wanted+=("${test[@]}") ;;
  *) say "expected build or test, got '$1'"; exit 2 ;;
esac
[ "${DEEPBOLTZ_SETUP:-}" != skip ] || exit 0

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "this is not Debian or Ubuntu. Install these packages, or what they are called here, then set DEEPBOLTZ_SETUP=skip:"
  say "  ${wanted[*]}"
  exit 3
fi

# Those of the given packages that are not installed.
missing() {
  local there
  there=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
  printf '%s\n' "$@" | grep -vxF -f <(echo "$there") || true
}
mapfile -t needed < <(missing "${wanted[@]}" "${tools[@]}")
[ ${#needed[@]} -gt 0 ] || exit 0

root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    say "these packages are missing, and there is no sudo to install them with; as root:"
    say "  apt-get install ${needed[*]}"
    exit 3
  fi
  root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${root[@]}" apt-get update -q >"$log" 2>&1 || true  # without a network the packages may still be at hand
mapfile -t absent < <(printf '%s\n' "${tools[@]}" | grep -vxF -f <(apt-cache pkgnames) || true)
if [ ${#absent[@]} -gt 0 ] && [ -n "${absent[0]}" ]; then
  say "this distribution does not have ${absent[*]}"
  mapfile -t needed < <(printf '%s\n' "${needed[@]}" | grep -vxF -f <(printf '%s\n' "${absent[@]}") || true)
fi
[ ${#needed[@]} -gt 0 ] || exit 0

say "installing ${needed[*]}"
if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
     apt-get install -y -q --no-install-recommends "${needed[@]}" >>"$log" 2>&1; then
  tail -n 15 "$log" >&2
  mapfile -t needed < <(missing "${needed[@]}")
  say "apt-get could not install: ${needed[*]}"
  exit 3
fi
