"""Continues this folder's run in PyTorch, on as many processes as torchrun starts.

    python train.py                                              one GPU, or the processor where there is none
    torchrun --standalone --nproc_per_node=8 train.py            eight GPUs of one machine
    torchrun --nnodes=2 --nproc_per_node=8 --rdzv_backend=c10d --rdzv_endpoint=HOST:29500 train.py
                                                                 two machines with a folder that both see

The windows of each step are those that the site would have drawn: a batch is divided among the processes, their
gradients are averaged, clipped and applied, so that their number changes nothing but the order of sums. Ctrl-C saves
first. What comes back, in this folder: checkpoint.safetensors (`npm run train -- --resume` goes on from it),
run.safetensors (the same with its text, for the site's lab), best.safetensors and model.safetensors.
"""

import argparse
import math
import os
import signal
import time
from contextlib import nullcontext
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from glassformer.batches import Batches
from glassformer.checkpoint import Run
from glassformer.model import HuggingFaceModel, Model, parameters_of
from glassformer.optimiser import Optimiser, learning_rate
from glassformer.safetensors import write_safetensors
from torch.nn.parallel import DistributedDataParallel


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--until", type=int, help="stop after this step of the run (its last)")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="change a setting: --set steps=20000 --set batchSize=512")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), help="of products (float32; bfloat16 where the run is mixed)")
    parser.add_argument("--model", choices=("own", "transformers"), default="own", help="transformers: GPT2LMHeadModel")
    parser.add_argument("--compile", action="store_true", help="torch.compile; needs PyTorch 2")
    parser.add_argument("--device", help="cuda or cpu")
    parser.add_argument("--save-interval", type=float, default=600, help="seconds between two savings (600)")
    return parser.parse_args()


class Processes:
    """This process among those that torchrun started; one by itself otherwise."""

    def __init__(self, device):
        self.rank, self.count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if kind == "cuda" else torch.device(kind)
        if kind == "cuda":
            torch.cuda.set_device(self.device)
        if self.count > 1:
            dist.init_process_group("nccl" if kind == "cuda" else "gloo")

    def wrap(self, model):
        if self.count == 1:
            return model
        return DistributedDataParallel(model, device_ids=[self.device.index] if self.device.type == "cuda" else None)

    def sum(self, *numbers):
        """The sums of numbers over all processes, the same for each."""
        total = torch.tensor(numbers, dtype=torch.float32, device=self.device)
        if self.count > 1:
            dist.all_reduce(total)
        return total.tolist()


