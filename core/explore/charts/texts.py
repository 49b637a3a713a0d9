"""Text: how long the cells are, and in how many rows a word stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.query import literal, quote
from core.errors import LatheError
from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import Bins, round_bins
from core.explore.charts.common import answer, colors, extreme, group_of
from core.explore.charts.groups import Groups
from core.explore.charts.source import Source
from core.explore.charts.spread import with_groups

TERM_ROWS = 20_000
LENGTH_BINS = 30
SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "up",
        "us",
        "was",
        "we",
        "were",
        "will",
        "with",
        "you",
        "your",
        "do",
        "does",
        "did",
        "been",
        "can",
        "could",
        "would",
        "should",
        "der",
        "die",
        "das",
        "und",
        "ist",
        "im",
        "zu",
        "den",
        "mit",
        "von",
        "ein",
        "eine",
        "nicht",
        "auf",
        "fur",
        "des",
        "dem",
        "sich",
        "es",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "et",
        "est",
        "en",
        "que",
        "qui",
        "dans",
        "pour",
        "sur",
        "pas",
        "au",
        "aux",
        "ce",
        "il",
        "elle",
        "el",
        "los",
        "las",
        "una",
        "y",
        "o",
        "en",
        "que",
        "es",
        "por",
        "con",
        "para",
        "del",
        "se",
        "su",
        "al",
        "lo",
        "il",
        "lo",
        "gli",
        "che",
        "di",
        "e",
        "per",
        "non",
        "si",
        "da",
        "come",
    ]
)


def text(source: Source) -> ChartData:
    """Lengths of every row's text; frequent words in a sample of rows."""
    name = source.spec.x
    color = colors(source)
    counted = source.frame(
        f"SELECT coalesce({color.sql}::INTEGER, -1) AS color, length({quote(name)}) AS letters, count(*) AS count "
        f"FROM f WHERE {quote(name)} IS NOT NULL GROUP BY 1, 2"
    )
    known = int(counted["count"].sum())
    if not known:
        raise LatheError(
            f"A chart needs a value of {words.name(name)}. It is missing in every row.", hint="Choose another."
        )
    bins = round_bins(float(counted["letters"].min()), float(counted["letters"].max()), LENGTH_BINS, is_whole=True)
    lengths = _lengths(counted, bins, color)
    terms, drawn = _terms(source, color)
    sampled = f"Words are counted in {drawn:,} of {known:,} rows." if drawn < known else ""
    layers = {"lengths": lengths, "terms": terms}
    table = pd.DataFrame({"Word": terms["term"], "Rows": terms["count"], "Share": terms["share"]})
    return answer(
        source,
        layers=layers,
        table=with_groups(table, terms, source),
        finding=_finding(source, terms, lengths, bins),
        caption="Left: how many letters the texts have. Right: the share of rows that hold a word.",
        shown=int(lengths["count"].sum()),
        missing_of=(name, source.spec.color),
        notes=(sampled,),
        facts={"bins": bins.facts(), "color": color.facts(), "x_title": f"Letters of {name}", "y_title": "Rows"},
    )


def _lengths(counted: pd.DataFrame, bins: Bins, color: Groups) -> pd.DataFrame:
    grouped = counted[counted["color"] >= 0]
    places = np.floor((grouped["letters"] - bins.low) / bins.width).clip(0, bins.count - 1).astype("int64")
    frame = grouped.groupby(["color", places.rename("bin")])["count"].sum().reset_index()
    frame["low"] = bins.low + frame.pop("bin") * bins.width
    frame["high"] = frame["low"] + bins.width
    return frame.assign(color=color.name(frame["color"]))


def _terms(source: Source, color: Groups) -> tuple[pd.DataFrame, int]:
    column, most = quote(source.spec.x), int(source.options["terms"] or 20)
    left_out = ", ".join(literal(word) for word in sorted(SMALL_WORDS)) if source.options["stop_words"] else "''"
    source.query.connection.execute(
        f"CREATE TEMP TABLE drawn AS SELECT * FROM (SELECT {color.sql} AS color, {column} AS text, file_row_number "
        f"FROM f) WHERE text IS NOT NULL AND color IS NOT NULL ORDER BY hash(file_row_number) LIMIT {TERM_ROWS}"
    )
    rows = dict(source.query.rows("SELECT color, count(*) FROM drawn GROUP BY color"))
    source.query.connection.execute(
        "CREATE TEMP TABLE found AS SELECT color, term, count(*) AS n FROM (SELECT color, unnest(list_distinct("
        "regexp_extract_all(lower(left(text, 20000)), '[\\p{L}\\p{N}]{2,}'))) AS term FROM drawn) "
        f"WHERE term NOT IN ({left_out}) GROUP BY ALL"
    )
    frame = source.frame(
        "SELECT color, term, n AS count, sum(n) OVER (PARTITION BY term) AS total FROM found WHERE term IN "
        f"(SELECT term FROM found GROUP BY term ORDER BY sum(n) DESC, term LIMIT {most}) "
        "ORDER BY total DESC, term, color"
    )
    frame["share"] = frame["count"] / frame["color"].map(rows).astype(float)
    return frame.assign(color=color.name(frame["color"])), sum(rows.values())


def _finding(source: Source, terms: pd.DataFrame, lengths: pd.DataFrame, bins: Bins) -> str:
    name = words.name(source.spec.x)
    if terms.empty:
        return f"{name} holds no words"
    if terms["color"].nunique() > 1:
        shares = terms.pivot_table(index="term", columns="color", values="share", fill_value=0.0)
        term, _ = extreme(shares.max(axis=1) - shares.min(axis=1))
        by_group = shares.T[term]
        (top, most), (bottom, least) = extreme(by_group), extreme(by_group, lowest=True)
        return (
            f"The word {term!r} stands in {words.share(most)} of {group_of(source.spec.color, top)} "
            f"and in {words.share(least)} of {words.name(bottom, 32)}"
        )
    first = terms.iloc[0]
    return f"The most frequent word of {name} is {first['term']!r}, in {words.share(float(first['share']))} of the rows"
