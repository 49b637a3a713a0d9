"""Our transformers of numbers keep scikit-learn's rules: construction, cloning, names, tags."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from core.prepare.transformers.bins import Bins
from core.prepare.transformers.chained import ChainedFill
from core.prepare.transformers.curves import LogCurve, PowerCurve, QuantileCurve
from core.prepare.transformers.forest import ForestScore
from core.prepare.transformers.gaps import FillAlong, FillText, FullColumns
from core.prepare.transformers.neighbours import NearestFill
from core.prepare.transformers.outliers import BlankOutliers, CapOutliers, FlagOutliers
from core.prepare.transformers.products import Pairs, Products
from core.prepare.transformers.rounding import ClipNumbers, RoundNumbers
from core.prepare.transformers.splines import Splines
from tests.core.prepare.library_checks import check_library_rules

NUMBERS = (
    Bins(),
    Bins(one_hot=True),
    BlankOutliers(),
    CapOutliers(),
    ChainedFill(),
    ClipNumbers(low=0.0),
    FlagOutliers(),
    FlagOutliers(together=True),
    ForestScore(trees=10),
    LogCurve(),
    NearestFill(),
    Pairs(),
    PowerCurve(),
    Products(degree=3),
    QuantileCurve(quantiles=20),
    RoundNumbers(),
    Splines(),
)
ESTIMATORS = (*NUMBERS, FillAlong(), FillText(), FullColumns())


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_number_transformers_keep_the_rules_that_apply(estimator) -> None:
    check_library_rules(estimator)


@pytest.mark.parametrize("estimator", NUMBERS, ids=str)
def test_names_and_columns_agree_and_nothing_works_before_fit(estimator) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.lognormal(size=(40, 3)), columns=["a[b]", "", "a[b]"]).mask(rng.random((40, 3)) < 0.1)
    fresh = clone(estimator)
    with pytest.raises(NotFittedError):
        fresh.transform(frame)
    fitted = fresh.fit(frame)
    before = frame.copy()
    out = fitted.transform(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert out.dtype == np.float64
    assert out.shape == (40, len(fitted.get_feature_names_out()))
