"""The vote on paper: one page to print, with a code for each pair."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from scvkit import report
from scvkit.linkage.votes import ANSWERS
from scvkit.workshop.vote import Ballot, card_html


def write_sheet(ballot: Ballot) -> Path:
    """Write the label page into the private folder of the votes; return where it lies.

    Agreement in words only, whatever the mode of the room: paper is left on tables. Codes and
    answers are typed in afterwards with ``ballot.enter``.
    """
    words = ballot.desk.words
    boxes = Markup(" &nbsp; ").join(
        Markup("☐ {}").format(words(f"workshop.vote.{answer}")) for answer in ANSWERS
    )
    cards = [
        Markup('<div class="scv-sub" style="break-inside:avoid">{}<p>{}</p></div>').format(
            card_html(card, f"{card.code}.", words), boxes
        )
        for card in ballot.cards()
    ]
    title = words("workshop.vote.sheet")
    head = Markup('<section class="scv"><h1>{}</h1><p>{}</p>{}</section>').format(
        title, words("workshop.vote.sheet_how"), Markup("").join(cards)
    )
    page = report.page([head], title=title, client=ballot.desk.engagement.client.name, words=words)
    ballot.box.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = ballot.box.folder / "sheet.html"
    file.write_text(str(page), encoding="utf-8")
    file.chmod(0o600)
    return file
