"""One run of the tiny client: against its truth, against a query of its own, against leaks."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from ruamel.yaml import YAML

from scvkit.batch.gate import breaches, personal_values
from scvkit.errors import PrivacyBreach
from scvkit.records.extracts import Intake
from scvkit.sendable import without_few
from scvkit.workshop import open_desk
from tests.end_to_end.conftest import Run

REQUESTS = re.compile(r"""(?i:src|href|data|action|poster)\s*=\s*["']\s*(?:https?:)?//""")


def truth(client: Path) -> Any:
    return YAML(typ="safe", pure=True).load((client / "truth" / "expected.yaml").read_text("utf-8"))


def scan(run: Run, name: str) -> str:
    return f"read_parquet('{run.work / 'rows' / name}.parquet')"


def test_the_run_is_whole(tiny_run: Run) -> None:
    assert tiny_run.result.complete, tiny_run.log
    assert (tiny_run.out / "index.html").is_file()
    assert (tiny_run.out / "report.en.html").is_file()
    assert (tiny_run.out / "map.svg").is_file()
    assert {p.stem for p in (tiny_run.out / "results").iterdir()} >= {
        "intake",
        "identity",
        "linkage",
        "permission",
        "landscape",
        "use_cases",
        "readiness",
        "profile-erp",
    }


def test_results_that_leave_hold_no_count_of_few_people(tiny_run: Run) -> None:
    hidden = 0
    for file in (tiny_run.out / "results").iterdir():
        sent = json.loads(file.read_text("utf-8"))["result"]
        assert without_few(sent) == sent, file.name
        hidden += file.read_text("utf-8").count('"hidden": "<5"')
    assert hidden
    kept = "".join(f.read_text("utf-8") for f in (tiny_run.work / "results").iterdir())
    assert '"hidden": "' not in kept


def test_progress_names_each_step_with_elapsed_and_remaining(tiny_run: Run) -> None:
    lines = [line for line in tiny_run.log.splitlines() if " gone, about " in line]
    assert len(lines) == len(tiny_run.result.outcomes) + 1  # the pages are the last line
    assert lines[-1].split()[1] == "pages"
    assert lines[-1].rstrip().endswith("0:00 left")


# --- numbers against an independent query and against truth ------------------------------


def test_fill_of_every_column_equals_a_count_on_the_extract(tiny_run: Run) -> None:
    lines = (tiny_run.client / "extracts" / "erp_debitor.csv").read_bytes().decode("cp1252")
    header, *body = [line.split(";") for line in lines.strip().splitlines()]
    profile = tiny_run.results("profile-erp")["tables"][0]
    for column in profile["columns"]:
        cells = [row[header.index(column["column"])].strip().strip('"') for row in body]
        filled = sum(bool(cell) for cell in cells)
        assert column["filled"] + column["placeholder"] == filled, column["column"]


def test_rows_equal_the_truth(tiny_run: Run) -> None:
    expected = truth(tiny_run.client)["sources"]
    for source in tiny_run.results("intake")["sources"]:
        for reading in source["readings"]:
            name = f"{source['source']}.{reading['table']}"
            assert reading["rows"] == expected[name]["rows"], name
            assert reading["rejected_rows"] == 0


def test_the_overlap_triangle_is_a_count_of_clusters_and_a_floor_of_the_truth(
    tiny_run: Run,
) -> None:
    expected = truth(tiny_run.client)["overlap"]
    counted = duckdb.sql(
        f"""select a.source, b.source, count(distinct a.cluster_id)
        from {scan(tiny_run, "clusters")} a join {scan(tiny_run, "clusters")} b
            using (cluster_id, entity_kind)
        where entity_kind = 'person' and a.source <> b.source group by all"""
    ).fetchall()
    again = {(a, b): n for a, b, n in counted}
    overlaps = [o for o in tiny_run.results("linkage")["overlaps"] if o["kind"] == "person"]
    assert len(overlaps) >= 15
    for overlap in overlaps:
        a, b = overlap["source_a"], overlap["source_b"]
        assert overlap["mid"] == again.get((a, b), 0), (a, b)
        true = expected.get(f"{a}-{b}") or expected.get(f"{b}-{a}")
        if true:
            # Found is a floor: linkage may miss people, and may not invent more than two in a
            # hundred of the smaller source.
            smaller = min(true["persons_a"], true["persons_b"])
            assert overlap["mid"] <= true["both"] + 0.02 * smaller + 2, (a, b)


