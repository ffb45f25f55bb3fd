"""Which value of a consent column means what, said by whoever runs the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.engagement import Consent, Entry
from scvkit.errors import EngagementError, ScvkitError
from scvkit.records.extracts import SourceTable
from scvkit.vocabulary import Attribute, Channel
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import LABEL, WIDE, large_type, table, told_html

STATES = ("given", "refused", "withdrawn")
# Where the proof of a consent stands, when the table has one column for it.
PROOF = {
    "time": Attribute.CONSENT_TIME,
    "source": Attribute.CONSENT_SOURCE,
    "text": Attribute.CONSENT_TEXT,
    "withdrawal_time": Attribute.WITHDRAWAL_TIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentColumn:
    """A column that says yes and no, with its few values, most frequent first."""

    source: str
    table: str
    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentCards:
    """The cards of `05_permission`: a column, its channel, and what each of its values means."""

    desk: Desk

    def twin(self) -> Markup:
        """Each consent column with what its values mean; a dash for a value nobody explained."""
        words, desk = self.desk.words, self.desk
        rows = []
        for held in consent_columns(desk):
            told = _told(desk, held)
            rows += [
                (
                    desk.names[held.source],
                    held.column,
                    words(f"report.channels.{consent.channel}"),
                    *(", ".join(getattr(consent, state)) or "–" for state in STATES),
                    ", ".join(_unexplained(held, consent)) or "–",
                )
                for consent in told
            ] or [(desk.names[held.source], held.column, "–", "–", "–", "–", ", ".join(held.codes))]
        names = ("source", "column", "channel", *STATES, "unexplained")
        return table(
            [words(f"workshop.consent.{name}") for name in names],
            rows,
            caption=words("workshop.consent.title"),
            nothing=words("workshop.consent.none"),
        )

    def widget(self) -> widgets.Widget:
        """A column, a channel, one choice a value, and the meanings as they stand."""
        desk, words = self.desk, self.desk.words
        held = consent_columns(desk)
        shown = widgets.HTML(str(self.twin()))
        if not held:
            return shown
        column = _list(
            words("workshop.consent.column"),
            [(f"{desk.names[c.source]} · {c.column}", n) for n, c in enumerate(held)],
        )
        channel = _list(
            words("workshop.consent.channel"),
            [(words(f"report.channels.{c}"), str(c)) for c in Channel],
        )
        role = widgets.Text(
            description=words("workshop.role"),
            layout=widgets.Layout(width=WIDE),
            style={"description_width": LABEL},
        )
        values, status = widgets.VBox(), widgets.HTML()
        boxes: dict[str, widgets.Dropdown] = {}

        def lay_out(_: object = None) -> None:
            chosen = held[column.value]
            known = _meanings(desk, chosen, channel.value)
            boxes.clear()
            for code in chosen.codes:
                boxes[code] = _list(f"“{code}”", _states(desk), value=known.get(code, ""))
            values.children = tuple(boxes.values())

        def open_column(_: object = None) -> None:
            told = _told(desk, held[column.value])
            if told:
                channel.value = str(told[0].channel)
            lay_out()

        def save(_: object) -> None:
            meanings = {code: str(box.value) for code, box in boxes.items()}
            try:
                say_consent(desk, held[column.value], channel.value, meanings, role=role.value)
                status.value = str(told_html(words("workshop.consent.kept")))
            except ScvkitError as problem:
                status.value = str(told_html(str(problem), failed=True))
            shown.value = str(self.twin())

        column.observe(open_column, names="value")
        channel.observe(lay_out, names="value")
        open_column()
        press = widgets.Button(
            description=words("workshop.keep"),
            button_style="primary",
            layout=widgets.Layout(width="auto", min_width="12em", height="44px"),
        )
        press.on_click(save)
        controls = [column, channel, values, role, widgets.HBox([press])]
        box = widgets.VBox([large_type(), *controls, status, shown])
        box.add_class("scv-form")
        return box


def consent_columns(desk: Desk) -> tuple[ConsentColumn, ...]:
    """Return the columns received that say yes and no, those of few values."""
    return tuple(
        ConsentColumn(
            source=table.source, table=table.table, column=meaning.column, codes=meaning.codes
        )
        for source in desk.intake().sources
        for table in source.tables
        for meaning in table.meanings
        if meaning.attribute is Attribute.CONSENT_FLAG and meaning.codes
    )


def say_consent(
    desk: Desk, held: ConsentColumn, channel: str, meanings: Mapping[str, str], *, role: str = ""
) -> Entry:
    """Say what the values of a column mean for a channel: {value: given, refused, withdrawn, ""}.

    Columns of proof that the engagement file names stay; where it names none, the only column of
    the table that fits is taken. Raises EngagementError when no value is explained.
    """
    said = {state: [v for v, s in meanings.items() if s == state] for state in STATES}
    if not any(said.values()):
        raise EngagementError(desk.words("workshop.consent.nothing"))
    place = {"table": held.table, "column": held.column, "channel": channel}
    known = next((c for c in _told(desk, held) if str(c.channel) == channel), None)
    if known is None:
        proof = _proof(_table(desk, held))
    else:
        proof = {name: getattr(known, name) for name in PROOF}
    content = {
        **place,
        "purpose": known.purpose if known else "marketing",
        **said,
        **{name: column for name, column in proof.items() if column},
    }
    return desk.say("consent", content, part=("sources", held.source, "consent", place), role=role)


def _told(desk: Desk, held: ConsentColumn) -> list[Consent]:
    """What the engagement says of a column, one entry a channel."""
    card = desk.engagement.sources.get(held.source)
    return [
        consent
        for consent in (card.consent if card else ())
        if (consent.table, consent.column) == (held.table, held.column)
    ]


def _meanings(desk: Desk, held: ConsentColumn, channel: str) -> dict[str, str]:
    told = next((c for c in _told(desk, held) if str(c.channel) == channel), None)
    if told is None:
        return {}
    by_value = {v.strip().lower(): s for s in STATES for v in getattr(told, s)}
    return {code: by_value.get(code.strip().lower(), "") for code in held.codes}


def _unexplained(held: ConsentColumn, consent: Consent) -> list[str]:
    told = {v.strip().lower() for s in STATES for v in getattr(consent, s)}
    return [code for code in held.codes if code.strip().lower() not in told]


def _table(desk: Desk, held: ConsentColumn) -> SourceTable:
    return next(t for t in desk.source(held.source).tables if t.table == held.table)


def _proof(table: SourceTable) -> dict[str, str]:
    found = {}
    for name, attribute in PROOF.items():
        columns = [m.column for m in table.meanings if m.attribute is attribute]
        if len(columns) == 1:
            found[name] = columns[0]
    return found


def _states(desk: Desk) -> list[tuple[str, str]]:
    words = desk.words
    told = [(words(f"workshop.consent.{state}"), state) for state in STATES]
    return [(words("workshop.consent.says_nothing"), ""), *told]


def _list(
    label: str, options: Sequence[tuple[str, object]], value: object = None
) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=list(options),
        value=options[0][1] if value is None else value,
        description=label,
        style={"description_width": LABEL},
        layout=widgets.Layout(width=WIDE),
    )
