"""Channel rules by country: a data file, not legal advice, for the DPO to confirm."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from scvkit.engine import Connection, RowTables, text_literal
from scvkit.shipped import shipped
from scvkit.vocabulary import Channel


class ChannelRule(BaseModel):
    """Whether one country lets existing customers be written to without a consent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: str
    channel: Channel
    status: Literal["dpo_confirms", "to_be_confirmed"]
    consent_first: Literal["everyone", "natural_persons"] | None = None
    existing_customer_exception: bool | None = None  # None: nobody has filled it in
    conditions: tuple[str, ...] = ()
    law: str = ""
    note: str = ""


@cache
def load_channel_rules() -> tuple[ChannelRule, ...]:
    """Return the rules in the order of ``channels.yaml``.

    >>> {rule.country: rule.existing_customer_exception for rule in load_channel_rules()}
    {'DK': True, 'SE': True, 'NO': None, 'FI': None, 'RO': None}
    """
    tree = shipped("scvkit.consent", "channels.yaml")
    return tuple(ChannelRule.model_validate(rule) for rule in tree["rules"])


def write_channel_rules(connection: Connection, rows: RowTables) -> int:
    """Write ``channel_rules``: country, channel, exception (null where nobody confirmed it).

    The use cases read it from there: a stage never imports another.
    """
    words = {None: "null", True: "true", False: "false"}
    values = ", ".join(
        f"({text_literal(rule.country)}, {text_literal(rule.channel)}, "
        f"{words[rule.existing_customer_exception]}::boolean)"
        for rule in load_channel_rules()
    )
    sql = f"select * from (values {values}) rules(country, channel, exception) order by all"
    return rows.write(connection, sql, "channel_rules")