class Trainer:
    def __init__(self, run, processes, arguments):
        self.run, self.processes, self.train, self.state = run, processes, run.train, run.state
        self.raw = (HuggingFaceModel if arguments.model == "transformers" else Model)(run).to(processes.device)
        self.named = parameters_of(self.raw)
        self.model = processes.wrap(torch.compile(self.raw) if arguments.compile else self.raw)
        self.optimiser = Optimiser(run, self.named)
        self.batches = Batches(run)
        precision = arguments.precision or ("bfloat16" if self.train.get("precision") == "mixed" else "float32")
        half = precision == "bfloat16"
        self.cast = lambda: torch.autocast(processes.device.type, torch.bfloat16) if half else nullcontext()
        self.fixed, self.started = None, time.perf_counter()
        self.is_asked_to_stop = False
        if self.batches.B % processes.count:
            raise SystemExit(f"batchSize is {self.batches.B}, which {processes.count} processes do not divide: use --set batchSize=N.")

    def loss(self, batch, smoothing=0.0):
        """The sum over a batch's targets of -ln p, nats."""
        batch = batch.to(self.processes.device)
        with self.cast():
            logits = self.model(batch.inputs, batch.padding)
        logits, targets = logits.float().flatten(0, 1), batch.targets.flatten()
        return F.cross_entropy(logits, targets, ignore_index=-1, reduction="sum", label_smoothing=smoothing)

    def gradients(self, batch):
        """Leaves the whole batch's mean gradient in every process; -> its mean loss, and whether anyone is to stop."""
        rank, count = self.processes.rank, self.processes.count
        share = self.batches.B // count
        rows = max(1, self.batches.B // self.train["accumulationSteps"])
        starts = range(rank * share, (rank + 1) * share, rows)
        # Processes may differ in targets where rows are documents: each counts by its share of all of them.
        scale, total = count / max(1, batch.count), 0.0
        for start in starts:
            piece = batch.rows(start, min(start + rows, (rank + 1) * share))
            last = start == starts[-1]
            with nullcontext() if last or count == 1 else self.model.no_sync():
                loss = self.loss(piece, self.train["labelSmoothing"])
                (loss * scale).backward()
            total += loss.item()
        total, stop = self.processes.sum(total, float(self.is_asked_to_stop))
        return total / max(1, batch.count), stop > 0

    def step(self):
        """One update. -> whether to stop after it."""
        state, step = self.state, self.state["step"]
        torch.manual_seed(hash((self.train["seed"], step, self.processes.rank)))  # for dropout
        self.model.train()
        loss, stop = self.gradients(self.batches.next())
        norm = torch.nn.utils.clip_grad_norm_(self.named.values(), self.train["clipNorm"]).item()
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise SystemExit(f"The loss of step {step + 1} is not finite: the run diverged. Lower --set learningRate.")
        self.optimiser.step(step)
        state["step"] = step + 1
        point = dict(step=step + 1, trainLoss=loss, validationLoss=None, gradientNorm=norm, seconds=state["seconds"])
        state["history"].append(point)
        return stop

    @torch.no_grad()
    def measure(self):
        """Estimates the validation loss and records it. -> the loss, nats a token."""
        self.model.eval()
        self.fixed = self.fixed or self.batches.validation()
        mine = self.fixed[self.processes.rank :: self.processes.count]
        total, places = self.processes.sum(sum(self.loss(b).item() for b in mine), sum(b.count for b in mine))
        loss, history, step = total / places, self.state["history"], self.state["step"]
        if history and history[-1]["step"] == step:
            history[-1]["validationLoss"] = loss
        else:
            history.append(dict(step=step, trainLoss=None, validationLoss=loss))
        return loss

    def best(self):
        """-> the lowest validation loss, its step, and the estimates since."""
        best = (math.inf, 0, 0)
        for point in self.state["history"]:
            loss = point["validationLoss"]
            if loss is not None:
                best = (loss, point["step"], 0) if loss < best[0] else (*best[:2], best[2] + 1)
        return best

    def tick(self):
        now = time.perf_counter()
        self.state["seconds"] += now - self.started
        self.started = now

    def save(self, name="checkpoint.safetensors", tokens=None):
        """In the first process only; the others wait at the next step."""
        if self.processes.rank > 0:
            return
        self.tick()
        self.state["random"] = self.batches.random.state()
        self.state["adapter"] = f"PyTorch {torch.__version__} on {self.processes.count} x {self.device_name()}"
        self.run.save(self.named, *self.optimiser.moments(), name, tokens)

    def device_name(self):
        device = self.processes.device
        return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def main():
    arguments = read_arguments()
    run = Run(Path(__file__).parent)
    run.change(arguments.set)
    processes = Processes(arguments.device)
    trainer = Trainer(run, processes, arguments)
    say = print if processes.rank == 0 else lambda *_, **__: None

    def ask_to_stop(*_):
        trainer.is_asked_to_stop = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    train, state = run.train, run.state
    end = min(train["steps"], arguments.until or train["steps"])
    say(f"Step {state['step']} of {train['steps']} on {processes.count} x {trainer.device_name()}", flush=True)
    saved, first, start = time.perf_counter(), state["step"], time.perf_counter()
    while state["step"] < end:
        is_due = state["step"] % train["evalInterval"] == 0
        if is_due and not (state["history"] and state["history"][-1]["validationLoss"] is not None):
            say(f"step {state['step']}: validation {trainer.measure():.4f}", flush=True)
            if state["step"] > 0 and trainer.best()[1] == state["step"]:
                trainer.save("best.safetensors")
        if train["patience"] > 0 and trainer.best()[2] >= train["patience"]:
            say("The validation loss has stopped falling.")
            break
        stop = trainer.step()
        trainer.tick()
        if state["step"] % 10 == 0 or state["step"] == end:
            done, now = state["step"] - first, time.perf_counter()
            point, left = state["history"][-1], (end - state["step"]) * (now - start) / done
            rate = learning_rate(state["step"] - 1, train)
            say(f"step {state['step']} of {train['steps']}: loss {point['trainLoss']:.4f}, learning rate {rate:.2e}, {1000 * (now - start) / done:.1f} ms a step, {left:.0f} s left", flush=True)
        if stop:
            say("Stopped when asked to.")
            break
        if time.perf_counter() - saved > arguments.save_interval:
            trainer.save()
            saved = time.perf_counter()
    if state["step"] == train["steps"] and state["history"][-1]["validationLoss"] is None:
        say(f"step {state['step']}: validation {trainer.measure():.4f}")
    trainer.save()
    tokens = {part: torch.from_numpy(ids.astype("int32")) for part, ids in trainer.batches.tokens.items()}
    trainer.save("run.safetensors", tokens)
    files = ["checkpoint.safetensors", "run.safetensors"]
    # GPT-2's names and shapes are the run's own; Llama's are not.
    if "GPT2LMHeadModel" in (run.folder / "config.json").read_text():
        files.append("model.safetensors")
        if processes.rank == 0:
            write_safetensors(run.folder / "model.safetensors", trainer.named, {"format": "pt"})
    say(f"Wrote {', '.join(files)} at step {state['step']}.")
    if processes.count > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
