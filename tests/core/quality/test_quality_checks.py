"""Every registered check fires where it must and is silent where it nearly would; every fix mends what it promises."""

from __future__ import annotations

import pytest
from quality_cases import CASES

from core.data.propose import propose_task
from core.data.query import open_table
from core.quality.finding import Finding, QualityReport
from core.quality.mend import apply_fix, effect
from core.quality.registry import CHECKS
from core.quality.report import is_settled, look


def report(workspace, dataset, target) -> QualityReport:
    task = propose_task(dataset.column(target)).kind if target else None
    return look(workspace, dataset, target=target, task=task)


def of_check(found: QualityReport, key: str) -> list[Finding]:
    return [f for f in found.findings if f.check == key]


def test_every_check_has_a_case():
    assert {check.key for check in CHECKS} == set(CASES)
    assert len(CHECKS) == len({check.key for check in CHECKS})


@pytest.mark.parametrize("key", sorted(CASES))
def test_a_check_fires(workspace, stored, key):
    case = CASES[key]
    dataset = stored(case.fires())
    found = of_check(report(workspace, dataset, case.target), key)
    assert found
    for finding in found:
        assert finding.title
        assert finding.sentence.endswith(".")
        assert set(finding.columns) <= set(dataset.column_names)
        if finding.where:
            with open_table(workspace, dataset) as query:
                (rows,) = query.one(f"SELECT count(*) FROM t WHERE {finding.where}")
            assert rows >= finding.rows if finding.check in ("duplicates", "broken_letters") else rows > 0
            if finding.rows and finding.check not in ("duplicates", "broken_letters"):
                assert rows == finding.rows


@pytest.mark.parametrize("key", sorted(CASES))
def test_a_near_miss_is_left_alone(workspace, stored, key):
    case = CASES[key]
    dataset = stored(case.silent())
    assert not of_check(report(workspace, dataset, case.target), key)


@pytest.mark.parametrize("key", sorted(CASES))
def test_every_fix_mends_its_finding(workspace, stored, key):
    case = CASES[key]
    dataset = stored(case.fires())
    found = of_check(report(workspace, dataset, case.target), key)
    assert found
    for finding in found:
        for fix in finding.fixes:
            assert bool(fix.steps) + bool(fix.ignore) + fix.prepare == 1, fix
            if fix.prepare:
                continue
            if fix.ignore:
                assert is_settled(finding, fix.ignore)
                continue
            foreseen = effect(workspace, dataset, fix)
            mended = apply_fix(workspace, dataset, fix)
            assert mended.rows == foreseen.rows_after
            assert set(mended.column_names) == {*dataset.column_names, *foreseen.added} - {*foreseen.removed}
            target = case.target if case.target in mended.column_names else ""
            left = [f for f in report(workspace, mended, target).findings if f.key == finding.key]
            assert not left or left[0].rows < finding.rows, (fix.label, left)
