"""From the shapes of menu files to a candidate: the whole menu, with the place of each part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from gateway.adapters.menu_files.compiling.calls import declared
from gateway.adapters.menu_files.compiling.hours import holidays, opening_hours
from gateway.adapters.menu_files.compiling.look_ups import look_up
from gateway.adapters.menu_files.compiling.screens import Starts, alone, branches, opened, screen
from gateway.adapters.menu_files.compiling.source_files import (
    LANGUAGE_SCREEN,
    MenuFiles,
    ServiceFile,
    originals,
    places,
)
from gateway.adapters.menu_files.compiling.texts import TextCompiler
from gateway.adapters.menu_files.glossaries import reading_limits
from gateway.adapters.menu_files.schemas.files import MainShape, ServiceShape
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.yaml.documents import Tree
from gateway.adapters.yaml.durations import seconds
from gateway.domain.commands.labels import service_labels
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Spot
from gateway.domain.handler_contract.look_up import NOW, TODAY, LookUp
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.menu.opening_hours import Holidays, OpeningHours
from gateway.domain.menu.release import (
    HOME,
    HOME_SERVICE,
    LANGUAGE_SERVICE,
    OPEN_NOTHING,
    Release,
    ReservedWords,
    Service,
)
from gateway.domain.menu.screens import ChoiceScreen, Option, Screen, ServiceScreen
from gateway.domain.menu_checks.candidate import (
    MAIN,
    MESSAGES_FILE,
    PHRASES_FILE,
    Candidate,
)
from gateway.domain.reading.folding import fold
from gateway.domain.text.localised_text import LocalisedText, Template


@dataclass(frozen=True, slots=True)
class _Work:
    """What is gathered on the way through the files."""

    texts: TextCompiler
    starts: Starts
    holidays: Holidays = field(default_factory=Holidays)
    screens: dict[str, Screen] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    look_ups: dict[str, LookUp] = field(default_factory=dict)


def candidate(files: MenuFiles) -> tuple[Candidate, list[Fault]]:
    """Returns the menu as it would be served, and the faults that compiling has shown."""
    main = files.home
    spots = places(files)
    texts = _text_compiler(main, spots)
    work = _Work(texts, _starts(files), holidays(main.holidays))
    phrases = {name: texts.text(text, PHRASES_FILE, name) for name, text in files.phrases.items()}
    texts.phrases.update(phrases)
    written = files.messages.messages if files.messages else {}
    messages = {
        name: texts.text(text, MESSAGES_FILE, "messages", name) for name, text in written.items()
    }
    first = originals(files.services)
    for file in files.services:
        _add_service(work, file, first[file.header.service], files.datasets)
    _add_languages(work, phrases)
    _add_home(work, main)
    keywords = _keywords(work.services)
    release = Release(
        id=content_id(_content(files, work.look_ups)),
        languages=dict(main.languages),
        services=work.services,
        screens=work.screens,
        phrases=phrases,
        shortcuts={s.shortcut: s.id for s in work.services.values() if s.shortcut},
        keywords=keywords,
        labels=service_labels(work.services, work.screens, keywords, texts.words),
        reserved=texts.words,
        transliterated=texts.transliterated,
        ask_language=main.ask_language,
        currency=texts.currency,
        ethiopic=texts.ethiopic,
        from_six=texts.from_six,
        topics={name: texts.text(said, MAIN, "topics", name) for name, said in main.topics.items()},
        institutions={
            name: texts.text(said, MAIN, "institutions", name)
            for name, said in main.institutions.items()
        },
        messages=messages,
        message_values=dict(files.messages.values) if files.messages else {},
        calls={name: declared(name, shape) for name, shape in files.calls.items()},
        forms={name: content_id({name: tree}) for name, tree in files.form_trees.items()},
        look_ups=work.look_ups,
        datasets=_read_by(work.look_ups, files.datasets),
    )
    menu = Candidate(
        release=release,
        spots=spots,
        fallbacks=main.fallbacks,
        charsets=main.charsets,
        reserved=_reserved_as_written(main),
        broken=files.broken,
        unread=files.unread,
        left_out=files.left_out,
        mended=files.mended,
        reading=reading_limits(main, files.glossaries),
        unread_texts=frozenset(texts.unread),
        datasets=files.datasets,
        glossaries=files.glossaries,
    )
    return menu, texts.faults


def _read_by(
    look_ups: Mapping[str, LookUp], datasets: Mapping[str, Dataset]
) -> Mapping[str, Dataset]:
    """Returns the datasets that a menu reads."""
    read = {each.dataset for each in look_ups.values()}
    return {name: dataset for name, dataset in datasets.items() if name in read}


def _text_compiler(main: MainShape, spots: Mapping[Path, Spot]) -> TextCompiler:
    return TextCompiler(
        languages=main.languages,
        fallbacks=main.fallbacks,
        spots=spots,
        currency=main.currency,
        currency_unread=not main.currency and (MAIN, "currency") in spots,
        ethiopic=frozenset(code for code, kind in main.calendars.items() if kind == "ethiopic"),
        from_six=frozenset(code for code, kind in main.clocks.items() if kind == "from_six"),
        transliterated=frozenset(
            code for code, letters in main.charsets.items() if letters == "transliterate"
        ),
        words=_reserved(main),
    )


def _content(files: MenuFiles, look_ups: Mapping[str, LookUp]) -> Mapping[str, Tree]:
    """Returns all that makes a menu what it is; a dataset that no look-up reads is none of it."""
    read = {f"{each.dataset}.yaml" for each in look_ups.values()}
    declared = files.dataset_trees.items()
    return {
        **files.trees,
        **{f"datasets/{name}": tree for name, tree in declared if name in read},
        **{f"forms/{name}": tree for name, tree in files.form_trees.items()},
    }


def content_id(trees: Mapping[str, Tree]) -> str:
    """Returns the id of a release: the same for the same content, whatever the comments and layout.

    The order of keys counts: the first language is the default, options are shown as written.
    """
    canonical = json.dumps(sorted(trees.items()), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _starts(files: MenuFiles) -> Starts:
    starts = {HOME_SERVICE: HOME, LANGUAGE_SERVICE: LANGUAGE_SCREEN}
    for file in originals(files.services).values():
        header = file.header
        first = header.start or next(iter(header.screens))
        starts.setdefault(header.service, f"{header.service}.{first}")
    return starts


def _add_service(
    work: _Work, file: ServiceFile, original: ServiceFile, datasets: Mapping[str, Dataset]
) -> None:
    header = file.header
    if file is not original or header.service in (HOME_SERVICE, LANGUAGE_SERVICE):
        sentence = Sentence("There is a service '%(service)s' already.", service=header.service)
        if file is not original:
            name = FilePath(original.document.file).name
            same = file.document.tree == original.document.tree
            if same:
                sentence = Sentence(
                    "This file is a copy of %(name)s: give the service an id of its own, or take "
                    "the file away.",
                    name=name,
                )
            else:
                sentence = Sentence(
                    "'%(name)s' has this id already: give the service an id of its own, or take "
                    "the file away.",
                    name=name,
                )
        place = file.document.at(("service",)).offending
        work.texts.faults.append(place.fault("M020", sentence))
        return
    work.services[header.service] = Service(
        id=header.service,
        start=work.starts[header.service],
        title=work.texts.text(header.title, header.service, "title"),
        institution=header.institution,
        goals=tuple(header.goals),
        shortcut=header.shortcut,
        keywords={language: tuple(words) for language, words in header.keywords.items()},
        closed=work.texts.text(header.closed, header.service, "closed") if header.closed else None,
        resume_seconds=seconds(header.resume) if header.resume else 0,
        sensitive=header.sensitive,
        nudge=header.nudge,
        second_fact=f"{header.service}.{header.second_fact}" if header.second_fact else "",
        proof=Rung(header.proof),
        cost=work.texts.text(header.cost, header.service, "cost") if header.cost else None,
        hours=_hours(work, header),
        district_from=f"{header.service}.{header.district_from}" if header.district_from else "",
    )
    for name, shape in file.screens.items():
        id = f"{header.service}.{name}"
        work.screens[id] = screen(id, shape, work.texts, work.starts)
        work.screens.update({branch.id: branch for branch in branches(id, shape)})
        if isinstance(shape, LookUpShape):
            found = work.look_ups[id] = look_up(id, shape, datasets)
            work.screens[id] = _asking_by_rows(work.screens[id], found, file.screens)
        work.screens.update({end.id: end for end in alone(work.screens[id], shape, work.texts)})


def _asking_by_rows(screen: Screen, look_up: LookUp, asked: Iterable[str]) -> Screen:
    """Returns the screen of a look-up, to which a row that was found gives what nobody asks for.

    So the own row of a subscriber leads on to the row that it names.
    """
    if not isinstance(screen, ServiceScreen):
        return screen
    names = {name for each in look_up.conditions for name in each.value.names}
    given = sorted(names.difference(asked, (TODAY, NOW)))
    return replace(screen, arguments={**{name: name for name in given}, **screen.arguments})


def _hours(work: _Work, header: ServiceShape) -> OpeningHours | None:
    shape = header.hours
    if shape is None:
        return None
    own = work.texts.text(shape.text, header.service, "hours", "text") if shape.text else None
    return opening_hours(shape, work.holidays, own)


def _add_languages(work: _Work, phrases: Mapping[str, LocalisedText]) -> None:
    """Adds the built-in service in which a subscriber chooses the language."""
    nothing = LocalisedText({})  # the missing phrase is told as such
    languages = work.texts.languages
    work.services[LANGUAGE_SERVICE] = Service(
        id=LANGUAGE_SERVICE,
        start=LANGUAGE_SCREEN,
        title=phrases.get("language_title", nothing),
    )
    options = {
        str(number): Option(
            key=str(number),
            label=LocalisedText(dict.fromkeys(languages, Template((name,)))),
            value=code,
            goto=HOME,
            language=code,
        )
        for number, (code, name) in enumerate(languages.items(), start=1)
    }
    work.screens[LANGUAGE_SCREEN] = ChoiceScreen(
        id=LANGUAGE_SCREEN, text=phrases.get("language_text", nothing), options=options
    )


def _add_home(work: _Work, main: MainShape) -> None:
    """Adds the root of the tree; an option without a label shows its service's title."""
    options = {}
    for key, option in main.home.options.items():
        if option.label is not None:
            label = work.texts.text(option.label, HOME, "choice", key, "label")
        else:
            service = work.services.get(option.open)
            label = service.title if service else LocalisedText({})
        goto = opened(option.open, work.starts)
        options[key] = Option(key=key, label=label, value=key, goto=goto)
    text = work.texts.text(main.home.text, HOME, "text")
    work.screens[HOME] = ChoiceScreen(id=HOME, text=text, options=options)
    work.services[HOME_SERVICE] = Service(id=HOME_SERVICE, start=HOME, title=text)


def _keywords(services: Mapping[str, Service]) -> dict[str, tuple[str, str]]:
    return {
        fold(word): (service.id, language)
        for service in services.values()
        for language, words in service.keywords.items()
        for word in words
    }


def _reserved(home: MainShape) -> ReservedWords:
    spoken = [each for each in home.words if each[0] not in OPEN_NOTHING]
    folded: dict[str, frozenset[str]] = {
        meaning: frozenset(fold(word) for words in by_language.values() for word in words)
        for meaning, by_language in home.words
    }
    languages = {
        fold(word): language
        for _, by_language in (("leave", home.words.leave), *spoken)
        for language in reversed(home.languages)  # of a word in two, the first of them counts
        for word in by_language.get(language, ())
    }
    return ReservedWords(**folded, languages=languages)


def _reserved_as_written(home: MainShape) -> list[tuple[Path, str]]:
    return [
        ((MAIN, "words", meaning, language, str(index)), word)
        for meaning, by_language in home.words
        for language, words in by_language.items()
        for index, word in enumerate(words)
    ]
