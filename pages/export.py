"""Export: make a model's passport, prove it in a fresh process, download it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.facts import Fact, fact_list
from components.layout import Primary
from components.messages import page_guard, plain
from components.model_choice import Chosen, current_model, model_select, need_model
from components.numbers import duration, size
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.errors import LatheError
from core.export.passport import read_manifest
from core.export.verify import VerifyReport
from core.store.artifacts import read_json

CONTENTS = {
    "model/": "The model with all its preparation",
    "schema.json": "The columns it expects",
    "parse.json": "How the training file was read",
    "steps.json": "The steps between the file and the table",
    "recipe.yaml": "The whole experiment, to run again",
    "requirements.txt": "Versions it was made with",
    "sample/rows.csv": "Sample rows",
    "sample/predictions.csv": "Their predictions, for the proof",
    "MODEL_CARD.md": "The model card",
    "README.txt": "How to use it",
    "manifest.json": "All the facts, readable before anything is loaded",
}


def make(chosen: Chosen) -> None:
    """Start making and proving the passport. Runs as a callback."""
    submit("export", chosen, f"Export {chosen.title}")


def passport_path(chosen: Chosen) -> Path:
    """Return where the passport of a model lies, or will lie."""
    return services.workspace().path(chosen.result.path) / "passport.zip"


def stored_proof(path: Path) -> VerifyReport | None:
    """Return the report of the proof beside a passport, None where there is none."""
    stored = path.with_name("verify.json")
    return VerifyReport.model_validate(read_json(stored)) if path.exists() and stored.exists() else None


def draw_proof(report: VerifyReport | None) -> None:
    """Draw whether the passport is proven, and by what."""
    with st.container(border=True, gap="small"):
        if report is None:
            st.markdown(":gray[:material/gpp_maybe:] **Not proven yet**")
            return
        if report.proven:
            st.markdown(":green[:material/verified:] **Proven**")
            st.caption("A fresh process loaded it and predicted the sample rows again.")
        else:
            st.markdown(":red[:material/gpp_bad:] **Not proven**")
            st.markdown(f":small[{plain(report.reason)}]")
        if report.rows:
            same = round(report.labels_equal * report.rows)
            fact_list(
                [
                    Fact("Sample predictions reproduced", f"{same} of {report.rows}"),
                    Fact("Largest difference", f"{report.max_difference:.1g}", f"{report.tolerance:g} is allowed."),
                    Fact("Took", duration(report.seconds)),
                ]
            )


def download(chosen: Chosen, path: Path, *, proven: bool) -> None:
    """Draw the download; it reads the file when it is pressed."""
    st.download_button(
        f"Download the passport, {size(path.stat().st_size)}" if proven else "Download without proof",
        data=path.read_bytes,
        file_name=f"{chosen.result.label}-passport.zip",
        mime="application/zip",
        key="export.download",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if proven else "secondary",
    )


def primary_of(chosen: Chosen, path: Path, report: VerifyReport | None, *, busy: bool) -> Primary | Callable[[], None]:
    """Return the primary action: download what is proven, else make the passport."""
    if report is not None and report.proven and not busy:
        return lambda: download(chosen, path, proven=True)
    label = "Make the passport again" if path.exists() else "Make the passport"
    return Primary(label, "export.make", "It is being made." if busy else "", on_click=make, args=(chosen,))


def contents(path: Path) -> None:
    """Draw what is inside, once the manifest agrees with the zip."""
    read_manifest(path)
    with zipfile.ZipFile(path) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    rows = []
    for name, meaning in CONTENTS.items():
        total = sum(n for file, n in sizes.items() if file == name or (name.endswith("/") and file.startswith(name)))
        if total:
            rows.append({"File": name, "What it is": meaning, "Size": size(total)})
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="export.contents",
        height="content",
        column_config={"Size": st.column_config.TextColumn(alignment="right", width="small")},
    )


def card(path: Path) -> None:
    """Draw the model card as it lies in the passport."""
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("MODEL_CARD.md").decode()
    except (KeyError, zipfile.BadZipFile) as error:
        raise LatheError("The model card in the passport cannot be read.", hint="Make the passport again.") from error
    with st.container(border=True):
        st.markdown(text.replace("\n# ", "\n### ").replace("# ", "### ", 1).replace("\n## ", "\n#### "))


chosen = current_model()
job = newest_job("export", chosen) if chosen else None
path = passport_path(chosen) if chosen else Path()
report = stored_proof(path) if chosen else None
layout.page_header(
    "Export",
    "One file, the passport, that gives the same answers elsewhere, and proves it.",
    primary=primary_of(chosen, path, report, busy=is_running(job)) if chosen else None,
)
chosen = need_model()
model_select(chosen, key="export.pick")
with page_guard():
    if job is not None and is_running(job):
        follow(job, waiting="Writing the passport, then proving it in a fresh process")
    elif not path.exists():
        show_ending(job)
        layout.empty_state(
            f"{plain(chosen.title)} has no passport yet",
            "It holds the model with all its preparation, the columns it expects, sample rows with their predictions "
            "and a model card. It is proven in a fresh process before it is offered.",
        )
    else:
        show_ending(job)
        left, right = layout.two_columns()
        with left:
            layout.section("What is inside", "Readable without Lathe, but for the model itself.")
            contents(path)
            with st.expander("Model card", type="compact", key="export.card"):
                card(path)
        with right:
            draw_proof(report)
            if report is not None and report.proven:
                state.mark("exported")
                st.button(
                    "Make it again",
                    key="export.make",
                    type="tertiary",
                    icon=":material/replay:",
                    on_click=make,
                    args=(chosen,),
                )
            else:
                download(chosen, path, proven=False)
            st.caption("Use it anywhere with Lathe's libraries:")
            st.code(
                "python -m core predict passport.zip rows.csv --out predictions.csv", language=None, wrap_lines=True
            )
layout.next_step("Predict new rows", nav.PREDICT)
