"""scikit-learn's own checks of an estimator, as one call."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import estimator_checks_generator


def check_library_rules(estimator: Any) -> None:
    """Run every check that applies to ``estimator``; the first that fails raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        checks = [check for _, check in estimator_checks_generator(estimator)]
    assert checks
    for check in checks:
        check(estimator)
