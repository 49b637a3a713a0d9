"""How a later file is read: like the first one where that fits, by its own layout where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.data.read import read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.errors import LatheError

PEEK_ROWS = 20
_KEPT = ("missing_words", "column_missing", "column_day_first", "units", "header")


def ways_to_read(path: Path, name: str, like: ParseSettings | None) -> list[ParseSettings]:
    """Return ways to read a file, the most like the first file first.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name.
    like : ParseSettings, optional
        How the first file was read. Its encoding and the lines below its table are looked for in this file anew: read
        as another encoding, text would come out wrong without any error, and a count of lines would cut off good rows.

    Raises
    ------
    LatheError
        Where the file is no table.
    """
    found = sniff(path, name)
    if like is None:
        return [found]
    own = found.model_copy(update={name: getattr(like, name) for name in _KEPT})
    if like.format != found.format:
        return [own]
    own = own.model_copy(update={"day_first": like.day_first})
    if found.format != "csv":
        return [own]
    fresh: dict[str, object] = {"encoding": found.encoding, "footer_lines": found.footer_lines}
    if not like.header:
        # Without names there is no telling that lines above the table were taken for rows, or rows for such lines.
        fresh["skip_lines"] = found.skip_lines
    reasons = {key: found.reasons[key] for key in fresh if key in found.reasons}
    same = like.model_copy(update={**fresh, "reasons": {**like.reasons, **reasons}})
    marked = own.model_copy(update={"decimal": like.decimal, "thousands": like.thousands})
    return [same, marked, own]


def with_most_columns(path: Path, ways: Sequence[ParseSettings], names: Iterable[str]) -> list[ParseSettings]:
    """Keep the ways under which the fewest columns are missing, in their order and each layout of marks once.

    Raises
    ------
    LatheError
        Where the file cannot be read in any of them.
    """
    if len(ways) == 1:
        return list(ways)
    wanted = set(names)
    missing = {}
    failure: LatheError | None = None
    for place, parse in enumerate(ways):
        try:
            found = set(read_text(path, parse, rows=PEEK_ROWS).frame.columns)
        except LatheError as error:
            failure = error
            continue
        missing[place] = len(wanted - found)
    if not missing:
        raise failure or LatheError("The file cannot be read.")
    fewest = min(missing.values())
    return list(_distinct(ways[place] for place, count in missing.items() if count == fewest))


def layout_differences(used: ParseSettings, like: ParseSettings) -> Iterator[str]:
    """Say where the table of a later file begins or ends otherwise than that of the first one."""
    if used.footer_lines != like.footer_lines:
        yield f"Lines left out below the table: {used.footer_lines:,}; in the first file: {like.footer_lines:,}."
    if used.skip_lines != like.skip_lines:
        yield f"Lines left out above the table: {used.skip_lines:,}; in the first file: {like.skip_lines:,}."
    if used.encoding != like.encoding:
        yield f"Its encoding is {used.encoding}; that of the first file was {like.encoding}."


def _distinct(ways: Iterator[ParseSettings]) -> Iterator[ParseSettings]:
    seen = []
    for parse in ways:
        bare = parse.model_copy(update={"reasons": {}})
        if bare not in seen:
            seen.append(bare)
            yield parse
