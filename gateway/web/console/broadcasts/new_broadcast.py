"""Writing a broadcast: what it says in each language, to whom, until when. Nothing is sent."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from secrets import token_urlsafe

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from gateway.composition.gateway import Gateway
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.estimate import OfLanguage
from gateway.domain.broadcast.wording import MOST_SEGMENTS
from gateway.domain.faults_and_errors.errors import DataInvalid, NotAllowed, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.institutions.roles import Act
from gateway.domain.reading.local_moment import local_moment
from gateway.domain.telecom.sms import Lane
from gateway.web.console.guard import Shown, lines_of, me
from gateway.web.console.names import Names
from gateway.web.console.words import _, why

#: Who stops an institution's broadcasts to its own people or to a list stops this, unless named.
NOTICES = "notices"
#: The field of a language's text is called so, and its code.
TEXT = "text-"
#: The endings of lists.
_LISTS = frozenset({".csv", ".xlsx"})
#: Rows of a list that a page takes, which is a matter of seconds: a workbook of 2 MB can have a
#: million, for minutes in which nothing else is answered as fast.
MOST_ROWS = 20_000
#: What stays of the end of a file's name: file systems take 255 octets, and letters up to four.
_LONGEST_NAME = 60
#: Faults of a list that a page shows: whoever has more has chosen the wrong file.
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form, as it was typed; `texts` by language, and `key` makes it one."""

    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What the page says besides the form: what is wrong, or what the texts take."""

    fault: str = ""
    faults: Sequence[Fault] = ()
    takes: Mapping[str, OfLanguage] = field(default_factory=dict)


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the page on which a broadcast is written."""
    new_broadcast = Blueprint("new_broadcast", __name__, url_prefix="/broadcasts")
    names = Names(gateway)

    def page(typed: Typed, say: Say) -> str:
        channels = [name for name, each in gateway.channels.items() if each.sends]
        return render_template(
            "console/broadcasts/new.html",
            typed=typed,
            say=say,
            most=MOST_FAULTS,
            most_segments=MOST_SEGMENTS,
            notices=NOTICES,
            sources=Source,
            institutions=names.institutions_for(Act.BROADCAST),
            languages_of_menu=gateway.releases.current().languages,
            subscribed=gateway.broadcast.read.subscribed(me().name),
            channels=channels,
        )

    @new_broadcast.get("/new")
    def write() -> str:
        gateway.institutions.authorise.reach(me().name, Act.BROADCAST)
        like = request.args.get("like", "")
        typed = Typed(key=token_urlsafe(16))
        if like.isascii() and like.isdigit() and len(like) < 18:
            typed = _like(gateway.broadcast.read.one(int(like), me().name), typed.key)
        return page(typed, Say())

    @new_broadcast.post("/new")
    def draft() -> Shown:
        gateway.institutions.authorise.reach(me().name, Act.BROADCAST)
        typed = _typed()
        try:
            new = _new(gateway, typed)
            if request.form.get("do") != "draft":
                return page(typed, Say(takes=gateway.broadcast.draft.look(new)))
            return redirect(url_for("broadcasts.one", id=_drafted(gateway, new)))
        except NotAllowed:
            raise
        except DataInvalid as error:
            return page(typed, Say(faults=error.faults)), 400
        except Refused as error:
            return page(typed, Say(fault=why(error))), 400

    return new_broadcast


def _typed() -> Typed:
    form = request.form
    texts = {
        name.removeprefix(TEXT): lines_of(text).strip()
        for name, text in form.items()
        if name.startswith(TEXT)
    }
    fields = {name: text for name, text in form.items() if not name.startswith(TEXT)}
    return Typed(
        key=form.get("key", "") or token_urlsafe(16),
        fields=fields,
        texts=texts,
        languages=form.getlist("language"),
    )