def test_found_persons_of_a_source_stay_near_the_true_ones(tiny_run: Run) -> None:
    expected = truth(tiny_run.client)["sources"]
    found = {(s["source"], s["kind"]): s["mid"] for s in tiny_run.results("linkage")["sources"]}
    for source, table in (("shop", "accounts"), ("club", "members")):
        true = expected[f"{source}.{table}"]["true_persons"]
        assert abs(found[source, "person"] - true) <= 0.05 * true, source


def test_planted_contradictions_of_consent_are_found_and_few_invented(tiny_run: Run) -> None:
    planted = truth(tiny_run.client)["consent"]["withdrawn_but_mailable_people"]
    found = tiny_run.results("permission")["withdrawn_but_mailable"]
    assert found["low"] >= 0.8 * planted
    assert found["value"] <= planted + 2
    again = duckdb.sql(
        f"""select count(distinct cluster_id) from {scan(tiny_run, "positions")}
        where withdrawn_but_mailable and channel = 'email'"""
    ).fetchall()[0][0]
    assert found["value"] == again


def test_the_newsletter_split_covers_the_truth(tiny_run: Run) -> None:
    expected = truth(tiny_run.client)["newsletter"]
    split = tiny_run.results("linkage")["newsletter"]
    true = expected["customers_true_share"] * expected["subscribers"]
    found, hidden = split["found"], split["hidden"]
    assert found["value"] <= true + 0.02 * expected["subscribers"]
    assert found["value"] + hidden["low"] <= true <= found["value"] + hidden["high"]


def test_the_first_screen_and_the_use_case_agree_on_who_is_a_customer(tiny_run: Run) -> None:
    split = tiny_run.results("linkage")["newsletter"]["found"]["value"]
    first = next(f for f in tiny_run.results("use_cases")["fits"] if f["id"] == "U1")
    assert first["steps"][1]["mid"] == split


def test_the_verdict_is_the_expected_one_for_the_stated_reason(tiny_run: Run) -> None:
    readiness = tiny_run.results("readiness")
    gates = {gate["id"]: gate["state"] for gate in readiness["gates"]}
    assert readiness["verdict"] == truth(tiny_run.client)["verdict"]["first"] == "V2"
    assert gates["G5"] == "failed"
    assert readiness["flips"][0]["verdict"] == "V4"
    assert readiness["flips"][0]["changes"] == ["one_suppression_list"]


def delivered(run: Run) -> dict[str, set[str]]:
    """What is in the extracts: attributes and domains, and sources with times of day."""
    day = r"\d{2,4}[-./]\d\d?[-./]\d{2,4}"
    sources = run.results("intake")["sources"]
    tables = [(s["source"], t) for s in sources for t in s["tables"]]
    timed = set()
    for source, table in tables:
        text = f"extract/{source}/{table['table']}"
        cells = duckdb.sql(
            f"""select count(*)
            from (unpivot (from {scan(run, text)}) on columns(* exclude line_number))
            where regexp_matches(value, '^{day}[T ]\\d\\d?:\\d\\d')"""
        ).fetchall()[0][0]
        timed |= {source} if cells else set()
    return {
        "attributes": {m["attribute"] for _, t in tables for m in t["meanings"]},
        "domains": {s["domain"] for s in sources},
        "timed": timed,
    }


def test_not_assessed_never_names_an_input_that_is_in_the_extracts(tiny_run: Run) -> None:
    present = delivered(tiny_run)
    assert present["timed"], "some source of the sample carries times of day"
    for fit in tiny_run.results("use_cases")["fits"]:
        for missing in fit["missing"]:
            kind, any_of = missing["kind"], set(missing["any_of"])
            assert kind in {"source", "column", "times"}, (fit["id"], "all else is in the sample")
            there = {"source": "domains", "column": "attributes", "times": "timed"}[kind]
            assert not any_of & present[there], f"{fit['id']}: {any_of} was delivered"


