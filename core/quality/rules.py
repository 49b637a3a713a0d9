"""Rules: what a person demands of a table and of every later file. Each is one SQL condition that tells a violation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from core.data.actions import Rule
from core.data.catalog import DatasetCatalog
from core.data.query import Query, connect, open_table
from core.data.schema import ColumnSchema, Dataset
from core.data.storage import to_arrow
from core.errors import InvalidInput, LatheError
from core.quality.rule_kinds import RULE_KINDS, get_kind, rule_sentence
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

__all__ = ["RULE_KINDS", "RuleResult", "check_rules", "check_rules_frame", "rule_sentence", "save_rules", "validate"]


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule on one table.

    Attributes
    ----------
    rule : Rule
        The demand.
    sentence : str
        It in words.
    rows, violations : int
        Rows of the table; rows that break the rule.
    where : str
        SQL condition over the view ``t`` that holds for those rows.
    problem : str
        Why the rule could not be checked (its column is gone, or of another type); it counts as broken then.
    """

    rule: Rule
    sentence: str
    rows: int
    violations: int
    where: str = ""
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether no row breaks it."""
        return not self.violations and not self.problem


def check_rules(workspace: Workspace, dataset: Dataset, rules: Sequence[Rule] | None = None) -> tuple[RuleResult, ...]:
    """Check a stored table.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    rules : sequence of Rule, optional
        Those kept with the dataset where not given.

    Returns
    -------
    tuple of RuleResult
        One a rule, in their order.
    """
    asked = dataset.rules if rules is None else tuple(rules)
    if not asked:
        return ()
    with open_table(workspace, dataset) as query:
        return _check(query, asked)


def check_rules_frame(
    frame: pd.DataFrame, rules: Sequence[Rule], *, columns: Sequence[ColumnSchema] | None = None
) -> tuple[RuleResult, ...]:
    """Check a table in memory, a file to predict for instance; the same answers as for the same cells stored.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Typed as "A frame's types".
    rules : sequence of Rule
        The demands.
    columns : sequence of ColumnSchema, optional
        What the columns are; told from the frame's dtypes where not given.
    """
    known = {column.name: column for column in columns or () if column.name in frame.columns}
    schema = [known.get(str(name)) or _schema(str(name), frame[name]) for name in frame.columns]
    arrays = [to_arrow(frame[column.name], column.storage) for column in schema]
    with connect() as connection:
        connection.register("t", pa.Table.from_arrays(arrays, names=[column.name for column in schema]))
        return _check(Query(connection, tuple(schema)), rules)


def save_rules(workspace: Workspace, dataset: Dataset, rules: Sequence[Rule]) -> Dataset:
    """Keep rules with a dataset, in place of those it has.

    Raises
    ------
    InvalidInput
        With one problem a rule that cannot be: a column that is not there, a range without ends, a faulty pattern.
    """
    problems = []
    for place, rule in enumerate(rules):
        try:
            validate(rule, dataset.columns)
        except LatheError as error:
            problems.append(LatheError(error.message, hint=error.hint, field=f"rules.{place}"))
    if problems:
        raise InvalidInput(problems)
    return DatasetCatalog(workspace).save(dataset.model_copy(update={"rules": tuple(rules)}))


def validate(rule: Rule, columns: Sequence[ColumnSchema]) -> str:
    """Return the SQL condition that tells a violation of a rule.

    Raises
    ------
    LatheError
        Where the rule cannot be checked on such columns.
    """
    kind = get_kind(rule.kind)
    here = {column.name: column for column in columns}
    gone = [name for name in rule.columns if name not in here]
    if gone:
        raise LatheError(
            f"The rule needs the column {gone[0]!r}, which the table does not have.", hint="Change or remove the rule."
        )
    if not kind.fewest <= len(rule.columns) <= kind.most:
        wanted = f"{kind.fewest}" if kind.fewest == kind.most else f"at least {kind.fewest}"
        raise LatheError(f"The rule needs {wanted} column(s); it has {len(rule.columns)}.")
    return kind.violation([here[name] for name in rule.columns], rule.params)


def _check(query: Query, rules: Sequence[Rule]) -> tuple[RuleResult, ...]:
    (rows,) = query.one("SELECT count(*) FROM t")
    results = []
    for rule in rules:
        sentence = rule.name or rule_sentence(rule)
        try:
            where = validate(rule, query.columns)
        except LatheError as error:
            results.append(RuleResult(rule, sentence, rows, 0, problem=error.message))
            continue
        (broken,) = query.one(f"SELECT count(*) FROM t WHERE {where}")
        results.append(RuleResult(rule, sentence, rows, int(broken), where))
    return tuple(results)


def _schema(name: str, series: pd.Series) -> ColumnSchema:
    if pd.api.types.is_datetime64_any_dtype(series):
        return ColumnSchema(name=name, storage=StorageType.DATETIME, kind=ColumnKind.DATETIME)
    if pd.api.types.is_numeric_dtype(series):
        return ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC)
    return ColumnSchema(name=name, storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL)
