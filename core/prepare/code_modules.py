"""What our modules define at their top, and what each of those things names from outside of itself."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OURS = "core"

Symbol = tuple[str, str]
"""Module and name of something defined at the top of a module."""


@dataclass(frozen=True, eq=False)
class Module:
    """The top of a module: what it defines and what it imports."""

    name: str
    text: str
    defined: dict[str, ast.stmt]
    ours: dict[str, Symbol]
    """Imported names of ours; a module itself has the name ""."""
    others: dict[str, str]
    """Imported names of other packages, with the line that imports them."""


@dataclass(frozen=True)
class Use:
    """A place in the source that names something: ``start`` to ``stop`` are offsets in the module's text."""

    start: int
    stop: int
    symbol: Symbol | None = None
    line: str = ""
    drop: bool = False


@cache
def read(name: str) -> Module:
    """Return the module called ``name``, without running it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"There is no module {name}.", name=name)
    text = Path(spec.origin).read_text(encoding="utf-8")
    found = Module(name, text, {}, {}, {})
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


def home_of(symbol: Symbol) -> Symbol:
    """Return where a name is really defined; modules pass names on."""
    module = read(symbol[0])
    if symbol[1] in module.defined or symbol[1] not in module.ours:
        return symbol
    return home_of(module.ours[symbol[1]])


@cache
def uses_of(symbol: Symbol) -> tuple[Use, ...]:
    """Return every place in the source of ``symbol`` that names something from outside of it."""
    module = read(symbol[0])
    return tuple(_Walker(module).uses(module.defined[symbol[1]]))


def span_of(symbol: Symbol) -> tuple[int, int]:
    """Return where the source of ``symbol`` starts and stops, decorators included."""
    module = read(symbol[0])
    node = module.defined[symbol[1]]
    start, stop = _Walker(module).span(node)
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
        start = module.text.rindex("@", 0, _Walker(module).span(node.decorator_list[0])[0])
    return start, stop


class _Walker:
    """Finds the uses in one statement, with the names that functions on the way hide."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.starts = line_starts(module.text)
        self.found: list[Use] = []

    def uses(self, node: ast.stmt) -> list[Use]:
        self._visit(node, frozenset(), {})
        return self.found

    def _visit(self, node: ast.AST, hidden: frozenset[str], ours: dict[str, Symbol]) -> None:
        if isinstance(node, ast.ImportFrom | ast.Import):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == OURS:
                self.found.append(Use(*self._lines(node), drop=True))
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
                self.found.append(Use(*self.span(node), symbol=home_of((owner[0], node.attr))))
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
            self.found.append(Use(*self.span(node), symbol=home_of(symbol)))
        elif symbol is None and name not in hidden and name in self.module.others:
            self.found.append(Use(*self.span(node), line=self.module.others[name]))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
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


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of ``text`` starts."""
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts
