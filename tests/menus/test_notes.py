"""What is noted of a menu without faults: values without a kind, and what ends leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.cli.menus.check import channels_of
from gateway.deployment.folder import load_handlers
from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    WholeNumber,
)
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    ListField,
    Outcome,
    TextField,
)
from gateway.domain.menu_checks.notes import Note
from gateway.use_cases.ports import Handler
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

HOME = Path(__file__).parents[2]
GIVES = {"price": TextField(8, TEXT)}
MARKETS = {"markets": ListField(9, {"name": TextField(16, TEXT), "id": TextField(4, TEXT)})}
CONTRACTS = {
    "list_markets": HandlerContract(outcomes={"found": MARKETS, "none": {}}, needs=("what",)),
    "price": HandlerContract(outcomes={"found": GIVES, "none": {}}, needs=("what", "market")),
    "keep": HandlerContract(outcomes={"kept": {}}, needs=("what", "market"), writes=True),
    "prove": HandlerContract(outcomes={"found": GIVES}, needs=("what", "pin", "name", "note")),
}
SERVICE = """\
service: prices
shortcut: 66
title: Prices
screens:
  what:
    text: "What?"
    choice:
      1: {label: {en: Maize, sw: Mahindi}, value: maize, next: list}
      2: {label: {en: Beans, sw: Maharagwe}, value: beans, next: list}
  list:
    handler: list_markets
    outcomes: {found: market, none: nothing}
  market:
    text: "Where?"
    choice: {each: markets, label: "{name}", value: id, next: find}
  find:
    @
