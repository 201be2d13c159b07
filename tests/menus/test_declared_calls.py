"""calls.yaml: what a declared call is made of, and what is refused at its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.adapters.releases import codec
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
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.handler_contract.declared_call import DeclaredCall, Proves
from gateway.domain.handler_contract.service_call import Breaker, ListField, TextField, Writes
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ServiceScreen
from tests.menus.sample import CHANNELS, FILES, HANDLERS, place, write

CALLS = """\
weather:
  url: https://weather.example.org/v1/{candidate}/{year}?of={subscriber}
  headers: {Authorization: Bearer $CALL_WEATHER_TOKEN}
  timeout: 3
  cache_seconds: 600
  keep_last: true
  values:
    grade: {path: "sky.today", max: 2}
  lists:
    days: {path: days, rows: 5, fields: {name: {path: day, max: 10}}}
  outcomes:
    found: {status: 200, when: sky}
    unknown: {status: [404, 5xx]}
  breaker: {failures: 3, window_seconds: 10, rest_seconds: 20}
  allow_private: [10.20.0.0/16]
"""

RESULTS = FILES["results.yaml"].replace("handler: exam_results", "call: weather")


def loaded(folder: Path, **changed: str) -> Release:
    files = {**FILES, "results.yaml": RESULTS, "calls.yaml": CALLS}
    files |= {name.replace("_yaml", ".yaml"): text for name, text in changed.items()}
    return load(write(folder, files), HANDLERS, CHANNELS)


def weather(folder: Path, calls: str = CALLS) -> DeclaredCall:
    return loaded(folder, calls_yaml=calls).calls["weather"]


def test_a_screen_may_name_a_declared_call(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    screen = release.screens["results.fetch"]
    assert isinstance(screen, ServiceScreen)
    assert "call:weather" == screen.handler
    assert screen.handler == release.calls["weather"].back_end


def test_the_contract_of_a_call_comes_from_its_declaration(tmp_path: Path) -> None:
    contract = weather(tmp_path).contract

    found = {"grade": TextField(2), "days": ListField(5, {"name": TextField(10)})}
    assert {"found": found, "unknown": {}} == contract.outcomes
    assert ("candidate", "year") == contract.needs
    assert Breaker(failures=3, window_seconds=10, rest_seconds=20) == contract.breaker
    assert (False, 600, True, True) == (
        contract.slow,
        contract.cache_seconds,
        contract.keep_last,
        contract.by_subscriber,
    )


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", TEXT),
        ("prose", Prose()),
        ("day", Day()),
        ("moment", Moment()),
        ("whole_number", WholeNumber()),
        ("whole_number, minimum: -5, maximum: 40", WholeNumber(-5, 40)),
        ("amount", Amount()),
        ("amount, places: 0, minimum: 1", Amount(0, Decimal(1))),
        ("one_of, codes: [ready, collected]", OneOf("ready", "collected")),
        ("form, form: '@##-####'", Form("@##-####")),
        ("phone_number", PhoneNumber()),
    ],
)
def test_each_kind_of_value_is_declared_and_kept_with_a_published_menu(
    written: str, kind: ColumnKind, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls = CALLS.replace("max: 10}", "max: 10, kind: text}")
    calls = calls.replace("max: 2}", f"max: 30, kind: {written}, otherwise: '-'}}")

    release = loaded(tmp_path, calls_yaml=calls)

    assert TextField(30, kind, "-") == release.calls["weather"].contract.outcomes["found"]["grade"]
    assert release == codec.read(codec.written(release))
    assert "weather" not in caplog.text


def test_a_slow_call_that_writes_may_be_made_later(tmp_path: Path) -> None:
    written = CALLS.replace("timeout: 3", "method: POST\n  slow: true\n  storable: true")
    written = written.replace("  cache_seconds: 600\n  keep_last: true\n", "")
    results = RESULTS.replace("    secret: true\n", "")

    contract = loaded(tmp_path, calls_yaml=written, results_yaml=results).calls["weather"].contract

    assert (True, Writes.UNTOLD, True) == (contract.slow, contract.writes, contract.storable)


PROVING = CALLS.replace("  cache_seconds: 600\n  keep_last: true\n", "").replace(
    "  breaker:", "  proves: {of: candidate, wrong: unknown}\n  breaker:"
)
PROVED = RESULTS.replace("unknown: sorry}", "unknown: sorry, too_often: wait}").replace(
    "  sorry:\n", '  wait: {end: "Again on {again|date} {again|time}"}\n  sorry:\n'
)


def test_a_call_that_proves_a_second_fact_has_an_outcome_for_who_has_to_wait(
    tmp_path: Path,
) -> None:
    call = loaded(tmp_path, calls_yaml=PROVING, results_yaml=PROVED).calls["weather"]

    assert Proves(of="candidate", wrong=("unknown",)) == call.proves
    assert {"found", "unknown", "too_often"} == set(call.contract.outcomes)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("of: candidate, ", "", "M002", "'of' is missing"),
        (", wrong: unknown", "", "M002", "'wrong' is missing"),
        ("wrong: unknown", "wrong: []", "M003", "at least 1"),
        ("wrong: unknown", "wrong: unkown", "M071", "Did you mean 'unknown'?"),
        ("wrong: unknown", "wrong: unknown, neither: fuond", "M071", "Did you mean 'found'?"),
        ("wrong: unknown", "wrong: found", "M071", "must give nothing"),
        ("wrong: unknown", "wrong: unknown, neither: found", "M071", "must give nothing"),
        ("wrong: unknown", "wrong: unknown, neither: unknown", "M071", "written once"),
        ("of: candidate", "of: candidat", "M071", "Did you mean 'candidate'?"),
        ("of: candidate", "of: subscribers", "M071", "does not ask with 'subscribers'"),
        ("unknown: {status: [404, 5xx]}", "unknown: {}\n    too_often: {status: 429}", "M071",
         "comes with `proves`"),
        ("    found: {status: 200, when: sky}\n", "", "M071", "No outcome is left"),
        ("  timeout: 3", "  cache_seconds: 5", "M009", "proven each time"),
        ("  timeout: 3", "  keep_last: true", "M009", "proven each time"),
        ("  timeout: 3", "  method: POST\n  slow: true\n  storable: true", "M009", "proven each"),
    ],
)  # fmt: skip
def test_a_proof_that_cannot_be_counted_is_refused(
    old: str, new: str, code: str, says: str, tmp_path: Path
) -> None:
    assert old in PROVING

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=PROVING.replace(old, new), results_yaml=PROVED)

    found = [fault for fault in caught.value.faults if Path(fault.file).name == "calls.yaml"]
    assert [code] == [fault.code for fault in found], found
    assert says in found[0].sentence


@pytest.mark.parametrize(
    ("screen", "refused"),
    [
        ("input: digits\n    length: 8", False),
        ("input: national_id\n    pattern: '########'", False),
        ("input: integer\n    max: 99", False),
        ("input: case_number", False),
        ("input: text\n    max: 8", True),
        ("input: name\n    max: 8", True),
    ],
)
def test_wrong_ones_are_counted_by_an_answer_that_has_one_form(
    screen: str, refused: bool, tmp_path: Path
) -> None:
    complaint = '    complaint: {en: "It has 8 digits.", sw: "Ina tarakimu 8."}\n'
    results = PROVED.replace("input: digits\n    length: 8", screen).replace(complaint, "")
    try:
        loaded(tmp_path, calls_yaml=PROVING, results_yaml=results)
        codes = set()
    except MenuInvalid as invalid:
        codes = {fault.code for fault in invalid.faults}

    assert ("M074" in codes) == refused


def test_wrong_ones_are_counted_by_no_secret(tmp_path: Path) -> None:
    calls = PROVING.replace("/{year}?", "/{birth}?").replace("of: candidate", "of: birth")

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=calls, results_yaml=PROVED)

    assert ["M074"] == [fault.code for fault in caught.value.faults]


def test_an_answer_that_does_not_depend_on_the_caller_is_known_as_such(tmp_path: Path) -> None:
    assert not weather(tmp_path, CALLS.replace("?of={subscriber}", "")).contract.by_subscriber


def test_a_call_names_its_secrets(tmp_path: Path) -> None:
    assert ("CALL_WEATHER_TOKEN",) == weather(tmp_path).secrets


def test_another_declaration_makes_another_release(tmp_path: Path) -> None:
    before = loaded(tmp_path).id

    assert before != loaded(tmp_path, calls_yaml=CALLS.replace("timeout: 3", "timeout: 4")).id


def test_a_menu_needs_no_calls(tmp_path: Path) -> None:
    assert {} == load(write(tmp_path, FILES), HANDLERS, CHANNELS).calls


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("  timeout: 3", "  tiemout: 3", "M001", "Did you mean 'timeout'?"),
        ("  timeout: 3", "  timeout: 41", "M003", "Expected 40"),
        ("  timeout: 3", "  timeout: 0", "M003", "more than 0"),
        ("  timeout: 3", "  method: FETCH", "M003", "Expected one of"),
        ("  timeout: 3", "  json: {a: b}", "M009", "no body"),
        ("  timeout: 3", "  method: POST", "M009", "nothing is written"),
        ("  timeout: 3", "  storable: true", "M009", "slow: true"),
        ("  timeout: 3", "  slow: true\n  storable: true", "M009", "no GET"),
        ("https://weather", "ftp://weather", "M010", "is no address"),
        ("https://weather.example.org", "https://{candidate}.example.org", "M010", "is no address"),
        ("https://weather.example.org", "https://a:b@weather.example.org", "M010", "is no address"),
        ("{candidate}/", "{candidate/", "M032", "no placeholder"),
        ("Authorization:", "'A b':", "M010", "name of a header"),
        ('"sky.today"', '"sky..today"', "M071", "no JMESPath"),
        ("when: sky", "when: '[?'", "M071", "no JMESPath"),
        ("$CALL_WEATHER_TOKEN", "$GATEWAY_KEY", "M071", "begin with CALL_"),
        ("$CALL_WEATHER_TOKEN", "$AT_API_KEY", "M071", "begin with CALL_"),
        ("$CALL_WEATHER_TOKEN", "$CALLS", "M071", "begin with CALL_"),
        ("{candidate}/", "$TOKEN/", "M071", "begin with CALL_"),
        ("max: 2}", "max: 0}", "M003", "1 or more"),
        ("max: 2}", "max: 2, kind: number}", "M003", "Expected one of"),
        ("max: 2}", "max: 2, kind: one_of}", "M071", "`kind: one_of` needs `codes`"),
        ("max: 2}", "max: 2, kind: form}", "M071", "`kind: form` needs `form`"),
        ("max: 2}", "max: 2, kind: day}", "M071", "up to 10 characters has a max of 2"),
        ("max: 2}", "max: 2, kind: one_of, codes: [ready]}", "M071", "up to 5 characters"),
        ("max: 2}", "max: 2, kind: whole_number, maximum: 100}", "M071", "up to 3 characters"),
        ("max: 2}", "max: 2, kind: whole_number, maximum: -1}", "M071", "from 0 to -1"),
        ("max: 2}", "max: 2, kind: text, codes: [A]}", "M071", "belongs to `kind: one_of`"),
        ("max: 2}", "max: 2, kind: day, minimum: 1}", "M071", "belongs to `kind: whole_number`"),
        ("max: 2}", "max: 2, kind: amount, maximum: 9}", "M071", "belongs to `kind: whole_number`"),
        ("max: 2}", "max: 2, places: 1}", "M071", "belongs to `kind: amount`"),
        ("max: 2}", "max: 2, otherwise: none}", "M071", "longer than the field's max"),
        ("status: 200,", "status: 20,", "M010", "not a status"),
        ("when: sky}", "when: sky, gives: [sun]}", "M071", "gives 'sun'"),
        ("    days: {path", "    grade: {path", "M071", "a value and a list"),
        ("10.20.0.0/16", "10.20.0.0/99", "M003", "allow_private"),
        ("failures: 3", "failures: 0", "M003", "1 or more"),
    ],
)
def test_what_cannot_work_is_refused_at_its_line(
    old: str, new: str, code: str, says: str, tmp_path: Path
) -> None:
    assert 1 == CALLS.count(old)
    spoilt = CALLS.replace(old, new)

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=spoilt)

    (fault,) = caught.value.faults
    assert ("calls.yaml", code) == (place(fault)[0], fault.code), fault
    if says != "allow_private":
        assert says in fault.sentence


def test_a_call_that_is_not_declared_is_named_where_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=CALLS.replace("weather:\n", "wether:\n"))

    (fault,) = caught.value.faults
    assert "M070" == fault.code
    assert "calls.yaml declares no call 'weather'. Did you mean 'wether'?" == fault.sentence
    assert "call: weather" in RESULTS.splitlines()[fault.line - 1]


def test_a_faulty_call_does_not_make_its_screens_faulty_too(tmp_path: Path) -> None:
    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=CALLS.replace("timeout: 3", "timeout: no"))

    assert ["calls.yaml"] == [place(fault)[0] for fault in caught.value.faults]


def test_what_a_call_needs_must_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=CALLS.replace("{year}", "{month}"))

    assert {"M043"} == {fault.code for fault in caught.value.faults}
    assert "'weather' needs the answer 'month'" in caught.value.faults[0].sentence


def test_a_service_says_what_can_be_done_while_it_is_closed(tmp_path: Path) -> None:
    closed = "closed: {en: Ask your school., sw: Uliza shule yako.}\nscreens:"

    release = loaded(tmp_path, results_yaml=RESULTS.replace("screens:", closed))

    told = release.services["results"].closed
    assert told is not None
    assert "Uliza shule yako." == told["sw"].fill({})


POSTED = (
    CALLS.replace("{year}", "{year}/{birth}")
    .replace("  timeout: 3", "  method: POST\n  timeout: 3")
    .replace("  cache_seconds: 600\n  keep_last: true\n", "")
)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", Writes.UNTOLD),
        ("  writes: nothing\n", Writes.NOTHING),
        ("  writes: preference\n", Writes.PREFERENCE),
    ],
)
def test_a_call_says_what_it_writes(tmp_path: Path, written: str, kind: Writes) -> None:
    # A preference: of a record or a report, the menu would have to read it back or show it.
    calls = POSTED.replace("  timeout: 3\n", f"  timeout: 3\n{written}")

    release = loaded(tmp_path, calls_yaml=calls)

    assert release.calls["weather"].contract.kind is kind
    screen = release.screens["results.fetch"]
    assert isinstance(screen, ServiceScreen)
    assert screen.writes is kind
    assert release.services["results"].writes is bool(kind)


def test_a_get_that_says_it_writes_is_refused_at_its_line(tmp_path: Path) -> None:
    calls = CALLS.replace("  timeout: 3\n", "  timeout: 3\n  writes: record\n")

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, calls_yaml=calls)

    (fault,) = caught.value.faults
    assert place(fault) == ("calls.yaml", 5, "M009")
    assert "A GET writes nothing" in fault.sentence
