"""Put sets of rows that belong together into parts, so that sizes and the mix of classes come out as asked."""

from __future__ import annotations

import numpy as np

from core.errors import LatheError


def assign(sets: np.ndarray, strata: np.ndarray | None, shares: np.ndarray, *, seed: int) -> np.ndarray:
    """Assign each set of rows to one part.

    Parameters
    ----------
    sets : ndarray of shape (n_rows,)
        Which set a row belongs to. Rows of a set stay together.
    strata : ndarray of int, shape (n_rows,), optional
        Class of each row, from 0. None balances the number of rows alone.
    shares : ndarray of shape (n_parts,)
        Share of the rows that each part should get.
    seed : int
        Seed of the order in which equal sets are taken.

    Returns
    -------
    ndarray of int, shape (n_rows,)
        The part of each row.

    Raises
    ------
    LatheError
        Where there are fewer sets than parts.

    Notes
    -----
    Greedy, largest sets first (longest processing time rule, Graham 1969, over the counts of each class): a set goes
    where the most of its kind is still missing. Sets of the same counts are handed out together, so that a table of
    single rows takes as many steps as it has classes.
    """
    codes = np.unique(sets, return_inverse=True)[1].reshape(-1)
    classes = np.zeros(len(sets), dtype=np.int64) if strata is None else strata
    if codes.max(initial=-1) + 1 < len(shares):
        raise LatheError(
            f"{len(shares)} parts need at least {len(shares)} groups of rows that may be parted; "
            f"there are {codes.max(initial=-1) + 1}.",
            hint="Use fewer folds, or let equal rows stand apart.",
            field="task.split.folds",
        )
    rng = np.random.default_rng(seed)
    kind_of, counts = _kinds(codes, classes, rng)
    part_of = np.zeros(len(kind_of), dtype=np.int64)
    have = np.zeros((len(shares), counts.shape[1]))
    target = shares[:, None] / shares.sum() * np.bincount(classes, minlength=counts.shape[1])[None, :]
    members = rng.permutation(len(kind_of))
    members = members[np.argsort(kind_of[members], kind="stable")]
    places = np.searchsorted(kind_of[members], np.arange(len(counts) + 1))
    for kind in np.argsort(-counts.sum(axis=1), kind="stable"):
        of_kind = members[places[kind] : places[kind + 1]]
        quota = _quota(len(of_kind), counts[kind], target - have, shares)
        part_of[of_kind] = np.repeat(np.arange(len(shares)), quota)
        have += quota[:, None] * counts[kind][None, :]
    _fill_empty(part_of, np.bincount(codes), len(shares))
    return np.asarray(part_of[codes])


def _kinds(codes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Tell apart sets by how many rows of each class they hold.

    Returns
    -------
    ndarray of shape (n_sets,), ndarray of shape (n_kinds, n_classes)
        The kind of each set; the counts of each kind.
    """
    n_classes = int(classes.max(initial=0)) + 1
    # A random number a class, summed over the set with wrap-around, stands for the whole vector of counts.
    signs = rng.integers(1, 2**63, size=n_classes, dtype=np.uint64)
    mark = np.zeros(int(codes.max()) + 1, dtype=np.uint64)
    np.add.at(mark, codes, signs[classes])
    _, first, kind_of = np.unique(mark, return_index=True, return_inverse=True)
    speaks = np.full(len(mark), -1)
    speaks[first] = np.arange(len(first))
    chosen = speaks[codes] >= 0
    cells = speaks[codes[chosen]] * n_classes + classes[chosen]
    counts = np.bincount(cells, minlength=len(first) * n_classes).reshape(len(first), n_classes)
    return kind_of.reshape(-1), counts.astype(np.float64)


def _quota(count: int, vector: np.ndarray, missing: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return how many of ``count`` sets with the counts ``vector`` each part gets."""
    room = np.clip(missing @ vector / (vector @ vector), 0.0, None)
    if not room.sum():
        room = shares.astype(np.float64)
    wanted = count * room / room.sum()
    quota = np.floor(wanted + 1e-9).astype(np.int64)
    left = count - int(quota.sum())
    if left > 0:
        np.add.at(quota, np.argsort(quota - room, kind="stable")[:left], 1)
    return np.asarray(quota)


def _fill_empty(part_of: np.ndarray, sizes: np.ndarray, count: int) -> None:
    """Give each part without a set the smallest set of the part that has the most."""
    for part in range(count):
        held = np.bincount(part_of, minlength=count)
        if not held[part]:
            giver = np.flatnonzero(part_of == held.argmax())
            part_of[giver[sizes[giver].argmin()]] = part
