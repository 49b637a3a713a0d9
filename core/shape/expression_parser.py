"""The grammar of Lathe's formulas: from text to a tree. Nothing is ever evaluated here or anywhere else in Python.

From weak to strong: ``or``, ``and``, ``not``, comparisons with ``in`` and ``is missing``, ``+ -``, ``* / %``, the sign,
``^``. The parser climbs precedences (V. Pratt, "Top down operator precedence", 1973).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import LatheError

MOST_CHARACTERS = 4000
MOST_DEPTH = 60
MOST_LEVELS = 150
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
KEYWORDS = ("and", "or", "not", "in", "is", "missing", "true", "false")

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<quoted>`(?:[^`]|``)+`|\[(?:[^\]]|\]\])+\])
      | (?P<word>[^\W\d]\w*)
      | (?P<mark><=|>=|==|!=|<>|[-+*/%^=<>(),])""",
    re.VERBOSE,
)
_SAME = {"==": "=", "<>": "!="}
_BINDING = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "in": 4, "is": 4, "+": 5, "-": 5, "*": 6, "/": 6,
            "%": 6, "^": 8}  # fmt: skip
_NOT, _SIGN = 3, 7


@dataclass(frozen=True)
class Token:
    """A piece of the text: number, text, quoted (a column), word, mark or end; ``at`` counts from 1."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Value:
    """A number, a text, a truth or (None) what is missing."""

    value: float | str | bool | None
    at: int


@dataclass(frozen=True)
class Column:
    """A column; ``exact`` where it was quoted."""

    name: str
    exact: bool
    at: int


@dataclass(frozen=True)
class Call:
    """An operator or a function with what it is applied to; ``-`` with one part is the sign."""

    name: str
    parts: tuple[Node, ...]
    at: int
    is_function: bool = False


Node = Value | Column | Call


def parse(text: str) -> Node:
    """Return the tree of a formula.

    Raises
    ------
    LatheError
        Where it is no formula, with the place in characters from 1.
    """
    if len(text) > MOST_CHARACTERS:
        raise LatheError(f"A formula must have at most {MOST_CHARACTERS:,} characters. It has {len(text):,}.")
    tree = _Parser(_tokens(text)).whole()
    _check_depth(tree)
    return tree


def _check_depth(tree: Node) -> None:
    """Refuse a tree that is deeper than it is sure to be worked with: a sum of very many parts is a deep tree."""
    level: list[Node] = [tree]
    for _ in range(MOST_LEVELS):
        level = [part for node in level if isinstance(node, Call) for part in node.parts]
        if not level:
            return
    raise wrong("The formula is too long.", level[0].at, "Compute a part of it as a column of its own first.")


def wrong(message: str, at: int, hint: str = "") -> LatheError:
    """Return an error that names its place."""
    return LatheError(f"{message.rstrip('.')}, at character {at}.", hint=hint)


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _stray(text[place], place + 1)
        kind = str(found.lastgroup)
        if kind != "blank":
            tokens.append(Token(kind, _content(kind, found.group()), place + 1))
        place = found.end()
    return [*tokens, Token("end", "", len(text) + 1)]


def _stray(character: str, at: int) -> LatheError:
    if character in "'\"":
        return wrong("A text must end with the mark it began with.", at)
    if character in "`[":
        return wrong("The name of a column must end with ` or ].", at)
    return wrong(f"{character!r} has no meaning in a formula.", at, "Names with blanks or signs stand in [brackets].")


def _content(kind: str, raw: str) -> str:
    match kind:
        case "text":
            return raw[1:-1].replace(raw[0] * 2, raw[0])
        case "quoted":
            end = raw[-1]
            return raw[1:-1].replace(end * 2, end)
        case "word":
            return raw.lower() if raw.lower() in KEYWORDS else raw
        case _:
            return _SAME.get(raw, raw)


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._peek().kind == "end":
            raise wrong("A formula must say something; this one is empty.", 1)
        node = self._climb(0)
        rest = self._peek()
        if rest.kind != "end":
            raise wrong(f"An operator is expected before {rest.text!r}.", rest.at)
        return node

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += token.kind != "end"
        return token

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token.kind in ("mark", "word") and token.text == text

    def _expect(self, text: str) -> None:
        token = self._next()
        if token.kind not in ("mark", "word") or token.text != text:
            found = "the end" if token.kind == "end" else repr(token.text)
            raise wrong(f"{text!r} is expected, not {found}.", token.at)

    def _climb(self, least: int) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise wrong(f"A formula may nest at most {MOST_DEPTH} levels deep.", self._peek().at)
        left = self._first()
        while (binding := self._binding()) > least:
            left = self._after(left, binding)
        self._depth -= 1
        return left

    def _binding(self) -> int:
        token = self._peek()
        if token.kind == "word" and token.text == "not":
            return _BINDING["in"] if self._tokens[self._place + 1].text == "in" else 0
        return _BINDING.get(token.text, 0) if token.kind in ("mark", "word") else 0

    def _after(self, left: Node, binding: int) -> Node:
        token = self._next()
        if token.text == "not":
            self._expect("in")
            return Call("not", (self._members(left, token.at),), token.at)
        if token.text == "in":
            return self._members(left, token.at)
        if token.text == "is":
            return self._is_missing(left, token.at)
        # Powers bind to the right: 2 ^ 3 ^ 2 is 2 ^ 9.
        right = self._climb(binding - 1 if token.text == "^" else binding)
        following = self._peek()
        if token.text in COMPARISONS and following.kind == "mark" and following.text in COMPARISONS:
            raise wrong("Comparisons cannot be chained.", following.at, "Write 1 < x and x < 5.")
        return Call(token.text, (left, right), token.at)

    def _members(self, left: Node, at: int) -> Node:
        self._expect("(")
        return Call("in", (left, *self._list()), at)

    def _is_missing(self, left: Node, at: int) -> Node:
        negated = self._is("not")
        if negated:
            self._next()
        self._expect("missing")
        test = Call("is_missing", (left,), at, is_function=True)
        return Call("not", (test,), at) if negated else test

    def _list(self) -> tuple[Node, ...]:
        """Read what stands between commas up to the closing bracket."""
        parts: list[Node] = []
        while not self._is(")"):
            if parts:
                self._expect(",")
            parts.append(self._climb(0))
        self._next()
        return tuple(parts)

    def _first(self) -> Node:
        token = self._next()
        match token.kind:
            case "number":
                return self._number(token)
            case "text":
                return Value(token.text, token.at)
            case "quoted":
                return Column(token.text, True, token.at)
            case "word":
                return self._word(token)
            case "mark" if token.text == "(":
                inside = self._climb(0)
                self._expect(")")
                return inside
            case "mark" if token.text in "+-":
                signed = self._climb(_SIGN)
                return signed if token.text == "+" else Call("-", (signed,), token.at)
        found = "The formula ends too early." if token.kind == "end" else f"{token.text!r} cannot stand here."
        raise wrong(found, token.at)

    def _number(self, token: Token) -> Node:
        value = float(token.text)
        if value == float("inf"):
            raise wrong(f"The number {token.text} is too large.", token.at)
        return Value(value, token.at)

    def _word(self, token: Token) -> Node:
        match token.text:
            case "true" | "false":
                return Value(token.text == "true", token.at)
            case "missing":
                return Value(None, token.at)
            case "not":
                return Call("not", (self._climb(_NOT),), token.at)
            case "and" | "or" | "in" | "is":
                raise wrong(
                    f"{token.text!r} cannot stand here.", token.at, "A column of that name stands in [brackets]."
                )
        if self._is("("):
            self._next()
            return Call(token.text.lower(), self._list(), token.at, is_function=True)
        return Column(token.text, False, token.at)
