"""`gateway drafts test`: plays the dialogues of a draft, and keeps how they went with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from gateway.cli.drafts.shown import echo_json, id_argument, trial_row
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.draft import Trial

#: Of the dialogues that go otherwise, those that are named one by one.
_MOST = 20


@click.command(
    epilog="""\b
Examples:
  gateway drafts test 1
  gateway drafts test 1 --update
  gateway drafts test 1 --update --accept-other-screens dialogues/find_clinic_sw.dialogue.yaml
"""
)
@id_argument
@click.option(
    "--update", is_flag=True, help="Write what is seen now into the dialogues of the draft."
)
@click.option(
    "--accept-other-screens",
    "accepted",
    multiple=True,
    metavar="FILE",
    help="With --update: write FILE though it comes to other screens. Repeat it for more.",
)
@click.option("--by-the-gateway", "unasked", is_flag=True, hidden=True)
@actor_option
@json_option
@click.pass_context
def test(
    context: click.Context,
    draft_id: str,
    update: bool,
    accepted: Sequence[str],
    unasked: bool,
    by: str,
    as_json: bool,
) -> None:
    """Play the dialogues of draft ID, and say which go otherwise than they are written.

    --update follows what is chosen: where an option has moved, its key of now is written. A
    dialogue that comes to other screens must be named. Exits with 1 when any goes otherwise.
    """
    from gateway.rehearsal.drafts import tried

    if accepted and not update:
        raise click.UsageError("--accept-other-screens goes with --update.")
    with own_gateway() as gateway:
        draft = None if unasked else gateway.drafts.one(draft_id, by=by)
        draft = draft or gateway.drafts.seeing.store.find(draft_id)
        if draft is None:
            raise Refused(f"There is no draft {draft_id}.")
        trial, texts = tried(
            gateway,
            draft,
            accepted=map(Path, accepted) if update else None,
            others_stay=unasked,
        )
        if texts:
            draft = gateway.drafts.save_all(draft.id, texts, version=draft.version, by=by)
            trial, _ = tried(gateway, draft)
        gateway.drafts.review.keep_trial(draft, trial)
    if as_json:
        echo_json(trial_row(trial))
    else:
        _tell(trial, len(texts))
    context.exit(0 if trial.passed else 1)


def _tell(trial: Trial, rewritten: int) -> None:
    if rewritten:
        click.echo(f"{counted(rewritten, 'dialogue')} written anew. Review the difference.")
    if trial.fault:
        click.echo(trial.fault)
        return
    for each in trial.otherwise[:_MOST]:
        click.echo(f"{each.path}: {each.title}: {each.reason.rstrip('.')}.")
    if len(trial.otherwise) > _MOST:
        click.echo(f"And {len(trial.otherwise) - _MOST} more.")
    how = f"{len(trial.otherwise)} not as written." if trial.otherwise else "all as written."
    click.echo(f"{counted(trial.played, 'dialogue')}, {how}")
    follow = sum(each.same_screens for each in trial.otherwise)
    if follow:
        click.echo(
            f"{follow} visit the same screens as before. If that is what you mean, add: --update"
        )
