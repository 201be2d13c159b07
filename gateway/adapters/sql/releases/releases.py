"""The `ReleaseStore` port on a database: releases that never change, and when each goes live."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, insert, select, text, update

from gateway.adapters.releases import codec as release_codec
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.releases.tables import (
    publications,
    published_forms,
    published_shortcuts,
    releases,
)
from gateway.adapters.sql.upserts import insert_new, insert_or_update
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.draft import is_form
from gateway.domain.menu.release import Release
from gateway.use_cases.ports.releases import Content, NewPublication, Publication

_pub, _rel = publications.c, releases.c
_SERVED = (_pub.live_at <= bindparam("now"), _pub.withdrawn.is_(False))
_NEWEST_FIRST = (_pub.live_at.desc(), _pub.id.desc())

_CURRENT = select(_pub.release_id).where(*_SERVED).order_by(*_NEWEST_FIRST).limit(1)
_LIVE = select(publications).where(*_SERVED).order_by(*_NEWEST_FIRST).limit(1)
_OF_RELEASE = _rel.id == bindparam("of_release")
_COMPILED = select(_rel.compiled, _rel.form, _rel.sources).where(_OF_RELEASE)
_SOURCES = select(_rel.sources).where(_OF_RELEASE)
_DIALOGUES = select(_rel.dialogues).where(_OF_RELEASE)
_KNOWN = select(_rel.id).where(_OF_RELEASE)
_KEEP = insert_or_update(releases, "compiled", "form", "dialogues")
_HOLD = insert_new(releases)
_KEEP_SHORTCUT = insert_new(published_shortcuts)
_KEEP_FORM = insert_or_update(published_forms, "text", "release_id", key=("path",))
_FORMS = select(published_forms.c.path, published_forms.c.text)
_SHORTCUTS = select(published_shortcuts.c.shortcut, published_shortcuts.c.service)
#: Without `files`: what was published is told before a database is migrated, too.
_TOLD = tuple(column for column in _pub if column is not _pub.files)
_HISTORY = select(*_TOLD).order_by(*_NEWEST_FIRST).limit(bindparam("most"))
_SCHEDULED = (_pub.live_at > bindparam("now"), _pub.withdrawn.is_(False))
_NEWEST = select(func.coalesce(func.max(_pub.id), 0))
_LAST = select(_pub.release_id, _pub.published_by).order_by(_pub.id.desc()).limit(1)
#: Who publishes waits for who is publishing; whoever reads does not. SQLite has one writer anyway.
_ALONE = text("LOCK TABLE publications IN SHARE ROW EXCLUSIVE MODE")
_WITHDRAW = update(publications).where(*_SCHEDULED).values(withdrawn=True).returning(*_TOLD)

#: The form of a release of which only the files are kept.
_UNCOMPILED = ""


class SqlReleases:
    """Published menus in a database.

    `compile_folder` makes a release of its files; it is needed for one that another version of the
    gateway has stored. All methods raise StoreUnavailable.
    """

    def __init__(self, engine: Engine, compile_folder: Callable[[Path], Release]) -> None:
        self._engine = engine
        self._compile = compile_folder

    def current(self, now: datetime) -> str:
        """Returns the id of the release to serve; empty when nothing has gone live yet."""
        with statements(self._engine) as connection:
            return connection.scalar(_CURRENT, {"now": now}) or ""

    def live_publication(self, now: datetime) -> Publication | None:
        """Returns the publication whose release is served; None when nothing has gone live yet."""
        with statements(self._engine) as connection:
            row = connection.execute(_LIVE, {"now": now}).first()
        return None if row is None else _publication(row, row.files)

    def load(self, release_id: str) -> Release | None:
        """Returns a release, ready to serve; None when it was never kept.

        Raises MenuInvalid when this version of the gateway no longer knows the form of its files.
        """
        with statements(self._engine) as connection:
            row = connection.execute(_COMPILED, {"of_release": release_id}).first()
        if row is None:
            return None
        try:
            if row.form == release_codec.FORM:
                return release_codec.read(row.compiled)
        except release_codec.OtherForm:
            pass  # the records have changed with the gateway's version; the files say the same
        with tempfile.TemporaryDirectory(prefix="gateway-release-") as folder:
            for name, text in _unpacked(row.sources).items():
                within = name.partition("/")[0] if "/" in name else ""
                Path(folder, within).mkdir(exist_ok=True)
                Path(folder, within, Path(name).name).write_text(text, "utf-8")
            return self._compile(Path(folder))

    def sources(self, release_id: str) -> Mapping[str, str] | None:
        """Returns the menu files of a release, by name; None when it was never kept."""
        with statements(self._engine) as connection:
            packed = connection.scalar(_SOURCES, {"of_release": release_id})
        return None if packed is None else _unpacked(packed)

    def dialogues(self, release_id: str) -> Mapping[str, str] | None:
        """Returns the dialogues that a release was published with, by path; None when unknown."""
        with statements(self._engine) as connection:
            packed = connection.scalar(_DIALOGUES, {"of_release": release_id})
        return None if packed is None else _unpacked(packed)

    def newest(self) -> int:
        """Returns the number of the newest publication, whenever it goes live; 0 for none."""
        with statements(self._engine) as connection:
            return connection.scalar(_NEWEST) or 0

    def keep(self, content: Content, now: datetime) -> None:
        """Keeps a release, its shortcuts and forms for good; of one that is there, as compiled now.

        The dialogues are those of this publication: they are no part of a release's content.
        Raises Refused when a shortcut was given to another service meanwhile.
        """
        row = _compiled(content, now)
        with transaction(self._engine) as connection:
            _keep(connection, content, row)

    def hold(self, release: Release, sources: Mapping[str, str], now: datetime) -> None:
        """Keeps a release that is served and not published; its shortcuts bind nobody.

        Only its files: writing the compiled form of a large menu would hold up the first turn.
        """
        row = {**_row(release, sources, now, b"", _UNCOMPILED), "dialogues": None}
        with statements(self._engine) as connection:
            connection.execute(_HOLD[connection.dialect.name], row)

    def publish(self, new: NewPublication, now: datetime, content: Content | None = None) -> int:
        """Makes a release go live; returns the number of the publication.

        Its `content` is kept with it, all or nothing; without it the release was kept before.
        Raises Refused like `keep`, for a release that nobody kept, and where something else was
        published since the publication it was decided upon.
        """
        kept = content and _compiled(content, now)
        row = {
            "release_id": new.release_id,
            "live_at": new.live_at,
            "published_at": now,
            "published_by": new.by,
            "note": new.note,
            "withdrawn": False,
            "files": new.files,
        }
        with transaction(self._engine) as connection:
            if new.upon is not None:
                _hold_to(connection, new.upon)
            if content and kept:
                _keep(connection, content, kept)
            if connection.scalar(_KNOWN, {"of_release": new.release_id}) is None:
                raise Refused(
                    Sentence(
                        "There is no release '%(id)s'.",
                        by_command="See: gateway menus history",
                        id=new.release_id,
                    )
                )
            stored = connection.execute(insert(publications).returning(_pub.id), row)
            number: int = stored.scalar_one()
        return number

    def withdraw_scheduled(self, now: datetime, release_id: str = "") -> Sequence[Publication]:
        """Takes back what has not gone live yet, and returns it; of one release, if it is named."""
        taken_back = _WITHDRAW.where(_pub.release_id == release_id) if release_id else _WITHDRAW
        with transaction(self._engine) as connection:
            rows = connection.execute(taken_back, {"now": now}).all()
        return [_publication(row) for row in rows]

    def history(self, limit: int) -> Sequence[Publication]:
        """Returns publications, the one that goes live last first."""
        with statements(self._engine) as connection:
            rows = connection.execute(_HISTORY, {"most": limit}).all()
        return [_publication(row) for row in rows]

    def published_forms(self) -> Mapping[str, str]:
        """Returns the text of each form that was ever published, as it was last, by path."""
        with statements(self._engine) as connection:
            return {row.path: row.text for row in connection.execute(_FORMS)}

    def shortcuts(self) -> Mapping[str, str]:
        """Returns every shortcut that was ever published, with its service."""
        with statements(self._engine) as connection:
            return _shortcuts(connection)


def _row(
    release: Release, sources: Mapping[str, str], now: datetime, compiled: bytes, form: str
) -> dict[str, object]:
    return {
        "id": release.id,
        "sources": _packed(sources),
        "compiled": compiled,
        "form": form,
        "stored_at": now,
    }


def _compiled(content: Content, now: datetime) -> dict[str, object]:
    release, dialogues = content.release, content.dialogues
    compiled = release_codec.written(release)
    row = _row(release, content.sources, now, compiled, release_codec.FORM)
    row["dialogues"] = _packed(dialogues) if dialogues is not None else None
    return row


def _hold_to(connection: Connection, upon: int) -> None:
    """Raises Refused where something was published since; until the end nothing else is."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
    if connection.scalar(_NEWEST) == upon:
        return
    last = connection.execute(_LAST).one()
    raise Refused(
        Sentence(
            "Release %(id)s was published meanwhile, by %(by)s. Nothing of yours is published: "
            "look at what is live now, and publish again.",
            id=last.release_id,
            by=last.published_by,
        )
    )


