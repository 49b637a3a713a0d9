"""For each check a table in which it must fire, and a near miss in which it must not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

N = 400


@dataclass(frozen=True)
class Case:
    """Two tables for one check; ``target`` is predicted in both."""

    fires: Callable[[], pd.DataFrame]
    silent: Callable[[], pd.DataFrame]
    target: str = ""


def base(n: int = N, seed: int = 0) -> pd.DataFrame:
    """An ordinary table in which nothing is wrong."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "income": rng.normal(50, 8, n).round(3),
            "score": rng.normal(0, 1, n).round(3),
            "city": rng.choice(["Basel", "Chur", "Genf", "Luzern", "Thun"], n),
            "answer": rng.choice(["yes", "no"], n),
        }
    )


def with_column(name: str, make: Callable[[np.random.Generator], object], n: int = N) -> Callable[[], pd.DataFrame]:
    """A table with a column put before the others."""

    def table() -> pd.DataFrame:
        frame = base(n)
        frame.insert(0, name, make(np.random.default_rng(1)))
        return frame

    return table


def put(values: np.ndarray, places: object, value: object) -> np.ndarray:
    """Return an array with other values in some places."""
    changed = np.array(values, dtype=object)
    changed[places] = value
    return changed


def _numbers(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(50, 8, N).round(3)


def _gaps(rng: np.random.Generator) -> np.ndarray:
    return put(_numbers(rng), slice(0, 60), None)


def _two_gaps(same: bool) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        frame["one"] = put(_numbers(np.random.default_rng(2)), slice(0, 40), None)
        frame["two"] = put(_numbers(np.random.default_rng(3)), slice(0, 40) if same else slice(41, 81), None)
        return frame

    return table


def _gap_of(answer: bool) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        gone = np.flatnonzero(frame["answer"] == "yes")[:80] if answer else np.arange(0, N, 4)
        frame["asked"] = put(_numbers(np.random.default_rng(2)), gone, None)
        return frame

    return table


def _empty_rows(empty: bool) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        for place, name in enumerate(("income", "score", "city")):
            rows = slice(0, 3) if empty else slice(3 * place, 3 * place + 3)
            frame[name] = put(frame[name].to_numpy(), rows, None)
        return frame

    return table


def _repeated(n: int, *, other_answer: bool = False) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        again = frame.head(n).copy()
        if other_answer:
            again["answer"] = np.where(again["answer"] == "yes", "no", "yes")
        return pd.concat([frame, again], ignore_index=True)

    return table


def _few_different() -> pd.DataFrame:
    return base()[["city", "answer"]]


def _keys(again: int) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        keys = [f"K-{i * 7919 % 100003:06d}" for i in range(N)]
        keys[N - again :] = keys[:again]
        frame.insert(0, "customer_id", keys)
        return frame

    return table


def _target(make: Callable[[np.random.Generator], object]) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        frame["answer"] = make(np.random.default_rng(5))
        return frame

    return table


def _leaking(noise: float) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame, rng = base(), np.random.default_rng(6)
        frame["amount"] = ((frame["answer"] == "yes") + rng.normal(0, noise, N)).round(3)
        return frame

    return table


def _copied(noise: float) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame, rng = base(), np.random.default_rng(6)
        frame["income_in_cents"] = (frame["income"] * 100 + rng.normal(0, noise, N)).round(1)
        return frame

    return table


def _country(right: bool) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        names = {"Basel": "north", "Chur": "east", "Genf": "west", "Luzern": "east", "Thun": "west"}
        regions = frame["city"].map(names).to_numpy(dtype=object)
        frame["region"] = regions if right else put(regions, slice(0, N, 10), "north")
        return frame

    return table


def _dated(when: pd.DatetimeIndex | np.ndarray) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        frame.insert(0, "seen", pd.DatetimeIndex(when).strftime("%Y-%m-%d %H:%M:%S"))
        return frame

    return table


def _shuffled_days(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).permutation(pd.date_range("2015-01-01", periods=N, freq="7D").to_numpy())


def _with_days(*days: str) -> np.ndarray:
    when = _shuffled_days()
    when[: len(days)] = [np.datetime64(day) for day in days]
    return when


def _moved(step: float) -> Callable[[], pd.DataFrame]:
    def table() -> pd.DataFrame:
        frame = base()
        frame["level"] = (np.random.default_rng(4).normal(0, 1, N) + step * (np.arange(N) > 250)).round(3)
        return frame

    return table


def _slow_target(alike: bool) -> pd.DataFrame:
    frame, rng = base(), np.random.default_rng(7)
    steps = rng.normal(0, 1, N)
    frame["answer"] = (np.cumsum(steps) if alike else steps).round(3) + 100
    return frame


def _people(rng: np.random.Generator) -> list[str]:
    first, last = ("anna", "bert", "clara", "dora", "emil"), ("meier", "rossi", "favre", "keller")
    return [f"{rng.choice(first)}.{rng.choice(last)}{i}@example.org" for i in range(N)]


def _levels(n: int) -> Callable[[np.random.Generator], object]:
    return lambda rng: [f"street {'abcdefghij'[i % 10]}{'klmnopqrst'[i // 10 % 10]}" for i in rng.integers(0, n, N)]


def _words(share: float, word: str) -> Callable[[np.random.Generator], object]:
    def make(rng: np.random.Generator) -> object:
        return put(rng.choice(["red", "green", "blue", "white"], N), slice(0, int(share * N)), word)

    return make


CASES: dict[str, Case] = {
    "missing": Case(with_column("paid", _gaps), base),
    "empty_rows": Case(_empty_rows(True), _empty_rows(False)),
    "missing_together": Case(_two_gaps(True), _two_gaps(False)),
    "missing_meaning": Case(_gap_of(True), _gap_of(False), "answer"),
    "target_missing": Case(
        _target(lambda rng: put(rng.choice(["yes", "no"], N), slice(0, 12), None)), with_column("paid", _gaps), "answer"
    ),
    "disguised_words": Case(
        with_column("color", _words(0.1, "unknown")), with_column("color", _words(0.1, "unknown red"))
    ),
    "disguised_numbers": Case(
        with_column("age", lambda rng: put(rng.integers(18, 90, N), slice(0, 9), -999)),
        with_column("points", lambda rng: rng.integers(-60, 100, N)),
    ),
    "duplicates": Case(_repeated(12), _few_different),
    "repeated_keys": Case(_keys(3), _keys(0)),
    "conflicts": Case(_repeated(6, other_answer=True), _repeated(6), "answer"),
    "spelling": Case(
        with_column("town", lambda rng: put(rng.choice(["Zurich", "Geneva"], N), slice(0, 9), "zurich ")),
        with_column("sex", lambda rng: rng.choice(["Male", "Female", "1stFlr", "2ndFlr", "FuseA", "FuseF"], N)),
    ),
    "outliers": Case(
        with_column("weight", lambda rng: put(_numbers(rng), slice(0, 2), 900.0)),
        with_column("wage", lambda rng: np.exp(rng.normal(8, 1, N)).round(2)),
    ),
    "impossible": Case(
        with_column("age", lambda rng: put(rng.integers(18, 90, N), slice(0, 4), -3)),
        with_column("balance", lambda rng: put(rng.integers(18, 90, N), slice(0, 4), -3)),
    ),
    "zero_sizes": Case(
        with_column("height", lambda rng: put(rng.normal(170, 9, N).round(1), slice(0, 3), 0.0)),
        with_column("rainfall", lambda rng: put(rng.gamma(1.0, 3.0, N).round(1), slice(0, 3), 0.0)),
    ),
    "zeros": Case(
        with_column("gain", lambda rng: put(rng.integers(1, 900, N), slice(0, 300), 0)),
        with_column("gain", lambda rng: put(rng.integers(1, 900, N), slice(0, 100), 0)),
    ),
    "capped": Case(
        with_column("value", lambda rng: np.minimum(rng.normal(50, 8, N).round(2), 60.0)),
        with_column("value", lambda rng: rng.normal(50, 8, N).round(2)),
    ),
    "mixed_numbers": Case(
        with_column("mass", lambda rng: put([f"{v:.1f}" for v in rng.normal(50, 8, N)], slice(0, 40), "12.5 kg")),
        with_column(
            "ticket", lambda rng: [f"{'ABCD'[i % 4]}{i:04d}" if i % 2 else f"{i}" for i in rng.integers(0, 900, N)]
        ),
    ),
    "mixed_dates": Case(
        with_column(
            "day",
            lambda rng: [f"0{1 + i % 9}/1{i % 9}/2024" if i % 3 else f"1{i % 9}.0{1 + i % 9}.2024" for i in range(N)],
        ),
        with_column("day", lambda rng: [f"{1 + i % 9}/{1 + i % 7} of plan {'ab'[i % 2]}" for i in range(N)]),
    ),
    "broken_letters": Case(
        with_column("town", lambda rng: rng.choice(["Zürich".encode().decode("cp1252"), "Genf"], N)),
        with_column("town", lambda rng: rng.choice(["São Paulo", "Zürich", "Ângela"], N)),
    ),
    "future": Case(_dated(_with_days("2199-01-01")), _dated(_shuffled_days())),
    "long_past": Case(_dated(_with_days("1970-01-01", "1970-01-01", "1970-01-01")), _dated(_shuffled_days())),
    "constant": Case(with_column("country", lambda rng: ["CH"] * N), base),
    "almost_constant": Case(
        with_column("active", lambda rng: put(np.array(["on"] * N), slice(0, 3), "off")),
        with_column("active", lambda rng: put(np.array(["on"] * N), slice(0, 12), "off")),
    ),
    "many_levels": Case(with_column("street", _levels(90)), with_column("street", _levels(15))),
    "identifiers": Case(_keys(0), base),
    "personal": Case(
        with_column("mail", _people), with_column("mail", lambda rng: rng.choice(["post", "none at all"], N))
    ),
    "copies": Case(_copied(0.0), _copied(300.0)),
    "determined": Case(_country(True), _country(False)),
    "leakage": Case(_leaking(0.05), _leaking(1.0), "answer"),
    "imbalance": Case(
        _target(lambda rng: put(np.array(["no"] * N), rng.choice(N, 40, replace=False), "yes")), base, "answer"
    ),
    "few_of_class": Case(
        _target(lambda rng: put(rng.choice(["a", "b"], N), rng.choice(N, 6, replace=False), "c")), base, "answer"
    ),
    "too_few_rows": Case(lambda: base(60), base, "answer"),
    "skewed_target": Case(
        _target(lambda rng: np.exp(rng.normal(3, 1.2, N)).round(2)),
        _target(lambda rng: rng.normal(9, 2, N).round(2)),
        "answer",
    ),
    "unlearnable": Case(_target(lambda rng: ["same"] * N), base, "answer"),
    "time_order": Case(_dated(pd.date_range("2015-01-01", periods=N, freq="D")), _dated(_shuffled_days())),
    "target_order": Case(lambda: _slow_target(True), lambda: _slow_target(False), "answer"),
    "drift": Case(_moved(2.0), _moved(0.0)),
}
