"""Times a training step of the same shapes in PyTorch: what `npm run bench -- gpu` compares ours with.

    python3 pytorchStep.py '{"nLayer": 4, "nHead": 4, "nEmbd": 128, "nInner": 512, "blockSize": 64, "vocabSize": 65, "batchSize": 12}'

Prints one JSON object a line, for `eager` and, where there is one, for `compile` (torch.compile): float32 with TF32 off,
fused attention and fused AdamW where this version has them, on a GPU if PyTorch sees one.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

ROUNDS = 5
SECONDS_A_ROUND = 2


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        C, self.heads = c["nEmbd"], c["nHead"]
        self.ln_1, self.ln_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.attn, self.proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.up, self.down = nn.Linear(C, c["nInner"]), nn.Linear(c["nInner"], C)

    def attend(self, x):
        B, T, C = x.shape
        q, k, v = (part.view(B, T, self.heads, C // self.heads).transpose(1, 2) for part in self.attn(x).split(C, 2))
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            hidden = torch.ones(T, T, dtype=torch.bool, device=x.device).triu(1)
            scores = (q @ k.transpose(2, 3)) / q.shape[-1] ** 0.5
            y = scores.masked_fill(hidden, float("-inf")).softmax(-1) @ v
        return self.proj(y.transpose(1, 2).reshape(B, T, C))

    def forward(self, x):
        x = x + self.attend(self.ln_1(x))
        return x + self.down(F.gelu(self.up(self.ln_2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(c["vocabSize"], c["nEmbd"]), nn.Embedding(c["blockSize"], c["nEmbd"])
        self.blocks = nn.ModuleList(Block(c) for _ in range(c["nLayer"]))
        self.ln_f = nn.LayerNorm(c["nEmbd"])
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids, targets):
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = self.ln_f(x) @ self.wte.weight.T
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def optimiser_of(model, device):
    settings = dict(lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    if device == "cuda":
        try:
            return torch.optim.AdamW(model.parameters(), fused=True, **settings)
        except (TypeError, RuntimeError):
            pass  # an older PyTorch
    return torch.optim.AdamW(model.parameters(), **settings)


def time_steps(variant, c, device):
    torch.manual_seed(1)
    model = Gpt(c).to(device)
    optimiser = optimiser_of(model, device)
    run = torch.compile(model) if variant == "compile" else model
    batch = torch.randint(c["vocabSize"], (2, c["batchSize"], c["blockSize"]), device=device)

    def steps(count):
        for _ in range(count):
            optimiser.zero_grad(set_to_none=True)
            loss = run(batch[0], batch[1])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
        loss.item()  # waits for the device

    steps(3)
    start = time.perf_counter()
    steps(1)
    count = max(1, round(SECONDS_A_ROUND / (time.perf_counter() - start)))
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        steps(count)
        times.append(1000 * (time.perf_counter() - start) / count)
    median = statistics.median(times)
    return dict(
        variant=variant,
        device=torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} CPU threads",
        torch=torch.__version__,
        msPerStep=dict(median=median, min=min(times), max=max(times)),
        tokensPerSecond=1000 * c["batchSize"] * c["blockSize"] / median,
    )


def main():
    config = json.loads(sys.argv[1])
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # torch.compile needs a compiler of its own for the CPU, which many machines lack.
    variants = ["eager"] + (["compile"] if device == "cuda" and hasattr(torch, "compile") else [])
    for variant in variants:
        print(json.dumps(time_steps(variant, config, device)), flush=True)


main()
