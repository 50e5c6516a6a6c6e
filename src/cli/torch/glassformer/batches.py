"""The batches of a run, drawn by the generator that drew them in the browser: the very same windows come next."""

import json

import numpy as np
import torch

MASK = 0xFFFFFFFF


def signed(word):
    return word - 2**32 if word >= 2**31 else word


class Random:
    """sfc32 (Chris Doty-Humphrey, PractRand), whose state is four 32-bit integers, seeded through splitmix32."""

    def __init__(self, seed):
        if isinstance(seed, int):
            x = seed & MASK
            words = []
            for _ in range(3):
                x = (x + 0x9E3779B9) & MASK
                z = ((x ^ (x >> 16)) * 0x85EBCA6B) & MASK
                z = ((z ^ (z >> 13)) * 0xC2B2AE35) & MASK
                words.append(z ^ (z >> 16))
            self.words = [*words, 1]
            for _ in range(12):
                self.uint32()
        else:
            self.words = [word & MASK for word in seed]

    def uint32(self):
        a, b, c, counter = self.words
        total = (a + b + counter) & MASK
        self.words = [
            b ^ (b >> 9),
            (c + (c << 3)) & MASK,
            ((((c << 21) & MASK) | (c >> 11)) + total) & MASK,
            (counter + 1) & MASK,
        ]
        return total

    def integer(self, n):
        """Uniform in [0, n)."""
        return int(self.uint32() / 2**32 * n)

    def state(self):
        return [signed(word) for word in self.words]


class Batch:
    """inputs, targets [B, T] int64; a target is -1 where there is nothing to predict; padding [B, T] bool or None."""

    def __init__(self, inputs, targets, padding=None):
        self.inputs, self.targets, self.padding = inputs, targets, padding
        self.count = int((targets >= 0).sum())

    def rows(self, start, end):
        return Batch(self.inputs[start:end], self.targets[start:end], None if self.padding is None else self.padding[start:end])

    def to(self, device):
        self.inputs, self.targets = self.inputs.to(device), self.targets.to(device)
        self.padding = self.padding.to(device) if self.padding is not None else None
        return self


class Batches:
    """The run's text, train.bin and val.bin in `corpus/`, as windows from anywhere or as documents."""

    def __init__(self, run):
        self.folder, train = run.folder / "corpus", run.train
        self.B, self.T = train["batchSize"], run.model["blockSize"]
        self.seed, self.count, self.one = train["seed"], train["evalBatches"], train["overfitOneBatch"]
        self.tokens = {part: np.fromfile(self.folder / f"{part}.bin", dtype="<u2") for part in ("train", "val")}
        for part, tokens in self.tokens.items():
            if len(tokens) <= self.T:
                raise SystemExit(f"{part}.bin has {len(tokens)} tokens, too few for a context of {self.T}.")
        self.documents = None
        if train["batching"] == "documents":
            self.documents = json.loads((self.folder / "documents.json").read_text())
        self.random = Random(run.state["random"])

    def next(self):
        """The batch of the next update: B rows, whatever the number of processes."""
        return self.draw("train", Random(self.random.words) if self.one else self.random)

    def validation(self):
        """The fixed batches that every estimate of the validation loss is made on."""
        random = Random(self.seed)
        return [self.draw("val", random) for _ in range(self.count)]

    def draw(self, part, random):
        tokens, T = self.tokens[part], self.T
        if self.documents:
            return self.draw_documents(part, random)
        starts = [random.integer(len(tokens) - T) for _ in range(self.B)]
        windows = torch.from_numpy(np.stack([tokens[s : s + T + 1] for s in starts]).astype(np.int64))
        return Batch(windows[:, :-1], windows[:, 1:])

    def draw_documents(self, part, random):
        tokens, T = self.tokens[part], self.T
        starts = self.documents[part]
        ends = [*starts[1:], len(tokens)]
        usable = [(start, end) for start, end in zip(starts, ends) if end - start >= 2]
        inputs = torch.full((self.B, T), self.documents["paddingId"])
        targets, padding = torch.full((self.B, T), -1), torch.ones(self.B, T, dtype=torch.bool)
        for row in range(self.B):
            first, last = usable[random.integer(len(usable))]
            spare = last - first - T
            start = first + (random.integer(spare + 1) if spare > 0 else 0)
            piece = torch.from_numpy(tokens[start : min(start + T + 1, last)].astype(np.int64))
            inputs[row, : min(T, last - start)] = piece[:T]
            targets[row, : len(piece) - 1] = piece[1:]
            padding[row, : min(T, last - start)] = False
        return Batch(inputs, targets, padding)
