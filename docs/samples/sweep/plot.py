# SPDX-License-Identifier: Apache-2.0
"""Draws a sweep: a square for each set of parameters, rates from left to right, neurons from top to bottom; the more is right the lighter, the best framed.

python3 plot.py sweep.csv sweep.png
"""
import struct
import sys
import zlib

SIDE = 60
rows = [line.split(",") for line in open(sys.argv[1], encoding="ascii").read().splitlines()]
right = {(int(width), float(rate)): float(share) for width, rate, _, share in rows}
widths, rates = sorted({w for w, _ in right}), sorted({r for _, r in right})
best = max(right, key=right.get)


def colour(x, y):
    at = widths[y // SIDE], rates[x // SIDE]
    edge = min(x % SIDE, y % SIDE, SIDE - 1 - x % SIDE, SIDE - 1 - y % SIDE)
    if edge < 2 or (edge < 6 and at == best):
        return (230, 60, 40) if at == best and edge >= 2 else (255, 255, 255)
    share = max(0.0, min(1.0, (right[at] - 0.5) * 2))
    return tuple(round(a + (b - a) * share) for a, b in zip((38, 20, 72), (250, 230, 90)))


width, height = SIDE * len(rates), SIDE * len(widths)
lines = b"".join(b"\0" + bytes(c for x in range(width) for c in colour(x, y)) for y in range(height))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


with open(sys.argv[2], "wb") as picture:
    picture.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                  + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
print(f"best: {best[0]} neurons, rate {best[1]}: {right[best]:.1%} right")
