"""Source of what a script needs of this package, and of nothing else, in an order in which it can be run.

Only the functions, classes and constants that are reached are taken; imports between our modules go, and two of the
same name from different modules get different ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.prepare.code_modules import Symbol, home_of, read, span_of, uses_of

_MARKS = re.compile(r"[ \t]+#[ \t]*(?:type: ignore|noqa|fmt:|pragma:).*$", re.MULTILINE)


@dataclass
class Sources:
    """What to put in a script.

    Attributes
    ----------
    imports : list of str
        Import lines of other packages.
    definitions : list of str
        Source of each thing, in order.
    names : dict of Symbol to str
        What each is called in the script.
    """

    imports: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    names: dict[Symbol, str] = field(default_factory=dict)


def gather(wanted: Iterable[Symbol], reserved: Iterable[str] = ()) -> Sources:
    """Return the source of ``wanted`` and of all that it needs.

    Parameters
    ----------
    wanted : iterable of Symbol
        Things defined in this package.
    reserved : iterable of str
        Names that the script uses otherwise.
    """
    reached: dict[Symbol, None] = {}
    asked = [home_of(symbol) for symbol in wanted]
    waiting = list(asked)
    while waiting:
        symbol = waiting.pop()
        if symbol not in reached:
            reached[symbol] = None
            waiting += [use.symbol for use in uses_of(symbol) if use.symbol is not None]
    ordered = _order(reached)
    found = Sources()
    found.imports = sorted({use.line for symbol in ordered for use in uses_of(symbol) if use.line})
    taken = {*reserved, *(line.split()[-1] for line in found.imports)}
    for symbol in sorted(ordered, key=lambda one: one not in asked):
        found.names[symbol] = _free(symbol[1], taken)
        taken.add(found.names[symbol])
    # One statement may define several names.
    once = {(symbol[0], read(symbol[0]).defined[symbol[1]].lineno): symbol for symbol in reversed(ordered)}
    found.definitions = [_rewritten(symbol, found.names) for symbol in reversed(once.values())]
    return found


def _order(reached: Iterable[Symbol]) -> list[Symbol]:
    """Return modules behind those they import, and things in the order of their module."""
    reached = list(reached)
    used = {module for module, _ in reached}
    ordered: dict[str, int] = {}
    seen: set[str] = set()
    for module in dict.fromkeys(module for module, _ in reached):
        _place(module, used, seen, ordered)
    return sorted(reached, key=lambda one: (ordered[one[0]], read(one[0]).defined[one[1]].lineno))


def _place(name: str, used: set[str], seen: set[str], ordered: dict[str, int]) -> None:
    """Give ``name`` the next place, after the modules that it imports."""
    if name in seen:
        return
    seen.add(name)
    for owner, imported in read(name).ours.values():
        home = home_of((owner, imported))[0] if imported else owner
        if home in used:
            _place(home, used, seen, ordered)
    ordered[name] = len(ordered)


def _free(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}_{count}"
    return candidate


def _rewritten(symbol: Symbol, names: dict[Symbol, str]) -> str:
    """Return the source of ``symbol`` under the names of the script, without imports of ours."""
    module = read(symbol[0])
    node = module.defined[symbol[1]]
    start, stop = span_of(symbol)
    edits = [
        (use.start, use.stop, "" if use.symbol is None else names[use.symbol])
        for use in uses_of(symbol)
        if use.drop or (use.symbol is not None and use.symbol in names)
    ]
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and names[symbol] != node.name:
        word = "def " if isinstance(node, ast.FunctionDef) else "class "
        at = module.text.index(word + node.name, start) + len(word)
        edits.append((at, at + len(node.name), names[symbol]))
    text = module.text
    for begin, end, new in sorted(set(edits), reverse=True):
        text = text[:begin] + new + text[end:]
        stop += len(new) - (end - begin)
    return _tidy(text[start:stop])


def _tidy(source: str) -> str:
    """Return the source without marks for checkers."""
    return _MARKS.sub("", source).strip("\n")
