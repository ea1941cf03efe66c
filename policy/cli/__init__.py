"""The command ``policy``: one small file a command, imported when the command is run."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from policy.errors import PolicyError, did_you_mean
from policy.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Each command and what it does, in the order shown. ``policy/cli/NAME.py`` defines it as
#: ``command``.
COMMANDS = {
    "calculate": "Calculate what the law gives in a scenario.",
    "explain": "Explain one answer, down to facts and sections of law.",
    "compare": "Compare the law with the law under a change.",
    "recalculate": "Tell what is owed on past decisions.",
    "sweep": "Calculate answers along an input.",
    "run": "Calculate tables of any size, and write tables.",
    "schema": "Tell which tables and columns outputs need.",
    "sample": "Draw a synthetic population.",
    "registers": "Show what is read of registers, or draw registers.",
    "proactive": "Run a night of the proactive service, or explain a decision.",
    "ledger": "Verify, replay or show a ledger of decisions.",
    "show": "Show a parameter's history, or a variable's meaning and formula.",
    "list": "List variables and parameters.",
    "graph": "Show the expressions that a variable is computed by.",
    "compile": "Write the law as SQL.",
    "check": "Check the files of a statute book.",
    "test": "Run scenario tests.",
    "coverage": "Tell what the tests show of the law.",
    "mutate": "List small changes of the law that no test notices.",
    "docs": "Publish the law as a site.",
}

#: Exit codes: bad input or usage; a fault of this library; stopped with Ctrl-C.
BAD_INPUT, OWN_FAULT, STOPPED = 2, 3, 130


class Commands(click.Group):
    """The commands, each imported when it is run, with every error turned into a message."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the commands in the order of the help text."""
        return [*COMMANDS]  # (here "list" is the module policy.cli.list)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"policy.cli.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command meant; suggest the nearest name for one that does not exist."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            nearest = did_you_mean(args[0], COMMANDS, kind="commands")
            ctx.fail(f"There is no command '{args[0]}'; {nearest}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing the commands."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; tell the user what to put right, without a traceback."""
        try:
            return super().invoke(ctx)
        except PolicyError as error:
            click.echo(str(error), err=True)
            ctx.exit(BAD_INPUT)
        except KeyboardInterrupt:
            ctx.exit(STOPPED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # whatever is wrong here is a fault of this library
            if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
                ctx.exit(STOPPED)  # (so DuckDB tells of Ctrl-C)
            if os.environ.get("POLICY_DEBUG") == "1":
                traceback.print_exc()
            click.echo(
                f"policy {__version__} failed: {type(error).__name__}: {error}\n"
                "This is a fault of policy, not of your file. Please report it, with the output"
                " of the same command under POLICY_DEBUG=1.",
                err=True,
            )
            ctx.exit(OWN_FAULT)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  policy calculate family.yaml
  policy explain family.yaml child_allowance
  policy show child_allowance.first_and_second_child
  policy list allowance --book estonia

\b
Exit codes: 0 done; 1 something was found, by 'check', 'test', 'run' and others, as their --help
says; 2 bad input or usage.
""",
)
@click.version_option(__version__, prog_name="policy")
def cli() -> None:
    """Legislation for benefits and fees, calculated, explained and tested.

    'policy COMMAND --help' describes a command.
    """


def main() -> None:
    """Run the command line."""
    if hasattr(
        signal, "SIGPIPE"
    ):  # end quietly when the reader of a pipe goes away, as 'head' does
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal that lacks a letter shows '?' for it
        sys.stdout.reconfigure(errors="replace")
    atexit.register(gc.freeze)  # (at the end nothing looks through all that was read)
    cli(prog_name="policy")
