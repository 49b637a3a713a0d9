"""``predict`` and ``verify``: use a passport, and prove it."""

from __future__ import annotations

import argparse

from core.cli.output import print_json
from core.export.passport import load_passport, read_manifest
from core.export.predict import predict_table
from core.export.verify import verify_passport


def predict(parsed: argparse.Namespace) -> int:
    """Write one prediction a row of the table."""
    report = predict_table(load_passport(parsed.passport), parsed.file, name=parsed.file.name, out=parsed.out)
    if parsed.json:
        print_json({"out": str(parsed.out), **report.model_dump(mode="json")})
        return 0
    print(f"{report.rows:,} predictions in {parsed.out}")
    for sentence in report.sentences():
        print(f"note: {sentence}")
    return 0


def verify(parsed: argparse.Namespace) -> int:
    """Reload a passport in a fresh process and compare its sample predictions; status 1 where they differ."""
    # A file that is no passport is an error; one that is, and answers otherwise, is "not proven".
    read_manifest(parsed.passport)
    report = verify_passport(parsed.passport)
    if parsed.json:
        print_json(report.model_dump(mode="json"))
    else:
        print(report.sentence())
    return 0 if report.proven else 1
