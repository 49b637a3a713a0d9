"""Tests answered on a stored table: the same figures as scipy's, and clear words where they cannot be made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError
from core.explore.hypothesis import samples
from core.explore.hypothesis.many import screen
from core.explore.hypothesis.registry import TESTS
from core.explore.hypothesis.result import Verdict
from core.explore.hypothesis.run import run_test, suggest_test
from core.explore.hypothesis.spec import Correction, Question, TestRequest
from core.store.workspace import Workspace
from tests.core.explore.hypothesis_tables import dataset, frame, people, stored

__all__ = ["dataset", "frame"]

Q = Question
REQUESTS = {
    "welch": {"question": Q.DIFFERENCE, "value": "x", "group": "two"},
    "t_independent": {"question": Q.DIFFERENCE, "value": "x", "group": "two"},
    "mann_whitney": {"question": Q.DIFFERENCE, "value": "x", "group": "two"},
    "anova": {"question": Q.DIFFERENCE, "value": "x", "group": "three"},
    "welch_anova": {"question": Q.DIFFERENCE, "value": "x", "group": "three"},
    "kruskal": {"question": Q.DIFFERENCE, "value": "x", "group": "three"},
    "t_paired": {"question": Q.CHANGE, "value": "x", "other": "after"},
    "wilcoxon": {"question": Q.CHANGE, "value": "x", "other": "after"},
    "chi_square": {"question": Q.RELATION, "value": "three", "other": "two"},
    "fisher": {"question": Q.RELATION, "value": "flag", "other": "two"},
    "pearson": {"question": Q.TOGETHER, "value": "x", "other": "after"},
    "spearman": {"question": Q.TOGETHER, "value": "x", "other": "after"},
    "kendall": {"question": Q.TOGETHER, "value": "x", "other": "after"},
    "shapiro": {"question": Q.NORMAL, "value": "skewed"},
    "ks_normal": {"question": Q.NORMAL, "value": "skewed"},
    "ks_two": {"question": Q.SAME, "value": "x", "group": "two"},
    "t_one_sample": {"question": Q.VALUE, "value": "x", "expected": 10.0},
    "proportion_z": {"question": Q.VALUE, "value": "two", "level": "a", "expected": 0.4},
    "binomial": {"question": Q.VALUE, "value": "two", "level": "a", "expected": 0.4},
    "chi_square_fit": {"question": Q.FREQUENCY, "value": "three"},
    "levene": {"question": Q.SPREAD, "value": "x", "group": "three"},
}


def request_of(test: str) -> TestRequest:
    return TestRequest(test=test, **REQUESTS[test])


def by_scipy(test: str, frame: pd.DataFrame) -> tuple[float, float]:
    """Statistic and p-value straight from scipy; the sign of a difference is not compared."""
    known = frame.dropna(subset=["x"])
    two = [known.loc[known["two"] == label, "x"] for label in ("a", "b")]
    three = [known.loc[known["three"] == label, "x"] for label in ("blue", "green", "red")]
    crossed = pd.crosstab(frame["two"], frame["three"])
    count = int((frame["two"] == "a").sum())
    n = len(frame)
    z = (count / n - 0.4) / np.sqrt(0.24 / n)
    found = {
        "welch": lambda: stats.ttest_ind(*two, equal_var=False),
        "t_independent": lambda: stats.ttest_ind(*two),
        "mann_whitney": lambda: stats.mannwhitneyu(*two[::-1]),
        "anova": lambda: stats.f_oneway(*three),
        "welch_anova": lambda: stats.f_oneway(*three, equal_var=False),
        "kruskal": lambda: stats.kruskal(*three),
        "t_paired": lambda: stats.ttest_rel(known["after"], known["x"]),
        "wilcoxon": lambda: stats.wilcoxon(known["after"] - known["x"]),
        "chi_square": lambda: stats.chi2_contingency(crossed, correction=False)[:2],
        "pearson": lambda: stats.pearsonr(known["x"], known["after"]),
        "spearman": lambda: stats.spearmanr(known["x"], known["after"]),
        "kendall": lambda: stats.kendalltau(known["x"], known["after"]),
        "shapiro": lambda: stats.shapiro(frame["skewed"]),
        "ks_two": lambda: stats.ks_2samp(*two),
        "t_one_sample": lambda: stats.ttest_1samp(known["x"], 10.0),
        "proportion_z": lambda: (z, 2 * stats.norm.sf(abs(z))),
        "binomial": lambda: (count, stats.binomtest(count, n, 0.4).pvalue),
        "chi_square_fit": lambda: stats.chisquare(frame["three"].value_counts()),
        "levene": lambda: stats.levene(*three),
    }[test]()
    return abs(float(found[0])), float(found[1])


@pytest.mark.parametrize("test", [spec.key for spec in TESTS if spec.key not in ("ks_normal", "fisher")])
def test_statistic_and_p_value_are_those_of_scipy(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame, test: str
) -> None:
    result = run_test(workspace, dataset, request_of(test))
    assert (abs(result.statistic), result.p) == pytest.approx(by_scipy(test, frame), rel=1e-6, abs=1e-12)


def test_fisher_gives_the_exact_p_value(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    result = run_test(workspace, dataset, request_of("fisher"))
    assert result.p == pytest.approx(stats.fisher_exact(pd.crosstab(frame["two"], frame["flag"])).pvalue)


@pytest.mark.parametrize("test", [spec.key for spec in TESTS])
def test_each_test_answers_in_full(workspace: Workspace, dataset: Dataset, test: str) -> None:
    result = run_test(workspace, dataset, request_of(test))
    main = result.effects[0]
    assert main.low is not None
    assert main.high is not None
    assert main.low <= main.value <= main.high
    assert result.sentence.endswith(".")
    assert "%" in result.sentence or "chance" in result.sentence
    assert result.working
    assert [a for a in result.assumptions if a.verdict is Verdict.REMINDER]
    assert result == type(result).model_validate_json(result.model_dump_json())


def test_missing_rows_are_counted_and_said(workspace: Workspace, dataset: Dataset) -> None:
    result = run_test(workspace, dataset, request_of("welch"))
    assert (result.rows_total, result.rows_missing, result.rows_used) == (240, 3, 237)
    assert any("3 of 240 rows were left out" in note for note in result.notes)


def test_the_sentence_names_the_higher_group_and_does_not_overclaim(workspace: Workspace, dataset: Dataset) -> None:
    clear = run_test(workspace, dataset, request_of("welch"))
    assert "where two = b than where two = a" in clear.sentence
    unclear = run_test(workspace, dataset, TestRequest(question=Q.DIFFERENCE, value="skewed", group="flag"))
    assert unclear.p > 0.05
    assert "does not settle it" in unclear.sentence


@pytest.mark.parametrize(
    ("request_", "test"),
    [
        ({"question": Q.DIFFERENCE, "value": "x", "group": "two"}, "welch"),
        ({"question": Q.DIFFERENCE, "value": "x", "group": "three"}, "welch_anova"),
        ({"question": Q.RELATION, "value": "three", "other": "two"}, "chi_square"),
        ({"question": Q.RELATION, "value": "many", "other": "many2"}, "fisher"),
        ({"question": Q.TOGETHER, "value": "x", "other": "after"}, "pearson"),
        ({"question": Q.TOGETHER, "value": "curve", "other": "steep"}, "spearman"),
        ({"question": Q.VALUE, "value": "two", "level": "a", "expected": 0.4}, "proportion_z"),
        ({"question": Q.VALUE, "value": "two", "level": "a", "expected": 0.001}, "binomial"),
        ({"question": Q.VALUE, "value": "x", "expected": 3.0}, "t_one_sample"),
    ],
)
def test_the_suggestion_suits_the_data(
    workspace: Workspace, project_id: str, tmp_path: Path, request_: dict[str, object], test: str
) -> None:
    table = people()
    table["many2"] = table["many"].sample(frac=1, random_state=1).to_numpy()
    table["curve"] = np.linspace(0, 30, len(table)).round(6)
    table["steep"] = np.exp(table["curve"] / 3).round(6)
    found = suggest_test(workspace, stored(workspace, project_id, tmp_path, table), TestRequest(**request_))
    assert found.test == test
    assert found.reason
    assert all(alternative.words for alternative in found.alternatives)


def test_few_lopsided_rows_are_compared_by_ranks(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"v": np.exp(rng.normal(0, 2, 24)).round(5), "g": ["a", "b"] * 12})
    found = suggest_test(
        workspace,
        stored(workspace, project_id, tmp_path, table),
        TestRequest(question=Q.DIFFERENCE, value="v", group="g"),
    )
    assert found.test == "mann_whitney"
    assert {a.test: a.possible for a in found.alternatives}["welch"]


@pytest.mark.parametrize(
    ("request_", "word", "field"),
    [
        ({"question": Q.DIFFERENCE, "value": "x", "group": "three", "test": "welch"}, "Welch's analysis", "test"),
        ({"question": Q.DIFFERENCE, "value": "same", "group": "two"}, "same value in every row", "value"),
        ({"question": Q.TOGETHER, "value": "x", "other": "same"}, "same value in every row", "value"),
        ({"question": Q.DIFFERENCE, "value": "x", "group": "note"}, "At most 100 groups", "group"),
        ({"question": Q.DIFFERENCE, "value": "x", "group": "two", "levels": ("a",)}, "Two groups", "group"),
        ({"question": Q.VALUE, "value": "two", "level": "z", "expected": 0.5}, "no value 'z'", "level"),
        ({"question": Q.FREQUENCY, "value": "three", "shares": {"red": 0.5, "pink": 0.5}}, "expected share", "shares"),
    ],
)
def test_a_request_that_the_data_do_not_allow_is_refused_in_words(
    workspace: Workspace, dataset: Dataset, request_: dict[str, object], word: str, field: str
) -> None:
    with pytest.raises(LatheError) as caught:
        run_test(workspace, dataset, TestRequest(**request_))
    assert word in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.field == field


def test_all_problems_of_a_request_are_told_at_once(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(InvalidInput) as caught:
        run_test(workspace, dataset, TestRequest(question=Q.DIFFERENCE, value="two", group=""))
    assert {problem.field for problem in caught.value.problems} == {"value", "group"}


def test_a_group_with_one_row_is_refused_or_left_out(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"v": [1.0, 2, 3, 4, 6, 9], "g": ["a", "a", "b", "b", "b", "lone"]})
    one = stored(workspace, project_id, tmp_path, table)
    result = run_test(workspace, one, TestRequest(question=Q.DIFFERENCE, value="v", group="g"))
    assert [group.label for group in result.groups] == ["a", "b"]
    assert any("lone" in note for note in result.notes)
    with pytest.raises(LatheError, match="lone has 1"):
        run_test(workspace, one, TestRequest(question=Q.DIFFERENCE, value="v", group="g", levels=("a", "lone")))


def test_a_long_table_uses_all_rows_where_aggregates_do(
    workspace: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_test(workspace, dataset, request_of("welch"))
    monkeypatch.setattr(samples.read_groups, "__kwdefaults__", {**samples.read_groups.__kwdefaults__, "limit": 100})
    aggregated = run_test(workspace, dataset, request_of("welch"))
    assert (aggregated.p, aggregated.rows_used, aggregated.sampled) == (whole.p, whole.rows_used, False)
    ranked = run_test(workspace, dataset, request_of("mann_whitney"))
    assert ranked.sampled
    assert ranked.rows_used < 101
    assert any("random sample" in note for note in ranked.notes)


def test_several_groups_are_compared_in_pairs(workspace: Workspace, dataset: Dataset) -> None:
    for test in ("anova", "welch_anova", "kruskal"):
        result = run_test(workspace, dataset, request_of(test))
        assert len(result.pairs) == 3
        assert all(pair.p_corrected >= pair.p * 0.999 for pair in result.pairs)
    assert run_test(
        workspace, dataset, TestRequest(question=Q.DIFFERENCE, test="kruskal", value="x", group="many")
    ).pairs == ()  # fmt: skip


def test_tukey_agrees_with_scipy(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    known = frame.dropna(subset=["x"])
    theirs = stats.tukey_hsd(*(known.loc[known["three"] == label, "x"] for label in ("blue", "green", "red")))
    ours = run_test(workspace, dataset, request_of("anova")).pairs
    assert [pair.p_corrected for pair in ours] == pytest.approx(
        [theirs.pvalue[0, 1], theirs.pvalue[0, 2], theirs.pvalue[1, 2]], rel=1e-3
    )
    bounds = theirs.confidence_interval(0.95)
    assert ours[0].low == pytest.approx(bounds.low[0, 1], rel=0.01)


def test_screening_ranks_and_corrects(workspace: Workspace, dataset: Dataset) -> None:
    found = screen(workspace, dataset, "x", correction=Correction.BONFERRONI)
    answered = [one for one in found.columns if one.p is not None]
    assert answered[0].column == "after"
    assert [one.strength for one in answered] == sorted((one.strength for one in answered), reverse=True)
    for one in answered:
        assert one.p_corrected == pytest.approx(min(1.0, one.p * len(answered)))
    assert {one.column: one.reason for one in found.columns if one.p is None}["same"]


@pytest.mark.parametrize("path", ["titanic.csv", "penguins.csv"])
def test_every_column_of_a_real_table_is_screened(
    workspace: Workspace, project_id: str, shared_data: Path, path: str
) -> None:
    from core.data.ingest import ingest

    copy = workspace.folder("incoming") / path
    copy.write_bytes((shared_data / path).read_bytes())
    one = ingest(workspace, copy, project_id=project_id, name=path)
    for column in one.columns:
        assert screen(workspace, one, column.name).columns


@pytest.fixture
def shared_data() -> Path:
    folder = Path(__file__).resolve().parents[4] / "shared" / "data"
    if not folder.exists():
        pytest.skip("the real tables are not on this machine")
    return folder
