"""The clean tables: each of another kind, made from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_THINGS = ["Kettle", "Desk Lamp", "Garden Hose", "Bread Knife", "Picture Frame", "Wool Blanket", "Bicycle Pump"]
_SORTS = ["Steel", "Small", "Folding", "Hand-made", "Children's", "Two-Pack", "Extra-Long"]
_PRAISE = [
    "Built to last, easy to clean, and light enough to carry",
    "Our customers' favourite since 1998",
    "Keeps what it promises, even when it rains",
    "A plain design, with rounded edges and a soft grip",
    "Comes with a spare part, a bag and a short manual",
    "Fits all usual sizes; no tools needed",
]
_TOWNS = ["Gent", "Århus", "Málaga", "Köln", "Besançon", "Łódź", "Reykjavík", "Lyon", "Bern", "Porto"]


@dataclass(frozen=True)
class Table:
    """A clean table and how its file is usually written.

    Attributes
    ----------
    quoted : frozenset of int
        Columns whose cells always stand between quotes.
    units : tuple of str
        A second row of names that fits below the first.
    """

    name: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mark: str = ","
    quoted: frozenset[int] = frozenset()
    units: tuple[str, ...] = ()


def tables() -> tuple[Table, ...]:
    """Return all tables, the same every time."""
    return (_shop(), _sensors(), _invoices(), _library(), _survey())


def _shop(rows: int = 60) -> Table:
    make = random.Random(1)
    start, made = date(2021, 3, 17), []
    for place in range(rows):
        code = f"{make.choice('KLMNPR')}{make.choice('AEIOU')}-{make.randint(1000, 9999)}"
        name = f"{make.choice(_SORTS)} {make.choice(_THINGS)}"
        if place % 3 == 0:
            name = f'{name}, {make.randint(4, 30)}"' if place % 6 else f"{name}, {make.choice(_SORTS)}"
        text = ". ".join(make.sample(_PRAISE, make.randint(1, 3))) + "."
        if place % 11 == 5:
            text = text.replace(" and ", f" at 3'{make.randint(1, 9)}\" and ", 1)
        day = start + timedelta(days=place)
        hour, pieces = f"{8 + place // 8:02d}:{place % 4 * 15:02d}", str(make.randint(0, 24))
        price, link = f"€{make.uniform(2, 99):.2f}", f"https://shop.example.org/item/{code}"
        made.append((day.strftime("%d/%m/%Y"), hour, pieces, code, price, name, text, link, ""))
    names = ("Date", "Hour", "Pieces", "Article", "Price", "Name", "Description", "Link", "Remarks")
    return Table("shop", names, tuple(made), quoted=frozenset({6, 7}))


def _sensors(rows: int = 120) -> Table:
    make = random.Random(2)
    start, made = datetime(2023, 11, 5, 22, 10), []
    for place in range(rows):
        when = start + timedelta(minutes=10 * place)
        made.append((when.isoformat(), f"st{place % 5 + 1:02d}", f"{make.gauss(11, 4):.1f}", str(make.randint(40, 99)),
                     f"{make.uniform(980, 1030):.2f}", make.choice(["ok", "ok", "ok", "low"])))  # fmt: skip
    names = ("measured", "station", "temperature", "humidity", "pressure", "state")
    return Table("sensors", names, tuple(made), units=("utc", "code", "celsius", "percent", "hPa", "word"))


def _invoices(rows: int = 80) -> Table:
    make = random.Random(3)
    made = []
    for place in range(rows):
        day = date(2022, 1, 3) + timedelta(days=3 * place)
        amount = f"{make.uniform(5, 4000):.2f}".replace(".", ",")
        made.append((f"R{20220000 + place}", day.strftime("%d.%m.%Y"), make.choice(_TOWNS), amount,
                     f"{make.choice([7, 19])} %", make.choice(["ja", "nein"])))  # fmt: skip
    names = ("Nummer", "Datum", "Ort", "Betrag", "Steuer", "bezahlt")
    return Table("invoices", names, tuple(made), mark=";", units=("Text", "Tag", "Stadt", "EUR", "Satz", "Wort"))


def _library(rows: int = 40) -> Table:
    make = random.Random(4)
    first = ["The Quiet", "A Long", "Her Last", "Our First", "No Other"]
    second = ["Harbour", "Winter", "Letter", "Road"]
    people = ["Moreau, Ines", "Okafor, Chidi", "Lindqvist, Sara", "Tanaka, Ren", "Brandt, Jan"]
    made = []
    for _ in range(rows):
        title = f"{make.choice(first)} {make.choice(second)}"
        made.append((title, make.choice(people), make.choice(["novel", "poems", "essay"]), make.choice(_PRAISE)))
    return Table("library", ("title", "author", "sort", "review"), tuple(made), quoted=frozenset({3}))


def _survey(rows: int = 90) -> Table:
    make = random.Random(5)
    made = []
    for place in range(rows):
        answer = [str(make.randint(1, 5)) if make.random() < 0.6 else "" for _ in range(4)]
        comment = make.choice(["", "", "", "fine", "too long", "would come again"])
        made.append((str(1000 + place), make.choice(["f", "m", ""]), str(make.randint(18, 90)), *answer, comment))
    names = ("person", "sex", "age", "q1", "q2", "q3", "q4", "comment")
    return Table("survey", names, tuple(made))
