"""The layers, and the rules about code that no linter knows."""

import ast
import dataclasses
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import crenel
from crenel.core import jit, records

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "crenel"
MODULES = sorted(SOURCE.rglob("*.py"))
PACKAGES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def in_a_new_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_imports_go_downwards_only():
    in_a_new_process("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_has_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_modules_are_named_after_what_they_are_about():
    assert not {path.stem for path in MODULES} & {"utils", "helpers", "common", "misc", "manager", "base"}


def test_kernels_live_in_the_physics_alone():
    with_kernels = {path.relative_to(SOURCE).parts[0] for path in MODULES if "\n@kernel\n" in path.read_text("utf-8")}
    assert with_kernels <= set(jit.PHYSICS)


# --- units ------------------------------------------------------------------------------------------------------------

SUFFIXES = ("_m", "_m2", "_s", "_mps", "_rad", "_hz", "_db", "_frac")
DIMENSIONLESS = {
    "p_false_alarm",
    "p_look",
    "p_effect",
    "pd_at_ref",
    "pk",
    "presence",  # the probability that a unit is there
    "earth_factor",  # k of the effective earth radius
    "value",  # of an asset: the user's own scale
    "channels",
    "channels_per_sector",
    "rounds",
    "burst_rounds",
    "spare_rounds",
    "availability",  # the probability that it works
    "least_pk",
}
IN_A_STATED_UNIT = {"Bracket", "Span"}  # these are numbers themselves: the field that holds one names the unit


def numbers_of(module):
    for name, record in vars(module).items():
        if isinstance(record, type) and dataclasses.is_dataclass(record) and name not in IN_A_STATED_UNIT:
            for field in dataclasses.fields(record):
                words = getattr(field.type, "__name__", "") if isinstance(field.type, type) else str(field.type)
                if re.fullmatch(r"float|Span|~F|~F \| None|.*Mapping\[.*~F\]|typing.Optional\[~F\]", words):
                    yield f"{name}.{field.name}"


def test_the_numbers_of_records_say_their_unit():
    numbers = list(numbers_of(records))
    assert len(numbers) > 30
    wrong = [
        number for number in numbers if not number.endswith(SUFFIXES) and number.partition(".")[2] not in DIMENSIONLESS
    ]
    assert not wrong


# --- public names -----------------------------------------------------------------------------------------------------


def names_given_by(path):
    """What a package's `__init__` offers: what it defines, or imports from crenel."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node in body + [inner for block in body if isinstance(block, ast.If) for inner in block.body]:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crenel"):
            yield from (name.asname or name.name for name in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("package", PACKAGES)
def test_all_names_what_a_package_offers(package):
    module = importlib.import_module(f"crenel.{package}")
    offered = {name for name in names_given_by(SOURCE / package / "__init__.py") if not name.startswith("_")}
    assert set(getattr(module, "__all__", [])) == offered
    assert all(hasattr(module, name) for name in offered)


def test_all_names_what_crenel_offers():
    offered = {name for name in names_given_by(SOURCE / "__init__.py") if not name.startswith("_")}
    assert set(crenel.__all__) == offered | {"__version__"}
    assert dir(crenel) == sorted(crenel.__all__)
    for name in crenel.__all__:
        assert getattr(crenel, name) is not None


def test_a_name_that_crenel_does_not_offer_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'fire'"):
        _ = crenel.fire


def test_no_module_shares_a_name_with_a_public_verb():
    assert not {path.stem for path in SOURCE.iterdir()} & set(crenel.__all__)


# --- starting ---------------------------------------------------------------------------------------------------------

# Without pydantic, which typer itself may load for a command's help.
HEAVY = (
    "numba",
    "numpy",
    "matplotlib",
    "rasterio",
    "pyogrio",
    "shapely",
    "polars",
    "pint",
    "pyproj",
    "scipy",
    "jinja2",
)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments):
    code = f"""
import sys
from crenel.__main__ import main
sys.argv = ["crenel", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
assert not loaded, loaded
"""
    assert "crenel" in in_a_new_process(code)


def test_importing_crenel_loads_nothing_heavy():
    in_a_new_process(f"import sys, crenel; loaded = set({HEAVY!r}) & set(sys.modules); assert not loaded, loaded")


# --- compiled code ----------------------------------------------------------------------------------------------------


def kernels():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(ast.unparse(mark) == "kernel" for mark in node.decorator_list):
                yield path, node


PARAMETERS = {
    node.name: [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)] for _, node in kernels()
}
FOR_WRITING = re.compile(r"out(_.*)?|scratch(_.*)?")


def root_of(target):
    while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def targets_of(node):
    """What an assignment assigns to, with pairs taken apart."""
    waiting = list(node.targets) if isinstance(node, ast.Assign) else [node.target]
    while waiting:
        target = waiting.pop()
        if isinstance(target, ast.Tuple | ast.List):
            waiting.extend(target.elts)
        else:
            yield target


def writes_of(function):
    """Names whose memory a kernel writes to, by itself or through a kernel that it calls."""
    views = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            views.setdefault(node.targets[0].id, set()).add(root_of(node.value))
    written = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            written |= {root_of(goal) for goal in targets_of(node) if isinstance(goal, ast.Subscript | ast.Attribute)}
        elif isinstance(node, ast.Call) and root_of(node.func) in PARAMETERS:
            names = PARAMETERS[root_of(node.func)]
            handed = [*zip(names, node.args, strict=False), *((word.arg, word.value) for word in node.keywords)]
            written |= {root_of(value) for name, value in handed if FOR_WRITING.fullmatch(name)}
    for _ in views:
        written |= {root for name in written & views.keys() for root in views[name]}
    return written


@pytest.mark.parametrize("function", [pytest.param(node, id=f"{path.stem}.{node.name}") for path, node in kernels()])
def test_a_kernel_writes_only_to_what_is_named_for_it(function):
    arguments = set(PARAMETERS[function.name])
    assert not {name for name in writes_of(function) & arguments if not FOR_WRITING.fullmatch(name)}


@pytest.mark.parametrize(
    "body",
    [
        "table[0] = 1.0",
        "table.field[0] = 1.0",
        "table[0].field += 1.0",
        "row = table[0]; row[1] = 1.0",
        "n, table[0] = 1, 2.0",
        "push(table, 0, 0.0, 0)",
        "push(out_events=table, n_events=0, time_s=0.0, key=0)",
    ],
)
def test_a_kernel_that_writes_elsewhere_would_be_found(body):
    (function,) = ast.parse(f"def fill(table, out_rows):\n    {body}\n    out_rows[0] = 1.0").body
    assert writes_of(function) & {"table", "out_rows"} == {"table", "out_rows"}


def test_numba_is_used_through_the_kernel_only():
    users = {
        str(path.relative_to(SOURCE))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] == "numba" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numba")
    }
    assert users == {"core/jit.py"}
