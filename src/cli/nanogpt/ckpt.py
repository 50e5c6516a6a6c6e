"""Turns nanogpt.safetensors into nanoGPT's ckpt.pt, and back.

    python ckpt.py to-pt      nanogpt.safetensors  out-glassformer/ckpt.pt
    python ckpt.py from-pt    out-glassformer/ckpt.pt  nanogpt.safetensors

A .pt file is a pickle, which may run anything when it is loaded: from-pt is for files of your own making. It asks
PyTorch 2 to load nothing but tensors and plain values.
"""

import json
import struct
import sys
from pathlib import Path

import torch

KEY = "nanogpt"
MOMENTS = {"first_moment.": "exp_avg", "second_moment.": "exp_avg_sq"}
# What the file's reader needs of nanoGPT's config; nanoGPT's defaults where a checkpoint lacks it.
SETTINGS = dict(batch_size=12, gradient_accumulation_steps=40, block_size=1024, max_iters=600000, learning_rate=6e-4, decay_lr=True, warmup_iters=2000, lr_decay_iters=600000, min_lr=6e-5, beta1=0.9, beta2=0.95, weight_decay=0.1, grad_clip=1.0, dropout=0.0, eval_interval=2000, eval_iters=200)  # fmt: skip
ARGUMENTS = ("n_layer", "n_head", "n_embd", "block_size", "bias", "vocab_size", "dropout")


def read(path):
    data = bytearray(Path(path).read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    contents = json.loads(header.pop("__metadata__")[KEY])
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(data[start:end], dtype=torch.float32).reshape(entry["shape"])
    return tensors, contents


def write(path, tensors, contents):
    header, arrays, offset = {"__metadata__": {"format": "pt", KEY: json.dumps(contents)}}, [], 0
    for name, tensor in tensors.items():
        array = tensor.detach().float().cpu().contiguous()
        size = 4 * array.numel()
        header[name] = dict(dtype="F32", shape=list(array.shape), data_offsets=[offset, offset + size])
        arrays.append(array)
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays:
            file.write(array.numpy().tobytes())


def optimiser(weights, config):
    """nanoGPT's AdamW over its parameters: matrices, which decay, and then the rest."""
    names = [name for name, w in weights.items() if w.dim() >= 2] + [name for name, w in weights.items() if w.dim() < 2]
    groups = [
        dict(params=[weights[name] for name in names if weights[name].dim() >= 2], weight_decay=config["weight_decay"]),
        dict(params=[weights[name] for name in names if weights[name].dim() < 2], weight_decay=0.0),
    ]
    betas = (config["beta1"], config["beta2"])
    return names, torch.optim.AdamW(groups, lr=config["learning_rate"], betas=betas)


def to_pt(source, target):
    tensors, contents = read(source)
    weights = {name: torch.nn.Parameter(t) for name, t in tensors.items() if not name.startswith(tuple(MOMENTS))}
    names, adamw = optimiser(weights, contents["config"])
    for name in names if contents["iter_num"] > 0 else []:
        state = {key: tensors[prefix + name] for prefix, key in MOMENTS.items() if prefix + name in tensors}
        if state:
            adamw.state[weights[name]] = dict(state, step=torch.tensor(float(contents["iter_num"])))
    model = {name: weight.detach() for name, weight in weights.items()}
    model["lm_head.weight"] = model["transformer.wte.weight"]
    checkpoint = dict(
        model=model,
        optimizer=adamw.state_dict(),
        model_args=contents["model_args"],
        iter_num=contents["iter_num"],
        best_val_loss=contents["best_val_loss"],
        config=dict(contents["config"], dataset="glassformer"),
    )
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, target)


def from_pt(source, target):
    # PyTorch 1 cannot tell plain numbers from what is unsafe.
    safe = {} if torch.__version__.startswith("1.") else dict(weights_only=True)
    checkpoint = torch.load(source, map_location="cpu", **safe)
    arguments = {name: checkpoint["model_args"][name] for name in ARGUMENTS if name in checkpoint["model_args"]}
    config = {name: checkpoint.get("config", {}).get(name, default) for name, default in SETTINGS.items()}
    contents = dict(
        version=1,
        model_args=dict(dict(bias=True, dropout=0.0), **arguments),
        iter_num=int(checkpoint.get("iter_num", 0)),
        best_val_loss=float(checkpoint.get("best_val_loss", 1e9)),
        config=config,
    )
    weights = {}
    for name, tensor in checkpoint["model"].items():
        name = name.removeprefix("_orig_mod.").removeprefix("module.")
        if not name.endswith((".attn.bias", ".attn.masked_bias")):
            weights[name] = tensor
    if torch.equal(weights["lm_head.weight"], weights["transformer.wte.weight"]):
        del weights["lm_head.weight"]
    tensors = dict(weights)
    state = checkpoint.get("optimizer", {}).get("state", {})
    names, _ = optimiser({name: torch.nn.Parameter(w) for name, w in weights.items()}, config)
    for number, name in enumerate(names if len(state) == len(names) else []):
        for prefix, key in MOMENTS.items():
            tensors[prefix + name] = state[number][key]
    write(target, tensors, contents)


if __name__ == "__main__":
    commands = {"to-pt": to_pt, "from-pt": from_pt}
    if len(sys.argv) != 4 or sys.argv[1] not in commands:
        raise SystemExit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
