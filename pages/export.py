"""Export: make a model's passport, prove it in a fresh process, download it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.facts import Fact, fact_list
from components.layout import Primary
from components.messages import page_guard, plain
from components.model_choice import Chosen, current_model, model_select, need_model
from components.numbers import counted, duration, size
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.errors import LatheError
from core.store.artifacts import read_json

CONTENTS = {
    "model/": "The model with all its preparation",
    "schema.json": "The columns it expects",
    "parse.json": "How the training file was read",
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
    state.mark("exported")


def passport_path(chosen: Chosen) -> Path:
    """Return where the passport of a model lies, or will lie."""
    return services.workspace().path(chosen.result.path) / "passport.zip"


def proof(chosen: Chosen, path: Path) -> bool:
    """Draw whether the passport is proven, and return it."""
    from core.export.verify import VerifyReport

    stored = path.with_name("verify.json")
    if not stored.exists():
        st.caption("Not proven yet.")
        return False
    report = VerifyReport.model_validate(read_json(stored))
    with st.container(border=True, gap="small"):
        if report.proven:
            st.markdown(":green[:material/verified:] **Proven**")
            st.caption("A fresh process loaded it and predicted the sample rows again.")
        else:
            st.markdown(":red[:material/gpp_bad:] **Not proven**")
            st.markdown(plain(report.reason))
        if report.rows:
            same = round(report.labels_equal * report.rows)
            fact_list(
                [
                    Fact("Sample predictions reproduced", f"{same} of {report.rows}"),
                    Fact("Largest difference", f"{report.max_difference:.1g}", f"{report.tolerance:g} is allowed."),
                    Fact("Took", duration(report.seconds)),
                ]
            )
    return report.proven


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
        width="stretch",
    )


def contents(path: Path) -> None:
    """Draw what is inside, from the manifest."""
    from core.export.passport import read_manifest

    manifest = read_manifest(path)
    rows = []
    for name, meaning in CONTENTS.items():
        total = sum(
            f.bytes for f in manifest.files if f.name == name or (name.endswith("/") and f.name.startswith(name))
        )
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
there = chosen is not None and passport_path(chosen).exists()
layout.page_header(
    "Export",
    "One file, the passport, that gives the same answers elsewhere, and proves it.",
    primary=Primary(
        "Make the passport again" if there else "Make the passport",
        "export.make",
        disabled_reason="It is being made." if is_running(job) else "",
        on_click=make,
        args=(chosen,),
    )
    if chosen
    else None,
)
chosen = need_model()
model_select(chosen, key="export.pick")
path = passport_path(chosen)
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
            layout.section(
                "What is inside", f"{counted(len(CONTENTS), 'part')}, readable without Lathe but for the model."
            )
            contents(path)
            with st.expander("Model card", type="compact", key="export.card"):
                card(path)
        with right:
            download(chosen, path, proven=proof(chosen, path))
            st.caption("Use it anywhere with Lathe's libraries:")
            st.code(
                "python -m core predict passport.zip rows.csv --out predictions.csv", language=None, wrap_lines=True
            )
layout.next_step("Predict new rows", nav.PREDICT)
