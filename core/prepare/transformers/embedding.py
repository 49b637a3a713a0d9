"""Sentence vectors of a model that lies on the server."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.errors import LatheError
from core.prepare.transformers.cellwise import CellWise, distinct, texts_by_column


class SentenceVectors(CellWise):
    """Vectors of the texts of one column; a missing cell gives zeros.

    Parameters
    ----------
    folder : str
        Folder of the model (`core.prepare.sentence_models`).
    most_pieces : int
        Longer texts are cut after so many pieces of words.
    files : str
        Hash of the model's files when the plan was compiled: rows that were prepared with other files are not these.

    Attributes
    ----------
    hash_ : str
        Of the model's files, so that another model in the same place is not taken for it.
    width_ : int
        Length of the vectors.
    """

    def __init__(self, folder: str = "", most_pieces: int = 256, files: str = "") -> None:
        self.folder = folder
        self.most_pieces = most_pieces
        self.files = files

    def _learn(self, X: pd.DataFrame) -> None:
        from core.prepare.sentence_models import content_hash, find_model, load_model

        path = find_model(self.folder)
        self.hash_ = content_hash(path)
        self.width_ = int(load_model(path, most_pieces=self.most_pieces).encode(["a"]).shape[1])

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, width).

        Raises
        ------
        LatheError
            Where the folder is gone, not allowed here, or holds another model than in training.
        """
        from core.prepare.sentence_models import content_hash, find_model, load_model

        check_is_fitted(self)
        path = find_model(self.folder)
        if content_hash(path) != self.hash_:
            raise LatheError(
                f"The sentence model in {path} is not the one that was trained with: its files changed.",
                hint="Put the former model back, or train again.",
                field="folder",
            )
        model = load_model(path, most_pieces=self.most_pieces)

        def encoded(texts: list[str]) -> list[np.ndarray]:
            empty = np.zeros(self.width_)
            return [model.encode([text])[0] if text else empty for text in texts]

        vectors = distinct(texts_by_column(X)[0], encoded)
        return np.asarray(vectors, dtype=np.float64).reshape(len(X), self.width_)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: vector n" for each output column."""
        check_is_fitted(self)
        return np.asarray([f"{self.feature_names_in_[0]}: vector {n + 1}" for n in range(self.width_)], dtype=object)