def _keep(connection: Connection, content: Content, row: Mapping[str, object]) -> None:
    connection.execute(_KEEP[connection.dialect.name], row)
    _keep_shortcuts(connection, content.release)
    for path in filter(is_form, content.sources):
        form = {"path": path, "text": content.sources[path], "release_id": content.release.id}
        connection.execute(_KEEP_FORM[connection.dialect.name], form)


def _keep_shortcuts(connection: Connection, release: Release) -> None:
    keep = _KEEP_SHORTCUT[connection.dialect.name]
    for shortcut, service in release.shortcuts.items():
        row = {"shortcut": shortcut, "service": service, "release_id": release.id}
        connection.execute(keep, row)
    kept = _shortcuts(connection)
    for shortcut, service in release.shortcuts.items():
        if kept[shortcut] != service:
            raise Refused(
                Sentence(
                    "Shortcut %(shortcut)s was published for '%(other)s' meanwhile. "
                    "Give '%(service)s' another one.",
                    shortcut=shortcut,
                    other=kept[shortcut],
                    service=service,
                )
            )


def _shortcuts(connection: Connection) -> dict[str, str]:
    return {row.shortcut: row.service for row in connection.execute(_SHORTCUTS)}


def _packed(texts: Mapping[str, str]) -> bytes:
    return zlib.compress(json.dumps(dict(texts), ensure_ascii=False).encode(), 9)


def _unpacked(packed: bytes) -> dict[str, str]:
    texts: dict[str, str] = json.loads(zlib.decompress(packed))
    return texts


def _publication(row: Row[*tuple[Any, ...]], files: str = "") -> Publication:
    return Publication(
        id=row.id,
        release_id=row.release_id,
        live_at=row.live_at,
        published_at=row.published_at,
        by=row.published_by,
        note=row.note,
        withdrawn=row.withdrawn,
        files=files,
    )