def test_no_indicator_is_unassessed_for_want_of_what_was_delivered(tiny_run: Run) -> None:
    client = YAML(typ="safe", pure=True).load((tiny_run.client / "engagement.yaml").read_text())
    # Per reason: what would have settled it, and whether the client's folder holds that.
    answers = {
        "4.6": client.get("people", {}).get("id_issuer"),
        "5.7": client.get("analytics_form"),
        "5.8": [s for s in client["sources"].values() if "customer_gets" in s],
        "5.9": [s for s in client["sources"].values() if "party" in s],
        "6.3": client.get("hours_per_list"),
    }
    votes = list(tiny_run.client.rglob("votes*"))
    told = {
        "not_asked": lambda id_: answers[id_],
        "fewer_than_60_votes": lambda _: votes,
    }
    for indicator in tiny_run.results("readiness")["indicators"]:
        evidence, id_ = indicator["evidence"], indicator["id"]
        if evidence["grade"] == "not_assessed":
            assert not told[evidence["reason"]](id_), (id_, evidence["reason"])


# --- pages -------------------------------------------------------------------------------


def test_pages_to_send_hold_no_script_and_a_policy(tiny_run: Run) -> None:
    pages = [p for p in tiny_run.pages() if "restricted" not in p.parts]
    assert len(pages) >= 2
    for page in pages:
        text = page.read_text("utf-8")
        assert "<script" not in text.lower(), page.name
        assert "default-src 'none'" in html.unescape(text), page.name
        assert not re.search(r"\son\w+\s*=\s*[\"']", text), page.name
        assert len(text) < 1_500_000


def test_the_analysts_pages_show_the_tables_of_the_notebooks(tiny_run: Run) -> None:
    for name in ("01_intake", "02_profile_source-erp", "04_link_records", "05_permission"):
        page = (tiny_run.out / "restricted" / f"{name}.html").read_text("utf-8")
        assert page.count("<table") >= 2, name


def test_every_source_has_its_page_and_every_link_leads_somewhere(tiny_run: Run) -> None:
    sources = {source["source"] for source in tiny_run.results("intake")["sources"]}
    pages = {page.stem for page in (tiny_run.out / "sources").iterdir()}
    assert pages == {*sources, "all-sources"}
    linked = set()
    for page in tiny_run.pages():
        text = page.read_text("utf-8")
        for href in re.findall(r"""href=["']([^"'#]+)(?:#[^"']*)?["']""", text):
            if href.startswith("data:"):
                continue
            target = (page.parent / html.unescape(href)).resolve()
            assert target.is_file(), (page.name, href)
            linked.add(target)
    assert {tiny_run.out.resolve() / "sources" / f"{page}.html" for page in pages} <= linked


def test_lists_of_records_to_mend_stay_in_the_work_folder(tiny_run: Run) -> None:
    profile = tiny_run.results("profile-erp")
    [listed] = profile["fix_lists"]
    text = (tiny_run.work / listed["file"]).read_text("utf-8-sig")
    assert len(text.splitlines()) == listed["rows"] + 1
    assert not list(tiny_run.out.rglob("*.csv"))
    page = (tiny_run.out / "sources" / "erp.html").read_text("utf-8")
    assert listed["file"] in page
    assert str(tiny_run.work) not in page


def test_no_page_at_all_asks_for_anything_outside(tiny_run: Run) -> None:
    for page in tiny_run.pages():
        text = page.read_text("utf-8")
        assert not REQUESTS.search(text), page.name
        assert "@import" not in text, page.name
        assert "Content-Security-Policy" in text, page.name


def test_no_canary_is_in_any_exported_file(tiny_run: Run) -> None:
    canaries = YAML(typ="safe", pure=True).load(
        (tiny_run.client / "truth" / "canaries.yaml").read_text("utf-8")
    )
    values = sorted(set(_texts(canaries)))
    assert len(values) > 20
    for file in tiny_run.out.rglob("*"):
        if file.is_file():
            text = file.read_text("utf-8", errors="replace").lower()
            leaked = [value for value in values if value in text]
            assert not leaked, (file.name, len(leaked))


