"""Rehearses dialogues: plays those of some files, and says how each went and why not as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.golden_dialogues.checks import Known
from gateway.deployment.load import Deployment
from gateway.domain.dialogue.golden_dialogue import Dialogue, difference
from gateway.domain.dialogue.page_recognition import Recogniser, recogniser
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.release import Release
from gateway.rehearsal.following import Followed, followed
from gateway.rehearsal.lines import not_here
from gateway.rehearsal.stage import Stage, channels_of, stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one dialogue went; without `differences` it went as it is written.

    `followed` is how it goes where its citizen chooses the same lines as before, wherever they
    stand now; None where it cannot be played. `reason` says why it did not go as written, in words
    that dialogues can share. `not_here` says why it was not played at all in this configuration.
    """

    path: Path
    title: str
    written: Dialogue
    followed: Followed | None = None
    differences: Sequence[str] = ()
    reason: str = ""
    not_here: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """How all dialogues went, and which screens they showed, each with its language.

    `known` is what their files may name.
    """

    verdicts: Sequence[Verdict]
    visited: set[tuple[str, str]]
    known: Known

    @property
    def failed(self) -> Sequence[Verdict]:
        """Returns the verdicts on dialogues that went otherwise."""
        return [verdict for verdict in self.verdicts if verdict.differences]

    @property
    def not_played(self) -> Sequence[Verdict]:
        """Returns the verdicts on dialogues whose channel is not in this configuration."""
        return [verdict for verdict in self.verdicts if verdict.not_here]


def rehearse(
    deployment: Deployment,
    release: Release,
    paths: Sequence[Path],
    progress: Callable[[int], object] = lambda played: None,
) -> Rehearsed:
    """Returns how the dialogues of these files go.

    Raises MenuInvalid with every fault of every file when one cannot be read, or names what the
    deployment does not have. A dialogue whose channel is not configured is not played.

    `progress` is told how many were played since it was told last.
    """
    names = known_names(deployment, release)
    dialogues = dialogue_files.read_all(paths, names)
    verdicts, known, channels = [], recogniser(release), channels_of(deployment)
    with stage(deployment, release, _dialled(deployment, dialogues)) as used:
        for path, dialogue in dialogues.items():
            if reason := not_here(dialogue, channels):
                verdicts.append(
                    Verdict(path=path, title=dialogue.title, written=dialogue, not_here=reason)
                )
            else:
                verdicts.append(_verdict(used, known, path, dialogue))
            progress(1)
        return Rehearsed(verdicts=verdicts, visited=used.visited, known=names)


def known_names(deployment: Deployment, release: Release) -> Known:
    """Returns what the files of dialogues may name on a deployment."""
    handlers = {
        **{name: call.contract for name, call in release.calls.items()},
        **{name: look_up.contract for name, look_up in release.look_ups.items()},
        **{name: handler.contract for name, handler in deployment.handlers.items()},
    }
    return Known(
        languages=frozenset(release.languages),
        handlers={name: frozenset(contract.outcomes) for name, contract in handlers.items()},
        datasets=frozenset(deployment.datasets),
    )


def _dialled(deployment: Deployment, played: Mapping[Path, Dialogue]) -> Set[str]:
    """Returns what all dialogues dial: those that are played, and those beside the menu."""
    beside = dialogue_files.found_in(deployment.settings.menus_folder)
    return dialogue_files.dialled({*played, *beside})


def _verdict(used: Stage, known: Recogniser, path: Path, dialogue: Dialogue) -> Verdict:
    try:
        seen = used.play(dialogue)
    except (Refused, DataInvalid) as error:
        why = said_by(error)
        return Verdict(
            path=path, title=dialogue.title, written=dialogue, differences=[why], reason=why
        )
    differences = difference(dialogue, seen)
    follows: Followed | None = None
    reason = ""
    if differences and used.unpinned:
        unpinned = ", ".join(sorted(used.unpinned))
        reason = Sentence(
            "Not called on a stage: %(names)s. Pin the outcome under `handlers`.", names=unpinned
        )
        differences.append(reason)
    elif differences:
        follows = followed(used, known, dialogue)
        reason = follows.reason
    return Verdict(
        path=path,
        title=dialogue.title,
        written=dialogue,
        followed=follows,
        differences=differences,
        reason=reason,
    )
