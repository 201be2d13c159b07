"""The command line: a table of commands, each imported only when it is called.

`gateway menus check` runs in an editor on every save; it must not wait for Flask or SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from gateway.adapters.system.processes.standard_streams import open_closed_ones
from gateway.cli.shared.lazy_group import LazyGroup, Row
from gateway.cli.shared.machine_errors import of_the_machine
from gateway.domain.faults_and_errors.errors import (
    GatewayError,
    Refused,
    SettingsInvalid,
    StoreUnavailable,
)

COMMANDS: Mapping[str, Row] = {
    "init": Row("gateway.cli.init:init", "Begin a new deployment in a folder of its own."),
    "run": Row(
        "gateway.cli.processes.run:run", "Run the whole gateway on this machine, for development."
    ),
    "dial": Row("gateway.cli.trials.dial_and_text:dial", "Dial a service code, like a citizen."),
    "text": Row("gateway.cli.trials.dial_and_text:text", "Text a keyword, like a citizen."),
    "menus": Row("gateway.cli.menus.group:menus", "Check, test, publish and draw the menus."),
    "drafts": Row("gateway.cli.drafts.group:drafts", "Write menus that are not live yet."),
    "calls": Row("gateway.cli.calls:calls", "List and try calls of other systems."),
    "data": Row(
        "gateway.cli.data.import_and_migrate:data",
        "Load reference data, and write out what is stored.",
    ),
    "overview": Row(
        "gateway.cli.overview:overview", "Show what goes on, how well it goes, and for whom."
    ),
    "sms": Row("gateway.cli.sms.group:sms", "Look at messages on their way, and settle them."),
    "sessions": Row("gateway.cli.sessions:sessions", "See how USSD sessions went."),
    "helpdesk": Row("gateway.cli.casework.help_desk:helpdesk", "Answer what no menu answers."),
    "broadcast": Row(
        "gateway.cli.broadcast.group:broadcast", "Write to many: warnings, notices, lists."
    ),
    "consents": Row("gateway.cli.consents.group:consents", "See and prove whom you may write to."),
    "cases": Row(
        "gateway.cli.casework.cases:cases", "Work on the cases that citizens have opened."
    ),
    "questions": Row(
        "gateway.cli.questions:questions", "See which look-ups wait for their answer."
    ),
    "alerts": Row("gateway.cli.alerts:alerts", "Take in public warnings, and draft broadcasts."),
    "institutions": Row(
        "gateway.cli.institutions.institutions:institutions",
        "See institutions, and set what each may send and spend.",
    ),
    "ledger": Row(
        "gateway.cli.institutions.ledger:ledger", "See what was used in a month, and what it cost."
    ),
    "people": Row("gateway.cli.institutions.people:people", "Say who works here, and may do what."),
    "audit": Row("gateway.cli.institutions.audit:audit", "See who did and saw what."),
    "keys": Row("gateway.cli.keys:keys", "List the master keys, and end their rotation."),
    "channels": Row(
        "gateway.cli.channels.channels:channels", "List channels, see how they stand, and decide."
    ),
    "serve": Row("gateway.cli.processes.serve_and_work:serve", "Serve the webhooks."),
    "work": Row(
        "gateway.cli.processes.serve_and_work:work", "Work on one queue, or be the ticker."
    ),
    "lines": Row("gateway.cli.processes.lines:lines", "Hold the lines to operators over SMPP."),
    "migrate": Row(
        "gateway.cli.data.import_and_migrate:migrate", "Bring the database's schema up to date."
    ),
    "backup": Row("gateway.cli.data.backup:backup", "Copy the database while the gateway runs."),
    "doctor": Row("gateway.cli.doctor.doctor:doctor", "Check everything, and say how to mend it."),
}

#: Exit codes are part of the interface: 0 done, 1 faults found (in a menu, dialogues, data or
#: translations, whatever command meets them), 2 wrong usage, 130 interrupted.
EXIT_CONFIGURATION = 3
EXIT_UNREACHABLE = 4
EXIT_REFUSED = 5
EXIT_INTERRUPTED = 130


class OurGroup(LazyGroup):
    """The outermost group: what goes wrong in any command ends here."""

    def invoke(self, context: click.Context) -> Any:
        """Runs a command; an error of ours becomes its sentence and its exit code."""
        open_closed_ones()
        try:
            return super().invoke(context)
        except GatewayError as error:
            click.echo(f"Error: {error}", err=True)
            context.exit(exit_code_of(error))
        except OSError as error:
            sentence = of_the_machine(error)
            if sentence is None:
                raise
            click.echo(f"Error: {sentence}", err=True)
            context.exit(EXIT_REFUSED)
        except KeyboardInterrupt:
            click.echo(err=True)
            context.exit(EXIT_INTERRUPTED)


def exit_code_of(error: GatewayError) -> int:
    """Returns the exit code that an error ends a command with."""
    if isinstance(error, SettingsInvalid):
        return EXIT_CONFIGURATION
    if isinstance(error, StoreUnavailable):
        return EXIT_UNREACHABLE
    return EXIT_REFUSED if isinstance(error, Refused) else 1


@click.group(
    cls=OurGroup,
    rows=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  gateway init mycountry --languages en,sw
  gateway dial '*384*2026#'
""",
)
@click.version_option(package_name="citizen-gateway", message="gateway %(version)s")
def main() -> None:
    """SMS and USSD for public services.

    Commands work on the deployment in the working directory, or in GATEWAY_HOME.

    Exit codes: 0 done, 1 faults found, 2 wrong usage, 3 wrong configuration, 4 database or Redis
    unreachable, 5 refused by the state of things, 130 interrupted.
    """
