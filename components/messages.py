"""How errors and notes are said: what must hold, what came, what to do. One look for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from components import state
from core.errors import ErrorInfo, InvalidInput, LatheError, NotFound

_KNOWN = {LatheError.__name__, InvalidInput.__name__, NotFound.__name__, MemoryError.__name__, "GpuMemoryError"}


def show_error(error: BaseException | ErrorInfo) -> None:
    """Draw an error where it arose.

    A `LatheError` is said in its own words. For anything else the traceback stands below, folded.

    Parameters
    ----------
    error : exception or ErrorInfo
        What went wrong here or in a worker.
    """
    if isinstance(error, InvalidInput):
        for problem in error.problems:
            _say(problem.message, problem.hint)
        return
    info = error if isinstance(error, ErrorInfo) else ErrorInfo.from_exception(error)
    if info.kind in _KNOWN:
        _say(info.message, info.hint)
        return
    _say(f"Something went wrong that Lathe did not expect: {info.message}", "Your data and runs are safe on disk.")
    if info.traceback:
        with st.expander("Technical details", type="compact"):
            st.code(info.traceback, language=None, wrap_lines=True)


def show_notes(notes: Sequence[str], *, title: str = "Worth knowing") -> None:
    """Draw things worth knowing (a warning of a check, what reading had to mend) as one quiet box.

    Parameters
    ----------
    notes : sequence of str
        Whole sentences; nothing is drawn where there are none.
    title : str
        What they are about.
    """
    if not notes:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":orange[:material/info:] **{title}**")
        for note in notes:
            st.caption(plain(note))


def show_outcome(problem: str, done: str) -> None:
    """Draw once what became of an action: the error or the sentence that its callback kept under these names."""
    if state.recall(problem):
        show_error(ErrorInfo.model_validate(state.recall(problem)))
        state.remember(problem, None)
    if state.recall(done):
        st.success(plain(state.recall(done)), icon=":material/check:")
        state.remember(done, "")


@contextmanager
def page_guard() -> Iterator[None]:
    """Draw any error of the block in its place instead of Streamlit's own; the page around it stays usable."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 -- the border between the page and the person
        show_error(error)


def plain(text: str) -> str:
    """Escape what Markdown would take as markup; for names and cells that come from a person's file."""
    for mark in ("\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "$", ":"):
        text = text.replace(mark, f"\\{mark}")
    # Addresses become links and two hyphens a dash without a mark that could be escaped.
    joiner = "\N{WORD JOINER}"
    return text.replace("//", f"/{joiner}/").replace("www.", f"www{joiner}.").replace("--", f"-{joiner}-")


def _say(message: str, hint: str) -> None:
    st.error(f"{plain(message)}\n\n{plain(hint)}" if hint else plain(message), icon=":material/error_outline:")
