"""The tutorial's file is written, its commands are run, and what they print is what the tutorial says."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.S)


def counted(text):
    """How many instances were effective depends on the version of Hypothesis; everything else does not."""
    return re.sub(r"in \d+ effective", "in N effective", text)


def commands(block):
    """Each command of a console block with the output that is shown below it."""
    for part in block.removeprefix("$ ").split("\n$ "):
        command, _, output = part.partition("\n")
        yield command, output


def test_the_tutorial_says_what_happens(command, here):
    for kind, block in BLOCKS:
        if kind == "python":
            with (here / "smallest.py").open("a", encoding="utf-8") as file:
                file.write(block)
        elif kind == "console":
            for line, shown in commands(block):
                one_child = ("--jobs", "1") if {"verify", "lint"} & set(shlex.split(line)) else ()
                code, out, err = command(*shlex.split(line)[1:], *one_child)
                assert counted(out) == counted(shown if shown.endswith("\n") else shown + "\n"), err
                assert code == (1 if "not recorded" in shown else 0)


def test_the_registration_is_the_one_that_is_looked_for():
    from claims.own import GROUP

    assert f'[project.entry-points."{GROUP}"]' in TEXT
    assert {kind for kind, _ in BLOCKS} == {"console", "python", "toml"}
