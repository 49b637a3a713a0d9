"""Selection against hand-written scikit-learn, and where it has nothing to judge by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification, make_regression
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_selection import (
    SelectFdr,
    SelectKBest,
    SelectPercentile,
    VarianceThreshold,
    chi2,
    f_classif,
    f_regression,
    mutual_info_classif,
)
from sklearn.linear_model import Lasso
from sklearn.preprocessing import StandardScaler

from core.errors import InvalidInput
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.types import ColumnKind, Encoding, TaskKind
from tests.core.prepare.tables import describe

PLAIN = InputNeeds(scaling=False)
ROWS = 200


@pytest.fixture(scope="module")
def classes() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = make_classification(ROWS, 12, n_informative=4, n_redundant=2, shuffle=True, random_state=1)
    return pd.DataFrame(X, columns=[f"x{n}" for n in range(12)]), np.asarray(["no", "yes"], dtype=object)[y]


@pytest.fixture(scope="module")
def numbers() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = make_regression(ROWS, 12, n_informative=3, noise=20.0, random_state=2)
    return pd.DataFrame(X, columns=[f"x{n}" for n in range(12)]), y


def compiled(frame: pd.DataFrame, step: str, task: TaskKind | None = TaskKind.BINARY, **params: object) -> Compiled:
    table = describe(frame, dict.fromkeys(frame.columns, ColumnKind.NUMERIC))
    plan = PreparePlan(steps=(StepChoice(step=step, columns=tuple(frame.columns), params=params),))
    return compile_plan(plan, table.columns, PLAIN, task=task)


def names(found: Compiled) -> list[str]:
    return list(found.transformer.get_feature_names_out())


def selector(found: Compiled, step: str) -> object:
    return found.transformer.named_steps[f"step_0_{step}"].fitted_[0]


def kept(
    frame: pd.DataFrame, y: np.ndarray | None, step: str, task: TaskKind | None = TaskKind.BINARY, **params: object
) -> list[str]:
    found = compiled(frame, step, task, **params)
    matrix = fit_rows(found.transformer, frame, y).matrix
    np.testing.assert_array_equal(matrix, frame[names(found)].to_numpy())
    return names(found)


@pytest.mark.parametrize("threshold", [0.0, 0.2, 1.5])
def test_variance_keeps_what_scikit_learn_keeps(classes: tuple[pd.DataFrame, np.ndarray], threshold: float) -> None:
    frame = classes[0].assign(same=3.0, rare=[1.0, *[0.0] * (ROWS - 1)])
    theirs = VarianceThreshold(threshold).fit(frame)
    assert kept(frame, None, "select_varying", threshold=threshold) == list(frame.columns[theirs.get_support()])


def test_book_example_chi2_keeps_the_five_best(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = classes[0].abs(), classes[1]
    theirs = SelectKBest(chi2, k=5).fit(frame, y)
    assert kept(frame, y, "select_best", score="chi2", count=5) == list(frame.columns[theirs.get_support()])


def test_chi2_moves_negative_columns_up(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = classes
    theirs = SelectKBest(chi2, k=5).fit(frame - frame.min(), y)
    assert kept(frame, y, "select_best", score="chi2", count=5) == list(frame.columns[theirs.get_support()])


def test_share_and_test_keep_what_scikit_learn_keeps(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = classes
    share = SelectPercentile(f_classif, percentile=25).fit(frame, y)
    assert kept(frame, y, "select_best", keep="share", share=0.25) == list(frame.columns[share.get_support()])
    fdr = SelectFdr(f_classif, alpha=0.01).fit(frame, y)
    assert kept(frame, y, "select_best", keep="fdr", alpha=0.01) == list(frame.columns[fdr.get_support()])
    assert 0 < fdr.get_support().sum() < 12


def test_regression_takes_the_f_test_of_a_line(numbers: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = numbers
    theirs = list(frame.columns[SelectKBest(f_regression, k=3).fit(frame, y).get_support()])
    assert kept(frame, y, "select_best", TaskKind.REGRESSION, count=3) == theirs
    assert kept(frame, y, "select_best", TaskKind.REGRESSION, count=3, score="chi2") == theirs


def test_scores_can_be_read_for_a_chart(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = classes
    found = compiled(frame, "select_best", score="mutual", count=4)
    fit_rows(found.transformer, frame, y)
    fitted = selector(found, "select_best")
    theirs = mutual_info_classif(frame, y, discrete_features=False, random_state=0)
    np.testing.assert_allclose(fitted.scores_, theirs)
    assert set(np.flatnonzero(fitted.get_support())) == set(np.argsort(-theirs)[:4])


def test_of_two_alike_the_one_nearer_to_the_target_stays(numbers: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = numbers
    rng = np.random.default_rng(0)
    best = pd.Series(y, name="best")
    frame = pd.DataFrame({"blurred": best + rng.normal(0, 0.2 * y.std(), ROWS), "best": best, "other": frame["x0"]})
    assert kept(frame, y, "select_uncorrelated", TaskKind.REGRESSION, most=0.9) == ["best", "other"]
    assert kept(frame, y, "select_uncorrelated", TaskKind.REGRESSION, most=0.9, prefer="earlier") == [
        "blurred",
        "other",
    ]
    found = compiled(frame, "select_uncorrelated", TaskKind.REGRESSION, most=0.9)
    fit_rows(found.transformer, frame, y)
    fitted = selector(found, "select_uncorrelated")
    assert fitted.twins_ == [1, -1, -1]
    assert 1 - fitted.scores_[0] == pytest.approx(frame["best"].corr(frame["blurred"]))


def test_ranks_find_columns_that_rise_together() -> None:
    x = np.linspace(0.1, 9, 60)
    frame = pd.DataFrame({"x": x, "curve": np.exp(x)})
    assert kept(frame, None, "select_uncorrelated", ranks=False) == ["x", "curve"]
    assert kept(frame, None, "select_uncorrelated", ranks=True) == ["x"]


def test_l1_keeps_the_weights_of_the_lasso(numbers: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = numbers
    lasso = Lasso(alpha=0.05).fit(StandardScaler().fit_transform(frame), (y - y.mean()) / y.std())
    theirs = list(frame.columns[np.abs(lasso.coef_) > 1e-5])
    assert kept(frame, y, "select_l1", TaskKind.REGRESSION, strength=0.05) == theirs
    assert 0 < len(theirs) < 12


@pytest.mark.parametrize("step", ["select_important", "select_above_chance", "select_stepwise"])
def test_models_find_the_columns_that_matter(numbers: tuple[pd.DataFrame, np.ndarray], step: str) -> None:
    frame, y = numbers
    telling = set(frame.columns[SelectKBest(f_regression, k=2).fit(frame, y).get_support()])
    params = {"count": 3} if step == "select_stepwise" else {"trees": 20}
    left = kept(frame, y, step, TaskKind.REGRESSION, **params)
    assert telling <= set(left)
    assert len(left) < 7


def test_several_classes_are_told_apart(numbers: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = numbers
    three = np.asarray(["low", "middle", "high"], dtype=object)[np.digitize(y, np.quantile(y, [0.3, 0.6]))]
    telling = set(frame.columns[SelectKBest(f_classif, k=1).fit(frame, three).get_support()])
    for step, params in (
        ("select_l1", {"strength": 0.05}),
        ("select_stepwise", {"count": 2}),
        ("select_important", {}),
    ):
        assert telling <= set(kept(frame, three, step, TaskKind.MULTICLASS, **params))


@pytest.mark.parametrize(
    "step", ["select_best", "select_l1", "select_important", "select_stepwise", "select_above_chance"]
)
def test_without_anything_to_judge_by_all_columns_stay(classes: tuple[pd.DataFrame, np.ndarray], step: str) -> None:
    frame = classes[0]
    for y in (None, np.full(ROWS, "yes", dtype=object), np.full(ROWS, None, dtype=object)):
        assert kept(frame, y, step) == list(frame.columns)


def test_at_least_one_column_stays() -> None:
    frame = pd.DataFrame({"a": [1.0] * 30, "b": [2.0] * 30})
    assert kept(frame, None, "select_varying") == ["a"]
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=list("abc"))
    y = np.asarray(["u", "v"] * 30, dtype=object)
    assert len(kept(noise, y, "select_best", keep="fdr", alpha=0.0001)) == 1


def test_principal_components_hold_the_share_asked_for(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame = classes[0] * np.arange(1, 13)
    found = compiled(frame, "principal_components", standardise=False)
    ours = fit_rows(found.transformer, frame, None).matrix
    theirs = PCA(n_components=0.95)
    np.testing.assert_allclose(ours, theirs.fit_transform(frame), atol=1e-9)
    fitted = selector(found, "principal_components")
    np.testing.assert_allclose(fitted.explained_variance_ratio_, PCA().fit(frame).explained_variance_ratio_, atol=1e-12)
    assert found.outline.used[0].width == 12 >= ours.shape[1]
    later = frame.iloc[:7] + 1
    np.testing.assert_allclose(found.transformer.transform(later), theirs.transform(later), atol=1e-9)


def test_principal_components_on_one_scale(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame = classes[0] * np.arange(1, 13)
    found = compiled(frame, "principal_components", keep="count", count=3)
    theirs = PCA(n_components=3).fit_transform(StandardScaler().fit_transform(frame))
    np.testing.assert_allclose(fit_rows(found.transformer, frame, None).matrix, theirs, atol=1e-9)
    assert [feature.width for feature in found.outline.used] == [3]


def test_truncated_svd_is_that_of_scikit_learn(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame = classes[0]
    found = compiled(frame, "singular_components", count=4)
    theirs = TruncatedSVD(4, random_state=0).fit_transform(frame.to_numpy())
    np.testing.assert_allclose(fit_rows(found.transformer, frame, None).matrix, theirs, atol=1e-9)


def test_sparse_word_counts_stay_sparse_and_keep_their_names() -> None:
    rng = np.random.default_rng(0)
    words = [f"word{n}" for n in range(300)]
    texts = pd.Series([" ".join(rng.choice(words, 8)) for _ in range(150)], dtype=object)
    y = np.asarray(
        ["in" if "word7" in text.split() or "word8" in text.split() else "out" for text in texts], dtype=object
    )
    table = describe(pd.DataFrame({"text": texts}), {"text": ColumnKind.TEXT})
    steps = (
        StepChoice(step="encode_text", columns=("text",), params={"max_words": 2000}),
        StepChoice(step="select_best", columns=("text",), params={"score": "chi2", "count": 210}),
    )
    needs = InputNeeds(sparse=True)
    found = compile_plan(PreparePlan(steps=steps), table.columns, needs, task=TaskKind.BINARY)
    matrix = fit_rows(found.transformer, table.frame, y).matrix
    assert hasattr(matrix, "tocsr")
    assert matrix.shape == (150, 210)
    assert {"text: word7", "text: word8"} <= set(names(found))


def test_codes_of_categories_are_refused_in_words(classes: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame = pd.DataFrame({"town": pd.Series(["a", "b"] * 20, dtype=object)})
    table = describe(frame, {"town": ColumnKind.CATEGORICAL})
    steps = (
        StepChoice(step="encode_categories", columns=("town",)),
        StepChoice(step="select_best", columns=("town",)),
    )
    with pytest.raises(InvalidInput, match="needs numbers; the column 'town' holds codes"):
        outline_plan(PreparePlan(steps=steps), table.columns, InputNeeds(encoding=Encoding.CODES))


def test_map_places_a_row_by_its_neighbours_alone(
    classes: tuple[pd.DataFrame, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    # UMAP itself compiles for half a minute; what is ours is where later rows go.
    monkeypatch.setattr("core.explore.projection.umap_map.import_umap", lambda: _Umap)
    frame = classes[0].iloc[:60]
    found = compiled(frame, "umap_components", neighbours=5)
    made = fit_rows(found.transformer, frame, None).matrix
    scaled = StandardScaler().fit_transform(frame)
    np.testing.assert_allclose(made, scaled[:, :2])
    later = classes[0].iloc[60:80]
    batch = found.transformer.transform(later)
    for place in range(len(later)):
        np.testing.assert_array_equal(found.transformer.transform(later.iloc[[place]])[0], batch[place])
    row = (later.iloc[0].to_numpy() - frame.mean().to_numpy()) / frame.std(ddof=0).to_numpy()
    distances = ((scaled - row) ** 2).sum(axis=1)
    near = np.argsort(distances)[:5]
    expected = np.average(scaled[near, :2], axis=0, weights=1 / distances[near])
    np.testing.assert_allclose(batch[0], expected)


class _Umap:
    """Stands in for the umap module and its class: the map is the first columns."""

    def __init__(self, **params: object) -> None:
        self.count = int(str(params["n_components"]))

    @classmethod
    def UMAP(cls, **params: object) -> _Umap:
        return cls(**params)

    def fit_transform(self, X: np.ndarray) -> np.ndarray:
        return X[:, : self.count]
