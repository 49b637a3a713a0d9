"""Source of what a script needs of this package, and of nothing else, in an order in which it can be run.

Only the functions, classes and constants that are reached are taken; imports between our modules go, and two of the
same name from different modules get different ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OURS = "core"
_MARKS = re.compile(r"[ \t]+#[ \t]*(?:type: ignore|noqa|fmt:|pragma:).*$", re.MULTILINE)

Symbol = tuple[str, str]
"""Module and name of something defined at the top of a module."""


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


@dataclass(frozen=True, eq=False)
class _Module:
    """The top of a module: what it defines and what it imports."""

    name: str
    text: str
    defined: dict[str, ast.stmt]
    ours: dict[str, Symbol]
    """Imported names of ours; a module itself has the name ""."""
    others: dict[str, str]
    """Imported names of other packages, with the line that imports them."""


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
    asked = [_home(symbol) for symbol in wanted]
    waiting = list(asked)
    while waiting:
        symbol = waiting.pop()
        if symbol not in reached:
            reached[symbol] = None
            waiting += [use.symbol for use in _uses(symbol) if use.symbol is not None]
    ordered = sorted(reached, key=_order(reached))
    found = Sources()
    found.imports = sorted({use.line for symbol in ordered for use in _uses(symbol) if use.line})
    taken = {*reserved, *(line.split()[-1] for line in found.imports)}
    for symbol in sorted(ordered, key=lambda one: one not in asked):
        found.names[symbol] = _free(symbol[1], taken)
        taken.add(found.names[symbol])
    # One statement may define several names.
    once = {(symbol[0], _read(symbol[0]).defined[symbol[1]].lineno): symbol for symbol in reversed(ordered)}
    found.definitions = [_rewritten(symbol, found.names) for symbol in reversed(once.values())]
    return found


@dataclass(frozen=True)
class _Use:
    """A place in the source that names something: ``start`` to ``stop`` are offsets in the module's text."""

    start: int
    stop: int
    symbol: Symbol | None = None
    line: str = ""
    drop: bool = False


@cache
def _read(name: str) -> _Module:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"There is no module {name}.", name=name)
    text = Path(spec.origin).read_text(encoding="utf-8")
    found = _Module(name, text, {}, {}, {})
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            _note_import(node, found.ours, found.others)
        for defined in _defined(node):
            found.defined[defined] = node
    return found


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []


def _note_import(node: ast.Import | ast.ImportFrom, ours: dict[str, Symbol], others: dict[str, str]) -> None:
    for alias in node.names:
        called = alias.asname or alias.name.partition(".")[0]
        renamed = f" as {alias.asname}" if alias.asname else ""
        if isinstance(node, ast.Import):
            others[called] = f"import {alias.name}{renamed}"
        elif node.module == "__future__":
            continue
        elif node.module and node.module.partition(".")[0] == OURS:
            whole = f"{node.module}.{alias.name}"
            ours[called] = (whole, "") if _is_module(whole) else (node.module, alias.name)
        else:
            others[called] = f"from {node.module} import {alias.name}{renamed}"


@cache
def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _home(symbol: Symbol) -> Symbol:
    """Return where a name is really defined; modules pass names on."""
    module = _read(symbol[0])
    if symbol[1] in module.defined or symbol[1] not in module.ours:
        return symbol
    return _home(module.ours[symbol[1]])


@cache
def _uses(symbol: Symbol) -> tuple[_Use, ...]:
    """Return every place in the source of ``symbol`` that names something from outside of it."""
    module = _read(symbol[0])
    return tuple(_Walker(module).uses(module.defined[symbol[1]]))


class _Walker:
    """Finds the uses in one statement, with the names that functions on the way hide."""

    def __init__(self, module: _Module) -> None:
        self.module = module
        self.starts = _line_starts(module.text)
        self.found: list[_Use] = []

    def uses(self, node: ast.stmt) -> list[_Use]:
        self._visit(node, frozenset(), {})
        return self.found

    def _visit(self, node: ast.AST, hidden: frozenset[str], ours: dict[str, Symbol]) -> None:
        if isinstance(node, ast.ImportFrom | ast.Import):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == OURS:
                self.found.append(_Use(*self._lines(node), drop=True))
            return
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            ours = {**ours}
            for part in ast.walk(node):
                if isinstance(part, ast.Import | ast.ImportFrom):
                    _note_import(part, ours, {})
            hidden = (hidden | _bound(node)) - set(ours)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self._ours(node.value.id, hidden, ours)
            if owner is not None and owner[1] == "":
                self.found.append(_Use(*self._span(node), symbol=_home((owner[0], node.attr))))
                return
        if isinstance(node, ast.Name):
            self._name(node, node.id, hidden, ours)
        for child in ast.iter_child_nodes(node):
            self._visit(child, hidden, ours)

    def _ours(self, name: str, hidden: frozenset[str], ours: dict[str, Symbol]) -> Symbol | None:
        if name in hidden:
            return None
        if name in ours:
            return ours[name]
        if name in self.module.defined:
            return self.module.name, name
        return self.module.ours.get(name)

    def _name(self, node: ast.Name, name: str, hidden: frozenset[str], ours: dict[str, Symbol]) -> None:
        symbol = self._ours(name, hidden, ours)
        if symbol is not None and symbol[1]:
            self.found.append(_Use(*self._span(node), symbol=_home(symbol)))
        elif symbol is None and name not in hidden and name in self.module.others:
            self.found.append(_Use(*self._span(node), line=self.module.others[name]))

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def _lines(self, node: ast.stmt) -> tuple[int, int]:
        """Return the span of whole lines."""
        return self._at(node.lineno, 0), self._at((node.end_lineno or 0) + 1, 0)

    def _at(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        text = self.module.text[start : self.starts[line] if line < len(self.starts) else None]
        return start + len(text.encode()[:column].decode())


def _bound(node: ast.FunctionDef | ast.Lambda) -> set[str]:
    """Return the names that a function binds itself: its arguments and what it assigns."""
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    names = {one.arg for one in listed if one is not None}
    return names | {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _order(reached: Iterable[Symbol]) -> _Key:
    """Return a key that puts modules behind those they import, and things in the order of their module."""
    used = {module for module, _ in reached}
    seen: set[str] = set()
    ordered: list[str] = []

    def place(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for owner, imported in _read(name).ours.values():
            home = _home((owner, imported))[0] if imported else owner
            if home in used:
                place(home)
        ordered.append(name)

    for module, _ in reached:
        place(module)
    return _Key({name: number for number, name in enumerate(ordered)})


@dataclass(frozen=True)
class _Key:
    places: dict[str, int]

    def __call__(self, symbol: Symbol) -> tuple[int, int]:
        return self.places[symbol[0]], _read(symbol[0]).defined[symbol[1]].lineno


def _free(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}_{count}"
    return candidate


def _rewritten(symbol: Symbol, names: dict[Symbol, str]) -> str:
    """Return the source of ``symbol`` under the names of the script, without imports of ours."""
    module = _read(symbol[0])
    node = module.defined[symbol[1]]
    walker = _Walker(module)
    start, stop = walker._span(node)
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
        start = module.text.rindex("@", 0, walker._span(node.decorator_list[0])[0])
    edits = [
        (use.start, use.stop, "" if use.symbol is None else names[use.symbol])
        for use in _uses(symbol)
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


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts
