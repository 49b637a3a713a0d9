"""The command line, over the same functions as the screens.

Results go to standard output (JSON with ``--json``), progress to standard error. The exit status is 0 only on success;
an error is one clear line.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from core.cli.parser import build_parser
from core.errors import InvalidInput, LatheError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; the process's own by default.

    Returns
    -------
    int
        Exit status: 0 success, 1 an error that is told in one line, 2 wrong usage, 130 interrupted.
    """
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.command(parsed))
    except LatheError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted; what was running goes on (see `python -m core jobs list`)", file=sys.stderr)
        return 130


def one_line(error: LatheError) -> str:
    """Write an error, all its fields included, on one line."""
    problems = error.problems if isinstance(error, InvalidInput) else (error,)
    texts = [f"{p.field + ': ' if p.field else ''}{p.message} {p.hint}".strip() for p in problems]
    return " ".join(" ".join(texts).split())
