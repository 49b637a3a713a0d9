"""Python expressions that build an unfitted estimator again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from core.errors import LatheError
from core.prepare.code_modules import OURS, Symbol

WIDTH = 100


@dataclass
class Written:
    """What the expressions need.

    Attributes
    ----------
    ours : dict of Symbol to None
        Things of ours, in order.
    imports : dict of str to None
        Import lines of other packages.
    """

    ours: dict[Symbol, None] = field(default_factory=dict)
    imports: dict[str, None] = field(default_factory=dict)

    def expression(self, value: Any, indent: int = 0) -> str:
        """Return ``value`` as an expression; lines after the first are indented by ``indent`` and more.

        Raises
        ------
        LatheError
            Where the value cannot be written down.
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int):
            return repr(value)
        if isinstance(value, float):
            return repr(value) if np.isfinite(value) else f'float("{value!r}")'
        if isinstance(value, str):
            return _text(str(value))
        if isinstance(value, list | tuple | dict | np.ndarray):
            return self._many(value, indent)
        if isinstance(value, type | FunctionType):
            return self._named(value)
        if hasattr(value, "get_params"):
            return self._estimator(value, indent)
        raise LatheError(f"A {type(value).__name__} in the plan cannot be written as code.")

    def _many(self, value: Any, indent: int) -> str:
        if isinstance(value, np.ndarray):
            self.imports["import numpy as np"] = None
            inner = self.expression(value.tolist(), indent)
            return f"np.asarray({inner}, dtype={'object' if value.dtype == object else repr(str(value.dtype))})"
        if isinstance(value, Mapping):
            items = [f"{self.expression(k)}: {self.expression(v, indent + 4)}" for k, v in value.items()]
            return wrapped("{", items, "}", indent)
        items = [self.expression(item, indent + 4) for item in value]
        if isinstance(value, tuple):
            return wrapped("(", [*items, ""] if len(items) == 1 else items, ")", indent)
        if len(items) > 1 and hasattr(value[0], "get_params") and len(set(items)) == 1:
            return f"{wrapped('[', items[:1], ']', indent)} * {len(items)}"
        return wrapped("[", items, "]", indent)

    def _named(self, value: Any) -> str:
        module, name = value.__module__, value.__qualname__
        if "<" in name or "." in name:
            raise LatheError(f"{name} in the plan cannot be written as code.")
        if module.partition(".")[0] == OURS:
            self.ours[module, name] = None
        elif module != "builtins":
            self.imports[f"from {_public(module)} import {name}"] = None
        return str(name)

    def _estimator(self, value: Any, indent: int) -> str:
        name = self._named(type(value))
        defaults = inspect.signature(type(value)).parameters
        params = value.get_params(deep=False)
        items = [
            f"{key}={self.expression(params[key], indent + 4)}"
            for key in defaults
            if key in params and not _is_default(params[key], defaults[key].default)
        ]
        return wrapped(f"{name}(", items, ")", indent)


def wrapped(start: str, items: list[str], end: str, indent: int) -> str:
    """Return the items on one line, or one a line where that is too long."""
    line = f"{start}{', '.join(items)}{end}".replace(", )", ",)")
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    space = " " * (indent + 4)
    inside = "".join(f"{space}{item},\n" for item in items if item)
    return f"{start}\n{inside}{' ' * indent}{end}"


def _text(value: str) -> str:
    plain = repr(value)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain else plain


def _is_default(value: Any, default: Any) -> bool:
    if isinstance(value, list | tuple) and not value:
        return isinstance(default, tuple) and not default
    if type(value) is not type(default) or isinstance(value, np.ndarray):
        return False
    if isinstance(value, float) and value != value:
        return bool(default != default)
    return bool(value == default) and isinstance(value, str | bool | int | float | tuple | type | type(None))


def _public(module: str) -> str:
    """Return the module that a library's class is imported from, without its private parts."""
    parts = module.split(".")
    public = [part for part in parts if not part.startswith("_")]
    return ".".join(parts[: len(public)] if parts[: len(public)] == public else public)
