#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# program.sh FOLDER OUTPUT PROGRAM ARGUMENT...: runs a program in a folder once for each line read, standard output into a file, and answers the seconds of
# processor time that it took and the SHA-256 of what it wrote.
output=$2 TIMEFORMAT='%U %S'
cd "$1" || exit 1
while read -r _; do
  took=$( { time "${@:3}" >"$output" 2>/dev/null; } 2>&1 )
  echo "$(awk '{ print $1 + $2 }' <<<"$took") $(sha256sum <"$output" | cut -d' ' -f1)"
done
