"""A real server on loopback, started here and taken down again."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scvkit.engagement import Engagement
from scvkit.errors import ExtractError
from scvkit.extracts import read_delivery
from tests.extracts.conftest import Reader

PASSWORD = "hemmeligt-kodeord"


def _server_programs() -> Path | None:
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return places[-1] if places else None


PROGRAMS = _server_programs()
DRIVER = importlib.util.find_spec("adbc_driver_postgresql")
pytestmark = pytest.mark.skipif(
    PROGRAMS is None or DRIVER is None or not hasattr(os, "getuid"),
    reason="no Postgres server on this machine, or the driver of the extra is not installed",
)


def _account() -> str | None:
    """The server refuses to run as root: then another account of the machine runs it."""
    if os.getuid():
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assert PROGRAMS is not None
    user = _account()
    folder = Path(tempfile.mkdtemp(prefix="scvkit-pg-"))
    password = folder / "password"
    password.write_text(PASSWORD)
    if user:
        for path in (folder, password):
            shutil.chown(path, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [PROGRAMS / "initdb", "-D", data, "-U", "ejer", "-A", "scram-sha-256", "--no-sync",
         "--pwfile", password, "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, user=user, cwd=folder,
    )  # fmt: skip
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [PROGRAMS / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1",
         "-c", "unix_socket_directories=", "-c", "fsync=off"],
        stdout=log, stderr=log, user=user, cwd=folder,
    )  # fmt: skip
    try:
        uri = f"postgresql://ejer:{PASSWORD}@127.0.0.1:{port}/postgres"
        _fill(uri)
        yield uri
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(uri: str) -> None:
    from adbc_driver_postgresql import dbapi

    for _ in range(100):
        try:
            opened = dbapi.connect(uri, autocommit=True)
            break
        except dbapi.Error:
            time.sleep(0.1)
    else:
        raise AssertionError("The server did not start.")
    with opened, opened.cursor() as cursor:
        for statement in (
            "create schema crm",
            'create table crm.kunder ("Kundenr" text primary key, navn text, saldo numeric(20,2), '
            "oprettet timestamptz, samtykke boolean, tags text[], ekstra jsonb)",
            "insert into crm.kunder values ('007', 'Søren', 1234567890123456.10, "
            "'2024-03-01 12:00+00', true, '{a,b}', '{\"x\": 1}'), "
            "('003', 'Åse', null, null, false, null, null), "
            "('005', '', 0.50, null, null, null, null)",
            "create table crm.tom (id int)",
            "create table crm.mange as "
            "select i, 'kunde ' || i as navn from generate_series(1, 50000) i",
        ):
            cursor.execute(statement)


@pytest.fixture
def crm(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCVKIT_POSTGRES_CRM", address)


@pytest.mark.usefixtures("crm")
def test_a_table_of_a_database_is_read_as_the_server_writes_it(reader: Reader) -> None:
    report = reader.read(Path("postgres:crm/crm.kunder"))
    assert (report.format, report.file) == ("postgres", "postgres:crm/crm.kunder")
    assert report.columns[:3] == ("Kundenr", "navn", "saldo")
    assert [row[:3] for row in reader.cells()] == [
        ("003", "Åse", None),
        ("005", None, "0.50"),
        ("007", "Søren", "1234567890123456.10"),
    ]
    assert reader.cells()[2][4:] == ("true", "{a,b}", '{"x": 1}')


@pytest.mark.usefixtures("crm")
def test_every_row_of_a_larger_table_arrives(reader: Reader) -> None:
    report = reader.read(Path("postgres:crm/crm.mange"))
    assert report.rows == 50_000
    assert len({row[0] for row in reader.lines()}) == 50_000


@pytest.mark.usefixtures("crm")
def test_an_engagement_may_name_a_table_of_a_database(reader: Reader) -> None:
    tables = {"kunder": {"file": "postgres:crm/crm.kunder"}}
    engagement = Engagement.model_validate(
        {"version": 1, "client": {"name": "X"}, "sources": {"crm": {"name": "C", "tables": tables}}}
    )
    found = read_delivery(reader.connection, reader.rows, engagement, reader.folder)
    assert [(r.table, r.rows) for r in found.readings] == [("kunder", 3)]


@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("crm.kunde", "Did you mean 'crm.kunder'"),
        ("crm.tom", "has no rows"),
        ('crm.kunder"; drop table crm.kunder; --', "no such table"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(reader: Reader, table: str, said: str) -> None:
    with pytest.raises(ExtractError) as refused:
        reader.read(Path(f"postgres:crm/{table}"))
    assert said in str(refused.value)
    assert reader.read(Path("postgres:crm/crm.kunder")).rows == 3


def test_the_password_is_in_no_message_and_in_no_file(
    reader: Reader, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = address.replace(PASSWORD, f"{PASSWORD}-forkert")
    messages = []
    for uri in (
        wrong,
        f"postgresql://x:{PASSWORD}@127.0.0.1:1/x",
        f"postgresql://x:{PASSWORD}@[bad",
    ):
        monkeypatch.setenv("SCVKIT_POSTGRES_CRM", uri)
        with pytest.raises(ExtractError) as refused:
            reader.read(Path("postgres:crm/crm.kunder"))
        messages.append(str(refused.value))
        assert refused.value.__cause__ is None
    monkeypatch.setenv("SCVKIT_POSTGRES_CRM", address)
    report = reader.read(Path("postgres:crm/crm.kunder"))
    written = b"".join(p.read_bytes() for p in reader.rows.folder.rglob("*") if p.is_file())
    assert PASSWORD not in " ".join([*messages, repr(report)])
    assert PASSWORD.encode() not in written


def test_an_unknown_connection_says_where_its_address_belongs(reader: Reader) -> None:
    with pytest.raises(ExtractError, match="SCVKIT_POSTGRES_ERP"):
        reader.read(Path("postgres:erp/public.debitor"))


def test_an_address_with_a_password_in_the_engagement_file_is_refused(reader: Reader) -> None:
    with pytest.raises(ExtractError, match="never in a file") as refused:
        reader.read(Path(f"postgres://ejer:{PASSWORD}@host/db"))
    assert PASSWORD not in str(refused.value)
