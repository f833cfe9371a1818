# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Where the tests run daemons and sandboxes: a scratch folder; as root also an unprivileged user and a cgroup subtree of its own.

TEST_USER=pctest
SCRATCH=''
CGROUPS=()

host_prepare() {
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/pctest-XXXXXX")
  chmod 755 "$SCRATCH"
  mkdir -m 1777 "$SCRATCH/tmp"
  # Everything started from here on carries the mark, so that host_clean finds what is left of it.
  export PEERCOMPUTE_TEST_RUN=$SCRATCH TMPDIR=$SCRATCH/tmp
  export PEERCOMPUTE_TEST_BIN=$ROOT/artifacts/bin/PeerCompute.Cli/release
  DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
  export DOTNET_ROOT
  [ "$(id -u)" -eq 0 ] || return 0

  if ! make_user; then
    echo "No user $TEST_USER could be made: the sandbox tests that need one are skipped."
    return 0
  fi
  cp -r "$PEERCOMPUTE_TEST_BIN" "$SCRATCH/bin" && chmod -R go+rX "$SCRATCH/bin"
  export PEERCOMPUTE_TEST_BIN=$SCRATCH/bin PEERCOMPUTE_TEST_USER=$TEST_USER
  tests/lib/as-user test -x "$DOTNET_ROOT/dotnet" || echo "The user $TEST_USER cannot run $DOTNET_ROOT/dotnet: put the SDK where everybody may read it."
  make_cgroup
}

make_user() {
  id "$TEST_USER" >/dev/null 2>&1 && return 0
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$TEST_USER"
}

# A subtree that the user owns, for what bounds a job. Version 2 has one folder for all controllers, version 1 one each.
make_cgroup() {
  local controller folder list=''
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    folder=/sys/fs/cgroup/${SCRATCH##*/}
    if { echo '+memory +pids' >/sys/fs/cgroup/cgroup.subtree_control && mkdir "$folder" "$folder/shell" &&
      chown -R "$TEST_USER" "$folder" && echo '+memory +pids' >"$folder/cgroup.subtree_control"; } 2>/dev/null; then
      list="memory=$folder,pids=$folder"
      CGROUPS=("$folder/shell" "$folder")
    fi
  else
    for controller in memory pids cpu cpuacct freezer; do
      folder=$(controller_folder "$controller")/${SCRATCH##*/}
      if mkdir "$folder" 2>/dev/null && chown -R "$TEST_USER" "$folder"; then
        list=${list:+$list,}$controller=$folder
        CGROUPS+=("$folder")
      fi
    done
  fi
  if [ -n "$list" ]; then
    export PEERCOMPUTE_TEST_CGROUP=$list
  else
    echo "No cgroup subtree could be delegated: limits by cgroup are not proven here."
  fi
}

# Version 1: the folder of our own group below the controller's mount.
controller_folder() {
  local mount own
  mount=$(awk -v c="$1" '$3 == "cgroup" && ("," $4 ",") ~ ("," c ",") {print $2; exit}' /proc/mounts)
  own=$(awk -F : -v c="$1" '("," $2 ",") ~ ("," c ",") {print $3; exit}' /proc/self/cgroup)
  if [ -d "$mount$own" ]; then echo "${mount}${own%/}"; else echo "${mount:-/nonexistent}"; fi
}

# Ends what the tests left running, by the mark in its environment or by its cgroup, and removes what they left lying.
host_clean() {
  local status=$? pid folder
  if [ -n "$SCRATCH" ]; then
    for pid in $(grep -lszF "PEERCOMPUTE_TEST_RUN=$SCRATCH" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3); do
      [ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null
    done
    for folder in ${CGROUPS[@]+"${CGROUPS[@]}"}; do
      find "$folder" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r pid; do kill -KILL "$pid" 2>/dev/null; done
      find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null
    done
    rm -rf "$SCRATCH"
  fi
  rm -rf "${RESULTS:-}"
  exit "$status"
}
