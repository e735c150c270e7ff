import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.core.records import CrenelError
from crenel.report import data_package
from entry_cases import hostile, pantsir, shahed, unplayable

ENTRIES = (pantsir(), shahed(), hostile())
RECORDS = [entry.record() for entry in ENTRIES]
TYPES = {"number": pl.Float64, "integer": pl.Int64, "boolean": pl.Boolean, "string": pl.String, "array": pl.String,
         "object": pl.String}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return data_package.write(tmp_path / "package", RECORDS, version="0.1.0")


def described(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    return found


def table(package: Path, name: str) -> pl.DataFrame:
    """A table, read with the types that the description states and no others."""
    (resource,) = (found for found in described(package)["resources"] if found["name"] == name)
    schema = {field["name"]: TYPES[field["type"]] for field in resource["schema"]["fields"]}
    return pl.read_csv(package / resource["path"], schema=schema, null_values=resource["schema"]["missingValues"])


def test_the_description_is_a_data_package(package: Path) -> None:
    found = described(package)
    assert found["profile"] == "tabular-data-package"
    assert found["name"] == "crenel-catalogue"
    assert found["version"] == "0.1.0"
    assert found["licenses"][0]["name"] == "CC-BY-4.0"
    assert found["licenses"][0]["path"].startswith("https://")
    names = ["entries", "figures", "model", "raid-sizes", "sources", "citations"]
    assert [resource["name"] for resource in found["resources"]] == names
    assert {path.name for path in package.iterdir()} == {
        "datapackage.json",
        *(resource["path"] for resource in found["resources"]),
    }
    for resource in found["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["mediatype"] == "text/csv"
        assert resource["encoding"] == "utf-8"
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_tables_read_back_with_their_types_and_all_their_rows(package: Path) -> None:
    n_rows = {
        "entries": len(ENTRIES),
        "figures": sum(len(entry.figures) + len(entry.facts) for entry in ENTRIES),
        "model": sum(len(entry.model) for entry in ENTRIES),
        "raid-sizes": sum(len(entry.raid_sizes) for entry in ENTRIES),
        "sources": len({key for entry in ENTRIES for key in entry.sources}),
    }
    for name, n in n_rows.items():
        assert table(package, name).height == n, name
    figures = table(package, "figures").filter(pl.col("entry") == "pantsir-s1")
    assert figures["value"].to_list()[: len(pantsir().figures)] == [figure.value for figure in pantsir().figures]
    assert figures["value"].null_count() == len(pantsir().facts)
    assert table(package, "entries")["can_be_played"].dtype == pl.Boolean
    assert table(package, "raid-sizes")["year"].to_list() == [2022, 2025]


def test_keys_are_unique_and_what_is_referred_to_is_there(package: Path) -> None:
    for resource in described(package)["resources"]:
        rows = table(package, resource["name"])
        schema = resource["schema"]
        assert rows.select(schema["primaryKey"]).is_unique().all(), resource["name"]
        assert rows.select(schema["primaryKey"]).null_count().sum_horizontal().item() == 0
        for key in schema["foreignKeys"]:
            there = table(package, key["reference"]["resource"])[key["reference"]["fields"][0]]
            assert set(rows[key["fields"][0]]) <= set(there)
        for field in schema["fields"]:
            if field.get("constraints", {}).get("required"):
                assert rows[field["name"]].null_count() == 0, field["name"]


def test_cells_that_hold_several_things_are_json(package: Path) -> None:
    for resource in described(package)["resources"]:
        rows = table(package, resource["name"])
        for field in resource["schema"]["fields"]:
            if field["type"] in ("array", "object"):
                kind = list if field["type"] == "array" else dict
                assert all(isinstance(json.loads(cell), kind) for cell in rows[field["name"]])
    cited = json.loads(table(package, "figures").filter(pl.col("name") == "search_range_rcs2")["sources"][0])
    assert cited == ["cielo_cerrado", "apa_96k6"]


def test_every_citation_has_its_row(package: Path) -> None:
    citations = table(package, "citations")
    n = sum(
        len(set(row["sources"]))
        for record in RECORDS
        for part in ("figures", "facts", "model", "raid_sizes")
        for row in record[part]
    )
    assert citations.height == n


def test_what_somebody_wrote_stays_one_cell(package: Path) -> None:
    entries = table(package, "entries")
    assert entries["name"][2] == hostile().name
    assert json.loads(entries["unknown"][2]) == list(hostile().unknown)


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_text_is_a_formula(text: str) -> None:
    record = replace(pantsir(), note=text).record()
    rows = csv.DictReader(io.StringIO(data_package.files([record], version="1")["entries.csv"].decode(), newline=""))
    assert next(rows)["note"] == f"'{text}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_text_comes_back(text: str) -> None:
    record = replace(pantsir(), note=text).record()
    content = data_package.files([record], version="1")["entries.csv"].decode()
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert row["note"].removeprefix("'" if text.startswith(data_package._FORMULA) else "") == text


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(CrenelError, match="left as it is"):
        data_package.write(tmp_path, RECORDS, version="1")
    with pytest.raises(CrenelError, match="is a file"):
        data_package.write(tmp_path / "letter.txt", RECORDS, version="1")
    with pytest.raises(CrenelError, match="cannot be written"):
        data_package.write(tmp_path / "letter.txt" / "deeper", RECORDS, version="1")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_is_taken_and_nothing_is_left_over(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    data_package.write(tmp_path / "empty", RECORDS, version="1")
    assert (tmp_path / "empty" / "datapackage.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_what_breaks_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Path, _: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", broken)
    with pytest.raises(CrenelError, match="No space left"):
        data_package.write(tmp_path / "package", RECORDS, version="1")
    assert list(tmp_path.iterdir()) == []


def test_entries_of_somebody_s_own_are_not_given_our_licence(package: Path) -> None:
    assert "are not under the licence of the others" in described(package)["description"]
    ours = data_package.files([pantsir().record()], version="1")["datapackage.json"].decode()
    assert "are not under" not in ours


def test_the_same_entries_give_the_same_bytes() -> None:
    first, second = (data_package.files([unplayable().record()], version="1") for _ in range(2))
    assert first == second
