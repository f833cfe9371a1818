# SPDX-License-Identifier: Apache-2.0
"""Trains a small network on two spirals with one set of parameters and writes its row. python3 train.py TASK EPOCHS

The network has one hidden layer of tanh and is trained by plain stochastic gradient descent, in the interpreter alone.
"""
import math
import random
import sys

RATES = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
WIDTHS = [4, 8, 16, 32]


def spirals(seed, count):
    chance = random.Random(seed)
    for i in range(count):
        turn = 0.4 + 4.6 * chance.random()
        side = i % 2
        angle = 1.6 * turn + math.pi * side
        yield (turn / 5 * math.cos(angle) + chance.gauss(0, 0.02), turn / 5 * math.sin(angle) + chance.gauss(0, 0.02)), side


def forward(net, point):
    hidden = [math.tanh(a * point[0] + b * point[1] + c) for a, b, c in net["in"]]
    score = net["bias"] + sum(w * h for w, h in zip(net["out"], hidden))
    return hidden, 1 / (1 + math.exp(-max(-30, min(30, score))))


def train(rate, width, epochs):
    chance = random.Random(1)
    net = {
        "in": [[chance.gauss(0, 2), chance.gauss(0, 2), chance.gauss(0, 1)] for _ in range(width)],
        "out": [chance.gauss(0, 0.5) for _ in range(width)],
        "bias": 0.0,
    }
    points = list(spirals(2, 300))
    for epoch in range(1, epochs + 1):
        chance.shuffle(points)
        loss = 0.0
        for point, side in points:
            hidden, guess = forward(net, point)
            loss -= math.log(max(1e-12, guess if side else 1 - guess))
            slope = guess - side
            for i, h in enumerate(hidden):
                inner = slope * net["out"][i] * (1 - h * h)
                net["out"][i] -= rate * slope * h
                for k, x in enumerate((point[0], point[1], 1.0)):
                    net["in"][i][k] -= rate * inner * x
            net["bias"] -= rate * slope
        print(f"::progress {100 * epoch / epochs:.1f}", file=sys.stderr)
        print(f"::metric loss {loss / len(points):.6f} {epoch}", file=sys.stderr)
    return net, loss / len(points)


task, epochs = int(sys.argv[1]), int(sys.argv[2])
rate, width = RATES[task % len(RATES)], WIDTHS[task // len(RATES)]
print(f"::message rate {rate}, {width} neurons", file=sys.stderr)
net, loss = train(rate, width, epochs)
right = [(forward(net, point)[1] > 0.5) == bool(side) for point, side in spirals(3, 1000)]
with open("row.csv", "w", encoding="ascii") as row:
    row.write(f"{width},{rate},{loss:.4f},{sum(right) / len(right):.4f}\n")
