"""A use case of the client's own is an entry of a YAML file: no line of code knows it."""

from scvkit.vocabulary import Domain

OWN = """
version: 1
use_cases:
  - id: OWN1
    title: Call members who stopped buying
    function: sales
    outbound: true
    needs_linkage: true
    v: value
    base: {kind: people, domains: [loyalty], word: members}
    found: {tier: B, in: [[purchases]]}
    complete:
      - {any_of: [last_purchase_at], domains: [purchases], loss: no_purchase}
    fresh: {hours: 744}
    permitted: {need: consent, channels: [email]}
    reachable: {any_of: [phone]}
"""


def test_a_file_beside_the_engagement_file_adds_a_use_case(delivery, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    day = "2026-01-20"
    delivery.source(
        "club",
        Domain.LOYALTY,
        [
            {"who": who, "phone": who, "email_ok": "given", "last_seen_at": day}
            for who in ("a", "b", "c")
        ],
    )
    delivery.source(
        "till", Domain.PURCHASES, [{"who": "a", "last_purchase_at": day, "last_seen_at": day}]
    )
    fits = delivery.fit(use_cases={"catalogue": str(file), "chosen": [{"id": "OWN1"}]}).fits
    own = next(fit for fit in fits if fit.id == "OWN1")
    assert (own.chosen, own.title) == (True, "Call members who stopped buying")
    assert [step.mid for step in own.steps] == [3, 1, 1, 1, 1, 1]
