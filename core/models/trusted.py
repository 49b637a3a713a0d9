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
    "core.models.balance.classifier.RareClassClassifier",
    "core.models.balance.target.TargetShape",
    "core.prepare.stages.Leave",
    "core.prepare.stages.Matrix",
    "core.prepare.stages.Rows",
    "core.prepare.stages.Stage",
    "core.prepare.stages.Start",
    "core.prepare.transformers.admit.Admit",
    "core.prepare.transformers.aggregates.GroupFigures",
    "core.prepare.transformers.categories.Categories",
    "core.prepare.transformers.categories.level_name",
    "core.prepare.transformers.clusters.ClusterDistances",
    "core.prepare.transformers.components.PrincipalComponents",
    "core.prepare.transformers.components.SingularComponents",
    "core.prepare.transformers.dates.DateParts",
    "core.prepare.transformers.encoders.HashedLevels",
    "core.prepare.transformers.encoders.LevelCounts",
    "core.prepare.transformers.encoders.OneHotLevels",
    "core.prepare.transformers.encoders.OrderedLevels",
    "core.prepare.transformers.golden.GoldenFeatures",
    "core.prepare.transformers.history.GroupHistory",
    "core.prepare.transformers.levels.GroupRare",
    "core.prepare.transformers.levels.MergeSpellings",
    "core.prepare.transformers.neighbour_map.NeighbourMap",
    "core.prepare.transformers.numbers.MissingMarks",
    "core.prepare.transformers.raw.RawColumns",
    "core.prepare.transformers.selection.CorrelationSelector",
    "core.prepare.transformers.selection.UnivariateSelector",
    "core.prepare.transformers.selection.VarianceSelector",
    "core.prepare.transformers.selection_models.EliminationSelector",
    "core.prepare.transformers.selection_models.ForestSelector",
    "core.prepare.transformers.selection_models.L1Selector",
    "core.prepare.transformers.selection_models.ProbeSelector",
    "core.prepare.transformers.target_means.TargetMeans",
    "core.prepare.transformers.text.TextWords",
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

LIBRARY_ESTIMATORS: frozenset[str] = frozenset(
    f"sklearn.{name}"
    for name in (
        "compose._column_transformer.ColumnTransformer",
        "compose._target.TransformedTargetRegressor",
        "dummy.DummyClassifier",
        "dummy.DummyRegressor",
        "ensemble._forest.RandomForestClassifier",
        "ensemble._forest.RandomForestRegressor",
        "ensemble._hist_gradient_boosting.binning._BinMapper",
        "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
        "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
        "ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "feature_extraction.text.TfidfTransformer",
        "feature_extraction.text.TfidfVectorizer",
        "impute._base.MissingIndicator",
        "impute._base.SimpleImputer",
        "linear_model._logistic.LogisticRegression",
        "linear_model._ridge.Ridge",
        "neighbors._classification.KNeighborsClassifier",
        "neighbors._regression.KNeighborsRegressor",
        "pipeline.Pipeline",
        "preprocessing._data.MaxAbsScaler",
        "preprocessing._data.MinMaxScaler",
        "preprocessing._data.RobustScaler",
        "preprocessing._data.StandardScaler",
        "preprocessing._encoders.OneHotEncoder",
        "preprocessing._encoders.OrdinalEncoder",
        "preprocessing._function_transformer.FunctionTransformer",
        "preprocessing._label.LabelEncoder",
        "preprocessing._target_encoder.TargetEncoder",
        "tree._classes.DecisionTreeClassifier",
        "tree._classes.DecisionTreeRegressor",
        "tree._tree.Tree",
        "utils.validation.check_array",
    )
)
"""What Lathe itself builds of scikit-learn. skops takes every estimator there is for safe, and some of them hand stored
arrays to native code without a look at them; `core.models.bounds` looks through the ones here."""

LIBRARY_LOSSES = "sklearn._loss."
"""Losses and links of histogram boosting: small objects without arrays."""
