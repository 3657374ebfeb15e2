"""The command ``claims``.  Everything heavy is imported by the command that needs it, so that help and lists answer at once."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from claims import own
from claims.ledger import DEFAULT, LedgerError
from claims.names import suggestion
from claims.profiles import PROFILES

OK, CHANGED, UNKNOWN, USAGE, INTERRUPTED = 0, 1, 2, 3, 130
_FILE = click.Path(dir_okay=False, path_type=Path)
_PRESENT = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_LARGEST_SEED = 2**63 - 1
_GLOBAL = ("--module", "--records")
_SUMMARY = "Write a Markdown page there ('github': add it to the summary of the step in GitHub Actions)."


def main() -> None:
    """Run the command line; every expected trouble is one sentence and exit code 3."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """The exit code of a command line; an error of the program itself shows its traceback and has exit code 3, too."""
    try:
        return commands.main(arguments, prog_name="claims", standalone_mode=False) or OK
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.NoSuchOption as problem:
        place = f"; it stands before the command: claims {problem.option_name} ..." if problem.option_name in _GLOBAL else ""
        return _said(problem.format_message().rstrip(".") + place)
    except click.ClickException as problem:
        return _said(problem.format_message())
    except (click.Abort, KeyboardInterrupt):
        return _said("interrupted", INTERRUPTED)
    except SystemExit:
        # Click's way out where nobody reads on; its code, 1, would say that a verdict has changed.
        return USAGE
    except OSError as problem:
        return _said(f"{problem.filename or 'file'}: {problem.strerror or problem}")
    except Exception as problem:  # noqa: BLE001 - the boundary: code 1 would say that a verdict has changed
        if not _expected(problem):
            traceback.print_exception(problem)
            return _said("this is an error of the program itself, not of its input")
        return _said(str(problem))


def _expected(problem: Exception) -> bool:
    """Whether the input alone may cause it, so that its message is the sentence to say."""
    from claims.registry import UnknownName
    from claims.remote import WorkerError
    from claims.witnesses import WitnessError

    return isinstance(problem, LedgerError | UnknownName | WitnessError | WorkerError)


def _said(sentence: str, code: int = USAGE) -> int:
    click.echo(f"claims: {' '.join(sentence.split())}", err=True)
    return code


class Trouble(click.ClickException):
    """One clear sentence for the person at the terminal."""


class Commands(click.Group):
    """A group that knows what a mistyped command may have meant."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise Trouble(f"there is no command {name!r}; {suggestion(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--module", "modules", multiple=True, metavar="FILE|NAME", help="Claims of one's own (repeatable): 'all claims' are theirs."
)
@click.option("--records", type=_FOLDER, help="Where their verdicts and witnesses are kept (else beside them, in FILE.records).")
@click.pass_context
def commands(context: click.Context, modules: tuple[str, ...], records: Path | None) -> None:
    """Claims about neural-network loss landscapes, each with its verdict.

    Exit codes: 0 every verdict is the recorded one, 1 some verdict is not or is not recorded, 2 only: recorded otherwise and now
    inconclusive, 3 usage or internal error or claims of one's own that cannot be used, 130 interrupted.
    """
    context.with_resource(_in_scope(modules, records, quiet=context.invoked_subcommand == "lint"))
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@contextmanager
def _in_scope(modules: tuple[str, ...], records: Path | None, quiet: bool) -> Iterator[None]:
    """Claims of one's own, each module tried in a process of its own first; what is wrong with them is said at once."""

    def say(problem: own.Problem) -> None:
        if not quiet:
            click.echo(f"claims: {problem}", err=True)

    if records is not None and not modules:
        raise Trouble("--records says where the records of one's own claims are; name their --module, too")
    chosen = [own.Module.of(name, records or "") for name in modules]
    with own.using(chosen, trial=_tried, on_problem=say):
        yield


def _tried(module: own.Module) -> own.Problem | None:
    from claims.supervise import Request, alone

    answer = alone(Request("module", module.name, "quick", 0, own.LOAD_SECONDS), execute=own.attempt, method="spawn")
    if answer.text is None:
        return own.Problem(module.shown, 1, "", f"{answer.reason} while it was loaded: {answer.detail}")
    found = json.loads(answer.text)["problem"]
    return None if found is None else own.Problem(module.shown, *found[1:])


@commands.result_callback()
def _with_problems(code: int | None, **_: Any) -> int:
    """Claims that could not be used are no verdict, whatever the others are worth; lint has counted them among its findings."""
    linted = click.get_current_context().invoked_subcommand == "lint"
    return USAGE if own.scope().problems and code != INTERRUPTED and not linted else code or OK


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


Command = Callable[..., Any]


def run_options(command: Command) -> Command:
    """The options that verify, report and experiment share."""
    profile = click.Choice(list(PROFILES))
    for option in (
        click.option("--record", is_flag=True, help="Keep these verdicts and witnesses as the recorded ones."),
        click.option(
            "--annotations", is_flag=True, help="Print workflow commands of GitHub Actions for what is not as recorded, too."
        ),
        click.option("--summary", type=_FILE, help=_SUMMARY),
        click.option("--junit", "junit_file", type=_FILE, help="Write a JUnit report there."),
        shared_options,
        click.option("--profile", type=profile, help="How hard to try (verify: quick; report and experiment: ci)."),
    ):
        command = option(command)
    return command


def shared_options(command: Command) -> Command:
    """Where units are carried out and kept: for everything that runs."""
    seed = click.IntRange(0, _LARGEST_SEED)
    jobs = click.IntRange(1, 64)
    for option in (
        click.option("--fresh", is_flag=True, help="Carry out everything again, whatever the ledger has."),
        click.option("--json", "json_file", type=_FILE, help="Write the JSON report there."),
        click.option("--ledger", type=_FILE, default=DEFAULT, show_default=True, help="Where payloads are kept."),
        click.option("--mpi", is_flag=True, help="Let the other ranks work (mpiexec -n 3 claims ... --mpi)."),
        click.option("--dask", metavar="ADDRESS", help="Let the workers of the dask scheduler at this address work."),
        click.option("--jobs", type=jobs, default=_cores, help="Supervised processes at once (one for each core)."),
        click.option("--seed", type=seed, default=0, show_default=True, help="Same seed, same bytes."),
    ):
        command = option(command)
    return command


@commands.command("list")
@click.argument("document", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: id, document, title, kind, recorded verdict.")
def list_claims(document: str | None, as_json: bool) -> None:
    """The claims, one line each."""
    from claims.cli import inspect

    inspect.list_claims(document, as_json)


@commands.command()
@click.argument("claim_id", metavar="ID")
def show(claim_id: str) -> None:
    """One claim: its statements, probes and recorded verdicts."""
    from claims.cli import inspect

    inspect.show(claim_id)


@commands.command("families")
@click.argument("name", metavar="[NAME|WORD]", default="")
def list_families(name: str) -> None:
    """What a statement may quantify over: families, one line each (those that a WORD describes), or all about one of them."""
    from claims.cli import families

    families.families(name)


@commands.command()
@click.argument("names", metavar="[ID|DOCUMENT]...", nargs=-1)
@run_options
def verify(names: tuple[str, ...], **options: Any) -> int:
    """Judge claims and compare each verdict with the recorded one."""
    from claims.cli import running

    return running.verify(names, running.Options(**(options | {"profile": options["profile"] or "quick"})))


@commands.command()
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--id", "claim_id", default="MY-1", show_default=True, help="The id of the first claim.")
@click.option("--document", help="The name of the document (default: that of the file).")
def new(path: Path, claim_id: str, document: str | None) -> None:
    """Write a first file of claims of your own, which runs as it stands."""
    from claims.cli import first

    first.new(path, claim_id, document)


@commands.command()
@click.argument("names", metavar="[ID|DOCUMENT]...", nargs=-1)
@click.option("--no-draws", is_flag=True, help="Read only; draw no instances.")
@click.option("--jobs", type=click.IntRange(1, 64), default=_cores, help="Supervised processes at once (one for each core).")
def lint(names: tuple[str, ...], no_draws: bool, jobs: int) -> int:
    """Find fault with how claims are written down; exit code 1 and a line for each finding."""
    from claims.cli import linting

    return linting.lint(names, not no_draws, jobs)


@commands.command()
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--out", type=_FOLDER, default="figures", show_default=True, help="Where measurements and figures go.")
@run_options
def experiment(names: tuple[str, ...], out: Path, **options: Any) -> int:
    """Run experiments (X1-1, or those that a claim reads) and write their measurements and figures."""
    from claims.cli import running

    return running.experiment(names, out, running.Options(**(options | {"profile": options["profile"] or "ci"})))


@commands.command()
@click.argument("names", metavar="[ID|DOCUMENT]...", nargs=-1)
@click.option("--out", type=_FOLDER, default="report", show_default=True, help="The folder of the report.")
@run_options
def report(names: tuple[str, ...], out: Path, **options: Any) -> int:
    """Run what the ledger lacks, then write the report as JSON, JUnit, Markdown and HTML."""
    from claims.cli import running

    return running.report(names, out, running.Options(**(options | {"profile": options["profile"] or "ci"})))


@commands.command()
@click.argument("names", metavar="ID|KEY...", nargs=-1, required=True)
@click.option("--instances", type=click.IntRange(1, 10**9), default=1_000_000, show_default=True, help="Drawn for each sentence.")
@click.option("--shards", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Parts with seeds of their own.")
@shared_options
def campaign(names: tuple[str, ...], instances: int, shards: int, **options: Any) -> int:
    """Search statements (S0-15, S0-15/amended, S0-15/amended/without.size) over many more instances, in shards.

    What comes out depends on the number of instances, of shards and the seed, not on who worked in which order.  A campaign that
    was interrupted goes on where it was; one with more shards of the same size begins with those that are there.
    """
    from claims.cli import campaigns, running

    asked = running.Options(**options, profile="campaign", junit_file=None, record=False)
    return campaigns.campaign(names, instances, shards, asked)


@commands.command()
@click.argument("witness", metavar="WITNESS")
@click.option("--ledger", type=_FILE, default=DEFAULT, show_default=True, help="Where a witness not recorded yet is looked up.")
def replay(witness: str, ledger: Path) -> None:
    """Rebuild a witness (its key, or a JSON file) and decide it again in the second arithmetic."""
    from claims.cli import inspect

    inspect.replay(witness, ledger)


@commands.command("diff")
@click.argument("before", type=_PRESENT)
@click.argument("after", type=_PRESENT)
@click.option("--summary", type=_FILE, help=_SUMMARY)
@click.option("--annotations", is_flag=True, help="Print workflow commands of GitHub Actions instead of lines.")
def show_difference(before: Path, after: Path, summary: Path | None, annotations: bool) -> int:
    """What changed between two JSON reports or ledgers; exit code 1 if something does not stand any more."""
    from claims.cli.difference import difference

    return difference(before, after, summary, annotations)


@commands.command()
def doctor() -> int:
    """Check this installation and the suite's own consistency."""
    from claims.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(f"{'ok     ' if finding.fine else 'trouble'}  {finding.words}")
    return OK if all(finding.fine for finding in findings) else CHANGED
