"""What a sample of a column shows, whatever stands in it."""

from pathlib import Path

from scvkit.engine import RowTables, connect
from scvkit.sources.facts import column_facts


def test_pages_of_text_are_looked_at_by_their_beginning(tmp_path: Path) -> None:
    connection, rows = connect(), RowTables(tmp_path)
    rows.write(
        connection,
        """select n as line_number, 'k' || n as nr, 'side ' || n || repeat(' ord', 5000) as note
        from range(1, 41) t(n)""",
        "extract",
        "desk",
        "tickets",
    )
    number, note = column_facts(connection, rows, "desk", "tickets", ["nr", "note"])
    assert (number.filled, number.distinct) == (note.filled, note.distinct) == (40, 40)
    assert max(len(value) for value, _ in note.values) == 1000
    assert dict(number.values)["k7"] == 1
