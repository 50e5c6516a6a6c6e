"""The model, every part of it that the browser can train, with parameters under the names of the file.

Those are Hugging Face's GPT-2's where GPT-2 has the part, and linear layers are stored input x output, as there.
Shapes: B batch, T tokens, C width, H heads, K heads of keys and values, D = C / H, V vocabulary.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

EPSILON = 1e-5
ROTARY_BASE = 10000


class Linear(nn.Module):
    """x W + b."""

    def __init__(self, inputs, outputs, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.empty(outputs)) if bias else None

    def forward(self, x):
        return F.linear(x, self.weight.t(), self.bias)


class Norm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.kind = c["norm"]
        if self.kind != "none":
            self.weight = nn.Parameter(torch.empty(c["nEmbd"]))
        if self.kind == "layerNorm":
            self.bias = nn.Parameter(torch.empty(c["nEmbd"])) if c["bias"] else None

    def forward(self, x):
        if self.kind == "layerNorm":
            return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, EPSILON)
        if self.kind == "rmsNorm":
            return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON) * self.weight
        return x


def alibi_slopes(heads):
    """Press, Smith & Lewis 2022: 2^(-8/H), 2^(-16/H), ...; for other counts every other one of the next power's."""

    def powers(count):
        return [2 ** (-8 * (h + 1) / count) for h in range(count)]

    whole = 2 ** int(math.log2(heads))
    return powers(whole) + powers(2 * whole)[::2][: heads - whole]


def rotate(x):
    """Rotary positions (Su et al. 2021), pairs i and i + D/2: [B, H, T, D] -> the same."""
    T, D = x.shape[-2:]
    rates = ROTARY_BASE ** (-torch.arange(0, D, 2, device=x.device, dtype=torch.float64) / D)
    angles = torch.arange(T, device=x.device, dtype=torch.float64)[:, None] * rates
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(nn.Module):
    def __init__(self, c, dropout, residual_dropout):
        super().__init__()
        C, self.H, self.K = c["nEmbd"], c["nHead"], c["nKvHead"]
        self.c, self.D, self.dropout, self.residual_dropout = c, C // self.H, dropout, residual_dropout
        self.c_attn = Linear(C, C + 2 * self.K * self.D, c["bias"])
        self.c_proj = Linear(C, C, c["bias"])

    def forward(self, x, padding):
        q, k, v = self.c_attn(x).split([self.H * self.D, self.K * self.D, self.K * self.D], -1)
        q, k, v = (z.unflatten(-1, (-1, self.D)).transpose(1, 2) for z in (q, k, v))
        if self.c["position"] == "rope":
            q, k = rotate(q), rotate(k)
        k, v = (z.repeat_interleave(self.H // self.K, 1) for z in (k, v))
        y = self.c_proj(self.mix(q, k, v, padding).transpose(1, 2).flatten(2))
        return F.dropout(y, self.residual_dropout, self.training)

    def mix(self, q, k, v, padding):
        dropout = self.dropout if self.training else 0.0
        causal, alibi = self.c["causal"], self.c["position"] == "alibi"
        if padding is None and not alibi and hasattr(F, "scaled_dot_product_attention"):
            return F.scaled_dot_product_attention(q, k, v, is_causal=causal, dropout_p=dropout)
        T = q.shape[-2]
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.D)
        places = torch.arange(T, device=q.device)
        if alibi:
            slopes = torch.tensor(alibi_slopes(self.H), device=q.device)
            scores = scores - slopes[:, None, None] * (places[:, None] - places).abs()
        hidden = torch.zeros(T, T, dtype=torch.bool, device=q.device)
        if causal:
            hidden = places > places[:, None]
        if padding is not None:
            hidden = hidden | padding[:, None, None]
        weights = F.softmax(scores.masked_fill(hidden, -math.inf), -1)
        return F.dropout(weights, dropout) @ v


class FeedForward(nn.Module):
    def __init__(self, c, residual_dropout):
        super().__init__()
        self.kind, self.residual_dropout = c["activation"], residual_dropout
        if self.kind == "swiGlu":
            self.c_gate = Linear(c["nEmbd"], c["nInner"], c["bias"])
        self.c_fc = Linear(c["nEmbd"], c["nInner"], c["bias"])
        self.c_proj = Linear(c["nInner"], c["nEmbd"], c["bias"])

    def forward(self, x):
        y = self.c_fc(x)
        if self.kind == "swiGlu":
            y = F.silu(self.c_gate(x)) * y
        elif self.kind == "relu":
            y = F.relu(y)
        else:
            y = F.gelu(y, approximate="tanh" if self.kind == "gelu" else "none")
        return F.dropout(self.c_proj(y), self.residual_dropout, self.training)


class Block(nn.Module):
    def __init__(self, c, train):
        super().__init__()
        self.pre, self.residual = c["normPlacement"] == "pre", c["residual"]
        self.ln_1, self.ln_2 = Norm(c), Norm(c)
        self.attn = Attention(c, train["attentionDropout"], train["residualDropout"])
        self.mlp = FeedForward(c, train["residualDropout"])

    def forward(self, x, padding):
        for norm, layer in ((self.ln_1, lambda y: self.attn(y, padding)), (self.ln_2, self.mlp)):
            y = layer(norm(x) if self.pre else x)
            x = x + y if self.residual else y
            x = x if self.pre else norm(x)
        return x


class Transformer(nn.Module):
    def __init__(self, c, train):
        super().__init__()
        self.c, self.dropout = c, train["embeddingDropout"]
        self.wte = nn.Embedding(c["vocabSize"], c["nEmbd"])
        if c["position"] == "learned":
            self.wpe = nn.Embedding(c["blockSize"], c["nEmbd"])
        self.h = nn.ModuleList(Block(c, train) for _ in range(c["nLayer"]))
        if c["normPlacement"] == "pre":
            self.ln_f = Norm(c)

    def forward(self, ids, padding):
        x = self.wte(ids)
        T, C = x.shape[1:]
        if self.c["position"] == "learned":
            x = x + self.wpe.weight[:T]
        elif self.c["position"] == "sinusoidal":
            x = x * math.sqrt(C) + sinusoids(T, C).to(x)
        x = F.dropout(x, self.dropout, self.training)
        for block in self.h:
            x = block(x, padding)
        return self.ln_f(x) if self.c["normPlacement"] == "pre" else x


def sinusoids(T, C):
    """Vaswani et al. 2017, section 3.5: [T, C]."""
    angles = torch.arange(T).double()[:, None] / 10000 ** (torch.arange(0, C, 2).double() / C)
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :C].float()


