"""Charts as data: what each kind takes, the aggregates it draws, and which one suits some columns."""

from core.explore.charts.build import chart_data
from core.explore.charts.kind_parts import ChartKindSpec
from core.explore.charts.kinds import KINDS, get_kind
from core.explore.charts.roles import RoleSpec
from core.explore.charts.suggest import Suggestion, suggest, suggestions

__all__ = ["KINDS", "ChartKindSpec", "RoleSpec", "Suggestion", "chart_data", "get_kind", "suggest", "suggestions"]