def _texts(canaries: Any) -> list[str]:
    """Values that can stand on a page for one reason only; short numbers meet counts."""
    values = (v for c in canaries["canaries"] for group in c["values"].values() for v in group)
    texts = (str(value).strip().lower() for value in values)
    return [text for text in texts if len(text) >= 7 and any(c.isalpha() for c in text)]


def test_small_counts_of_people_are_hidden(tiny_run: Run) -> None:
    """The page prints "<5" where the results hold 1 to 4 people."""
    small = [s for s in tiny_run.results("linkage")["seen_in"] if 0 < s["people"] < 5]
    text = (tiny_run.out / "report.en.html").read_text("utf-8")
    assert not small or "&lt;5" in text


def test_a_planted_leak_stops_the_run_and_keeps_the_previous_report(
    tiny_run: Run, tmp_path: Path
) -> None:
    from scvkit.batch.export import export_run

    out = tmp_path / "report"
    shutil.copytree(tiny_run.out, out)
    before = (out / "index.html").read_bytes()
    desk = open_desk(tiny_run.client, work=str(tiny_run.work))
    executed = tiny_run.work / "notebooks" / "01_intake.ipynb"
    whole = executed.read_text("utf-8")
    name = duckdb.sql(
        "select requester_name from read_csv(?, all_varchar = true) "
        "where length(requester_name) > 9 and contains(requester_name, ' ') limit 1",
        params=[str(tiny_run.client / "extracts" / "tickets.csv")],
    ).fetchall()[0][0]
    document = nbformat.reads(whole, as_version=4)
    document.cells.append(nbformat.v4.new_markdown_cell(f"We spoke to {name} about it."))
    nbformat.write(document, executed)
    try:
        with pytest.raises(PrivacyBreach) as caught:
            export_run(
                desk,
                out,
                run_id="x",
                outcomes=tiny_run.result.outcomes,
                files={},
                started=_moment(),
            )
    finally:
        executed.write_text(whole, encoding="utf-8")
    assert "restricted/01_intake.html" in str(caught.value)
    assert "full_name" in str(caught.value)
    assert name not in str(caught.value)
    assert (out / "index.html").read_bytes() == before


def _moment() -> Any:
    import datetime as dt

    return dt.datetime(2026, 9, 30, tzinfo=dt.UTC)


def test_the_gate_finds_nothing_in_the_report_and_a_lot_in_the_work_folder(tiny_run: Run) -> None:
    """A gate that finds nothing anywhere proves nothing: the private rows must trip it."""
    desk = open_desk(tiny_run.client, work=str(tiny_run.work))
    intake = desk.find("intake", Intake)
    assert intake is not None
    values = personal_values(desk.connection, desk.rows, intake, public=("Tærskel & Søn A/S",))
    exported = [p for p in tiny_run.out.rglob("*") if p.is_file()]
    assert breaches(exported, tiny_run.out, values) == ()
    extracts = tiny_run.client / "extracts"
    caught = {b.attribute for b in breaches([extracts / "tickets.csv"], extracts, values)}
    assert {"email", "full_name", "phone"} <= caught


def test_the_work_folder_is_private(tiny_run: Run) -> None:
    for folder in [tiny_run.work, *(p for p in tiny_run.work.iterdir() if p.is_dir())]:
        assert folder.stat().st_mode & 0o077 == 0, folder.name


def test_run_json_says_what_the_run_was_made_from(tiny_run: Run) -> None:
    body = json.loads((tiny_run.out / "run.json").read_text("utf-8"))
    assert set(body["versions"]) >= {"scvkit", "splink", "duckdb", "python"}
    assert len(body["files"]) >= 10
    assert {step["outcome"] for step in body["steps"]} == {"done"}


def test_filled_means_the_same_in_the_key_table_and_in_the_column_table(tiny_run: Run) -> None:
    keys = {
        test["source"]: test["filled"]
        for test in tiny_run.results("identity")["keys"]
        if test["key"] == "email" and test["present"] and len(test["refs"]) == 1
    }
    columns = {
        source: column["filled"]
        for source in keys
        for table in tiny_run.results(f"profile-{source}")["tables"]
        for column in table["columns"]
        if column["attribute"] == "email" and keys[source]
    }
    assert len(keys) >= 4
    assert columns == keys
