"""Writes dialogues anew as they go now: all that differ, or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.system.atomic_files import replace_all
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.faults_and_errors.errors import FilesInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.rehearsal.rehearse import Rehearsed, Verdict

#: Of those that are named in a refusal.
_MOST = 10


def update(rehearsed: Rehearsed, folder: Path, accepted: Collection[Path]) -> Sequence[Path]:
    """Replaces the files of the dialogues that differ, and returns them.

    What is chosen stays chosen: a line that has moved is typed by its key of now. Raises Refused,
    and leaves every file as it is, where a dialogue cannot be played, where one that is not
    `accepted` comes to other screens than before, and where what would be written does not say
    the same when it is read.
    """
    named = {path.resolve() for path in accepted}
    refused = [
        each
        for each in rehearsed.failed
        if each.followed is None or (each.followed.astray and each.path.resolve() not in named)
    ]
    if refused:
        raise Refused(_refusal(refused))
    files = {
        verdict.path: _read_back(verdict, rehearsed, folder).encode()
        for verdict in rehearsed.failed
    }
    replace_all(files)
    return list(files)


def _refusal(refused: Sequence[Verdict]) -> str:
    lines = [f"{shown_name(each.path)}: {each.reason.rstrip('.')}." for each in refused[:_MOST]]
    if len(refused) > _MOST:
        lines.append(f"And {len(refused) - _MOST} more.")
    astray = [each for each in refused if each.followed is not None]
    lines.append("No file was written.")
    if astray:
        lines.append(
            "To write a dialogue that comes to other screens, name its file: "
            f"--accept-other-screens {shown_name(astray[0].path)}"
        )
    return "\n".join(lines)


def _read_back(verdict: Verdict, rehearsed: Rehearsed, folder: Path) -> str:
    if verdict.followed is None:
        raise Refused(Sentence("%(file)s cannot be played.", file=shown_name(verdict.path)))
    dialogue = verdict.followed.dialogue
    text = dialogue_files.written(dialogue, dialogue_files.way_to_root(verdict.path, folder))
    try:
        same = dialogue_files.read_back(text, verdict.path, rehearsed.known) == dialogue
    except FilesInvalid as invalid:
        raise Refused(
            Sentence(
                "%(file)s would not be readable any more, so no file was written: %(faults)s",
                file=shown_name(verdict.path),
                faults=said_by(invalid),
            )
        ) from invalid
    if not same:
        raise Refused(
            Sentence(
                "%(file)s would say something else than was seen, so no file was written.",
                file=shown_name(verdict.path),
            )
        )
    return text
