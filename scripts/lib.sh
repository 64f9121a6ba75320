# shellcheck shell=bash disable=SC2034
# What scripts/edgefit, scripts/test and .ci/run share: install what is missing, build quietly in build/release.
# Sourced by bash. Standard output belongs to the program that is run, so everything here speaks on stderr.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
build=$root/build/release
binary=$build/src/edgefit
stamp=$build/built # as old as the start of the last build that succeeded
sources=(CMakeLists.txt CMakePresets.json cmake include po src profiles .git/logs/HEAD)

build_packages=(g++ cmake gettext ninja-build pkgconf libcli11-dev libcurl4-openssl-dev libfmt-dev libhwloc-dev nlohmann-json3-dev
  libonnx-dev libprotobuf-dev libre2-dev libutf8proc-dev protobuf-compiler)
test_packages=(libgtest-dev libgmock-dev libvalijson-dev bzip2)
package_packages=(binutils dpkg-dev gzip)

say() { printf 'edgefit: %s\n' "$*" >&2; }

# die WHAT [HINT]: 2 is edgefit's own code for "no verdict", so that a caller never reads it as "not ready".
die() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
  exit 2
}

# logged NAME COMMAND...: output goes to build/NAME.log, the end of which is shown when the command fails.
# On a terminal ninja's "[3/70] ..." lines pass by in one line.
logged() {
  local log=$root/build/$1.log line
  shift
  if NINJA_STATUS='[%f/%t] ' "$@" 2>&1 </dev/null | tee "$log" | while IFS= read -r line; do
    if [ -t 2 ] && [[ $line == '['* ]]; then printf '\r\033[K%.76s' "$line" >&2; fi
  done && [ "${PIPESTATUS[0]}" -eq 0 ]; then
    [ ! -t 2 ] || printf '\r\033[K' >&2
    return 0
  fi
  [ ! -t 2 ] || printf '\r\033[K' >&2
  grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" | tail -n 60 >&2
  say "the whole log is in $log"
  return 1
}

# install_packages NAME...: asks dpkg first, so that nothing touches the network when all is there. Systems
# without apt-get go on: CMake names what it cannot find.
install_packages() {
  command -v apt-get dpkg-query >/dev/null || return 0
  local have missing=() package as_root=()
  have=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null)"
  for package; do [[ $have == *" $package=installed "* ]] || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "packages are missing and there is no sudo" "as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]} (${as_root[*]:+sudo }apt-get)"
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  logged apt-update "${as_root[@]}" update || say "going on with the package lists that are here"
  logged apt-install "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}"
}

# is_built: no source, and no folder of sources, is younger than the last good build.
is_built() {
  [ -x "$binary" ] && [ -e "$stamp" ] &&
    [ -z "$(cd "$root" && find "${sources[@]}" -newer "$stamp" -print -quit 2>/dev/null)" ]
}

# forget_moved_build: build files hold absolute paths; those of a moved or copied checkout are of no use.
forget_moved_build() {
  local cache=$build/CMakeCache.txt
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then rm -rf "$build"; fi
}

# build_target TARGET [CMAKE_OPTION...]: configures when an option is given or nothing is configured yet.
build_target() {
  local target=$1 begin=$SECONDS
  shift
  if [ $# -gt 0 ] || [ ! -e "$build/build.ninja" ]; then
    (cd "$root" && logged configure cmake --preset release "$@") || die "edgefit could not be configured"
  fi
  touch "$stamp.new" || die "$build cannot be written to"
  logged "build-$target" cmake --build "$build" --target "$target" --parallel "$(nproc)" || die "edgefit could not be built"
  mv "$stamp.new" "$stamp"
  say "built in $((SECONDS - begin)) s"
}
