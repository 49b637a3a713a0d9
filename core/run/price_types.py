"""What a model will take, as data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from core.params import ParamValue
from core.prepare.plan import PreparePlan


class CheaperChoice(BaseModel):
    """A change that makes a model cheaper.

    Attributes
    ----------
    sentence : str
        What is changed.
    params : dict
        Parameters to set; empty where it is the plan that changes.
    plan : PreparePlan or None
        The plan to take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str
    params: dict[str, ParamValue] = Field(default_factory=dict)
    plan: PreparePlan | None = None


class ModelPrice(BaseModel):
    """What one model of a run will take.

    Attributes
    ----------
    label : str
        Its name.
    seconds, low, high : float
        All its folds and the final fit, on one worker, with preparing and judging; and the range to expect.
    prepare_s : float
        The part of them that models with the same needs share.
    needs : str
        Models with the same ``needs`` share their prepared rows.
    memory_mb, gpu_memory_mb, disk_mb : float
        Most memory in use, on the machine and on its GPU, and what is kept on disk.
    fits : bool
        Whether it can be trained here.
    reason, remedy : str
        Why it cannot, or why it could not be timed; and what would help.
    cheaper : CheaperChoice or None
        A change that makes it cheaper.
    timed_rows : int
        Rows of the larger sample that was timed; 0 where nothing was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    seconds: float = 0.0
    low: float = 0.0
    high: float = 0.0
    prepare_s: float = 0.0
    needs: str = ""
    memory_mb: float = 0.0
    gpu_memory_mb: float = 0.0
    disk_mb: float = 0.0
    fits: bool = True
    reason: str = ""
    remedy: str = ""
    cheaper: CheaperChoice | None = None
    timed_rows: int = 0

    @property
    def is_timed(self) -> bool:
        """Whether there is a forecast of its time."""
        return self.timed_rows > 0


def run_seconds(prices: tuple[ModelPrice, ...], workers: int) -> tuple[float, float, float]:
    """Return about how long a run takes, with its range: models side by side, shared rows prepared once.

    Parameters
    ----------
    prices : tuple of ModelPrice
        One a model.
    workers : int
        Models trained at a time.
    """
    if not prices:
        return 0.0, 0.0, 0.0
    seen: set[str] = set()
    own: list[float] = []
    for price in prices:
        own.append(price.seconds - (price.prepare_s if price.needs in seen else 0.0))
        seen.add(price.needs)
    # The longest model cannot be divided; the others fill the workers.
    total = max(sum(own) / max(workers, 1), *own)
    whole = sum(price.seconds for price in prices) or 1.0
    low, high = (sum(getattr(price, end) for price in prices) / whole for end in ("low", "high"))
    return total, total * low, total * high
