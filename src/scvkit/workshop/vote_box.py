"""The votes of an engagement: lines that are only ever added, with ids that point at nobody."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scvkit.engine import Connection, RowTables
from scvkit.errors import OutputError
from scvkit.workshop.folders import make_private

# What a record without an id of its own is known by.
CONTENT = (
    "full_name",
    "company",
    "date_of_birth",
    "street",
    "house_number",
    "postcode",
    "email",
    "phone",
    "customer_number",
)
ID_LENGTH = 20


@dataclass(frozen=True, slots=True)
class VoteBox:
    """A folder with ``votes.jsonl`` and the salt of its pair ids; it outlives every run.

    One line a vote: time, kind, pair, voter, answer, and what the voter saw. A voter who changes
    an answer adds a line; the last one counts. Nothing is ever rewritten.
    """

    folder: Path

    @property
    def file(self) -> Path:
        """Where the votes lie."""
        return self.folder / "votes.jsonl"

    def add(self, *, kind: str, pair: str, voter: str, answer: str, shown: str) -> None:
        """Add one vote and see it on the disk before the next question."""
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "kind": kind,
            "pair": pair,
            "voter": voter,
            "answer": answer,
            "shown": shown,
        }
        make_private(self.folder)
        try:
            handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as problem:
            raise OutputError(
                f"The vote cannot be written to {self.file} ({problem.strerror})."
            ) from None
        with os.fdopen(handle, "rb+") as stream:
            # A line that was cut by a crash must not swallow the next one.
            end = stream.seek(0, os.SEEK_END)
            if end:
                stream.seek(end - 1)
                if stream.read(1) != b"\n":
                    stream.write(b"\n")
            stream.write(json.dumps(line, sort_keys=True).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def votes(self) -> dict[str, dict[str, str]]:
        """Return {pair: {voter: answer}}, the last answer of each voter."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        if not self.file.is_file():
            return {}
        for text in self.file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                line = json.loads(text)
                found[line["pair"]][line["voter"]] = line["answer"]
            except (json.JSONDecodeError, KeyError, TypeError):
                continue  # cut by a crash: the vote was never confirmed
        return dict(found)

    def digest(self) -> str:
        """Return a hash of the votes, for the run's identity; empty without votes."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest() if self.file.is_file() else ""

    def pair_ids(
        self, connection: Connection, rows: RowTables, pairs: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], str]:
        """Return the salted id of each pair of record keys.

        The same records give the same id in every run. A record without an id of its own is
        known by its content as well: its line number may mean somebody else tomorrow.
        """
        wanted = list(pairs)
        known = _identities(connection, rows, {key for pair in wanted for key in pair})
        salt = self._salt()
        return {pair: _salted(salt, (known[pair[0]], known[pair[1]])) for pair in wanted}

    def _salt(self) -> bytes:
        file = self.folder / "salt"
        make_private(self.folder)
        if not file.is_file():
            beside = self.folder / f".salt.{os.getpid()}"
            beside.write_bytes(secrets.token_bytes(32))
            beside.chmod(0o600)
            try:
                os.link(beside, file)  # whoever is first, everybody uses one salt
            except FileExistsError:
                pass
            finally:
                beside.unlink()
        return file.read_bytes()


def _salted(salt: bytes, known: tuple[str, str]) -> str:
    both = "\n".join(sorted(known)).encode()
    return hmac.new(salt, both, hashlib.sha256).hexdigest()[:ID_LENGTH]


def _identities(connection: Connection, rows: RowTables, keys: set[str]) -> Mapping[str, str]:
    import pandas as pd

    content = ", ".join(f"coalesce(cast({column} as varchar), '')" for column in CONTENT)
    frame = pd.DataFrame({"record_key": sorted(keys)}).astype("string")
    connection.execute("select 1").fetchall()
    connection.register("vote_record_frame", frame)
    found = connection.execute(
        f"""select record_key, case when starts_with(record_id, 'row-')
            then record_key || '/' || md5(concat_ws('|', {content})) else record_key end
        from vote_record_frame join {rows.scan("records")} using (record_key)"""
    ).fetchall()
    connection.unregister("vote_record_frame")
    return {str(key): str(identity) for key, identity in found}
