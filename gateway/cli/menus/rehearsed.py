"""Dialogues played for a command: how far it is, how they went, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gateway.adapters.yaml.documents import shown_name
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.progress import progress_bar
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release
from gateway.rehearsal.rehearse import Rehearsed, Verdict, rehearse

verbose_option = click.option(
    "--verbose", is_flag=True, help="Show every dialogue that differs, whole."
)

#: Of the one example of a difference.
_MOST_LINES = 24
#: Of the files that are listed by name.
_MOST_FILES = 5


def verdict_rows(rehearsed: Rehearsed) -> list[dict[str, object]]:
    """Returns each dialogue's file, title, whether it was played and as written, how, and why."""
    return [
        {
            "file": shown_name(verdict.path),
            "title": verdict.title,
            "played": not verdict.not_here,
            "passed": not (verdict.differences or verdict.not_here),
            "reason": verdict.not_here or verdict.reason,
            "same_screens": _same_screens(verdict),
            "diff": list(verdict.differences),
        }
        for verdict in rehearsed.verdicts
    ]


def conclusion(rehearsed: Rehearsed, how: str) -> str:
    """Returns how the dialogues that were played went, after a line for each that was not."""
    absent = rehearsed.not_played
    lines = [f"Not played: {shown_name(verdict.path)}. {verdict.not_here}" for verdict in absent]
    played = counted(len(rehearsed.verdicts) - len(absent), "dialogue")
    return "\n".join([*lines, f"{played}, {how}"])


def rehearsed(deployment: Deployment, release: Release, paths: Sequence[Path]) -> Rehearsed:
    """Returns how dialogues go; on a terminal a bar says how far they are."""
    with progress_bar(len(paths), "Playing dialogues") as bar:
        return rehearse(deployment, release, paths, progress=bar.update)


def tell(rehearsed: Rehearsed, *, verbose: bool) -> None:
    """Says which dialogues differ: grouped by what is otherwise, one example each; or all."""
    if not rehearsed.failed:
        return
    groups: dict[str, list[Verdict]] = {}
    for verdict in rehearsed.failed:
        groups.setdefault(verdict.reason, []).append(verdict)
    if verbose:
        for verdict in rehearsed.failed:
            _show(verdict, len(verdict.differences))
            click.echo()
    # What needs a person comes first, then by how many it concerns.
    ordered = sorted(groups.items(), key=lambda each: (_follows(each[1][0]), -len(each[1])))
    for reason, verdicts in ordered:
        _tell_group(reason, verdicts, example=not verbose)
    click.echo(conclusion(rehearsed, f"{len(rehearsed.failed)} not as written."))
    _advise(groups, verbose=verbose)


def _tell_group(reason: str, verdicts: Sequence[Verdict], *, example: bool) -> None:
    differs = "differs" if len(verdicts) == 1 else "differ"
    click.secho(f"{counted(len(verdicts), 'dialogue')} {differs}: {reason.rstrip('.')}.", bold=True)
    if not example:
        return
    _show(verdicts[0], _MOST_LINES, indent="  ")
    others = [shown_name(verdict.path) for verdict in verdicts[1:]]
    if others:
        more = len(others) - _MOST_FILES
        named = ", ".join(others[:_MOST_FILES]) + (f" and {more} more" if more > 0 else "")
        click.echo(f"  And so: {named}")
    click.echo()


def _show(verdict: Verdict, most: int, indent: str = "") -> None:
    click.echo(f"{indent}{shown_name(verdict.path)}: {verdict.title}")
    for line in verdict.differences[:most]:
        click.secho(f"{indent}  {line}", fg={"+": "green", "-": "red"}.get(line[:1]))
    left = len(verdict.differences) - most
    if left > 0:
        click.echo(f"{indent}  ({counted(left, 'line')} more: --verbose)")


def _advise(groups: Mapping[str, Sequence[Verdict]], *, verbose: bool) -> None:
    follow = sum(_follows(each) for verdicts in groups.values() for each in verdicts)
    astray = [each for group in groups.values() for each in group if _is_astray(each)]
    if follow:
        click.echo(
            f"{follow} visit the same screens as before. If that is what you mean, run: "
            "gateway menus test --update"
        )
    if astray:
        click.echo(
            f"{len(astray)} come to other screens. If that is what you mean, name each: gateway "
            f"menus test --update --accept-other-screens {shown_name(astray[0].path)}"
        )
    if not verbose:
        click.echo("To see every one of them, whole, add --verbose.")


def _follows(verdict: Verdict) -> bool:
    return verdict.followed is not None and not verdict.followed.astray


def _same_screens(verdict: Verdict) -> bool:
    return not (verdict.differences or verdict.not_here) or _follows(verdict)


def _is_astray(verdict: Verdict) -> bool:
    return verdict.followed is not None and bool(verdict.followed.astray)
