"""Reads the glossaries that stand beside a menu: `glossary/LANGUAGE.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path as FilePath

from gateway.adapters.menu_files.schemas.files import MainShape
from gateway.adapters.menu_files.schemas.glossary import GlossaryShape, TermShape
from gateway.adapters.shipped_languages.languages import common_words
from gateway.adapters.yaml.documents import Document, read
from gateway.adapters.yaml.validate import validate
from gateway.domain.faults_and_errors.did_you_mean import closest
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place
from gateway.domain.menu_checks.glossary import Glossary, Protection, Term
from gateway.domain.menu_checks.reading_limits import ReadingLimits

FOLDER = "glossary"


def glossaries(
    folder: FilePath, languages: Collection[str], services: Collection[str]
) -> tuple[Mapping[str, Glossary], list[Fault]]:
    """Returns the glossary of each language that has one, and the faults of the files.

    `services` are those of the menu. A glossary may stand beside a menu that has left one out; a
    name that is like one of them is misspelt, and its words would be looked for nowhere.
    """
    found: dict[str, Glossary] = {}
    faults: list[Fault] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            document = read(path, "M")
            shape = validate(GlossaryShape, document, ())
        except FilesInvalid as invalid:
            faults += invalid.faults
            continue
        faults += document.faults
        if path.stem not in languages:
            sentence = Sentence(
                "main.yaml has no language '%(language)s'; its languages name these files.",
                language=path.stem,
            )
            faults.append(Place(document.file).fault("M126", sentence))
        faults += _misspelt(document, shape, services)
        found[path.stem] = _glossary(shape)
    return found, faults


def _misspelt(
    document: Document, shape: GlossaryShape, services: Collection[str]
) -> Iterator[Fault]:
    """M129: a name that is of no service, and nearly that of one."""
    named: list[tuple[Path, str]] = [
        (("terms", str(number), "in", str(place)), service)
        for number, term in enumerate(shape.terms)
        for place, service in enumerate(term.services)
    ]
    if shape.address:
        named += [(("address", "in", str(n)), s) for n, s in enumerate(shape.address.services)]
    named += [
        (("protects", str(number), "screen"), told.screen.partition(".")[0])
        for number, told in enumerate(shape.protects)
    ]
    for path, service in named:
        meant = "" if service in services else closest(service, services)
        if meant:
            sentence = Sentence(
                "There is no service '%(service)s'.%(proposal)s",
                service=service,
                proposal=Sentence(" Did you mean '%(name)s'?", name=meant),
            )
            yield document.at(path).value.fault("M129", sentence)


def reading_limits(main: MainShape, known: Mapping[str, Glossary]) -> ReadingLimits:
    """Returns what main.yaml lets a page ask, with the words that readers of each language know.

    A language with a glossary is held to them: those of the list that comes with the gateway, and
    those of the glossary. Without either there is nothing to hold it to.
    """
    if main.reading is None:
        return ReadingLimits()
    written = main.reading.model_dump(exclude={"common_words"})
    common: dict[str, frozenset[str]] = {}
    for language, glossary in known.items() if main.reading.common_words else ():
        common[language] = common_words(language) | frozenset(glossary.plain)
    return ReadingLimits(**written, common={code: words for code, words in common.items() if words})


def _glossary(shape: GlossaryShape) -> Glossary:
    return Glossary(
        address=_term(shape.address) if shape.address else None,
        terms=tuple(map(_term, shape.terms)),
        verbs=tuple(shape.verbs.words) if shape.verbs else (),
        verb_last=bool(shape.verbs and shape.verbs.last),
        losing=tuple(shape.losing),
        plain=tuple(word.lower() for word in shape.plain),
        protects=tuple(
            Protection(
                screen=each.screen, words=tuple(each.words), because=each.because.rstrip(".")
            )
            for each in shape.protects
        ),
    )


def _term(shape: TermShape) -> Term:
    return Term(
        say=shape.say,
        because=shape.because.rstrip("."),
        means=shape.means,
        refused=tuple(shape.refused),
        services=frozenset(shape.services),
    )