class Model(nn.Module):
    """ids [B, T] -> logits [B, T, V]."""

    def __init__(self, run):
        super().__init__()
        c = run.model
        if c["architecture"] != "transformer":
            raise SystemExit(f"This run trains the model “{c['architecture']}”, which needs no GPU: continue it in the site.")
        self.transformer = Transformer(c, run.train)
        if not c["tiedHead"]:
            self.lm_head = nn.Linear(c["nEmbd"], c["vocabSize"], bias=False)
        self.load_state_dict(run.parameters)

    def forward(self, ids, padding=None):
        x = self.transformer(ids, padding)
        return F.linear(x, self.lm_head.weight if hasattr(self, "lm_head") else self.transformer.wte.weight)


class HuggingFaceModel(nn.Module):
    """The same through transformers' GPT2LMHeadModel, for models of GPT-2's shape."""

    def __init__(self, run):
        super().__init__()
        from transformers import GPT2LMHeadModel

        self.inner = GPT2LMHeadModel.from_pretrained(run.folder, attn_implementation="eager", dtype=torch.float32)
        own = dict(self.inner.named_parameters())
        if own.keys() != run.parameters.keys():
            raise SystemExit("GPT2LMHeadModel has other parameters than this run: leave out --model transformers.")
        with torch.no_grad():
            for name, parameter in own.items():
                parameter.copy_(run.parameters[name])

    def forward(self, ids, padding=None):
        return self.inner(ids, attention_mask=None if padding is None else (~padding).long()).logits


def parameters_of(model):
    """The parameters by the names of the file, whatever the model is wrapped in."""
    return {name.removeprefix("inner."): parameter for name, parameter in model.named_parameters()}
