"""``quality``: what is wrong with a table, and whether it keeps its rules."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.cli.output import print_json
from core.cli.scratch import scratch_dataset
from core.data.actions import Rule
from core.errors import LatheError
from core.quality.finding import QualityReport
from core.quality.report import find
from core.quality.rules import RuleResult, check_rules

BROKEN = 3
"""Exit status where a rule is broken; 1 and 2 are taken by errors."""


def quality(parsed: argparse.Namespace) -> int:
    """Print the findings, and with ``--rules`` which rules hold.

    Returns
    -------
    int
        0, or 3 where a rule is broken.
    """
    rules = read_rules(parsed.rules) if parsed.rules else ()
    with scratch_dataset(parsed.file) as (workspace, dataset):
        report = find(workspace, dataset, target=parsed.target)
        results = check_rules(workspace, dataset, rules)
        if parsed.json:
            print_json({**report.model_dump(mode="json"), "rows": dataset.rows, "rules": [_plain(r) for r in results]})
        else:
            _print(report, results)
    return 0 if all(result.holds for result in results) else BROKEN


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read rules from a JSON file: a list of rules, each with kind, columns and params.

    Raises
    ------
    LatheError
        Where the file cannot be read or holds something else.
    """
    try:
        return TypeAdapter(tuple[Rule, ...]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise LatheError(f"The rules must be a file that can be read; {path} cannot.", hint=str(error)) from error
    except (ValueError, ValidationError) as error:
        raise LatheError(
            f"{path.name} must hold a JSON list of rules.",
            hint='Such as [{"kind": "range", "columns": ["age"], "params": {"low": 0, "high": 120}}].',
        ) from error


def _print(report: QualityReport, results: tuple[RuleResult, ...]) -> None:
    for finding in report.findings:
        print(f"{finding.severity.value.upper():5}  {finding.title}")
        print(f"       {finding.sentence}")
    if not report.findings:
        print(f"Nothing found in {len(report.checked)} checks.")
    for result in results:
        state = "holds" if result.holds else result.problem or f"{result.violations:,} of {result.rows:,} rows break it"
        print(f"RULE   {result.sentence}: {state}")


def _plain(result: RuleResult) -> dict[str, object]:
    return {
        "rule": result.rule.model_dump(mode="json"),
        "sentence": result.sentence,
        "rows": result.rows,
        "violations": result.violations,
        "holds": result.holds,
        "problem": result.problem,
    }
