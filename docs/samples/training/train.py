# SPDX-License-Identifier: Apache-2.0
"""A small network learns a curve, and can be stopped at any step: what it had learnt goes on elsewhere, to the same bits."""
import os
import signal
import sys
import time

import torch

STEPS, EVERY = int(sys.argv[1]), int(sys.argv[2])
PAUSE = float(os.environ.get("PAUSE", "0"))
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
torch.manual_seed(7)

model = torch.nn.Sequential(torch.nn.Linear(1, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x = torch.linspace(-3, 3, 256).unsqueeze(1)
y = torch.sin(x)
losses = []

asked = []  # whether it was asked to end
signal.signal(signal.SIGTERM, lambda *_: asked.append(True))

resume = os.environ.get("PEERCOMPUTE_RESUME")
if resume:
    state = torch.load(os.path.join(resume, "state.pt"))
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["chance"])
    losses = state["losses"]
    print(f"::message goes on from step {len(losses)}", file=sys.stderr, flush=True)


def save():
    """Writes beside, then renames: a checkpoint is there as a whole, or the one before is."""
    os.makedirs("state", exist_ok=True)
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "chance": torch.get_rng_state(), "losses": losses},
        "state/state.pt.tmp")
    os.replace("state/state.pt.tmp", "state/state.pt")


while len(losses) < STEPS:
    batch = torch.randint(0, 256, (32,))
    loss = torch.nn.functional.mse_loss(model(x[batch]), y[batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if asked or len(losses) % EVERY == 0:
        save()
        print(f"::progress {100 * len(losses) / STEPS:.1f}", file=sys.stderr, flush=True)
        print(f"::metric loss {losses[-1]:.6f} {len(losses)}", file=sys.stderr, flush=True)
    if asked:
        sys.exit(0)
    time.sleep(PAUSE)

with open("loss.csv", "w", encoding="ascii") as out:
    out.writelines(f"{step},{loss.hex()}\n" for step, loss in enumerate(losses, 1))
