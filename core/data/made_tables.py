"""Made tables with mixed types, missing cells and dependences that a line does not catch; the same on every call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_REGIONS = (
    "Ashford", "Bellmoor", "Carrow", "Dunmere", "Eastvale", "Farleigh", "Glenholm", "Harwick", "Ivybridge", "Kestrel",
    "Langford", "Marston", "Northam", "Oakhurst", "Pendle", "Quarry Hill", "Redcliff", "Saltmarsh", "Thornbury",
    "Upton", "Verity", "Westbrook", "Yarrow", "Aldgate", "Birchwood", "Coldstream", "Draycott", "Elmstead", "Foxley",
    "Greystone",
)  # fmt: skip


_DISTRICTS = {
    "Old Town": 17.0, "Harbour": 16.2, "University": 15.4, "Gardens": 14.2, "Riverside": 15.8, "Hillside": 13.6,
    "Station": 12.8, "Mills": 12.2, "Parkview": 14.6, "Foundry": 11.6, "Lakeside": 15.0, "Airfield": 10.4,
    "Northgate": 11.2, "Southbank": 13.2,
}  # fmt: skip
"""Level of rent a square metre."""


def telecom_customers(rows: int = 2000, seed: int = 20260101) -> pd.DataFrame:
    """Customers of a phone company and whether they left.

    Leaving depends on contract, tenure and price together: a high price matters on a monthly contract only.
    """
    rng = np.random.default_rng(seed)
    tenure = np.minimum(np.round(rng.gamma(1.4, 20, rows)), 72).astype(int)
    contract = _draw(rng, ("monthly", "one year", "two years"), (0.52, 0.26, 0.22), rows)
    internet = _draw(rng, ("fiber", "dsl", "cable", "none"), (0.38, 0.24, 0.22, 0.16), rows)
    payment = _draw(rng, ("direct debit", "credit card", "invoice", "wallet app"), (0.4, 0.3, 0.22, 0.08), rows)
    weights = rng.dirichlet(np.linspace(4, 0.6, len(_REGIONS)))
    region = rng.choice(len(_REGIONS), rows, p=weights)
    base = pd.Series(internet).map({"fiber": 62.0, "dsl": 41.0, "cable": 48.0, "none": 18.0}).to_numpy()
    lines = 1 + rng.poisson(0.6, rows)
    charge = np.round(base + 6.5 * (lines - 1) + rng.normal(0, 6, rows), 2).clip(9.9)
    tickets = rng.poisson(0.5 + 1.1 * (internet == "fiber") + 0.8 * rng.beta(1, 4, rows) * 4, rows)
    age = np.round(rng.normal(46, 15, rows)).clip(18, 92)
    paperless = rng.random(rows) < np.where(age < 50, 0.72, 0.4)
    region_effect = rng.normal(0, 0.45, len(_REGIONS))[region]
    score = (
        -1.5
        + 1.35 * (contract == "monthly")
        - 0.9 * (contract == "two years")
        + 0.045 * np.maximum(charge - 60, 0) * (contract == "monthly")
        - 1.6 * np.log1p(tenure) / np.log(73)
        + 0.55 * np.maximum(tickets - 2, 0)
        + 0.5 * (payment == "invoice")
        + 0.9 * ((age < 27) & (contract == "monthly"))
        + region_effect
    )
    churned = rng.random(rows) < 1 / (1 + np.exp(-score))
    last = np.datetime64("2025-12-31")
    signup = last - (tenure * 30.4 + rng.integers(0, 30, rows)).astype(int).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "customer_id": [f"C-{number:05d}" for number in rng.permutation(90000)[:rows] + 10000],
            "signup_date": signup.astype(str),
            "region": np.array(_REGIONS)[region],
            "age": age.astype(int),
            "contract": contract,
            "internet": internet,
            "lines": lines,
            "tenure_months": tenure,
            "monthly_charge": charge,
            "total_charges": np.round(charge * np.maximum(tenure, 0.3) * rng.normal(1, 0.03, rows), 2),
            "payment": payment,
            "paperless": np.where(paperless, "yes", "no"),
            "support_tickets": tickets,
            "satisfaction": np.clip(np.round(4.6 - 0.6 * tickets - 0.9 * churned + rng.normal(0, 0.9, rows)), 1, 5),
            "churned": np.where(churned, "yes", "no"),
        }
    )
    frame["satisfaction"] = frame["satisfaction"].astype("Int64")
    frame["age"] = frame["age"].astype("Int64")
    _lose(frame, "satisfaction", rng.random(rows) < np.where(tickets == 0, 0.55, 0.2))
    _lose(frame, "age", rng.random(rows) < 0.06)
    _lose(frame, "payment", rng.random(rows) < 0.03)
    _lose(frame, "total_charges", tenure == 0)
    return frame


def coffee_lots(rows: int = 1500, seed: int = 20260202) -> pd.DataFrame:
    """Lots of green coffee and their grade.

    Altitude helps up to a point that depends on the latitude of the origin; defects spoil any lot.
    """
    rng = np.random.default_rng(seed)
    origins = ("Colombia", "Ethiopia", "Brazil", "Guatemala", "Kenya", "Honduras", "Sumatra", "Peru", "Costa Rica",
               "Vietnam", "Rwanda", "Mexico")  # fmt: skip
    ideal = dict(zip(origins, (1750, 1950, 1150, 1650, 1800, 1450, 1300, 1600, 1600, 900, 1850, 1300), strict=True))
    origin = _draw(rng, origins, (0.16, 0.14, 0.18, 0.1, 0.07, 0.08, 0.06, 0.06, 0.05, 0.04, 0.03, 0.03), rows)
    best = pd.Series(origin).map(ideal).to_numpy(dtype=float)
    altitude = np.round(rng.normal(best - 80, 230, rows), -1).clip(400, 2400)
    process = _draw(rng, ("washed", "natural", "honey", "wet-hulled"), (0.5, 0.28, 0.15, 0.07), rows)
    variety = _draw(rng, ("Caturra", "Bourbon", "Typica", "Heirloom", "Catuai", "SL28", "Gesha", "Robusta"),
                    (0.22, 0.2, 0.14, 0.14, 0.14, 0.06, 0.03, 0.07), rows)  # fmt: skip
    moisture = np.round(rng.normal(11.2, 0.9, rows), 1).clip(7, 15)
    screen = rng.choice([14, 15, 16, 17, 18], rows, p=(0.08, 0.22, 0.34, 0.26, 0.1))
    defects = rng.negative_binomial(1.6, 0.25, rows)
    harvest = np.datetime64("2023-01-01") + rng.integers(0, 1000, rows).astype("timedelta64[D]")
    storage = np.round(rng.gamma(2.2, 45, rows)).astype(int)
    acidity = np.round(6.4 + 0.0011 * (altitude - 1400) + 0.5 * (process == "washed") + rng.normal(0, 0.45, rows), 2)
    body = np.round(6.6 + 0.6 * (process == "natural") - 0.0004 * (altitude - 1400) + rng.normal(0, 0.4, rows), 2)
    score = (
        80.5
        - 2.2 * ((altitude - best) / 350) ** 2
        - 0.38 * defects
        - 0.9 * np.abs(moisture - 11.0) ** 1.5
        - 0.012 * np.maximum(storage - 120, 0)
        + 2.6 * (variety == "Gesha")
        + 1.0 * (variety == "SL28")
        - 3.2 * (variety == "Robusta")
        + 1.1 * (acidity - 6.5) * (process == "washed")
        + 0.25 * (screen - 16)
        + rng.normal(0, 0.9, rows)
    )
    frame = pd.DataFrame(
        {
            "lot_id": [f"LOT{number}" for number in 700001 + rng.permutation(40000)[:rows]],
            "harvest_date": harvest.astype(str),
            "origin": origin,
            "variety": variety,
            "process": process,
            "altitude_m": altitude,
            "moisture_pct": moisture,
            "screen_size": screen,
            "defects": defects,
            "storage_days": storage,
            "acidity": acidity,
            "body": body,
            "grade": np.select([score >= 79.6, score >= 76.2], ["premium", "standard"], "below"),
        }
    )
    _lose(frame, "altitude_m", rng.random(rows) < 0.09)
    _lose(frame, "variety", rng.random(rows) < 0.12)
    _lose(frame, "body", rng.random(rows) < 0.04)
    return frame


def apartment_rents(rows: int = 1800, seed: int = 20260303) -> pd.DataFrame:
    """Advertised apartments and their monthly rent.

    The price of a square metre falls with size, differs by district and year built, and a lift matters upstairs only.
    """
    rng = np.random.default_rng(seed)
    district = _draw(rng, tuple(_DISTRICTS), rng.dirichlet(np.full(len(_DISTRICTS), 6.0)), rows)
    rooms = 1 + rng.binomial(5, 0.36, rows)
    size = np.round(14 + 21.5 * rooms * rng.lognormal(0, 0.16, rows), 1)
    built = np.where(rng.random(rows) < 0.3, rng.integers(1880, 1935, rows), rng.integers(1950, 2025, rows))
    floor = rng.poisson(2.3, rows).clip(0, 14)
    lift = rng.random(rows) < np.where(built > 1975, 0.7, 0.2) * (0.5 + 0.1 * floor).clip(0, 1)
    balcony = rng.random(rows) < 0.55
    heating = _draw(rng, ("gas", "district", "heat pump", "oil", "electric"), (0.4, 0.32, 0.12, 0.11, 0.05), rows)
    energy = np.round(np.where(built < 1950, 165, 210 - 1.9 * (built - 1950)) * rng.lognormal(0, 0.22, rows)).clip(18)
    distance = np.round(rng.gamma(2.0, 1.7, rows) * np.where(district == "Airfield", 2.2, 1.0), 1)
    pets = _draw(rng, ("allowed", "on request", "no"), (0.3, 0.4, 0.3), rows)
    listed = np.datetime64("2024-01-01") + rng.integers(0, 730, rows).astype("timedelta64[D]")
    renovated = rng.random(rows) < 0.28
    metre = pd.Series(district).map(_DISTRICTS).to_numpy(dtype=float)
    metre = metre * (1 + 0.28 * np.exp(-(size - 18) / 28)) + 1.3 * (built < 1935) * renovated + 2.1 * (built > 2012)
    metre += 0.9 * renovated - 0.35 * np.maximum(floor - 2, 0) * ~lift + 0.12 * floor * lift
    metre += 0.6 * balcony - 0.22 * np.minimum(distance, 8) - 0.004 * np.maximum(energy - 120, 0)
    months = (listed - np.datetime64("2024-01-01")).astype(int) / 30.4
    season = 1 + 0.003 * months + 0.02 * np.sin(2 * np.pi * (months - 5) / 12)
    rent = np.round(metre * size * season * rng.lognormal(0, 0.06, rows), -1)
    frame = pd.DataFrame(
        {
            "listing_id": 500000 + rng.permutation(80000)[:rows],
            "listed_on": listed.astype(str),
            "district": district,
            "size_m2": size,
            "rooms": rooms,
            "floor": floor,
            "year_built": built.astype(float),
            "lift": np.where(lift, "true", "false"),
            "balcony": np.where(balcony, "true", "false"),
            "heating": heating,
            "energy_kwh_m2": energy,
            "km_to_centre": distance,
            "pets": pets,
            "note": _notes(rng, renovated, balcony, distance, rooms),
            "monthly_rent": rent,
        }
    )
    frame["year_built"] = frame["year_built"].astype("Int64")
    _lose(frame, "year_built", rng.random(rows) < 0.07)
    _lose(frame, "energy_kwh_m2", rng.random(rows) < np.where(built < 1950, 0.3, 0.08))
    _lose(frame, "pets", rng.random(rows) < 0.05)
    _lose(frame, "note", rng.random(rows) < 0.04)
    return frame


def _notes(
    rng: np.random.Generator, renovated: np.ndarray, balcony: np.ndarray, distance: np.ndarray, rooms: np.ndarray
) -> list[str]:
    openings = (
        "Bright apartment",
        "Quiet apartment",
        "Well kept home",
        "Charming flat",
        "Practical flat",
        "Sunny flat",
    )
    views = ("facing the courtyard", "with a view over the roofs", "on a calm side street", "near the tram",
             "close to shops and schools", "with a large kitchen", "with wooden floors", "with wardrobes")  # fmt: skip
    endings = ("Free from {month}.", "Deposit of three rents.", "Viewing on {day}.", "Cellar included.",
               "Bicycle room in the house.", "Parking on request.")  # fmt: skip
    months = ("March", "April", "May", "June", "July", "September", "October")
    days = ("Monday", "Tuesday", "Thursday", "Friday", "Saturday")
    notes = []
    for row in range(len(rooms)):
        first = f"{rng.choice(openings)} {rng.choice(views)} and {rng.choice(views)}."
        extra = ["Renovated last year."] * bool(renovated[row]) + ["Balcony to the south."] * bool(balcony[row])
        if distance[row] < 1.5:
            extra.append("A short walk to the centre.")
        last = str(rng.choice(endings)).format(month=rng.choice(months), day=rng.choice(days))
        notes.append(" ".join([first, *extra, last]))
    return notes


def _draw(rng: np.random.Generator, values: Sequence[str], weights: Sequence[float] | np.ndarray, n: int) -> np.ndarray:
    chances = np.asarray(weights, dtype=float)
    return np.asarray(rng.choice(np.array(values, dtype=object), n, p=chances / chances.sum()), dtype=object)


def _lose(frame: pd.DataFrame, column: str, gone: np.ndarray) -> None:
    """Empty the cells of a column where ``gone``."""
    frame.loc[gone, column] = None
