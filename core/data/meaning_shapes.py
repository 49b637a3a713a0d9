"""How values look that stand for something known: shapes of e-mail addresses, phone numbers, names, lists ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.data.given_names import GIVEN_NAMES
from core.types import Meaning

MOSTLY = 0.8
"""Share of the different values that must have a shape."""

_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}$")
_URL = re.compile(r"^(?:(?:https?|ftp)://|www\.)[^\s]+\.[^\s]+$", re.IGNORECASE)
_PHONE = re.compile(
    r"^(?:\+\d[\d\s().\-/]{6,20}\d|(?:\+?1[\s.-])?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\(0?\d{2,5}\)\s?\d[\d\s\-/]{4,12}\d)"
    r"(?:\s*(?:x|ext\.?)\s*\d+)?$"
)
_PHONE_DIGITS = re.compile(r"^\+?[\d\s().\-/]{7,22}(?:\s*(?:x|ext\.?)\s*\d+)?$")
_POSTAL = re.compile(
    r"^(?:\d{4,6}|\d{5}-\d{4}|\d{3}[ -]\d{2}|\d{2}-\d{3}|\d{5}-\d{3}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{1,2}-\d{4,5})$",
    re.IGNORECASE,
)
_STREET_WORD = re.compile(
    r"\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|drive|dr|court|ct|way|place|pl|square|sq|terrace|highway|hwy)"
    r"\b|(?:stra(?:ss|\u00df)e|str\.|weg|gasse|platz|allee)\b|^(?:rue|via|calle|avenida|rua)\b",
    re.IGNORECASE,
)
_HOUSE_NUMBER = re.compile(r"^\d{1,5}[a-z]?\b|\b\d{1,5}\s?[a-z]?$", re.IGNORECASE)
_HONORIFIC = re.compile(
    r"(?:^|[\s,])(?:mr|mrs|miss|ms|dr|prof|rev|herr|frau|mme|mlle|sr|sra|sir|lady|master)\.?\s", re.I
)
_WORD = r"[^\W\d_][^\W\d_'\u2019.-]*(?:['\u2019-][^\W\d_]+)*\.?"
_PERSON = re.compile(rf"^\"?{_WORD}(?:[ ,]+[\"(]?{_WORD}[\")]?){{0,7}}$")
_BRACKETS = re.compile(r"^[\[({].*[\])}]$", re.DOTALL)
_TOKENS = re.compile(r"[^\W\d_]+")
_GROUPED_NUMBER = re.compile(r"^-?\d{1,3}(?:,\d{3})+$")

_PHONE_WORDS = {"phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "telefon", "handy", "telefono"}
_POSTAL_WORDS = {"zip", "zipcode", "postcode", "postal", "postalcode", "plz", "cep", "pincode", "postleitzahl"}
_ADDRESS_WORDS = {"address", "addr", "street", "adresse", "strasse", "direccion", "indirizzo", "residence"}
_NAME_PARTS = {
    "firstname", "lastname", "surname", "forename", "fullname", "givenname", "familyname", "middlename", "maidenname",
    "vorname", "nachname", "prenom", "apellido", "cognome", "username",
}  # fmt: skip
_NAME_BEFORE = {"first", "last", "full", "given", "family", "middle", "maiden"}
_PEOPLE = {
    "customer", "client", "patient", "employee", "passenger", "person", "contact", "student", "teacher", "doctor",
    "author", "owner", "member", "user", "candidate", "applicant", "player", "guest", "driver", "manager", "recipient",
    "sender",
}  # fmt: skip
_LATITUDE = {"latitude", "lat"}
_LONGITUDE = {"longitude", "lon", "lng", "long"}


def name_words(name: str) -> list[str]:
    """Split a column's name at blanks, marks and capitals, in small letters."""
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", name)
    return [word.lower() for word in re.split(r"[\W_]+", spaced) if word]


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(value)) for value in values) / len(values)


def _email(name: str, values: Sequence[str]) -> str:
    return "The cells are e-mail addresses." if _share(values, _EMAIL.match) >= MOSTLY else ""


def _url(name: str, values: Sequence[str]) -> str:
    return "The cells are web addresses." if _share(values, _URL.match) >= MOSTLY else ""


def _phone(name: str, values: Sequence[str]) -> str:
    if _share(values, lambda v: _PHONE.match(v) and 7 <= _digits(v) <= 16) >= MOSTLY:
        return "The cells are written as phone numbers are."
    named = bool(_PHONE_WORDS & set(name_words(name)))
    if named and _share(values, lambda v: _PHONE_DIGITS.match(v) and 7 <= _digits(v) <= 16) >= MOSTLY:
        return "Phone numbers, by the column's name and their length."
    return ""


def _digits(value: str) -> int:
    return sum(character.isdigit() for character in value)


def _postal_code(name: str, values: Sequence[str]) -> str:
    if not _POSTAL_WORDS & set(name_words(name)) or _share(values, _POSTAL.match) < MOSTLY:
        return ""
    return "Postal codes, by the column's name and their form."


