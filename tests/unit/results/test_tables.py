from pathlib import Path

import polars as pl

from crenel.core import doubt
from crenel.results import tables
from crenel.results.parts import Part
from unit.studies import fake

PART = Part(19, 3, 10, 7)


def _frame() -> pl.DataFrame:
    engine = fake.Engine()
    prepared = engine.prepare(doubt.resolve(fake.scenario()), None, seed=1, block=3)
    return tables.outcome_table(PART, engine.play(prepared, seed=1, replicates=PART.replicates()))


def test_rows_are_sorted_and_typed() -> None:
    frame = _frame()
    assert dict(frame.schema) == {name: dtype() for name, dtype in tables.SCHEMA.items()}
    assert frame.columns[:4] == ["doubt", "block", "replicate", "threat"]
    assert frame.equals(frame.sort("replicate", "threat"))
    assert frame["replicate"].unique().sort().to_list() == PART.replicates().tolist()
    assert frame["block"].unique().to_list() == [3]


def test_equal_tables_give_equal_bytes_and_come_back(tmp_path: Path) -> None:
    frame = _frame()
    first = tables.parquet_bytes(frame)
    assert first == tables.parquet_bytes(pl.concat([frame[:9], frame[9:]], rechunk=False))
    (tmp_path / "part.parquet").write_bytes(first)
    assert tables.read_outcomes(tmp_path / "part.parquet").equals(frame)
    assert tables.n_rows(tmp_path / "part.parquet") == frame.height


def test_a_file_that_is_no_table_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(tables.parquet_bytes(_frame())[:-20])
    assert tables.n_rows(tmp_path / "broken.parquet") == -1
    assert tables.n_rows(tmp_path / "absent.parquet") == -1


def test_codes_can_be_spelled_out() -> None:
    named = tables.with_names(_frame(), groups=("Drones", "Missiles"), units=("Roof", "Field"))
    assert set(named["fate"]) <= {"missile", "own_failure", "leaked"}
    assert named.filter(pl.col("fate") != "leaked")["cause"].is_null().all()
    assert set(named.filter(pl.col("fate") == "missile")["unit"]) == {"Roof", "Field"}


def test_a_table_of_an_earlier_format_is_played_again(tmp_path: Path) -> None:
    older = _frame().drop("came_down")
    (tmp_path / "part.parquet").write_bytes(tables.parquet_bytes(older))
    assert tables.n_rows(tmp_path / "part.parquet") == -1
    assert tables.read_outcomes(tmp_path / "part.parquet").height == older.height
