#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds minigzip, sqlite3, jq, bzip2 and mawk for WASI preview 1 from the source packages of the Debian release that this machine runs; no source is
# changed. build.sh [FOLDER [PROGRAM...]] writes NAME.wasm and versions.txt into FOLDER (default: built). No root needed; nothing of the system is changed.
# With NATIVE=1 also minigzip and sqlite3 for this machine, as NAME.native.
# Ends with 3 where the sources cannot be had. Needs network and: clang lld wasi-libc libclang-rt-dev-wasm32 make tcl xz-utils bzip2.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${1:-$here/built}" && cd "${1:-$here/built}" && pwd)
work=$(mktemp -d)
trap 'wait; rm -rf "$work"' EXIT

# Downloads source packages with an apt of our own: the machine's mirror, lists in our folder, everything checked by apt against Debian's signature.
download() {
  local release mirror
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "Release: $release" | head -n 1)
  [ -n "$mirror" ] || { echo "build.sh: apt knows no mirror of Debian $release: add one to its sources" >&2; return 1; }
  mkdir -p apt/{lists,cache}/partial apt/cache/archives/partial
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >apt/sources.list
  cat >apt/apt.conf <<CONF
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$work/apt/lists";
Dir::State::Status "/dev/null";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  export APT_CONFIG=$work/apt/apt.conf
  { apt-get update -qq && apt-get source -qq --download-only "$@"; } 2>"$work/apt/said" || { cat "$work/apt/said" >&2; return 1; }
}

# Where the original source of a package lies, once unpacked; Debian's own patches are not applied.
unpacked() {
  mkdir "$work/$1"
  tar -xf "$(compgen -G "$work/$1_*.orig.tar.?z*" | grep -v '\.asc$' | head -n 1)" -C "$work/$1" --strip-components=1
  echo "$1 $(sed -n 's/^Version: //p' "$work/$1"_*.dsc)" >>"$work/versions.txt"
  cd "$work/$1"
}

EMULATED=(signal process-clocks getpid mman)
# wasm NAME ARGUMENTS: links NAME.wasm, with a stack of 1 MiB below everything else, so that too deep a recursion traps.
# A function that is called undeclared is guessed wrongly and traps: an error.
wasm() {
  local name=$1; shift
  clang --target=wasm32-wasi --sysroot=/usr -O2 -Wno-everything -Werror=implicit-function-declaration -Wl,--strip-all,--stack-first,-z,stack-size=1048576 \
    -isystem "$here/compat/include" \
    -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN \
    -o "$work/$name.wasm" "$@" "$here"/compat/*.c "${EMULATED[@]/#/-lwasi-emulated-}"
  # The same source for this machine, to compare with: what needs nothing of compat.
  case ${NATIVE:+$name} in minigzip|sqlite3) clang -O2 -w -o "$work/$name.native" "$@" -lm ;; esac
}

minigzip() {
  unpacked zlib
  wasm minigzip -DHAVE_UNISTD_H -I. test/minigzip.c adler32.c crc32.c deflate.c inffast.c inflate.c inftrees.c trees.c zutil.c gz*.c
}

# Left out: threads, processes (.system, popen), shared memory (write-ahead log), shared libraries (extensions).
sqlite3() {
  unpacked sqlite3
  ./configure CC=clang BCC=clang --disable-tcl --disable-readline >configure.said 2>&1 || { cat configure.said >&2; return 1; }
  make sqlite3.c shell.c >make.said 2>&1 || { cat make.said >&2; return 1; }
  wasm sqlite3 -D_GNU_SOURCE -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_WAL -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_POPEN -DSQLITE_NOHAVE_SYSTEM \
    -DSQLITE_ENABLE_MATH_FUNCTIONS shell.c sqlite3.c
}

# With its regular expressions (oniguruma), which are a package of their own, and every function of wasi-libc that its configure would find.
jq() {
  unpacked libonig
  unpacked jq
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' src/builtin.jq >src/builtin.inc
  echo "#define JQ_VERSION \"$(sed -n 's/^Version: \([0-9.]*\).*/\1/p' "$work"/jq_*.dsc)\"" >src/version.h
  local onig=$work/libonig/src lacking=(DREM GAMMA POW10 SCALB SIGNIFICAND)
  local found=(LIBONIG MEMMEM MKSTEMP ISATTY ALLOCA_H TIMEGM TM_TM_GMT_OFF STRPTIME GMTIME_R LOCALTIME_R STRFTIME GETTIMEOFDAY FREXP MODF LGAMMA_R)
  mapfile -t -O ${#found[@]} found < <(grep -o 'HAVE_[A-Z0-9]*' src/libm.h | sort -u | sed 's/HAVE_//' | grep -vxF "${lacking[@]/#/-e}")
  : >"$onig/config.h"
  wasm jq -D_GNU_SOURCE -DIEEE_8087 "${found[@]/#/-DHAVE_}" -DSIZEOF_INT=4 -DSIZEOF_LONG=4 -DSIZEOF_LONG_LONG=8 -DSIZEOF_VOIDP=4 -I. -Isrc -I"$onig" \
    $(compgen -G 'src/*.c' | grep -v inject_errors) "$onig"/reg{comp,enc,error,exec,ext,parse,syntax,trav,version}.c \
    "$onig"/{st,ascii,unicode,unicode_fold1_key,unicode_fold2_key,unicode_fold3_key,unicode_unfold_key,onig_init}.c "$onig"/utf8.c
}

bzip2() {
  unpacked bzip2
  wasm bzip2 bzip2.c blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c
}

mawk() {
  unpacked mawk
  clang -w -I"$here/compat/mawk" -o makescan makescan.c && ./makescan >scancode.c
  wasm mawk -D_GNU_SOURCE -I"$here/compat/mawk" -I. parse.c scan.c scancode.c memory.c main.c hash.c execute.c code.c da.c error.c init.c bi_vars.c cast.c \
    print.c bi_funct.c kw.c jmp.c array.c field.c split.c re_cmpl.c zmalloc.c fin.c files.c matherr.c fcall.c version.c regexp.c
}

cd "$work"
[ $# -ge 2 ] && programs=("${@:2}") || programs=(sqlite3 minigzip jq bzip2 mawk)
echo "Fetching the sources ..."
download zlib sqlite3 libonig jq bzip2 mawk || exit 3
echo "Building ${programs[*]} ..."
building=()
for program in "${programs[@]}"; do ("$program") & building+=($!); done
for one in "${building[@]}"; do wait "$one"; done
mv "$work"/*.wasm "$out"
[ -z "${NATIVE:-}" ] || mv "$work"/*.native "$out"
sort "$work/versions.txt" >"$out/versions.txt"
(cd "$out" && wc -c ./*.wasm && cat versions.txt)
