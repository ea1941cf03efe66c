"""Reports of what a change of the law does to a population: Markdown, and a page with charts."""

from __future__ import annotations

import io
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policy.comparing.population import Effect, Part
    from policy.legislation.legislation import Legislation

_MONTHS = 12
#: Hatches tell the bars apart without colour.
_HATCHES = ("", "//", "..", "xx", "--", "\\\\")
#: Dashes tell the lines apart without colour.
_DASHES = ("-", "--", ":", "-.")


def tables_of(law: Legislation, effect: Effect) -> list[dict[str, Any]]:
    """Return the tables of a report: title, heads and rows of text."""
    money = effect.currency
    rows = [[_label(law, name), *map(_whole, (*both, both[1] - both[0]))]
            for name, both in effect.totals.items()]  # fmt: skip
    found = [_table(f"Cost in {effect.period}, {money}", ["", "Before", "After", "Change"], rows)]
    months = list(dict.fromkeys(month for each in effect.costs.values() for month in each))
    if len(months) > 1:
        by_month = [
            [month, *(_whole(each.get(month, 0.0)) for each in effect.costs.values())]
            for month in months
        ]
        heads = ["Month", *(_label(law, name) for name in effect.costs)]
        found.append(_table(f"Change by month, {money}", heads, by_month))
    heads = ["", "All", "Gain", "Lose", "Share gaining", "Share losing", f"Change, {money}", "Mean"]
    measured = _label(law, effect.measured)
    whole = [_row(effect.whole)]
    found.append(_table(f"Who gains and loses by {measured}: {effect.entity}", heads, whole))
    for each in effect.breakdowns:
        found.append(_table(f"By {each.by}", heads, [_row(part) for part in each.parts]))
    if effect.edges:
        rows = [
            [
                one.input,
                *(f"{n:,.0f}" for n in (one.before, one.after, one.appearing, one.vanishing)),
            ]
            for one in effect.edges
        ]
        heads = ["One more of", "Before", "After", "Appear", "Vanish"]
        found.append(_table(f"{effect.entity.capitalize()} at a cliff edge", heads, rows))
    for word, named, as_much in zip(
        ("gain", "lose"), (effect.gainers, effect.losers), effect.as_much, strict=True
    ):
        if named:
            lines = [[one.id, *map(_money, (one.before, one.after, one.change))] for one in named]
            title = f"{word.capitalize()} most"
            if as_much > len(named):
                title += f": {len(named)} of {as_much:,} {effect.entity} in the table that {word}"
                title += f" {_money(abs(named[-1].change))} or more"
            found.append(_table(title, ["Id", "Before", "After", "Change"], lines))
    return found


def headline(law: Legislation, effect: Effect) -> str:
    """Say in a line what a change costs, and how many gain and lose."""
    whole, money = effect.whole, effect.currency
    said = f"{_label(law, effect.measured)}: {whole.change:+,.0f} {money} in {effect.period}"
    if effect.period.count("-") == 1:
        said += f", {whole.change * _MONTHS:+,.0f} a year if each month is like it"
    count = whole.count or 1
    gain, lose = (
        f"{number:,.0f} {word} ({number / count:.1%})"
        for number, word in ((whole.gaining, "gain"), (whole.losing, "lose"))
    )
    return f"{said}. Of {whole.count:,.0f} {effect.entity} {gain} and {lose}."


def _table(title: str, heads: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "heads": heads, "rows": rows}


def _row(part: Part) -> list[str]:
    count = part.count or 1
    return [
        part.name,
        f"{part.count:,.0f}",
        f"{part.gaining:,.0f}",
        f"{part.losing:,.0f}",
        f"{part.gaining / count:.1%}",
        f"{part.losing / count:.1%}",
        _whole(part.change),
        _money(part.mean),
    ]


def _label(law: Legislation, name: str) -> str:
    return str(law.variable(name).label or name)


