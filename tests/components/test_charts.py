"""A chart shows the names of columns as they stand in the file."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import plotly.graph_objects as go

    from components import charts

    figure = go.Figure(go.Bar(x=["a"], y=[1]), layout={"xaxis": {"title": {"text": "<b>price</b>"}}})
    charts.show(figure, title="A finding", key="one")


def test_tags_in_an_axis_title_are_shown_not_obeyed() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    (chart,) = app.get("plotly_chart")
    assert "&lt;b>price" in chart.proto.spec.encode().decode("unicode_escape")
