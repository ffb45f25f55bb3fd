from pathlib import Path

import pytest

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables, connect
from scvkit.extracts import read_file
from scvkit.records.extracts import ReadingReport

Cells = list[tuple[str | None, ...]]


class Reader:
    """Reads a file and gives report and cells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection: Connection = connect(threads=1)
        self.rows = RowTables(folder / "work")

    def read(self, path: Path, **reading: object) -> ReadingReport:
        return read_file(
            self.connection,
            self.rows,
            path,
            source="s",
            table="t",
            reading=Reading.model_validate(reading),
        )

    def read_bytes(self, data: bytes, name: str = "file.csv", **reading: object) -> ReadingReport:
        path = self.folder / name
        path.write_bytes(data)
        return self.read(path, **reading)

    def lines(self, name: str = "t") -> Cells:
        scan = self.rows.scan("extract", "s", name)
        return self.connection.execute(f"from {scan} order by line_number").fetchall()

    def cells(self) -> Cells:
        return [row[1:] for row in self.lines()]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.fixture(scope="module")
def shared_reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("reading"))
