"""Fitted distributions against scipy's own fits, tests and densities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from overview_tables import store

from core.explore.distributions import fit_all, fit_distributions
from core.explore.families import FAMILIES
from core.store.workspace import Workspace
from core.types import ColumnKind

SCIPY: dict[str, Callable[[dict[str, float]], object]] = {
    "normal": lambda p: scipy.stats.norm(p["mean"], p["std"]),
    "student_t": lambda p: scipy.stats.t(p["freedom"], p["centre"], p["scale"]),
    "uniform": lambda p: scipy.stats.uniform(p["low"], p["high"] - p["low"]),
    "lognormal": lambda p: scipy.stats.lognorm(p["std_log"], scale=np.exp(p["mean_log"])),
    "gamma": lambda p: scipy.stats.gamma(p["shape"], scale=p["scale"]),
    "weibull": lambda p: scipy.stats.weibull_min(p["shape"], scale=p["scale"]),
    "exponential": lambda p: scipy.stats.expon(scale=p["scale"]),
    "beta": lambda p: scipy.stats.beta(p["a"], p["b"]),
    "poisson": lambda p: scipy.stats.poisson(p["mean"]),
    "binomial": lambda p: scipy.stats.binom(p["trials"], p["chance"]),
    "bernoulli": lambda p: scipy.stats.binom(1, p["chance"]),
}
RNG = np.random.default_rng(3)
SAMPLES = {
    "normal": RNG.normal(40, 7, 3000),
    "student_t": RNG.standard_t(3, 3000) * 2 + 5,
    "uniform": RNG.uniform(-2, 9, 3000),
    "lognormal": RNG.lognormal(1, 0.7, 3000),
    "gamma": RNG.gamma(2.5, 3, 3000),
    "weibull": RNG.weibull(3.2, 3000) * 4,
    "exponential": RNG.exponential(5, 3000),
    "beta": RNG.beta(2, 6, 3000),
    "poisson": RNG.poisson(3.5, 3000).astype(float),
    "binomial": RNG.binomial(6, 0.35, 3000).astype(float),
    "bernoulli": RNG.binomial(1, 0.3, 3000).astype(float),
}


@pytest.mark.parametrize("key", list(SAMPLES))
def test_a_sample_is_followed_closely_by_the_family_it_comes_from(key: str) -> None:
    fits = fit_all(SAMPLES[key])
    own = next(fit for fit in fits if fit.key == key)
    assert own.aic - fits[0].aic < 6
    assert own.distance < 0.03
    assert own.p_value > 0.01


@pytest.mark.parametrize("key", list(SAMPLES))
def test_density_and_shares_are_those_of_scipy(key: str) -> None:
    values = np.sort(SAMPLES[key])
    family = next(f for f in FAMILIES if f.key == key)
    params = family.fit(values)
    known = SCIPY[key](params)
    logs = known.logpmf(values) if family.discrete else known.logpdf(values)
    np.testing.assert_allclose(family.log_density(values, params), logs, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(family.cumulative(values, params), known.cdf(values), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    ("key", "fit"),
    [
        ("gamma", lambda v: scipy.stats.gamma.fit(v, floc=0)[::2]),
        ("weibull", lambda v: scipy.stats.weibull_min.fit(v, floc=0)[::2]),
        ("beta", lambda v: scipy.stats.beta.fit(v, floc=0, fscale=1)[:2]),
        ("student_t", lambda v: scipy.stats.t.fit(v, 3, loc=5, scale=2)),
    ],
)
def test_parameters_are_those_of_greatest_likelihood(key: str, fit: Callable[[np.ndarray], tuple[float, ...]]) -> None:
    params = next(f for f in FAMILIES if f.key == key).fit(SAMPLES[key])
    assert list(params.values()) == pytest.approx(list(fit(SAMPLES[key])), rel=5e-3)


def test_the_test_of_fit_is_kolmogorov_smirnov() -> None:
    values = RNG.normal(0, 1, 400)
    own = next(fit for fit in fit_all(values) if fit.key == "normal")
    known = scipy.stats.kstest(values, "norm", (values.mean(), values.std()))
    assert own.statistic == pytest.approx(known.statistic)
    assert own.p_value == pytest.approx(known.pvalue, abs=0.02)


def test_what_cannot_be_fitted_is_said(workspace: Workspace) -> None:
    frame = pd.DataFrame(
        {
            "same": [3.0] * 20,
            "few": [1.0, 2.0] + [np.nan] * 18,
            "day": pd.date_range("2024-01-01", periods=20).astype("datetime64[us]"),
        }
    )
    dataset = store(workspace, frame)
    for name in frame:
        found = fit_distributions(workspace, dataset, name)
        assert found.fits == ()
        assert found.sentence


def test_words_are_fitted_by_their_shares(workspace: Workspace) -> None:
    frame = pd.DataFrame({"c": ["a"] * 60 + ["b"] * 30 + ["c"] * 10})
    [fit] = fit_distributions(workspace, store(workspace, frame), "c").fits
    assert fit.params == {"a": 0.6, "b": 0.3, "c": 0.1}
    known = scipy.stats.chisquare([60, 30, 10])
    assert (fit.statistic, fit.p_value) == pytest.approx((known.statistic, known.pvalue))


def test_a_yes_and_no_is_a_bernoulli(workspace: Workspace) -> None:
    frame = pd.DataFrame({"b": ["yes"] * 30 + ["no"] * 70})
    [fit] = fit_distributions(workspace, store(workspace, frame, {"b": ColumnKind.BOOLEAN}), "b").fits
    assert (fit.key, fit.params["chance"]) == ("bernoulli", pytest.approx(0.3))


@pytest.mark.parametrize("values", [[1e300, 2e300] * 10, [1e-300, 2e-300] * 10, [0.0] * 19 + [1e9]])
def test_extreme_numbers_do_not_break_a_fit(values: list[float]) -> None:
    for fit in fit_all(np.array(values)):
        assert np.isfinite(fit.aic)
        assert 0 <= fit.distance <= 1
