"""A draft: the files of a menu as one person changes them, on their way to being published.

It begins at what is live, and holds what was changed since: so two people can be told that they
work on the same service, and a draft can be brought onto a later release file by file.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.faults_and_errors.sentence import Sentence

MAIN_FILE = "main.yaml"
#: Where forms stand, beside the menu.
FORMS_FOLDER = "forms/"
#: Where lists are declared, as well.
DATASETS_FOLDER = "datasets/"
#: How the files of dialogues end; they stand among those of the menu.
DIALOGUE_ENDING = ".dialogue.yaml"
#: The service of what is no service's: the home screen, languages, messages and phrases.
SHARED = "home"
#: A menu's own files, dialogues in folders below, and what is declared beside the menu.
_PATH = re.compile(
    r"(?:(?:[a-z0-9][\w-]{0,59}/){0,4}[a-z0-9][\w-]{0,79}\.dialogue"
    r"|(?:datasets/|forms/)?[a-z0-9][\w-]{0,79})\.yaml",
    re.IGNORECASE | re.ASCII,
)
#: Of one file, and of files; what no menu needs, no draft holds.
MOST_OCTETS, MOST_FILES = 1024 * 1024, 3000
_SERVICE = re.compile(r"^service:[ ]*[\"']?([a-z][a-z0-9_]*)", re.MULTILINE)


class DraftState(enum.StrEnum):
    """open → handed over → approved → scheduled | published; or discarded."""

    OPEN = "open"
    #: It waits for a second person.
    HANDED_OVER = "handed_over"
    APPROVED = "approved"
    #: It goes live by itself at its time.
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


#: In which it can be changed; a change leads back to `OPEN`.
CHANGEABLE = frozenset({DraftState.OPEN, DraftState.HANDED_OVER, DraftState.APPROVED})
#: In which people still work on it.
ON_ITS_WAY = CHANGEABLE | {DraftState.SCHEDULED}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What was made of a file: its text, None where it was taken out.

    `version` is that of the draft with this change; who has read the file before has read another.
    """

    text: str | None = field(repr=False)
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A dialogue of a draft that goes otherwise than it is written, and why.

    With `same_screens` it visits the screens that it did: it can be written anew. `lines` are the
    difference. The `reason` is a `Sentence`; a text where an older version has kept it.
    """

    path: str
    title: str
    reason: str
    same_screens: bool
    lines: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How the dialogues of a version of a draft went.

    `fault` says why they could not be played: a `Sentence`, or a text of an older version.
    """

    version: int
    at: datetime
    played: int = 0
    otherwise: tuple[Otherwise, ...] = ()
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Returns whether all went as they are written."""
        return not self.fault and not self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft. `base` is the release it began at; empty for the files of the deployment.

    Paths of files are relative to the menu's folder, `/` between folders; `datasets/NAME.yaml` and
    `forms/NAME.yaml` stand beside that folder. `version` counts changes. `handed_to` may see it
    beside its owner; `authors` are all who have changed it. `trial` is how its dialogues went last,
    and `trying_since` when it was asked to play them, until they were.
    """

    id: str
    title: str
    owner: str
    base: str
    state: DraftState
    version: int
    begun_at: datetime
    changed_at: datetime
    base_files: Mapping[str, str] = field(repr=False)
    changes: Mapping[str, FileChange] = field(default_factory=dict, repr=False)
    handed_to: str = ""
    authors: tuple[str, ...] = ()
    approved_by: str = ""
    approved_at: datetime | None = None
    release: str = ""
    live_at: datetime | None = None
    note: str = ""
    trying_since: datetime | None = None
    trial: Trial | None = None

    @property
    def tried(self) -> Trial | None:
        """Returns how the dialogues of this very version went; None where nobody knows."""
        known = self.trial is not None and self.trial.version == self.version
        return self.trial if known else None

    @property
    def files(self) -> dict[str, str]:
        """Returns all files as they are in the draft, in the order of their paths."""
        found = dict(self.base_files)
        for path, change in self.changes.items():
            if change.text is None:
                found.pop(path, None)
            else:
                found[path] = change.text
        return dict(sorted(found.items()))

    @property
    def changed_files(self) -> tuple[str, ...]:
        """Returns the paths of the files that are not as they were when it began."""
        now = self.files
        paths = sorted({*self.base_files, *now})
        return tuple(each for each in paths if self.base_files.get(each) != now.get(each))

    @property
    def services(self) -> frozenset[str]:
        """Returns the services of which a file was changed; `SHARED` for what is no service's."""
        now = self.files
        texts = ((each, self.base_files.get(each), now.get(each)) for each in self.changed_files)
        return frozenset(_services(texts))

    def version_of(self, path: str) -> int:
        """Returns the version with which a file was changed last; 0 while it is as it began."""
        change = self.changes.get(path)
        return 0 if change is None else change.version


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft as it stands in a list: all but its files.

    `services` are those it changes, and `authors` all who have changed it.
    """

    id: str
    title: str
    owner: str
    base: str
    state: DraftState
    version: int
    begun_at: datetime
    changed_at: datetime
    handed_to: str
    services: frozenset[str]
    live_at: datetime | None = None
    authors: tuple[str, ...] = ()


def file_of_service(files: Mapping[str, str], service: str) -> str | None:
    """Returns the path of the file in which a service stands; None where none has it.

    >>> file_of_service({"main.yaml": "entry: {}", "a.yaml": "service: health"}, "health")
    'a.yaml'
    """
    own = ((path, text) for path, text in files.items() if "/" not in path)
    found = ((path, _SERVICE.search(text)) for path, text in own)
    return next((path for path, match in found if match and match[1] == service), None)


def checked_path(path: str) -> str:
    """Returns the path of a file that a draft may hold; raises ValueError for any other.

    >>> checked_path("dialogues/health_sw.dialogue.yaml"), checked_path("forms/survey.yaml")
    ('dialogues/health_sw.dialogue.yaml', 'forms/survey.yaml')
    """
    if not _PATH.fullmatch(path):
        raise ValueError(
            Sentence(
                "'%(path)s' is no file of a menu: those are NAME.yaml, datasets/NAME.yaml, "
                "forms/NAME.yaml, and dialogues/NAME%(ending)s, of letters, digits, _ and -.",
                path=path,
                ending=DIALOGUE_ENDING,
            )
        )
    return path


def is_form(path: str) -> bool:
    """Returns whether a file says what a form keeps.

    >>> is_form("forms/wells.yaml"), is_form("wells.yaml")
    (True, False)
    """
    return path.startswith(FORMS_FOLDER)


def lists_among(paths: Iterable[str]) -> frozenset[str]:
    """Returns the names of the lists that are declared in these files.

    >>> sorted(lists_among(["datasets/clinics.yaml", "clinics.yaml"]))
    ['clinics']
    """
    of_lists = (path for path in paths if path.startswith(DATASETS_FOLDER))
    return frozenset(path.removeprefix(DATASETS_FOLDER).removesuffix(".yaml") for path in of_lists)


def carries_forms(paths: Iterable[str]) -> bool:
    """Returns whether a release says what its forms keep: one of an older version does not."""
    return any(map(is_form, paths))


def is_dialogue(path: str) -> bool:
    """Returns whether a file is a dialogue, which is no part of a menu's content.

    >>> is_dialogue("dialogues/health_sw.dialogue.yaml"), is_dialogue("health.yaml")
    (True, False)
    """
    return path.endswith(DIALOGUE_ENDING)


def _services(texts: Iterable[tuple[str, str | None, str | None]]) -> Iterator[str]:
    for path, *both in texts:
        if is_dialogue(path):
            continue
        found = [_SERVICE.search(text) for text in both if text is not None]
        if "/" in path or not any(found):
            yield SHARED
        yield from (each[1] for each in found if each is not None)