def _like(found: Broadcast, key: str) -> Typed:
    """Returns a form that is filled in as a broadcast was; a list has to be chosen anew."""
    audience = found.audience
    return Typed(
        key=key,
        fields={
            "title": found.title,
            "institution": found.institution,
            "to": audience.source.value,
            "topic": found.topic,
            "districts": "\n".join(audience.districts),
            "fallback": found.fallback,
            "urgent": "yes" if found.lane is Lane.URGENT else "",
            "channel": found.channel,
            "per_minute": str(found.per_minute or ""),
            "code": found.service_code,
        },
        texts=found.texts,
        languages=audience.languages,
    )


def _new(gateway: Gateway, typed: Typed) -> NewBroadcast:
    """Returns what was written, as it is to be drafted; raises Refused for what cannot be read."""
    fields = {name: text.strip() for name, text in typed.fields.items()}
    texts = {language: text for language, text in typed.texts.items() if text}
    audience = _audience(typed, fields)
    until = fields.get("until", "")
    return NewBroadcast(
        key=f"console {me().name} {typed.key}",
        institution=fields.get("institution", ""),
        topic=fields.get("topic", "") or ("" if audience.source is Source.TOPIC else NOTICES),
        title=fields.get("title", ""),
        audience=audience,
        texts=texts,
        fallback=_fallback(fields.get("fallback", ""), texts),
        lane=Lane.URGENT if fields.get("urgent") else Lane.BULK,
        channel=fields.get("channel", ""),
        per_minute=_per_minute(fields.get("per_minute", "")),
        service_code=fields.get("code", ""),
        valid_until=local_moment(until, gateway.deployment.settings.zone) if until else None,
        created_by=me().name,
    )


def _audience(typed: Typed, fields: Mapping[str, str]) -> Audience:
    to = fields.get("to", "")
    if to not in {each.value for each in Source}:
        raise Refused(_("Choose to whom it goes."))
    source, topic = Source(to), fields.get("topic", "")
    if source is not Source.TOPIC:
        return Audience(source=source, languages=tuple(typed.languages))
    if not topic:
        raise Refused(_("Say which topic: it goes to those who want to be told of it."))
    districts = [each.strip() for each in fields.get("districts", "").splitlines()]
    return Audience(
        source=source,
        topic=topic,
        districts=tuple(dict.fromkeys(filter(None, districts))),
        languages=tuple(typed.languages),
    )


def _fallback(chosen: str, texts: Mapping[str, str]) -> str:
    """Returns the language of who reads none of the texts: the first one where none is chosen."""
    return chosen or next(iter(texts), "")


def _per_minute(given: str) -> int:
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) < 8):
        raise Refused(_("Write how many go out in a minute as a number, or leave it empty."))
    return int(given)


def _drafted(gateway: Gateway, new: NewBroadcast) -> int:
    """Drafts it, with its list where it goes to one; returns its id. Raises as that does."""
    if new.audience.source is not Source.LIST:
        return gateway.broadcast.draft(new).id
    chosen = request.files.get("list")
    if chosen is None or not chosen.filename:
        raise Refused(_("Choose the list: a CSV file in UTF-8, or a workbook (XLSX)."))
    with tempfile.TemporaryDirectory(prefix="gateway-list-") as folder:
        file = _saved(chosen, folder)
        try:
            made, taken = gateway.broadcast.draft_with_list(new, file, lambda _: None, MOST_ROWS)
        except DataInvalid as error:  # whoever has chosen it knows the file by its name alone
            raise DataInvalid([replace(each, file=file.name) for each in error.faults]) from None
    if taken.twice:
        told = _("Numbers that stood there more than once: %(number)s.", number=taken.twice)
        flash(told, "done")
    return made.id


def _saved(chosen: FileStorage, folder: str) -> Path:
    """Returns the file of a list by the name that it has with who has chosen it."""
    name = PurePath((chosen.filename or "").replace("\\", "/")).name
    if PurePath(name).suffix.lower() not in _LISTS:
        raise Refused(
            _("A list is a CSV file in UTF-8, or a workbook (XLSX): not %(name)s.", name=name)
        )
    file = Path(folder) / name[-_LONGEST_NAME:]
    chosen.save(file)
    return file