"""
FIND = "handler: price\n    outcomes: {found: end, none: nothing}\n  nothing: {end: 'No {what}'}\n"
PROVE = (
    "input: pin\n    length: 4\n    secret: true\n    text: 'PIN?'\n    next: prove\n"
    "  nothing: {end: 'No {what}'}\n"
    "  prove: {handler: prove, with: {pin: find, name: market, note: what}, outcomes: {found: end}}"
)


def noted(folder: Path, service: str, handlers: Mapping[str, Handler]) -> list[str]:
    """Returns what is noted of the sample with this service."""
    told: list[Note] = []
    files = {**FILES, "prices.yaml": service}
    load(write(folder, files), {**HANDLERS, **handlers}, CHANNELS[:1], tell=told.extend)
    return [f"{note.place.line}: {note.sentence}" for note in told if "prices" in str(note)]


def with_end(rest: str, end: str) -> str:
    """Returns the service with what stands at `find`, and one end."""
    return SERVICE.replace("    @\n", f"    {rest}\n  end:\n    {end}\n")


def handlers_of(**changed: HandlerContract) -> dict[str, Handler]:
    """Returns handlers that are never run."""
    contracts = {**CONTRACTS, **changed}
    return {
        name: Handler(lambda call, desk: Outcome("none"), one) for name, one in contracts.items()
    }


KEEP = "handler: keep\n    outcomes: {kept: end}\n  nothing: {end: 'No {what}'}\n"
BRANCH = (
    "handler: price\n    outcomes: {found: sure, none: nothing}\n  nothing: {end: 'No {what}'}\n"
    "  sure: {text: 'Sure?', choice: {1: {label: 'Yes', next: end}}}\n"
)


@pytest.mark.parametrize(
    ("rest", "end", "left_out"),
    [
        (FIND, "end: '{what}, {market}: {price}'", []),
        (FIND, "end: '{price}'", ["market", "what"]),
        (FIND, "end: '{market}: {price}'", ["what"]),
        (FIND, "end: {en: '{what} {market}', sw: '{market}: {what}'}", []),
        (FIND, "{end: '{market}: {price}', says: [what]}", []),
        (FIND, "{end: '{price}', says: [what, market]}", []),
        (FIND.replace("No {what}", "No"), "end: '{what}, {market}: {price}'", ["what"]),
        (KEEP, "end: Kept", []),  # it is read back before it is written
        (BRANCH, "end: 'Thank you'", []),  # a question stands between
        (PROVE, "end: '{what}, {market}: {price}'", []),  # a secret is never shown
        (PROVE, "end: '{price}'", ["market", "what"]),
    ],
)
def test_an_end_shows_the_answers_that_it_rests_on(
    rest: str, end: str, left_out: Sequence[str], tmp_path: Path
) -> None:
    found = noted(tmp_path, with_end(rest, end), handlers_of())

    told = [one.partition("rests on the answer '")[2].partition("'")[0] for one in found]
    assert left_out == told


def test_an_end_shows_only_what_is_known_on_every_way_to_it(tmp_path: Path) -> None:
    shared = "handler: price\n    outcomes: {found: end, none: end}\n  nothing: {end: 'No'}\n"
    service = with_end(shared, "end: 'Ask at the office about {what}'")
    both = service.replace("none: nothing}", "none: end}").replace("  nothing: {end: 'No'}\n", "")

    assert [] == noted(tmp_path, both, handlers_of())


def test_a_sensitive_service_names_nothing(tmp_path: Path) -> None:
    open_service = with_end(FIND, "end: '{price}'")
    sensitive = open_service.replace("title: Prices\n", "title: Prices\nsensitive: true\n")

    assert [] == noted(tmp_path, sensitive, handlers_of())


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        (TEXT, ""),
        (Prose(), ""),
        (OneOf("ready"), ""),
        (PhoneNumber(), ""),
        (Day(), "date"),
        (Moment(), "date time"),
        (Form("##:##"), "time"),
        (Amount(), "number money plural:one=#,other=#"),
        (WholeNumber(), "number money plural:one=#,other=#"),
        (None, "number money plural:one=#,other=# date time"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("filter", ["number", "money:KES", "plural:one=#,other=#", "date", "time"])
def test_a_filter_that_the_kind_of_a_value_never_fits_is_noted(
    kind: ColumnKind | None, fitting: str, filter: str, tmp_path: Path
) -> None:
    given = {"price": TextField(20, kind)}
    contract = replace(CONTRACTS["price"], outcomes={"found": given, "none": {}})
    service = with_end(FIND, f"end: '{{what}}, {{market}}: {{price|{filter}}}'")

    found = noted(tmp_path, service, handlers_of(price=contract))

    told = [one for one in found if "as it came" in one]
    assert (filter.split(":")[0] in fitting.replace(":", " ").split()) == (told == [])


def test_values_without_a_kind_are_noted_at_the_screen_that_shows_them(tmp_path: Path) -> None:
    bare = HandlerContract(outcomes={"found": {"price": TextField(8)}, "none": {}}, needs=())
    service = with_end(FIND, "end: '{what}, {market}: {price}'")

    (found,) = noted(tmp_path, service, handlers_of(price=bare))

    assert found.startswith("17: Handler 'price' gives values without a kind: price. Say what")


def test_a_name_that_no_screen_asks_for_cannot_be_said(tmp_path: Path) -> None:
    service = with_end(FIND, "{end: '{price}', says: [waht, market]}")

    with pytest.raises(Exception, match=r"asks for 'waht'\. Did you mean 'what'\?"):
        noted(tmp_path, service, handlers_of())


def test_without_anybody_to_tell_the_log_has_how_much_is_noted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = {**FILES, "prices.yaml": with_end(FIND, "end: '{price}'")}

    load(write(tmp_path, files), {**HANDLERS, **handlers_of()}, CHANNELS[:1])

    assert "what `gateway menus check` notes of this menu (" in caplog.text


@pytest.mark.parametrize("folder", [HOME / "menus", HOME / "bench" / "deployment" / "menus"])
def test_nothing_is_noted_of_the_menus_that_come_along(folder: Path) -> None:
    told: list[Note] = []
    home = folder.parent

    load(folder, load_handlers(home), channels_of(home)[0], tell=told.extend)

    assert [] == list(map(str, told))
