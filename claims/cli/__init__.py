"""The command ``claims``.  Everything heavy is imported by the command that needs it, so that help and lists answer at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

OK, CHANGED, UNKNOWN, USAGE, INTERRUPTED = 0, 1, 2, 3, 130
PROFILE_NAMES = ("quick", "ci", "nightly", "deep")


def main() -> None:
    """Run the command line; every expected trouble is one sentence and exit code 3."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """The exit code of a command line."""
    try:
        return commands.main(arguments, prog_name="claims", standalone_mode=False) or OK
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as problem:
        click.echo(f"claims: {problem.format_message()}", err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo("claims: interrupted", err=True)
        return INTERRUPTED
    except OSError as problem:
        click.echo(f"claims: {problem.filename or 'file'}: {problem.strerror or problem}", err=True)
    return USAGE


class Trouble(click.ClickException):
    """One clear sentence for the person at the terminal."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Claims about neural-network loss landscapes, each with its verdict.

    Exit codes: 0 every verdict is the recorded one, 1 some verdict is not, 2 only: recorded otherwise and now inconclusive, 3 usage or
    internal error, 130 interrupted.
    """


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that verify, report and experiment share."""
    for option in reversed(
        (
            click.option("--profile", type=click.Choice(PROFILE_NAMES), default=None, help="How hard to try (verify: quick; report and experiment: ci)."),
            click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same bytes."),
            click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Supervised processes at once."),
            click.option("--ledger", type=click.Path(dir_okay=False, path_type=Path), default=Path("claims.ledger"), show_default=True, help="Where payloads are kept."),
            click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the JSON report there."),
            click.option("--junit", "junit_file", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report there."),
            click.option("--fresh", is_flag=True, help="Carry out everything again, whatever the ledger has."),
            click.option("--record", is_flag=True, help="Keep these verdicts and witnesses as the recorded ones."),
        )
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


@commands.command()
@click.argument("names", metavar="[ID|DOCUMENT]...", nargs=-1)
@run_options
def verify(names: tuple[str, ...], **options: Any) -> int:
    """Judge claims and compare each verdict with the recorded one."""
    from claims.cli import running

    return running.verify(names, running.Options(**(options | {"profile": options["profile"] or "quick"})))


@commands.command()
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("figures"), show_default=True, help="Where measurements and figures go.")
@run_options
def experiment(names: tuple[str, ...], out: Path, **options: Any) -> int:
    """Run experiments (X1-1, or those that a claim reads) and write their measurements and figures."""
    from claims.cli import running

    return running.experiment(names, out, running.Options(**(options | {"profile": options["profile"] or "ci"})))


@commands.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("report"), show_default=True, help="The folder of the report.")
@run_options
def report(out: Path, **options: Any) -> int:
    """Run what the ledger lacks, then write the report as JSON, JUnit, Markdown and HTML."""
    from claims.cli import running

    return running.report(out, running.Options(**(options | {"profile": options["profile"] or "ci"})))


@commands.command()
@click.argument("witness", metavar="WITNESS")
def replay(witness: str) -> int:
    """Rebuild a stored witness (its key, or a JSON file) and decide it again in the second arithmetic."""
    from claims.cli import inspect

    return inspect.replay(witness)


@commands.command()
def doctor() -> int:
    """Check this installation and the suite's own consistency."""
    from claims.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(f"{'ok     ' if finding.fine else 'trouble'}  {finding.words}")
    return OK if all(finding.fine for finding in findings) else CHANGED


if __name__ == "__main__":
    main()
