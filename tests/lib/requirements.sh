# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests can use beyond git, bash and the SDK: each line names a Debian package, the check that it is there, and what it proves.

JS=tests/PeerCompute.Interop.Tests/js
PROGRAMS=docs/samples/programs

REQUIREMENTS=(
  "bubblewrap|command -v bwrap|the walls of the sandbox"
  "util-linux|command -v prlimit && command -v setpriv|the limits of a sandboxed child"
  "wabt|command -v wast2json|the WebAssembly core suite"
  "clang|command -v clang|that the sample programs build from their source; the escape suite of the sandbox"
  "lld|command -v wasm-ld|that the sample programs build from their source"
  "wasi-libc|compgen -G '/usr/lib/wasm32-wasi/libc.a'|that the sample programs build from their source"
  "libclang-rt-dev-wasm32|compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a'|that the sample programs build from their source"
  "rustc|[ -x /usr/bin/rustc ]|that the Rust sample builds from its source"
  "libstd-rust-dev-wasm32|[ -d /usr/lib/rustlib/wasm32-wasi ]|that the Rust sample builds from its source"
  "make|command -v make|that programs of Debian run unchanged"
  "tcl|command -v tclsh|that programs of Debian run unchanged"
  "xz-utils|command -v xz|that programs of Debian run unchanged"
  "bzip2|command -v bzip2|that programs of Debian run unchanged"
  "mawk|command -v mawk|that programs of Debian run unchanged"
  "jq|command -v jq|that programs of Debian run unchanged"
  "sqlite3|command -v sqlite3|that programs of Debian run unchanged"
  "busybox-static|[ -x /bin/busybox ]|that an image runs behind the walls"
  "python3|[ -x /usr/bin/python3 ]|that a sweep of parameters trains the same on two workers"
  "povray|command -v povray|that a native program of the host renders the same frames on two workers"
  "runc|PATH=$PATH:/usr/sbin command -v runc|that native programs are walled in where bubblewrap is missing"
  "python3-torch|[ -d /usr/lib/python3/dist-packages/torch ]|that a training that is stopped on three workers ends like one that is not"
  "umoci|command -v umoci|that images of other tools come out as those tools unpack them"
  "skopeo|command -v skopeo|that images of other tools come out as those tools unpack them"
  "pocl-opencl-icd|compgen -G '/etc/OpenCL/vendors/pocl*.icd'|that GPU tasks run on any device of OpenCL"
  "clinfo|command -v clinfo|that GPU tasks run on any device of OpenCL"
  "nodejs|node_is_recent|that js-libp2p and grpc-js understand us"
  "npm|command -v npm|that js-libp2p and grpc-js understand us"
)

# What tests of category Long use beside it.
LONG_REQUIREMENTS=(
  "ffmpeg|command -v ffmpeg|that segments of a film are encoded alike on two workers"
  "tesseract-ocr|command -v tesseract|that pages are read alike on two workers"
  "fonts-dejavu-core|[ -d /usr/share/fonts/truetype/dejavu ]|that pages are read alike on two workers"
  "blender|command -v blender|that frames of Blender are rendered alike on two workers"
  "openmpi-bin|command -v mpirun.openmpi|that a task of several processes computes the same on two workers"
  "libopenmpi-dev|command -v mpicc.openmpi|that a task of several processes computes the same on two workers"
)

# Any Node since 18 runs the installer; the scripts themselves run on the Node that their lock file pins.
node_is_recent() { [ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 18 ]; }

npm_is_installed() { [ ! -f $JS/package-lock.json ] || [ $JS/node_modules/.package-lock.json -nt $JS/package-lock.json ]; }

programs_are_built() { [ $PROGRAMS/built/versions.txt -nt $PROGRAMS/build.sh ]; }

missing_debian() {
  local line package check
  for line in "${REQUIREMENTS[@]}"; do
    IFS='|' read -r package check _ <<<"$line"
    eval "$check" >/dev/null 2>&1 || echo "$package"
  done
}

proof_of() {
  local line
  for line in "${REQUIREMENTS[@]}"; do [ "${line%%|*}" = "$1" ] && echo "${line##*|}"; done
}

ask() {
  local answer
  [ "$1" = yes ] && return 0
  [ "$1" = ask ] || return 1
  read -r -p "$2 [y/N] " answer && [[ $answer == [yY]* ]]
}

# Names what is missing, installs it where that was allowed: ask, yes or no.
requirements_meet() {
  local install=$1 missing package
  mapfile -t missing < <(missing_debian)
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Missing Debian packages, and what each one proves:"
    for package in "${missing[@]}"; do echo "  $package: $(proof_of "$package")"; done
    if [ "$(id -u)" -ne 0 ]; then
      echo "  as an administrator: apt-get install --no-install-recommends ${missing[*]}"
    elif ! command -v apt-get >/dev/null; then
      echo "  this system has no apt-get; install their like by hand"
    elif ask "$install" "Install them now?"; then
      install_debian "${missing[@]}"
    fi
  fi
  if ! npm_is_installed && command -v npm >/dev/null; then
    echo "Missing npm packages: those of $JS/package-lock.json; they prove that js-libp2p and grpc-js understand us"
    if ask "$install" "Install them below $JS now?"; then
      (cd $JS && npm ci --no-audit --no-fund --loglevel=error </dev/null) || echo "  npm could not install them"
    fi
  fi
  if ! programs_are_built && command -v apt-get >/dev/null; then
    echo "Missing: the programs of $PROGRAMS, built from Debian's sources; they prove that programs of Debian run unchanged"
    if ask "$install" "Download the sources and build them below $PROGRAMS/built now?"; then
      $PROGRAMS/build.sh >/dev/null </dev/null
      case $? in
        0) ;;
        3) echo "  Debian's sources could not be had"; export PEERCOMPUTE_TEST_NO_SOURCES=1 ;;
        *) echo "  they could not be built" ;;
      esac
    fi
  fi
}

install_debian() {
  local quiet=(-y -qq --no-install-recommends -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null || true
  # One by one where all at once fails: one package that cannot be had must not take the others with it.
  apt-get install "${quiet[@]}" "$@" </dev/null >/dev/null || for package in "$@"; do
    apt-get install "${quiet[@]}" "$package" </dev/null >/dev/null || echo "  apt-get could not install $package"
  done
}

# Names what this run could not prove, and why.
name_unproven() {
  local package
  missing_debian | while read -r package; do echo "Not proven here, for want of $package: $(proof_of "$package")."; done
  npm_is_installed || echo "Not proven here, for want of the npm packages of $JS: that js-libp2p and grpc-js understand us."
  programs_are_built || echo "Not proven here, for want of $PROGRAMS/built (its build.sh makes it): that programs of Debian run unchanged."
  [ -d ../shared/vectors ] || echo "Not run, for want of ../shared/vectors: the public suites (WebAssembly 2.0, Wycheproof, libp2p vectors)."
}
