"""checkpoint.safetensors: the file of a run that the site, `npm run train -- --resume` and train.py all go on from.

Parameters stand under their names, the optimiser's moments under the same names with a prefix, and all else (settings,
step, random state, curve) as JSON in the metadata.
"""

import json
from pathlib import Path

from .safetensors import read_safetensors, write_safetensors

KEY = "glassformer.snapshot"
FIRST, SECOND = "first_moment.", "second_moment."
# A file for the site's lab holds the tokens, too.
TOKENS = "glassformer.tokens"


class Run:
    """A run at rest. `state` is the JSON; fields that this program does not know stay as they are."""

    def __init__(self, folder):
        self.folder = Path(folder)
        path = self.folder / "checkpoint.safetensors"
        try:
            tensors, metadata = read_safetensors(path)
        except FileNotFoundError:
            raise SystemExit(f"{path} is missing: export the run again.") from None
        if KEY not in metadata:
            raise SystemExit(f"{path} holds no run.")
        self.state = json.loads(metadata[KEY])
        self.model, self.train = self.state["modelConfig"], self.state["trainConfig"]
        self.parameters, self.first, self.second = {}, {}, {}
        for name, tensor in tensors.items():
            if name.startswith(FIRST):
                self.first[name[len(FIRST) :]] = tensor
            elif name.startswith(SECOND):
                self.second[name[len(SECOND) :]] = tensor
            elif not name.startswith("corpus."):
                self.parameters[name] = tensor

    def change(self, settings):
        """Applies FIELD=VALUE texts to trainConfig, whose fields keep their kinds."""
        for setting in settings:
            field, _, text = setting.partition("=")
            if field not in self.train:
                raise SystemExit(f"--set {setting}: FIELD must be one of {', '.join(self.train)}.")
            old = self.train[field]
            try:
                value = json.loads(text) if not isinstance(old, str) else text
            except json.JSONDecodeError:
                value = None
            kind = (int, float) if type(old) in (int, float) else type(old)
            if not isinstance(value, kind) or isinstance(value, bool) != isinstance(old, bool):
                raise SystemExit(f"--set {setting}: {field} is {json.dumps(old)}, and must be of the same kind.")
            self.train[field] = value

    def save(self, parameters, first, second, name="checkpoint.safetensors", tokens=None):
        """Writes the run as it stands; `tokens`, the two parts of the text, make it a file for the site's lab."""
        tensors = dict(parameters)
        tensors.update({FIRST + key: value for key, value in first.items()})
        tensors.update({SECOND + key: value for key, value in second.items()})
        metadata = {"format": "pt", KEY: json.dumps(self.state, ensure_ascii=False, allow_nan=False)}
        if tokens:
            tensors.update({"corpus.train": tokens["train"], "corpus.val": tokens["val"]})
            metadata[TOKENS] = self.state["corpus"]["sha256"]
        write_safetensors(self.folder / name, tensors, metadata)
