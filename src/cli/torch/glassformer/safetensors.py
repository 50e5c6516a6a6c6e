"""Safetensors files of float32 tensors and of lists of uint16, by nothing but PyTorch.

A file is the length of its header as u64, the header as JSON, and the arrays' little-endian bytes one after another
(https://github.com/huggingface/safetensors, "Format").
"""

import json
import os
import struct
from pathlib import Path

import torch

METADATA = "__metadata__"


def read_safetensors(path):
    """-> tensors by name (float32; int32 for lists of uint16), metadata."""
    data = bytearray(Path(path).read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop(METADATA, {})
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        if entry["dtype"] not in ("F32", "U16"):
            raise SystemExit(f"{path}: {name} is {entry['dtype']}; only F32 and U16 are read here.")
        kind = torch.float32 if entry["dtype"] == "F32" else torch.int16
        # A copy: frombuffer asks for an aligned place, which the file does not promise.
        flat = torch.frombuffer(data[start:end], dtype=kind) if end > start else torch.empty(0, dtype=kind)
        if kind == torch.int16:  # PyTorch before 2.3 has no uint16
            flat = flat.int() & 0xFFFF
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    """Writes float32 tensors, and integers as lists of uint16, beside the place and then moves them there: an
    interruption leaves the old file whole."""
    header, arrays, offset = {METADATA: metadata}, [], 0
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            dtype, array = "F32", tensor.detach().float().cpu().contiguous()
        else:
            dtype, array = "U16", tensor.to(torch.int16).cpu().contiguous()
        size = array.numel() * array.element_size()
        header[name] = dict(dtype=dtype, shape=list(array.shape), data_offsets=[offset, offset + size])
        arrays.append(array)
        offset += size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    part = Path(f"{path}.part")
    with open(part, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays:
            file.write(array.numpy().tobytes())
    os.replace(part, path)
