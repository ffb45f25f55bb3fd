"""The verdict as the room has left it: its reason, its nearest flip, and what would turn it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from scvkit import scenarios
from scvkit.readiness import assess, headline, still_waited_for
from scvkit.records.readiness import Flip, Readiness
from scvkit.records.usecases import UseCases
from scvkit.report.answer import changes_text, flip_verdict
from scvkit.report.sentences import said
from scvkit.usecases import UseCase, load_catalogue
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import WIDE, large_type, table, told_html
from scvkit.workshop.vote import voted_now

READ = ("identity", "linkage", "permission", "use_cases")
MOST_FLIPS = 3


@dataclass(slots=True)
class VerdictBoard:
    """The board of `08_readiness`: the verdict of the engagement file with the journal laid over.

    ``use_cases`` are the funnels just counted, where they are not saved yet. What was measured is
    read once; what the room says is read anew each time.
    """

    desk: Desk
    use_cases: UseCases | None = None
    _found: dict[str, Any] = field(default_factory=dict, repr=False)

    def readiness(self) -> Readiness:
        """The assessment with everything said up to now, and its flips."""
        desk = self.desk
        desk.read_again()
        if not self._found:
            findings = desk.findings()
            self._found = {name: findings[name] for name in READ}
            self._found["people"] = findings["people_counts"]
            self._found["linkage"] = voted_now(desk, findings["linkage"])
            self._found |= {"intake": desk.intake(), "profiles": desk.profiles()}
        found = dict(self._found)
        counted: UseCases | None = self.use_cases or found["use_cases"]
        found["use_cases"] = counted
        return scenarios.with_flips(assess(engagement=desk.engagement, **found))

    def twin(self) -> Markup:
        """The verdict as things are, and what each single change would make of it."""
        now = self.readiness()
        return Markup("{}{}").format(self.board(now), self._alone(now))

    def board(self, standing: Readiness) -> Markup:
        """The verdict in a sentence, why, and the nearest changes that would give another."""
        words = self.desk.words
        told = headline(standing, words)
        fired = standing.fired[0]
        because = [words(f"rules.{r}", **said(words, fired.values)) for r in fired.reasons]
        flips = [
            words(
                "workshop.board.flip", change=changes_text(f, words), verdict=flip_verdict(f, words)
            )
            for f in (standing.chain[:1] or standing.flips[:MOST_FLIPS])
        ]
        return Markup(
            '<div role="status" aria-live="polite" style="font-size:18px;max-width:62em">'
            '<p style="font-size:30px;line-height:1.25;font-weight:700;margin:.4em 0">{}</p>'
            "<p>{}</p><p><b>{}</b></p><ul>{}</ul><p><b>{}</b></p><ul>{}</ul></div>"
        ).format(
            told.title,
            told.lead,
            words("workshop.board.because"),
            _items(because),
            words("workshop.board.nearest"),
            _items(flips or [words("changes.none")]),
        )

    def sentence(self) -> str:
        """The verdict in one sentence; "" while nothing was assessed that it could rest on."""
        return self.desk.words(
            "workshop.board.now", verdict=headline(self.readiness(), self.desk.words).title
        )

    def if_kept(self, served: Mapping[str, float]) -> str:
        """What the verdict would be if a what-if came true, in one sentence."""
        after = scenarios.standing(self.readiness(), served=served, cases=self._cases())
        return self.desk.words(
            "workshop.board.then", verdict=headline(after, self.desk.words).title
        )

    def widget(self) -> widgets.Widget:
        """A tick for each thing that could be otherwise, above the verdict they would give."""
        words = self.desk.words
        shown = widgets.HTML()
        ticks = widgets.VBox()
        boxes: dict[str, widgets.Checkbox] = {}

        def draw(_: object = None) -> None:
            ticked = {name for name, box in boxes.items() if box.value}
            shown.value = str(self.board(self.otherwise(now[0], ticked)))

        def read(_: object = None) -> None:
            now[:] = [self.readiness()]
            ticked = {name for name, box in boxes.items() if box.value}
            boxes.clear()
            for name, label in self.offered(now[0]):
                boxes[name] = _tick(label, ticked=name in ticked)
                boxes[name].observe(draw, names="value")
            ticks.children = tuple(boxes.values())
            draw()

        now: list[Readiness] = []
        again = widgets.Button(
            description=words("workshop.board.again"),
            layout=widgets.Layout(width="auto", height="44px"),
        )
        again.on_click(read)
        read()
        asked = widgets.HTML(str(told_html(words("workshop.board.ask"))))
        box = widgets.VBox([large_type(), shown, asked, ticks, widgets.HBox([again])])
        box.add_class("scv-form")
        box.add_class("scv-beside")
        return box

    def offered(self, now: Readiness) -> list[tuple[str, str]]:
        """Names and words of what can be ticked: what-ifs that were kept, then single changes."""
        kept = [(name, self._asked(content)) for name, content in self._what_ifs().items()]
        return kept + [
            (flip.changes[0], self._single(flip)) for flip in scenarios.single_changes(now)
        ]

    def otherwise(self, now: Readiness, ticked: Collection[str]) -> Readiness:
        """The assessment if what is ticked were so."""
        if not ticked:
            return now
        served: dict[str, float] = {}
        for name, content in self._what_ifs().items():
            for case, share in content["serves"].items() if name in ticked else ():
                served[case] = max(share, served.get(case, 0.0))
        return scenarios.standing(now, changes=ticked, served=served, cases=self._cases())

    def _alone(self, now: Readiness) -> Markup:
        """Each single change beside the verdict that it alone would give."""
        words = self.desk.words
        rows = [
            (self._asked(content), self._given(now, _of(self.otherwise(now, {name}))))
            for name, content in self._what_ifs().items()
        ] + [(self._single(flip), self._given(now, flip)) for flip in scenarios.single_changes(now)]
        return table(
            [words("workshop.board.change"), words("workshop.board.verdict")],
            rows,
            caption=words("workshop.board.alone"),
            nothing="",
        )

    def _single(self, flip: Flip) -> str:
        """A single change in words; where it is about one use case, that one is named."""
        words = self.desk.words
        told, case = changes_text(flip, words), dict(flip.values).get(flip.changes[0], "")
        key = f"usecases.names.{case}"
        return f"{told}: {case} {words(key) if words.has(key) else ''}".strip() if case else told

    def _given(self, now: Readiness, flip: Flip) -> str:
        if flip.verdict is now.verdict:
            return self.desk.words("workshop.board.stays")
        return flip_verdict(flip, self.desk.words)

    def _what_ifs(self) -> dict[str, dict[str, Any]]:
        """What-ifs the room kept and that serve somebody, the last of each question."""
        return {
            f"what_if {entry.content['source']} {entry.content['key']}": entry.content
            for entry in self.desk.said("what_if")
            if entry.content.get("serves")
        }

    def _asked(self, content: Mapping[str, Any]) -> str:
        words = self.desk.words
        return words(
            "workshop.board.what_if",
            source=self.desk.names.get(content["source"], content["source"]),
            key=words(f"scenarios.keys.{content['key']}"),
            share=words.percent(content["share"] * content["reach"]),
        )

    def _cases(self) -> Sequence[UseCase]:
        chosen = self.desk.engagement.use_cases
        own = chosen.catalogue if chosen else None
        return load_catalogue(Path(own) if own else None)


def _items(sentences: Sequence[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in sentences)


def _tick(label: str, *, ticked: bool) -> widgets.Checkbox:
    return widgets.Checkbox(
        value=ticked, description=label, indent=False, layout=widgets.Layout(width=WIDE)
    )


def _of(standing: Readiness) -> Flip:
    """The verdict of a readiness as that of a flip, with what it still waits for."""
    facts, verdict = standing.facts, standing.verdict
    once = still_waited_for(facts, verdict) if facts else ()
    return Flip(changes=(), verdict=verdict, once=once)