def _whole(amount: float) -> str:
    """Write an estimate: to a cent it is not known."""
    return f"{round(amount):,}"


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def markdown(title: str, notes: Iterable[str], tables: Sequence[dict[str, Any]]) -> str:
    """Return a report in Markdown."""
    lines = [f"# {title}", "", *(f"{note}\n" for note in notes)]
    for each in tables:
        lines += [f"## {each['title']}", "", _cells(each["heads"])]
        lines.append("|" + " --- |" + " ---: |" * (len(each["heads"]) - 1))
        lines += [_cells(row) for row in each["rows"]]
        lines.append("")
    return "\n".join(lines)


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(
    title: str,
    notes: Iterable[str],
    tables: Sequence[dict[str, Any]],
    draw: Callable[[], Iterable[dict[str, str]]],
) -> str:
    """Return a report as one page of HTML that needs no other file.

    Args:
        title: its title.
        notes: paragraphs under it.
        tables: as :func:`tables_of` gives them.
        draw: gives the charts, each with ``name`` and ``svg``.

    Raises:
        PolicyError: a library that makes it is not installed.

    """
    try:
        import jinja2  # noqa: PLC0415 (an optional library)
        import matplotlib  # noqa: PLC0415, F401 (an optional library)
    except ImportError as error:
        raise PolicyError(
            Problem(
                f"{error.name} is needed to write a page",
                remedy="pip install 'policy-statutes[report]'",
            )
        ) from None
    template = (files("policy.comparing") / "report.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        title=title, notes=list(notes), tables=tables, charts=list(draw())
    )


def charts_of(law: Legislation, effect: Effect) -> Iterable[dict[str, str]]:
    """Draw the charts of a report."""
    months = list(dict.fromkeys(month for each in effect.costs.values() for month in each))
    if len(months) > 1:
        series = {
            _label(law, name): [each.get(month, 0.0) for month in months]
            for name, each in effect.costs.items()
            if name != effect.measured or len(effect.costs) == 1
        }
        name = f"Change of cost by month, {effect.currency}"
        yield {"name": name, "svg": _bars(months, series, name)}
    for each in effect.breakdowns:
        parts = [part for part in each.parts if part.name != "no change"]
        if parts:
            series = {
                "gaining": [part.gaining for part in parts],
                "losing": [-part.losing for part in parts],
            }
            name = f"{effect.entity.capitalize()} gaining and losing by {each.by}"
            yield {"name": name, "svg": _bars([part.name for part in parts], series, name)}


def _bars(labels: Sequence[str], series: dict[str, list[float]], title: str) -> str:
    """Draw bars side by side as SVG text, told apart by hatches."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    width = 0.8 / len(series)
    for number, (name, values) in enumerate(series.items()):
        places = [place + number * width for place in range(len(labels))]
        axes.bar(
            places,
            values,
            width,
            label=name,
            color=str(0.35 + 0.5 * number / max(len(series) - 1, 1)),
            edgecolor="black",
            hatch=_HATCHES[number % len(_HATCHES)],
        )
    axes.axhline(0, color="black", linewidth=0.8)
    middle = 0.4 - width / 2
    axes.set_xticks(
        [place + middle for place in range(len(labels))], labels, rotation=30, ha="right"
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    axes.set_title(title, fontsize="medium")
    return _svg(figure)


def lines(x: Sequence[Any], series: Mapping[str, Sequence[Any]], title: str) -> str:
    """Draw lines as SVG text, told apart by dashes."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for number, (name, values) in enumerate(series.items()):
        style = _DASHES[number % len(_DASHES)]
        axes.plot(x, [float(each) for each in values], style, color="black", label=name)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.tick_params(axis="x", rotation=30)
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    axes.set_title(title, fontsize="medium")
    return _svg(figure)


def _svg(figure: Any) -> str:
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    text = drawn.getvalue()
    return text[text.index("<svg") :]
