"""Sentence models that lie on the server: an ONNX file and its tokenizer, in a folder that the operator allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import LatheError
from core.settings import Settings

TOKENIZER = "tokenizer.json"
MODELS = ("model.onnx", "onnx/model.onnx")
_WIDTH_NAMES = ("hidden_size", "dim", "d_model", "n_embd")
_USUAL_WIDTH = 384

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class SentenceModel:
    """A loaded model.

    Attributes
    ----------
    tokenizer : tokenizers.Tokenizer
        From text to numbers of pieces.
    session : onnxruntime.InferenceSession
        From those to vectors.
    """

    tokenizer: Any
    session: Any

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the mean of each text's piece vectors, brought to length 1.

        Each text is run alone, so that its vector does not depend on what stands beside it.

        Returns
        -------
        ndarray of float64, shape (n_texts, width)

        Notes
        -----
        N. Reimers, I. Gurevych, "Sentence-BERT", EMNLP 2019.
        """
        return np.vstack([self._encoded(text) for text in texts])

    def _encoded(self, text: str) -> np.ndarray:
        pieces = self.tokenizer.encode(text)
        # A model cannot run on nothing; a text without a piece is that of one unused piece, weighed with 0.
        given = {
            "input_ids": pieces.ids or [0],
            "attention_mask": pieces.attention_mask or [0],
            "token_type_ids": pieces.type_ids or [0],
        }
        wanted = [part.name for part in self.session.get_inputs()]
        out = np.asarray(self.session.run(None, {n: np.asarray([given[n]], dtype=np.int64) for n in wanted})[0])
        weights = np.asarray(given["attention_mask"], dtype=np.float64)
        values = out[0].astype(np.float64)
        mean = values if values.ndim == 1 else (values * weights[:, None]).sum(axis=0) / max(weights.sum(), 1.0)
        vector = np.nan_to_num(mean) * (weights.sum() > 0)
        length = np.linalg.norm(vector)
        return np.asarray(vector / length if length else vector)


def find_model(folder: str) -> Path:
    """Return the real path of a model's folder.

    Raises
    ------
    LatheError
        Where no folder is named, it lies outside the operator's folders (also by a link), or holds no model.
    """
    if not folder.strip():
        raise LatheError("The folder of a sentence model must be named.", hint=_HINT, field="folder")
    path = Path(folder.strip()).expanduser()
    allowed = Settings.from_environment().model_folders
    if not path.is_absolute() or not any(path.resolve().is_relative_to(root.resolve()) for root in allowed):
        below = f"below {', '.join(str(root) for root in allowed)}" if allowed else "nowhere: no folder is allowed"
        raise LatheError(
            f"Sentence models may lie {below}; {path} is not there.",
            hint="Whoever runs Lathe names the folders in LATHE_MODEL_FOLDERS.",
            field="folder",
        )
    absent = [name for name in (TOKENIZER, MODELS[0]) if not _there(path, name)]
    if absent:
        raise LatheError(
            f"The folder {path} must hold {TOKENIZER} and {MODELS[0]}. It lacks {' and '.join(absent)}.",
            hint=_HINT,
            field="folder",
        )
    return path.resolve()


_HINT = "Give the folder of a model exported to ONNX: tokenizer.json, model.onnx and config.json."


def expected_width(path: Path) -> int:
    """Return the length of a model's vectors as its config.json says it; a usual one where it does not."""
    try:
        stated = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _USUAL_WIDTH
    found = [stated[name] for name in _WIDTH_NAMES if isinstance(stated, dict) and isinstance(stated.get(name), int)]
    return found[0] if found and found[0] > 0 else _USUAL_WIDTH


def content_hash(path: Path) -> str:
    """Return a hash of the files that a model's vectors depend on."""
    return _hashed(str(path), _signature(path))


def load_model(path: Path, *, most_pieces: int) -> SentenceModel:
    """Return the model in a folder; it is kept in memory until its files change.

    Raises
    ------
    LatheError
        Where the files are no model that can be used.
    """
    return _loaded(str(path), most_pieces, _signature(path))


def _there(path: Path, name: str) -> bool:
    return any((path / one).is_file() for one in (MODELS if name == MODELS[0] else (name,)))


def _model_file(path: Path) -> Path:
    return next(path / name for name in MODELS if (path / name).is_file())


def _files(path: Path) -> list[Path]:
    """Return the tokenizer, the model, and files of weights beside it."""
    model = _model_file(path)
    return [path / TOKENIZER, *sorted(file for file in model.parent.glob("*.onnx*") if file.is_file())]


def _signature(path: Path) -> Signature:
    states = [(file, file.stat()) for file in _files(path)]
    return tuple((str(file), state.st_size, state.st_mtime_ns) for file, state in states)


@lru_cache(maxsize=8)
def _hashed(path: str, signature: Signature) -> str:
    whole = hashlib.sha256()
    for name, _, _ in signature:
        with Path(name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


@lru_cache(maxsize=2)
def _loaded(path: str, most_pieces: int, signature: Signature) -> SentenceModel:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        tokenizer = Tokenizer.from_file(str(Path(path) / TOKENIZER))
        session = onnxruntime.InferenceSession(
            str(_model_file(Path(path))), options, providers=["CPUExecutionProvider"]
        )
        tokenizer.enable_truncation(most_pieces)
        tokenizer.no_padding()
        model = SentenceModel(tokenizer, session)
        model.encode(["a"])
    except Exception as error:
        raise LatheError(
            f"The sentence model in {path} cannot be used: {str(error).splitlines()[0] if str(error) else error!r}",
            hint=_HINT,
            field="folder",
        ) from error
    return model
