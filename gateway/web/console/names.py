"""What pages call services, institutions, languages and networks: as their readers know them.

Programs and commands have their identifiers, and so do CSV files; a person reads the title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import g

from gateway.composition.gateway import Gateway
from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.tables import Table, Value
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.menu.release import WAYS_IN, Release
from gateway.domain.text.localised_text import LocalisedText
from gateway.web.console.guard import me
from gateway.web.console.words import language_in


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a gateway has for things, in the language of this request.

    What it has no name for is called by its identifier.
    """

    gateway: Gateway

    def service(self, at: str) -> str:
        """Returns the name of a service, or of a service and its screen."""
        name, _dot, screen = at.partition(".")
        service = self._release.services.get(name)
        if service is None:
            return at
        title = self._in_words(service.title)
        return f"{title} › {_screen(screen)}" if screen else title

    def services(self, *, ways_in: bool = False) -> list[tuple[str, str]]:
        """Returns the services by their names; the ways into them are asked for."""
        found = [each for each in self._release.services if ways_in or each not in WAYS_IN]
        return sorted(((each, self.service(each)) for each in found), key=lambda each: each[1])

    def institution(self, name: str) -> str:
        """Returns the name of an institution, as the menu has it."""
        title = self._release.institutions.get(name)
        return name if title is None else self._in_words(title)

    def institutions_for(self, act: Act) -> list[str]:
        """Returns the institutions in which who asks may do something, in order."""
        reach = me().reach(act)
        known = self.gateway.institutions.known.names()
        return [name for name in known if EVERYWHERE in reach or name in reach]

    def network(self, code: str) -> str:
        """Returns the name of a network by its code, as the settings have it."""
        settings = self.gateway.deployment.settings
        return settings.routing.to_routes(settings.institution).name_of(code)

    def table(self, table: Table) -> Table:
        """Returns a table of figures with names in the place of identifiers."""
        known: Mapping[str, Callable[[str], str]] = {
            "service": self.service,
            "screen": _screen,
            "language": language_in,
            "institution": self.institution,
        }
        columns = [each.name for each in table.columns]

        def named(row: tuple[Value, ...]) -> tuple[Value, ...]:
            what = dict(zip(columns, row, strict=True))
            called = {**known}
            if what.get("by") == GroupKind.LANGUAGE.value:
                called["group"] = language_in
            return tuple(
                called[name](value) if name in called and type(value) is str else value
                for name, value in what.items()
            )

        return replace(table, rows=[named(row) for row in table.rows])

    @property
    def _release(self) -> Release:
        return self.gateway.releases.current()

    def _in_words(self, text: LocalisedText) -> str:
        release = self._release
        language = g.language if g.language in release.languages else release.default_language
        return text[language].fill({})


def _screen(name: str) -> str:
    return name.replace("_", " ")
