"""The picture of a split: one line a fold, what is learned on, judged, left out and locked away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.theme import faint, palette
from core.data.split_checks import SplitReport
from core.data.task import Split
from core.types import SplitKind, SplitPart

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

LEARNED, JUDGED, UNUSED, LOCKED = "Learned on", "Judged on", "Unused", "Locked"
Piece = tuple[str, float, float]
"""What it is, where it starts and how wide it is, as shares of all rows."""


def lines(split: Split, report: SplitReport | None = None) -> list[list[Piece]]:
    """Return the pieces of each line; from the very division where there is one, else as the split declares it."""
    if report is not None and report.spans:
        share = report.locked / max(report.known, 1)
        return [_on_time(s.learn_from, s.learn_to, s.judge_from, s.judge_to, share) for s in report.spans]
    if report is not None:
        return _measured(split, report)
    locked = split.locked
    if split.kind is SplitKind.TIME:
        block = (1 - locked) / (split.folds + 1)
        return [_on_time(0, block * (i + 1), block * (i + 1), block * (i + 2), locked) for i in range(split.folds)]
    if split.is_single:
        judged = split.validation or 0.2
        return [_one_part(judged, locked)]
    count = split.named_folds or split.folds
    return _in_turn([(1 - locked) / count] * count, 0.0, locked)


def _measured(split: Split, report: SplitReport) -> list[list[Piece]]:
    """Return lines whose widths are the numbers of rows."""
    total = max(report.learned[0] + report.judged[0] + report.locked, 1)
    locked = report.locked / total
    if split.is_single:
        judged = report.judged[0] / total
        return [_one_part(judged, locked)]
    count = len(report.judged) // split.rounds
    widths = [rows / total for rows in report.judged[:count]]
    return _in_turn(widths, max(1 - locked - sum(widths), 0.0), locked)


def _one_part(judged: float, locked: float) -> list[Piece]:
    learned = 1 - locked - judged
    return _clean([(LEARNED, 0.0, learned), (JUDGED, learned, judged), (LOCKED, 1 - locked, locked)])


def _in_turn(widths: list[float], always: float, locked: float) -> list[list[Piece]]:
    """Judge each width in turn; ``always`` is learned on by all and stands first."""
    found, start = [], always
    for width in widths:
        behind = 1 - locked - start - width
        pieces = [(LEARNED, 0.0, start), (JUDGED, start, width), (LEARNED, start + width, behind)]
        found.append(_clean([*pieces, (LOCKED, 1 - locked, locked)]))
        start += width
    return found


def _on_time(learn_from: float, learn_to: float, judge_from: float, judge_to: float, locked: float) -> list[Piece]:
    gone = [(UNUSED, 0.0, learn_from), (UNUSED, learn_to, judge_from - learn_to)]
    rest = (UNUSED, judge_to, 1 - locked - judge_to)
    kept = [(LEARNED, learn_from, learn_to - learn_from), (JUDGED, judge_from, judge_to - judge_from)]
    return _clean([*gone, *kept, rest, (LOCKED, 1 - locked, locked)])


def _clean(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece[2] > 1e-9]


def split_figure(split: Split, report: SplitReport | None = None) -> go.Figure:
    """Draw one line a fold: learned on (pale), judged on (strong), unused (faint), locked away (hatched)."""
    import plotly.graph_objects as go

    colors = palette()
    styles: dict[str, dict[str, Any]] = {
        LEARNED: {"color": faint(colors.accent, 0.28)},
        JUDGED: {"color": colors.accent},
        UNUSED: {"color": faint(colors.muted, 0.1)},
        LOCKED: {"color": faint(colors.muted, 0.5), "pattern": {"shape": "/", "size": 4, "bgcolor": "rgba(0,0,0,0)"}},
    }
    drawn = lines(split, report)
    bars: dict[str, list[tuple[int, float, float]]] = {name: [] for name in styles}
    for place, pieces in enumerate(drawn):
        for name, start, width in pieces:
            bars[name].append((place + 1, start, width))
    fig = go.Figure()
    for name, found in bars.items():
        if found:
            fig.add_bar(
                y=[piece[0] for piece in found],
                base=[piece[1] for piece in found],
                x=[piece[2] for piece in found],
                orientation="h",
                name=name,
                marker={**styles[name], "line": {"width": 0}},
                hovertemplate=f"{name}: %{{x:.0%}}<extra>Fold %{{y}}</extra>",
            )
    fig.update_layout(barmode="overlay", bargap=0.28, height=56 + max(18 * len(drawn), 40), showlegend=True)
    fig.update_xaxes(visible=False, range=[0, 1])
    fig.update_yaxes(visible=False, autorange="reversed")
    fig.update_layout(legend={"traceorder": "normal", "font": {"size": 11}})
    return fig


def parts(rows: int, split: Split) -> tuple[int, int]:
    """Return about how many rows are trained on and how many are locked away, as the split declares it."""
    locked = round(split.locked * rows)
    return rows - locked, locked


def fold_table(rows: int, split: Split, report: SplitReport | None = None) -> pd.DataFrame:
    """Return how many rows each fold learns on and is judged on; about, where there is no division.

    Returns
    -------
    DataFrame of shape (folds, 3)
        Columns "Fold", "Learned on", "Judged on".
    """
    import pandas as pd

    if report is not None:
        learn, judge = list(report.learned), list(report.judged)
    else:
        drawn = lines(split) * split.rounds
        learn, judge = ([_rows_of(kind, line, rows) for line in drawn] for kind in (LEARNED, JUDGED))
    return pd.DataFrame({"Fold": range(1, len(judge) + 1), "Learned on": learn, "Judged on": judge})


def _rows_of(kind: str, line: list[Piece], rows: int) -> int:
    return round(rows * sum(width for name, _, width in line if name == kind))


def picture_caption(split: Split, report: SplitReport | None) -> str:
    """Say in one or two sentences how to read the picture."""
    said = "One line: one part is judged." if split.is_single else "One line a fold."
    if split.rounds > 1:
        said = f"{said} Drawn {split.rounds} times, each time anew; a row counts once however often it is judged."
    if split.kind is SplitKind.TIME and split.gap:
        said += " Between learning and judging rows are left out."
    locked = split.second or (report.locked if report else split.locked) or SplitPart.LOCKED in split.parts.values()
    return f"{said} The locked rows speak last." if locked else said
