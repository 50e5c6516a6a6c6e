"""Continues this folder's run with Hugging Face's Trainer; for models of GPT-2's shape.

    pip install torch transformers accelerate
    python hugging_face.py                                                  one GPU
    torchrun --standalone --nproc_per_node=8 hugging_face.py                eight GPUs of one machine
    python hugging_face.py --set steps=20000                                more steps than the run was begun with
    python hugging_face.py --bf16 --report_to tensorboard                   any of TrainingArguments

The Trainer begins with the run's weights, AdamW's moments and place in the schedule. It shuffles the run's windows, and
predicts nothing from the last token of each: its loss is comparable, not equal. At the end it writes what train.py
writes, so that the site goes on from there.
"""

import argparse
import time
from pathlib import Path

import torch
from glassformer.batches import Batches
from glassformer.checkpoint import Run
from glassformer.optimiser import Optimiser, learning_rate
from glassformer.safetensors import write_safetensors
from transformers import GPT2LMHeadModel, HfArgumentParser, Trainer, TrainingArguments


class Windows(torch.utils.data.Dataset):
    """The windows of all steps that are left, drawn as the site would draw them."""

    def __init__(self, batches, steps):
        self.tokens, self.T = batches.tokens["train"], batches.T
        places = len(self.tokens) - self.T
        self.starts = [batches.random.integer(places) for _ in range(steps * batches.B)]

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        start = self.starts[index]
        ids = torch.from_numpy(self.tokens[start : start + self.T].astype("int64"))
        return dict(input_ids=ids, labels=ids)


def main():
    folder = Path(__file__).parent
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--set", action="append", default=[])
    own, others = parser.parse_known_args()
    run = Run(folder)
    run.change(own.set)
    train, state, first = run.train, run.state, run.state["step"]
    if "GPT2LMHeadModel" not in (folder / "config.json").read_text():
        raise SystemExit("This model is not of GPT-2's shape: continue it with train.py.")
    if train["batching"] != "windows":
        raise SystemExit("This run trains on documents: continue it with train.py.")
    left = train["steps"] - first
    if left <= 0:
        raise SystemExit(f"The run has done all of its {train['steps']} steps: raise them with --set steps=N.")

    defaults = ["--output_dir", str(folder / "trainer"), "--report_to", "none", "--save_strategy", "no"]
    (settings,) = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses([*defaults, *others])
    pieces = train["accumulationSteps"]
    share, rest = divmod(train["batchSize"], settings.world_size * pieces)
    if rest:
        raise SystemExit(f"batchSize is {train['batchSize']}, which {settings.world_size} processes do not divide.")
    settings.per_device_train_batch_size = share
    settings.gradient_accumulation_steps = pieces
    settings.max_steps = left
    settings.max_grad_norm = train["clipNorm"]
    settings.seed = train["seed"]

    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).to(settings.device)
    named = dict(model.named_parameters())
    optimiser = Optimiser(run, named)
    batches = Batches(run)
    for group in optimiser.inner.param_groups:
        group["lr"] = 1.0  # which the schedule multiplies
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser.inner, lambda i: learning_rate(first + i, train))
    trainer = Trainer(
        model=model,
        args=settings,
        train_dataset=Windows(batches, left),
        optimizers=(optimiser.inner, schedule),
    )
    start = time.perf_counter()
    losses = trainer.train()
    if not trainer.is_world_process_zero():
        return
    state["step"] = first + losses.global_step
    state["seconds"] += time.perf_counter() - start
    state["random"] = batches.random.state()
    state["adapter"] = f"Hugging Face's Trainer, PyTorch {torch.__version__}, {settings.world_size} x {settings.device.type}"
    state["history"] += [
        dict(step=first + entry["step"], trainLoss=entry["loss"], validationLoss=None)
        for entry in trainer.state.log_history
        if "loss" in entry
    ]
    run.save(named, *optimiser.moments())
    tokens = {part: torch.from_numpy(ids.astype("int32")) for part, ids in batches.tokens.items()}
    run.save(named, *optimiser.moments(), "run.safetensors", tokens)
    write_safetensors(folder / "model.safetensors", named, {"format": "pt"})
    print(f"Wrote checkpoint.safetensors, run.safetensors and model.safetensors at step {state['step']}.")


if __name__ == "__main__":
    main()
