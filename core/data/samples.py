"""Tables to try Lathe with: three made here, three that scikit-learn carries. None needs the network."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.ingest import ingest
from core.data.made_tables import apartment_rents, coffee_lots, telecom_customers
from core.data.schema import Dataset
from core.data.upload import INCOMING, discard, received_path
from core.errors import NotFound
from core.store.workspace import Workspace
from core.types import TaskKind


class Sample(BaseModel):
    """A table to try Lathe with.

    Attributes
    ----------
    key, title : str
        Name in code; name on the screen.
    summary, description : str
        One sentence; more about the columns and where the table comes from.
    task : TaskKind
        What its target asks for.
    target : str
        Column to predict.
    rows, columns : int
        Size.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    summary: str
    description: str
    task: TaskKind
    target: str
    rows: int
    columns: int


SAMPLES: tuple[Sample, ...] = (
    Sample(
        key="churn",
        title="Customer churn",
        summary="Which customers of a phone company leave?",
        description="Made for Lathe: contract, prices, region, support calls and sign-up date of telecom customers, "
        "with cells missing as they are in practice. No real person is in it.",
        task=TaskKind.BINARY,
        target="churned",
        rows=2000,
        columns=15,
    ),
    Sample(
        key="coffee",
        title="Coffee grades",
        summary="Which grade does a lot of green coffee get?",
        description="Made for Lathe: origin, variety, processing, altitude and laboratory values of coffee lots, "
        "graded premium, standard or below.",
        task=TaskKind.MULTICLASS,
        target="grade",
        rows=1500,
        columns=13,
    ),
    Sample(
        key="rents",
        title="Apartment rents",
        summary="What monthly rent does an apartment bring?",
        description="Made for Lathe: size, rooms, floor, district, year built, day listed and the note of the "
        "advertisement, in a city that does not exist.",
        task=TaskKind.REGRESSION,
        target="monthly_rent",
        rows=1800,
        columns=15,
    ),
    Sample(
        key="breast_cancer",
        title="Breast cancer",
        summary="Is a lump benign or malignant, by its cell nuclei?",
        description="Diagnostic Wisconsin data set (1995), as scikit-learn carries it: thirty measurements of "
        "digitised images of cell nuclei.",
        task=TaskKind.BINARY,
        target="diagnosis",
        rows=569,
        columns=31,
    ),
    Sample(
        key="wine",
        title="Wine cultivars",
        summary="From which of three cultivars does a wine come?",
        description="Chemical analysis of wines from one region of Italy (1991), as scikit-learn carries it.",
        task=TaskKind.MULTICLASS,
        target="cultivar",
        rows=178,
        columns=14,
    ),
    Sample(
        key="diabetes",
        title="Diabetes progression",
        summary="How far does diabetes progress within a year?",
        description="Ten measurements of 442 patients and the progression of their disease one year later (Efron et "
        "al., 2004), as scikit-learn carries it, in the original units.",
        task=TaskKind.REGRESSION,
        target="progression",
        rows=442,
        columns=11,
    ),
)


def get_sample(key: str) -> Sample:
    """Return a sample by its key; `NotFound` where there is none."""
    for sample in SAMPLES:
        if sample.key == key:
            return sample
    raise NotFound(f"There is no sample {key!r}.", hint=f"Samples: {', '.join(s.key for s in SAMPLES)}.")


def sample_frame(key: str) -> pd.DataFrame:
    """Return a sample's cells; the same on every call.

    Returns
    -------
    DataFrame of shape (sample.rows, sample.columns)
    """
    return _MAKERS[get_sample(key).key]()


def ingest_sample(workspace: Workspace, key: str, *, project_id: str) -> Dataset:
    """Store a sample as a dataset of a project, the way an uploaded CSV is stored."""
    sample = get_sample(key)
    path = received_path(workspace.folder(INCOMING), f"{key}.csv")
    try:
        sample_frame(key).to_csv(path, index=False)
        return ingest(workspace, path, project_id=project_id, name=sample.title)
    finally:
        discard(path, workspace=workspace)


def _breast_cancer() -> pd.DataFrame:
    from sklearn.datasets import load_breast_cancer

    source = load_breast_cancer(as_frame=True)
    frame: pd.DataFrame = source.data.rename(columns=lambda name: name.replace(" ", "_"))
    return frame.assign(diagnosis=source.target.map(dict(enumerate(source.target_names))))


def _wine() -> pd.DataFrame:
    from sklearn.datasets import load_wine

    source = load_wine(as_frame=True)
    frame: pd.DataFrame = source.data.rename(columns={"od280/od315_of_diluted_wines": "od280_od315"})
    return frame.assign(cultivar=source.target.map({0: "first", 1: "second", 2: "third"}))


def _diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    source = load_diabetes(as_frame=True, scaled=False)
    blood = ("total_cholesterol", "ldl", "hdl", "cholesterol_hdl_ratio", "log_triglycerides", "blood_sugar")
    names = {f"s{number}": name for number, name in enumerate(blood, 1)}
    frame: pd.DataFrame = source.data.rename(columns={"bp": "blood_pressure", **names})
    return frame.assign(progression=source.target)


_MAKERS: dict[str, Callable[[], pd.DataFrame]] = {
    "churn": telecom_customers,
    "coffee": coffee_lots,
    "rents": apartment_rents,
    "breast_cancer": _breast_cancer,
    "wine": _wine,
    "diabetes": _diabetes,
}
