"""Laws of the compiled preparation, on tables nobody would wish for."""

from __future__ import annotations

import warnings

import hypothesis.strategies as st
import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings

from core.data.schema import ColumnSchema
from core.prepare.compiler import compile_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.types import ColumnKind, Encoding, StorageType
from tests.core.prepare.plans import NEEDS, plans
from tests.core.prepare.tables import tables

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(st.data())
def test_any_table_becomes_finite_numbers(data: st.DataObject) -> None:
    train, test = data.draw(tables())
    compiled = compile_plan(data.draw(plans(train)), train.columns, data.draw(NEEDS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learned = compiled.transformer.fit_transform(train.frame)
        unseen = compiled.transformer.transform(test.frame)
    for out, table in ((learned, train), (unseen, test)):
        assert out.dtype == np.float64
        assert np.isfinite(out).all()
        assert np.isfinite(out.astype(np.float32)).all()
        assert len(out) == len(table.frame)
    names = list(compiled.transformer.get_feature_names_out())
    assert len(names) == len(set(names)) == learned.shape[1] == unseen.shape[1]
    codes = unseen[:, : compiled.n_codes]
    assert (codes == np.round(codes)).all()
    assert ((codes >= -1) & (codes < 255)).all()


@few
@given(st.data())
def test_each_row_stands_for_itself(data: st.DataObject) -> None:
    train, test = data.draw(tables())
    prepare = compile_plan(data.draw(plans(train)), train.columns, data.draw(NEEDS)).transformer.fit(train.frame)
    batch = prepare.transform(test.frame)
    order = data.draw(st.permutations(range(len(batch))))
    np.testing.assert_array_equal(prepare.transform(test.frame.iloc[order]), batch[order])
    for place in range(len(batch)):
        np.testing.assert_array_equal(prepare.transform(test.frame.iloc[[place]])[0], batch[place])


@few
@given(st.data())
def test_boosting_gets_missing_numbers_and_nothing_else_that_is_not_finite(data: st.DataObject) -> None:
    train, test = data.draw(tables())
    needs = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)
    compiled = compile_plan(data.draw(plans(train)), train.columns, needs)
    compiled.transformer.fit(train.frame)
    out = compiled.transformer.transform(test.frame)
    assert not np.isinf(out).any()
    assert np.isfinite(out[:, : compiled.n_codes]).all()


@few
@given(st.data())
def test_plans_survive_json_and_equal_plans_have_equal_fingerprints(data: st.DataObject) -> None:
    train, _ = data.draw(tables())
    plan = data.draw(plans(train))
    again = PreparePlan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.fingerprint() == plan.fingerprint()
    assert (
        PreparePlan(steps=(*plan.steps, StepChoice(step="drop_columns", columns=()))).fingerprint()
        != plan.fingerprint()
    )
    for place, step in enumerate(plan.steps):
        changed = step.model_copy(update={"enabled": False})
        other = PreparePlan(steps=(*plan.steps[:place], changed, *plan.steps[place + 1 :]))
        assert other.fingerprint() != plan.fingerprint()


def test_a_code_column_left_out_in_a_fold_stands_as_unknown() -> None:
    frame = pd.DataFrame({"town": [None, None, "x", None], "size": [1.0, 2.0, 3.0, 4.0]}, dtype=object)
    columns = (
        ColumnSchema(name="town", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),
        ColumnSchema(name="size", storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC),
    )
    plan = PreparePlan(
        steps=(
            StepChoice(step="drop_missing_columns", columns=("town",), params={"most": 0.5}),
            StepChoice(step="encode_categories", columns=("town",)),
        )
    )
    needs = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)
    compiled = compile_plan(plan, columns, needs)
    out = compiled.transformer.fit_transform(frame.astype({"size": float}))
    assert compiled.n_codes == 1
    np.testing.assert_array_equal(out, [[-1, 1], [-1, 2], [-1, 3], [-1, 4]])
