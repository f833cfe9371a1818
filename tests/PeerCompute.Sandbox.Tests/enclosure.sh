#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes one attempt without the product's walls, where it can harm nothing: enclosure.sh FOLDER ATTEMPTS USER GROUPS ATTEMPT [ARGUMENT...]
#   FOLDER    an empty folder; its mounts are seen in the enclosure only
#   ATTEMPTS  the program of the attempts
#   USER      the unprivileged user that makes the attempt, by name
#   GROUPS    the cgroup.procs files of the outer control group, separated by colons: 512 MiB, 256 processes
# Root starts it. Inside are a root of 64 MiB of memory and 16 384 files, a copy of /usr to read, a few harmless devices, own processes, network,
# host name and IPC. When the first process ends, the kernel ends every other.
set -eu

if [ "${1:-}" != inside ]; then
  rest=${4:?}:
  while [ -n "$rest" ]; do
    echo $$ >"${rest%%:*}"
    rest=${rest#*:}
  done
  exec unshare --fork --kill-child --pid --mount --net --ipc --uts --propagation private -- "$0" inside "$@"
fi

shift
root=$1 attempts=$2 user=$(id -u "$3")
shift 4
mount -t tmpfs -o size=64m,nr_inodes=16384,mode=755 tmpfs "$root"
cd "$root"
mkdir usr proc sys sys/kernel dev dev/pts dev/shm tmp home job job/in job/out etc outside
for folder in bin sbin lib lib32 lib64 libx32; do [ ! -e "/$folder" ] || ln -s "usr/$folder" "$folder"; done
mount --bind /usr usr
mount -o remount,bind,ro usr
mount -t proc proc proc
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
# Decoys: harmless things by the names of harmful ones.
: >dev/fuse
mount --bind /dev/null dev/fuse
for decoy in sys/kernel/uevent_helper etc/core_pattern; do : >"$decoy" && chmod 666 "$decoy"; done
mount --bind etc/core_pattern proc/sys/kernel/core_pattern
echo input >job/in/0
cp "$attempts" job/attempts
cp "$attempts" job/setuid
chmod 755 job/attempts
chmod 4755 job/setuid
chmod 1777 tmp dev/shm
chown "$user" home job job/in/0 job/out
"$attempts" loopback
pivot_root . outside
umount -l /outside
exec setpriv --reuid="$user" --regid="$user" --clear-groups -- /job/attempts open "$@" \
  out=/job/out result=result input=/job/in/0 setuid=/job/setuid program=/job/attempts memory=400 disk=48 files=12000
