"""Patterns that a person types: RE2's, checked before any row is read."""

from __future__ import annotations

from core.errors import LatheError

MOST_RULES = 200
LONGEST_PATTERN = 500

_ARROW = "=>"


def read_rules(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs (pattern, replacement) of lines "pattern => replacement".

    Raises
    ------
    LatheError
        Naming the line that is no rule.
    """
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > MOST_RULES:
        raise LatheError(f"There may be at most {MOST_RULES} rules. There are {len(lines)}.")
    rules = []
    for number, line in lines:
        pattern, arrow, by = line.partition(_ARROW)
        if not arrow or not pattern.strip():
            raise LatheError(
                f"A rule must be written: pattern {_ARROW} replacement. Line {number} is {line.strip()!r}.",
                hint=f"For example: \\bu\\b {_ARROW} you",
            )
        check_pattern(pattern.strip(), by.strip(), f"The rule in line {number}")
        rules.append((pattern.strip(), by.strip()))
    return tuple(rules)


def check_pattern(pattern: str, by: str = " ", what: str = "The pattern") -> None:
    """Refuse what is no pattern of RE2, or a replacement that asks for a group that is not there.

    Raises
    ------
    LatheError
        With RE2's reason.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(pattern) > LONGEST_PATTERN:
        raise LatheError(f"{what} must have at most {LONGEST_PATTERN} characters. It has {len(pattern)}.")
    try:
        pc.replace_substring_regex(pa.array(["a"], pa.string()), f"(?:{pattern})", "")
        # Something always matches, so that the replacement is looked at too.
        pc.replace_substring_regex(pa.array(["a"], pa.string()), f"(?:{pattern})|a", by)
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        raise LatheError(
            f"{what} cannot be used: {error}.",
            hint="Patterns are RE2's: no look-ahead and no reference back inside of the pattern.",
        ) from error
