"""The functions of Lathe's formulas: what they take, what they give, and their SQL.

Each part stands in the SQL once, so that nested functions do not grow without bound.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.shape.text import finite

ValueType = Literal["number", "text", "date", "truth", "missing"]
Takes = Literal["number", "text", "date", "truth", "any", "same", "whole"]


class Function(BaseModel):
    """A function.

    Attributes
    ----------
    name : str
        As it is written.
    takes : tuple of Takes
        Types of its parts; "same" are all of one type, "whole" is a whole number written out.
    more : bool
        The last of ``takes`` may be repeated.
    optional : int
        How many of the last parts may be left out.
    gives : ValueType or "same"
        Type of the result.
    sql : str
        With ``{0}``, ``{1}`` ... for the parts, or ``{all}`` for all of them with commas.
    by_group : bool
        Looks at all rows that are equal in the last parts.
    help : str
        What it gives, with an example where that helps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    takes: tuple[Takes, ...]
    more: bool = False
    optional: int = 0
    gives: ValueType | Literal["same"]
    sql: str
    by_group: bool = False
    help: str

    @property
    def signature(self) -> str:
        """How it is written: "round(number, [digits])"."""
        words = {"any": "value", "same": "value", "whole": "digits"}
        parts = [words.get(t, t) for t in self.takes]
        for place in range(len(parts) - self.optional, len(parts)):
            parts[place] = f"[{parts[place]}]"
        return f"{self.name}({', '.join(parts)}{', ...' if self.more else ''})"


def _number(name: str, sql: str, help: str) -> Function:
    return Function(name=name, takes=("number",), gives="number", sql=sql, help=help)


def _part(name: str, help: str, asked: str = "") -> Function:
    sql = f"CAST(date_part('{asked or name}', {{0}}) AS DOUBLE)"
    return Function(name=name, takes=("date",), gives="number", sql=sql, help=help)


def _words(name: str, help: str) -> Function:
    return Function(name=name, takes=("text",), gives="text", sql=f"{name}({{0}})", help=help)


def _test(name: str, help: str) -> Function:
    return Function(name=name, takes=("text", "text"), gives="truth", sql=f"{name}({{0}}, {{1}})", help=help)


def _by(name: str, sql: str, help: str) -> Function:
    over = finite(f"CAST({sql}({{0}}) OVER (PARTITION BY {{rest}}) AS DOUBLE)")
    return Function(name=name, takes=("number", "any"), more=True, gives="number", sql=over, by_group=True, help=help)


FUNCTIONS: tuple[Function, ...] = (
    Function(name="if", takes=("truth", "same", "same"), gives="same",
             sql="CASE WHEN {0} THEN {1} ELSE {2} END", help="The second where the first is true, else the third."),
    Function(name="coalesce", takes=("same",), more=True, gives="same", sql="coalesce({all})",
             help="The first part that is not missing."),
    Function(name="is_missing", takes=("any",), gives="truth", sql="({0} IS NULL)", help="True where a cell is empty."),
    Function(name="min", takes=("same",), more=True, gives="same", sql="least({all})",
             help="The lowest of the parts; missing ones are left out."),
    Function(name="max", takes=("same",), more=True, gives="same", sql="greatest({all})",
             help="The highest of the parts; missing ones are left out."),
    Function(name="round", takes=("number", "whole"), optional=1, gives="number", sql="round({0}, {1})",
             help="Rounded to whole numbers, or to so many digits after the point."),
    _number("floor", "floor({0})", "The next whole number below."),
    _number("ceil", "ceil({0})", "The next whole number above."),
    _number("abs", "abs({0})", "The size of a number without its sign."),
    _number("sqrt", finite("sqrt({0})"), "Square root; missing for negative numbers."),
    _number("log", finite("ln({0})"), "Natural logarithm; missing for zero and below."),
    _number("log10", finite("log10({0})"), "Logarithm to the base 10."),
    _number("exp", finite("exp({0})"), "e to the power of a number."),
    Function(name="length", takes=("text",), gives="number", sql="CAST(length({0}) AS DOUBLE)",
             help="Number of characters."),
    _words("lower", "In small letters."),
    _words("upper", "In capitals."),
    _words("trim", "Without blanks around it."),
    _test("contains", "True where the second text occurs in the first."),
    _test("starts_with", "True where the first text begins with the second."),
    _test("ends_with", "True where the first text ends with the second."),
    Function(name="replace", takes=("text", "text", "text"), gives="text", sql="replace({0}, {1}, {2})",
             help="The first text with the third in the place of each second."),
    Function(name="substring", takes=("text", "number", "number"), optional=1, gives="text",
             sql="substring({0}, TRY_CAST({1} AS INTEGER), TRY_CAST({2} AS INTEGER))",
             help="Characters from a place on, counted from 1; the third part says how many."),
    Function(name="concat", takes=("any",), more=True, gives="text", sql="concat({all})",
             help="All parts as one text; missing ones are left out."),
    Function(name="text", takes=("any",), gives="text", sql="{0}", help="As text."),
    Function(name="number", takes=("any",), gives="number", sql="{0}",
             help="A text or a truth as a number; missing where a text is none."),
    Function(name="date", takes=("text",), gives="date", sql=finite("TRY_CAST({0} AS TIMESTAMP)"),
             help="A text such as '2024-03-31' as a date."),
    _part("year", "Year of a date."),
    _part("month", "Month, 1 to 12."),
    _part("day", "Day of the month."),
    _part("weekday", "Day of the week, 1 (Monday) to 7.", "isodow"),
    _part("hour", "Hour, 0 to 23."),
    Function(name="days_between", takes=("date", "date"), gives="number",
             sql="((epoch({1}) - epoch({0})) / CAST(86400 AS DOUBLE))", help="Days from the first date to the second."),
    _by("mean_by", "avg", "Mean of the rows that are equal in the other parts: mean_by(Fare, Pclass)."),
    _by("sum_by", "sum", "Sum over the rows that are equal in the other parts."),
    _by("median_by", "median", "Middle of the rows that are equal in the other parts."),
    _by("std_by", "stddev_samp", "Spread of the rows that are equal in the other parts."),
    _by("min_by", "min", "Lowest of the rows that are equal in the other parts."),
    _by("max_by", "max", "Highest of the rows that are equal in the other parts."),
    Function(name="count_by", takes=("any",), more=True, gives="number", by_group=True,
             sql="CAST(count(*) OVER (PARTITION BY {all}) AS DOUBLE)",
             help="Number of rows that are equal in these parts."),
)  # fmt: skip


def find_function(name: str) -> Function | None:
    """Return a function by its name; None where there is none."""
    return next((function for function in FUNCTIONS if function.name == name), None)
