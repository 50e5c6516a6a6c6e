"""The run's optimiser, begun where it stood, and its schedule of learning rates."""

import math

import torch


class Optimiser:
    """One of PyTorch's that updates as ours does, over the parameters by name; decay is for matrices and tables only."""

    def __init__(self, run, named):
        t, self.named, self.run = run.train, named, run
        decay = {True: t["weightDecay"], False: 0.0}
        groups = [
            dict(params=[p for p in named.values() if (p.dim() >= 2) == decays], weight_decay=decay[decays])
            for decays in (True, False)
        ]
        kind, betas = t["optimiser"], (t["beta1"], t["beta2"])
        if kind in ("adam", "adamW"):
            make = torch.optim.AdamW if kind == "adamW" else torch.optim.Adam
            self.inner = make(groups, lr=t["learningRate"], betas=betas, eps=t["epsilon"])
            self.keys = ("exp_avg", "exp_avg_sq")
        elif kind in ("sgd", "momentum"):
            momentum = t["momentum"] if kind == "momentum" else 0.0
            self.inner = torch.optim.SGD(groups, lr=t["learningRate"], momentum=momentum)
            self.keys = ("momentum_buffer",) if kind == "momentum" else ()
        else:
            raise SystemExit(
                f"The run's optimiser is {kind}, which PyTorch does not have as we do: continue it in the site, "
                "or change to AdamW with --set optimiser=adamW, which begins anew."
            )
        self.load(run)

    def load(self, run):
        stored = dict(zip(self.keys, (run.first, run.second)))
        if not all(moments.keys() == self.named.keys() for moments in stored.values()):
            return  # another optimiser's: this one begins anew
        for name, parameter in self.named.items():
            state = {key: moments[name].to(parameter).clone() for key, moments in stored.items()}
            if self.keys[1:]:
                state["step"] = torch.tensor(float(run.state["step"]))
            if state:
                self.inner.state[parameter] = state

    def moments(self):
        """-> first and second moments by name, zeros where there was no update yet."""
        kept = [
            {name: self.inner.state.get(p, {}).get(key, torch.zeros_like(p)) for name, p in self.named.items()}
            for key in self.keys
        ]
        return (*kept, {}, {})[:2]

    def step(self, step):
        """Update `step`, counted from 0, with gradients as they are."""
        for group in self.inner.param_groups:
            group["lr"] = learning_rate(step, self.run.train)
        self.inner.step()
        self.inner.zero_grad(set_to_none=True)


def cosine(start, end, along):
    return end + 0.5 * (1 + math.cos(math.pi * along)) * (start - end)


def learning_rate(step, t):
    """The rate of update `step`, counted from 0."""
    kind, peak, least = t["schedule"], t["learningRate"], t["minLearningRate"]
    warmup, steps = t["warmupSteps"], t["steps"]
    if kind == "rangeTest":
        return least * (peak / least) ** min(1, step / max(1, steps - 1))
    if kind == "oneCycle":
        turn = max(1, warmup)
        if step < turn:
            return cosine(peak / 25, peak, step / turn)
        return cosine(peak, least, min(1, (step - turn) / max(1, steps - 1 - turn)))
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    if kind == "constant":
        return peak
    if kind == "inverseSquareRoot":
        start = max(1, warmup)
        return max(least, peak * math.sqrt(start / max(start, step)))
    if step >= steps:
        return least
    along = (step - warmup) / max(1, steps - warmup)
    return peak + along * (least - peak) if kind == "linear" else cosine(peak, least, along)
