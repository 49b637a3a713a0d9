from __future__ import annotations

import pandas as pd

from components.params_form import changed, clamp, column_options, default_text, widget_for
from components.plan_picker import matching, why_not
from components.plan_preview import figures_table, finding, rows_table
from components.plan_rows import policies_table, with_policies
from components.plan_words import differences, done_to, family_mark, listed, what_is_done, width_mark
from core.data.schema import ColumnSchema
from core.params import ParamSpec
from core.prepare.follow import difference
from core.prepare.plan import ColumnPolicy, PreparePlan, StepChoice
from core.prepare.points import Table
from core.prepare.preview import CellsView, StepPreview
from core.prepare.registry import get_step
from core.prepare.spec import Family, Form
from core.prepare.tell import tell_steps
from core.types import ColumnKind, StorageType, TaskKind

AGE = ColumnSchema(name="age", kind=ColumnKind.NUMERIC, storage=StorageType.FLOAT, missing=5, unique=50)
CITY = ColumnSchema(name="city", kind=ColumnKind.CATEGORICAL, storage=StorageType.STRING, unique=4)
TABLE = Table((AGE, CITY), task=TaskKind.BINARY)
SCALE = StepChoice(step="scale_numbers", columns=("age",))
ENCODE = StepChoice(step="encode_categories", of_kind=(ColumnKind.CATEGORICAL,))


def test_a_step_is_told_by_columns_models_and_width() -> None:
    scale, encode = tell_steps(PreparePlan(steps=(SCALE, ENCODE)), TABLE)
    assert done_to(SCALE, scale) == "age"
    assert family_mark(SCALE, scale) == "Only linear models and networks"
    assert what_is_done(scale) == ["Scaled to mean 0 and spread 1."]
    assert width_mark(scale, Family.LINEAR) == ""
    assert done_to(ENCODE, encode) == "all categories (1)"
    assert family_mark(ENCODE, encode) == ""
    assert width_mark(encode, Family.LINEAR) == "2 \N{RIGHTWARDS ARROW} 5 columns"
    assert any(line.startswith("Trees: ") for line in what_is_done(encode))


def test_many_columns_are_counted() -> None:
    assert listed(["a", "", "c", "d"]) == "a, (no name), c and d"
    assert listed(list("abcdef")) == "a, b, c and 3 more"


def test_a_plan_is_told_apart_from_another_in_sentences() -> None:
    suggested = PreparePlan(steps=(SCALE, ENCODE))
    mine = PreparePlan(
        steps=(
            SCALE.model_copy(update={"enabled": False, "columns": ("age", "fare"), "params": {"method": "robust"}}),
            StepChoice(step="drop_columns", columns=("city",)),
        )
    )
    assert differences(mine, suggested, difference(mine, suggested)) == [
        "Only in your plan: Leave out columns for city.",
        "Only in the suggested plan: Turn categories into numbers for all categories.",
        "Different in yours: Bring numbers to one scale, switched off, also for fare, other settings.",
    ]


def test_the_catalogue_is_searched_by_every_word_and_says_why_a_step_cannot_be_used() -> None:
    assert get_step("scale_numbers") in matching("one SCALE")
    assert matching("one scale nonsense") == []
    assert "type" in why_not(get_step("expand_dates"), TABLE)
    assert "goal" in why_not(get_step("weigh_classes"), Table((AGE,), task=TaskKind.REGRESSION))
    assert why_not(get_step("scale_numbers"), TABLE) == ""


def test_policies_are_kept_only_where_they_differ_and_only_where_they_can_matter() -> None:
    plan = with_policies(PreparePlan(), TABLE.columns, {n: {"unseen": "refuse"} for n in ("age", "city")})
    assert plan.policies == {"city": ColumnPolicy(unseen="refuse")}
    table = policies_table(TABLE.columns, plan)
    assert list(table["New category"]) == ["\N{EN DASH}", "Refuse the row"]
    assert list(table["Out of range"]) == ["Warn", "\N{EN DASH}"]
    assert with_policies(plan, TABLE.columns, {"city": {"unseen": "as_rare"}}).policies == {}


def view(missing: str, name: str = "age", width: int = 1) -> CellsView:
    return CellsView(Form.NUMBER, (name,), (("1",), ("",)), (("Missing", missing), ("Median", "3")), width=width)


def test_the_finding_of_a_preview_says_what_changed() -> None:
    found = StepPreview(view("5"), view("0"), 10, 20)
    assert finding(found, "age") == "age: missing 5 \N{RIGHTWARDS ARROW} 0"
    assert finding(StepPreview(view("0"), view("0"), 10, 20), "age") == "age stays as it is"
    assert finding(StepPreview(view("0"), view("0", width=3), 10, 20), "age") == "age becomes 3 columns"
    assert finding(StepPreview(view("0"), view("0", width=3), 10, 20), "age", adds=True) == "3 new columns"
    assert finding(StepPreview(view("0"), None, 10, 20), "age") == "age goes no further"


def test_the_finding_of_a_step_of_the_fit_goes_class_by_class() -> None:
    told = (("no", "0.5"), ("yes", "3"))
    before = CellsView(Form.WORDS, ("left",), (("no",),), (("Classes", "2"),), levels=(("no", 90), ("yes", 10)))
    weights = CellsView(Form.WORDS, ("Class", "Weight of a row"), told, told)
    said = "left: weight of a row 0.5 for no, weight of a row 3 for yes"
    assert finding(StepPreview(before, weights, 10, 20), "left") == said
    sampled = CellsView(Form.WORDS, ("left",), (("no",),), (("Classes", "2"),), levels=(("no", 90), ("yes", 90)))
    assert finding(StepPreview(before, sampled, 10, 20), "left") == "left: yes in 10 \N{RIGHTWARDS ARROW} 90 rows"
    assert list(rows_table(StepPreview(before, weights, 10, 20))["left, before"]) == ["no", ""]


def test_figures_and_rows_stand_side_by_side() -> None:
    found = StepPreview(view("5"), view("0"), 10, 20)
    pd.testing.assert_frame_equal(
        figures_table(found),
        pd.DataFrame({"Figure": ["Missing", "Median"], "Before": ["5", "3"], "After": ["0", "3"]}),
    )
    assert list(rows_table(found).columns) == ["age, before", "age, after"]


def test_text_and_columns_have_fields_of_their_own() -> None:
    words = ParamSpec(name="w", kind="lines", default="", optional=True, label="Words")
    other = ParamSpec(
        name="c", kind="column", default="", optional=True, label="By", column_kinds=(ColumnKind.NUMERIC,)
    )
    assert (widget_for(words), widget_for(other)) == ("lines", "column")
    assert clamp(words, 3) == ""
    assert changed((words, other), {"w": "a\nb", "c": ""}) == {"w": "a\nb"}
    assert column_options(other, {"age": ColumnKind.NUMERIC, "city": ColumnKind.CATEGORICAL}) == ["", "age"]
    assert (default_text(words), default_text(other)) == ("empty", "none")