def _address(name: str, values: Sequence[str]) -> str:
    has_number = _share(values, lambda v: _HOUSE_NUMBER.search(v) and _TOKENS.search(v))
    if _ADDRESS_WORDS & set(name_words(name)) and has_number >= 0.6:
        return "Addresses, by the column's name and the house numbers."
    if has_number >= MOSTLY and _share(values, _STREET_WORD.search) >= MOSTLY:
        return "The cells are streets with house numbers."
    return ""


def _person_name(name: str, values: Sequence[str]) -> str:
    shaped = [value for value in values if len(value) <= 90 and _PERSON.match(value)]
    if len(shaped) < MOSTLY * len(values):
        return ""
    titled = _share(values, lambda v: _HONORIFIC.search(f"{v} "))
    given = _share(values, _starts_with_given_name)
    several = _share(values, lambda v: len(_TOKENS.findall(v)) >= 2)
    words = name_words(name)
    if titled >= 0.5:
        return f"Names of people: {_often(titled)} hold a title such as Mr. or Miss."
    if given >= 0.5 and several >= 0.5:
        return f"Names of people: {_often(given)} hold a common given name."
    if _names_people(words) and (given >= 0.1 or titled >= 0.1 or {"first", "last", "surname"} & set(words)):
        return "Names of people, by the column's name and their form."
    return f"Names of people: {_often(given)} hold a common given name." if words == ["name"] and given >= 0.3 else ""


def _names_people(words: list[str]) -> bool:
    if set(words) & _NAME_PARTS or "".join(words) in _NAME_PARTS:
        return True
    return "name" in words and bool(set(words) & (_NAME_BEFORE | _PEOPLE))


def _starts_with_given_name(value: str) -> bool:
    """Tell whether the first word, or the first after a comma and a title, is a common given name."""
    last, comma, rest = value.partition(",")
    words = _TOKENS.findall(_HONORIFIC.sub(" ", f" {rest if comma else last} "))
    return bool(words) and words[0].lower() in GIVEN_NAMES and value[:1].isupper()


def _often(share: float) -> str:
    return "all cells" if share == 1 else f"{share:.0%} of the different cells"


def _list(name: str, values: Sequence[str]) -> str:
    if _share(values, _BRACKETS.match) >= MOSTLY and any("," in value for value in values):
        return "Every cell is a list in brackets."
    for mark, noun in ((";", "semicolons"), ("|", "bars"), (",", "commas")):
        if _holds_lists(values, mark):
            return f"Several values in a cell, separated by {noun}, which recur in other cells."
    return ""


def _holds_lists(values: Sequence[str], mark: str) -> bool:
    """Tell whether cells are lists: several short parts, of different number, that recur from cell to cell."""
    parts = [[part.strip() for part in value.split(mark)] for value in values]
    several = [cell for cell in parts if len(cell) > 1]
    if len(several) < max(3, 0.3 * len(parts)) or all(_GROUPED_NUMBER.match(v) for v in values if mark in v):
        return False
    # "Denver, CO" has always two parts: one value in two parts, not a list.
    if mark == "," and len({len(cell) for cell in parts}) < 3:
        return False
    words = [word for cell in parts for word in cell if word]
    short = sum(len(word.split()) <= 3 for word in words)
    return bool(words) and short >= 0.95 * len(words) and len(set(words)) <= (0.3 if mark == "," else 0.6) * len(words)


def coordinate_word(name: str) -> str:
    """Return the word of a column's name that says latitude or longitude; empty where there is none."""
    return next((word for word in name_words(name) if word in _LATITUDE | _LONGITUDE), "")


def coordinate(name: str, values: Sequence[str]) -> tuple[Meaning, str] | None:
    """Find a latitude or longitude by name and range; None where it is neither."""
    word = coordinate_word(name)
    numbers = _numbers(values)
    if not word or not numbers or all(number.is_integer() for number in numbers):
        return None
    meaning, limit = (Meaning.LATITUDE, 90) if word in _LATITUDE else (Meaning.LONGITUDE, 180)
    if max(map(abs, numbers)) > limit:
        return None
    low, high = min(numbers), max(numbers)
    return meaning, f"Degrees from {low:.4g} to {high:.4g} under the name of a {meaning.value}."


def _numbers(values: Sequence[str]) -> list[float]:
    numbers = []
    for value in values:
        try:
            numbers.append(float(value.replace(",", ".")))
        except ValueError:
            continue
    return numbers if len(numbers) >= MOSTLY * len(values) else []


SHAPES: tuple[tuple[Meaning, Callable[[str, Sequence[str]], str]], ...] = (
    (Meaning.EMAIL, _email),
    (Meaning.URL, _url),
    (Meaning.PHONE, _phone),
    (Meaning.POSTAL_CODE, _postal_code),
    (Meaning.LIST, _list),
    (Meaning.ADDRESS, _address),
    (Meaning.PERSON_NAME, _person_name),
)
"""Meanings that text can have, in the order they are tried; each function gives the reason, or an empty text."""
