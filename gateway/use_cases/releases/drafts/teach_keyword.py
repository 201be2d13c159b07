"""Teach a service a keyword that citizens write: in a draft, which goes the way of every draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.domain.commands.service_keywords import in_either_number
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import Draft, file_of_service
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold, word_signs
from gateway.use_cases.releases.drafts.change_by_form import ChangeByForm

#: Longer is no word that somebody types as one.
_LONGEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """The draft in which a service has the keyword, and the file in which that stands."""

    draft: Draft
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachKeyword:
    """The use case, with what it needs."""

    change: ChangeByForm
    current: Callable[[], Release]

    def __call__(self, word: str, service: str, language: str, *, by: str) -> Taught:
        """Begins a draft in which a service has one keyword more, in a language.

        Raises NotAllowed unless `by` may edit menus, and Refused for what is no word, what is a
        keyword already, and a service or language that the menu has not; then nothing is begun.
        """
        drafts = self.change.drafts
        drafts.seeing.authorise.reach(by, Act.EDIT)
        keyword = self._checked(word, service, language)
        path = file_of_service(drafts.served().files, service)
        if path is None:
            raise Refused(
                Sentence("No file of the menu is for service %(service)s.", service=service)
            )
        draft = drafts.begin(f"{keyword}: {service}", by=by)
        return Taught(
            draft=self.change.add_keyword(draft.id, path, language, keyword, by=by), path=path
        )

    def _checked(self, word: str, service: str, language: str) -> str:
        release = self.current()
        if service not in release.services:
            raise Refused(
                Sentence(
                    "There is no service %(service)s.%(hint)s",
                    service=service,
                    hint=did_you_mean(service, release.services),
                )
            )
        if language not in release.languages:
            raise Refused(
                Sentence(
                    "The menu is not written in %(language)s: it has %(languages)s.",
                    language=language,
                    languages=", ".join(release.languages),
                )
            )
        keyword = word.strip().upper()
        is_word = bool(fold(keyword)) and word_signs(keyword) == keyword
        if not is_word or keyword.isdigit() or len(keyword) > _LONGEST:
            raise Refused(
                Sentence(
                    "A keyword is one word of letters and digits, with a letter in it, "
                    "of %(most)s at most.",
                    most=_LONGEST,
                )
            )
        forms = in_either_number(fold(keyword))
        taken = next((release.keywords[each] for each in forms if each in release.keywords), None)
        if taken is not None:
            raise Refused(
                Sentence(
                    "%(keyword)s is a keyword of %(service)s already.",
                    keyword=keyword,
                    service=taken[0],
                )
            )
        return keyword
