"""The types a stored model may contain. Reviewed by hand; never taken from a file."""

from __future__ import annotations

TRUSTED_TYPES: tuple[str, ...] = (
    # Ours.
    "core.models.adapters.keras_net.KerasNetClassifier",
    "core.models.adapters.keras_net.KerasNetRegressor",
    "core.models.adapters.lightgbm_native.CodedLGBMClassifier",
    "core.models.adapters.lightgbm_native.CodedLGBMRegressor",
    "core.models.adapters.nearest.NearestClassifier",
    "core.models.adapters.nearest.NearestRegressor",
    "core.models.adapters.steady_forest.SteadyForestClassifier",
    "core.models.adapters.steady_forest.SteadyForestRegressor",
    "core.models.adapters.torch_net.TorchNetClassifier",
    "core.models.adapters.torch_net.TorchNetRegressor",
    "core.prepare.transformers.Categories",
    "core.prepare.transformers.DateParts",
    "core.prepare.transformers.FiniteMatrix",
    "core.prepare.transformers.RawColumns",
    "core.prepare.transformers.TextWords",
    "core.prepare.transformers.level_name",
    # Plain containers.
    "collections.OrderedDict",
    "numpy.dtype",
    # scikit-learn's internals of trees and boosting: arrays of nodes.
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    # Histogram boosting keeps a partial of its input check; the function inside it is checked against this list too.
    "functools.partial",
    "sklearn.utils.validation.check_array",
    # The native reader of a booster, which parses its text form.
    "lightgbm.basic.Booster",
)
