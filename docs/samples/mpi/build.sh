#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes bin/heat with Debian's mpicc; -ffp-contract=off: the same sums on every processor.
set -eu
mkdir -p "${1:-bin}"
mpicc.openmpi -O2 -ffp-contract=off -o "${1:-bin}"/heat "$(dirname "$0")"/heat.c
