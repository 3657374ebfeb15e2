"""The profile in which the claims are judged (``pytest --profile ci``), and a command line with a few recorded claims."""

import shutil

import pytest

from claims.profiles import PROFILES

CLAIMS = ("S0-2", "S0-4", "S0-5", "S1-10", "S1-42")


def pytest_addoption(parser):
    parser.addoption(
        "--profile", choices=sorted(PROFILES), default="quick", help="how hard the claims are tried (default: quick)"
    )


@pytest.fixture(scope="session")
def profile(request):
    return PROFILES[request.config.getoption("--profile")]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty directory to work in, and witnesses and records of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records").mkdir()
    monkeypatch.setattr("claims.witnesses.FOLDER", tmp_path / "records")
    return tmp_path


@pytest.fixture
def command(here, capfd):
    """Run a command line: its exit code, standard output and standard error."""
    from claims.cli import run_command

    def run(*arguments):
        code = run_command([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A few claims, searched and recorded once: a folder with their records and their ledger."""
    from claims.cli import OK, run_command

    folder = tmp_path_factory.mktemp("kept")
    (folder / "records").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("claims.witnesses.FOLDER", folder / "records")
        assert run_command(["verify", *CLAIMS, "--profile", "ci", "--record", "--jobs", "2"]) == OK
    return folder


@pytest.fixture
def recorded(command, here, kept):
    """The command, where a few claims are recorded and their ledger is at hand."""
    shutil.copytree(kept, here, dirs_exist_ok=True)
    return command
