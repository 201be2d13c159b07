"""Texts that are misspelled, late, repeated or meant for nobody: guessed, asked, passed on, cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.tables import inbound_sms
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.help_desk_message import HelpDeskMessage
from gateway.use_cases.inbound.answer_unknown import MOST_FOR_PEOPLE
from tests.consents import stops_of
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.session_samples import KEYRING
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

NOT_UNDERSTOOD = [f"not understood {CODE}"]
PASSED_ON = ["passed on"]
OVER = ["conversation over"]
SILENCE: list[str] = []

WRITING = replace(
    SAMPLE,
    id="r-writing",
    services={
        name: replace(service, writes=name == "report") for name, service in SAMPLE.services.items()
    },
    reserved=replace(SAMPLE.reserved, yes=frozenset({fold("YES"), fold("አዎ")})),
)


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """The rig on a menu whose reports write something."""
    rig.releases.replace(WRITING)
    return rig


def waiting(engine: Engine) -> list[HelpDeskMessage]:
    """Returns what waits for the help desk."""
    return list(SqlHelpDesk(engine, KEYRING).newest(None, "", 100))[::-1]


# ------------------------------------------------------------------ guesses


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("RESUL 10231456", "Year?"),
        ("RESULT10231456", "Year?"),
        ("RESULT*10231456*2025", "Date of birth?"),
        ("Résult: 10231456, 2025.", "Date of birth?"),
        ("RESULT 10231456/2025", "Date of birth?"),
        ("RESULT10231456-2025", "Date of birth?"),
        ("RESULT ١٠٢٣١٤٥٦ ٢", "Date of birth?"),
        ("RESULT १०२३१४५६", "Year?"),
        ("R E S U L T", "Candidate number?"),
        ("31", "Candidate number?"),
        ("31 10231456", "Year?"),
        ("*31#", "Candidate number?"),
        ("31*10231456#", "Year?"),
        ("384*2026*31#", "Candidate number?"),
        ("384*2026*31*10231456#", "Year?"),
        ("384*2026#", "Services"),
        ("MENUE", "Services"),
        ("hepl", "help"),
    ],
)
def test_a_guess_that_only_reads_is_answered_at_once(rig: Rig, text: str, reply: str) -> None:
    assert rig.texts(text)[0].startswith(reply)


@pytest.mark.parametrize("yes", ["1", " 1. ", "١", "YES", "yes!", "አዎ"])
def test_a_guess_that_writes_is_asked_about_and_begins_with_a_yes(rig: Rig, yes: str) -> None:
    assert ["did you mean REPORT"] == rig.texts("REPROT water North")
    assert [] == rig.handlers_run

    assert rig.texts(yes)[0].startswith("Which district of North?")
    assert rig.texts("North 1")[0].startswith("What is wrong?")


def test_the_question_is_asked_in_the_language_of_the_word_meant(rig: Rig) -> None:
    report = replace(WRITING.services["report"], keywords={"en": ("REPORT",), "am": ("ሪፖርትን",)})
    keywords = {**WRITING.keywords, fold("ሪፖርትን"): ("report", "am")}
    services = {**WRITING.services, "report": report}
    rig.releases.replace(replace(WRITING, id="r3", services=services, keywords=keywords))

    assert ["አ did you mean ሪፖርትን"] == rig.texts("ሪፖርንት ውሃ")
    assert rig.texts("1")[0].startswith("የትኛው ክልል?")


def test_another_text_than_yes_drops_the_guess(rig: Rig) -> None:
    rig.texts("REPROT water")

    assert rig.texts("RESULT")[0].startswith("Candidate number?")
    rig.texts("STOP")
    assert OVER == rig.texts("1")


@pytest.mark.parametrize("text", ["hello there my friend", "HELP", "hello", "77", ""])
def test_a_text_that_opens_nothing_drops_the_guess(rig: Rig, text: str) -> None:
    rig.texts("REPROT water")
    rig.texts(text)

    assert OVER == rig.texts("1")
    assert [] == rig.handlers_run


def test_a_text_that_opens_nothing_drops_a_guessed_stop(rig: Rig) -> None:
    rig.texts("STOPP")
    rig.texts("hello there my friend")
    rig.texts("1")

    assert {} == stops_of(rig.consents, CALLER)


def test_a_guess_waits_no_longer_than_a_conversation(rig: Rig) -> None:
    rig.texts("REPROT water")
    rig.clock.advance(CHANNEL.conversation_seconds + 1)

    assert OVER == rig.texts("1")


def test_the_guess_of_one_subscriber_is_not_confirmed_by_another(rig: Rig) -> None:
    rig.texts("REPROT water")

    assert OVER == rig.texts("1", caller=OTHER_CALLER)


def test_a_misspelled_stop_is_asked_about(rig: Rig) -> None:
    assert ["no more sms"] == rig.texts("STOPP")
    assert {} == stops_of(rig.consents, CALLER)

    assert ["stopped"] == rig.texts("1")
    assert stops_of(rig.consents, CALLER)


def test_yes_without_a_question_stays_the_word_for_start(rig: Rig) -> None:
    rig.texts("STOP")

    assert ["started"] == rig.texts("YES")


def test_signs_within_a_conversation_end_an_answer_too(rig: Rig) -> None:
    rig.texts("RESULT")

    assert rig.texts("10231456,2025.")[0].startswith("Year?")


def test_nothing_is_guessed_within_a_conversation(rig: Rig) -> None:
    rig.texts("RESULT")

    assert rig.texts("REPROT")[0].startswith("digits wrong")
    assert rig.texts("41")[0].startswith("digits wrong")
    assert rig.texts("10231456")[0].startswith("Year?")


def test_a_text_that_may_hold_a_secret_is_forgotten_when_it_is_asked_about(
    rig: Rig, sqlite_engine: Engine
) -> None:
    secretive = {name: replace(service, writes=True) for name, service in WRITING.services.items()}
    rig.releases.replace(replace(WRITING, id="r-secretive", services=secretive))

    rig.texts(f"RESULL 10231456 2025 {SECRET}")

    with statements(sqlite_engine) as connection:
        assert [None] == list(connection.scalars(select(inbound_sms.c.text_sealed)))
    assert rig.texts("1")[0].startswith("10231456 B+")


# ------------------------------------------------------------------ what nothing understands


def test_one_help_reply_an_hour_and_then_the_help_desk(rig: Rig, sqlite_engine: Engine) -> None:
    assert NOT_UNDERSTOOD == rig.texts("my cow is ill")
    assert PASSED_ON == rig.texts("she does not eat since Monday")
    assert SILENCE == rig.texts("please send a vet")
    assert NOT_UNDERSTOOD == rig.texts("my goat is ill", caller=OTHER_CALLER)

    texts = [message.text for message in waiting(sqlite_engine)]
    assert [
        "my cow is ill\nshe does not eat since Monday\nplease send a vet",
        "my goat is ill",
    ] == texts


def test_a_thread_ends_where_a_person_has_settled_it(rig: Rig, sqlite_engine: Engine) -> None:
    rig.texts("my cow is ill")
    rig.gateway.help_desk.answer.close(waiting(sqlite_engine)[0].id, "An office")
    rig.texts("she does not eat")
    rig.texts("she is thin")

    texts = [message.text for message in waiting(sqlite_engine)]
    assert ["my cow is ill", "she does not eat\nshe is thin"] == texts


def test_a_thread_grows_no_longer_than_can_be_read(rig: Rig, sqlite_engine: Engine) -> None:
    for number in range(6):
        rig.texts(f"{number} " + "long story " * 140)

    lengths = [len(message.text) for message in waiting(sqlite_engine)]
    assert 6400 >= lengths[0] > 4800
    assert 2 == len(lengths)


@pytest.mark.parametrize(
    "text", ["?", "??!", "👍", "🙏🏾", "❤️", "please", "Thank you", "thank you 👍", " "]
)
def test_noise_is_nothing_for_people(rig: Rig, sqlite_engine: Engine, text: str) -> None:
    rig.texts(text)
    rig.texts("my cow is ill")
    rig.texts(text)

    assert ["my cow is ill"] == [message.text for message in waiting(sqlite_engine)]


@pytest.mark.parametrize(
    "text", ["please thank my cow", "thank you for nothing", "👍 good", "why?", "? 5000 shillings"]
)
def test_a_word_among_signs_and_thanks_is_kept(rig: Rig, sqlite_engine: Engine, text: str) -> None:
    rig.texts(text)

    assert [text] == [message.text for message in waiting(sqlite_engine)]


@pytest.mark.parametrize(
    ("text", "reply"),
    [("thank you", SILENCE), ("👍", SILENCE), ("?", NOT_UNDERSTOOD), ("...", NOT_UNDERSTOOD)],
)
def test_a_nod_gets_no_answer_and_a_sign_is_told_what_to_send(
    rig: Rig, text: str, reply: list[str]
) -> None:
    assert reply == rig.texts(text)


@pytest.mark.parametrize("text", ["YES", "yes!", "አዎ"])
def test_yes_to_nobody_s_question_is_told_that_there_is_none(rig: Rig, text: str) -> None:
    assert OVER == rig.texts(text)
    assert {} == stops_of(rig.consents, CALLER)


def test_after_an_hour_help_is_offered_again(rig: Rig, sqlite_engine: Engine) -> None:
    rig.texts("my cow is ill")
    rig.texts("she does not eat")
    rig.clock.advance(3601)

    assert NOT_UNDERSTOOD == rig.texts("the cow is well again")
    (message,) = waiting(sqlite_engine)
    assert message.text.endswith("\nthe cow is well again")


def test_what_is_passed_on_can_be_answered_where_it_came_from(
    rig: Rig, sqlite_engine: Engine
) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    rig.texts("my cow is ill")
    rig.texts("she does not eat", link_id="link-7")

    (message,) = waiting(sqlite_engine)
    assert (CALLER, "ke", "2026", "link-7", "am", "gateway") == (
        message.subscriber,
        message.channel,
        message.sender,
        message.link_id,
        message.language,
        message.institution,
    )


def test_an_empty_text_is_nothing_for_the_help_desk(rig: Rig, sqlite_engine: Engine) -> None:
    rig.texts("my cow is ill")

    assert SILENCE == rig.texts("  ")
    assert ["my cow is ill"] == [message.text for message in waiting(sqlite_engine)]


def test_services_answer_as_ever_in_between(rig: Rig) -> None:
    rig.texts("my cow is ill")
    rig.texts("she does not eat")

    assert rig.texts("RESULT")[0].startswith("Candidate number?")


@pytest.mark.parametrize("text", ["4821934", "*384*2026*4821934#", "*384*2026*4821934*10231456#"])
def test_a_code_to_go_on_with_is_to_be_dialled(rig: Rig, text: str) -> None:
    assert ["resume dial *384*2026*4821934#"] == rig.texts(text)


def test_a_code_to_go_on_with_is_no_answer_to_a_question(rig: Rig) -> None:
    for text in ("REPORT water", "North 1", "3"):
        rig.texts(text)

    assert ["resume dial *384*2026*4821934#"] == rig.texts("*384*2026*4821934#")


@pytest.mark.parametrize("text", ["#", "##", "*", "*#"])
def test_signs_alone_dial_nothing(rig: Rig, text: str) -> None:
    assert NOT_UNDERSTOOD == rig.texts(text)


@pytest.mark.parametrize("text", ["482193", "48219345", "*384*2026*31#"])
def test_other_numbers_are_no_code_to_go_on_with(rig: Rig, text: str) -> None:
    assert "resume" not in rig.texts(text)[0]


@pytest.mark.parametrize("number", ["1", "00", " 2. ", "፫", "98"])
def test_a_number_without_a_question_is_told_so(rig: Rig, number: str) -> None:
    assert OVER == rig.texts(number)


# ------------------------------------------------------------------ machines that answer machines


def test_the_same_unknown_text_is_heard_twice_and_then_no_more(
    rig: Rig, sqlite_engine: Engine
) -> None:
    replies = [rig.texts("I am driving and will call you back.") for _ in range(6)]

    assert [NOT_UNDERSTOOD, PASSED_ON, *[SILENCE] * 4] == replies
    assert 1 == len(waiting(sqlite_engine))


def test_the_same_words_to_a_service_are_answered_four_times(rig: Rig) -> None:
    replies = [rig.texts("RESULT 10231456 2025") for _ in range(6)]

    assert [1, 1, 1, 1, 0, 0] == [len(said) for said in replies]


def test_a_loop_runs_no_handler_and_is_forgotten_after_minutes(rig: Rig) -> None:
    for _ in range(5):
        rig.texts("REPORT water")
    assert 4 == len(rig.handlers_run)

    rig.clock.advance(601)
    rig.texts("REPORT water")

    assert 5 == len(rig.handlers_run)


def test_numbers_and_single_words_are_sent_again_and_again_by_people(rig: Rig) -> None:
    for _ in range(8):
        assert rig.texts("MENU")[0].startswith("Services")
        assert rig.texts("2")[0].startswith("Candidate number?")


@pytest.mark.parametrize("word", ["HELLO", "HELP", "START", "menu."])
def test_a_single_word_in_a_row_is_answered_six_times(rig: Rig, word: str) -> None:
    hello = SAMPLE.reserved.menu | {fold("hello")}
    rig.releases.replace(replace(WRITING, id="r3", reserved=replace(WRITING.reserved, menu=hello)))
    replies = [rig.texts(word) for _ in range(9)]

    assert [1] * 6 + [0] * 3 == [len(said) for said in replies]
    rig.clock.advance(601)
    assert rig.texts(word)


def test_a_stop_between_them_makes_start_heard_again(rig: Rig) -> None:
    for _ in range(8):
        rig.texts("STOP")
        assert ["started"] == rig.texts("START")


def test_a_guess_that_is_never_confirmed_is_asked_about_three_times(rig: Rig) -> None:
    reports = [rig.texts("REPROT water") for _ in range(5)]
    stops = [rig.texts("STOPP") for _ in range(5)]

    assert [["did you mean REPORT"]] * 3 + [SILENCE] * 2 == reports
    assert [["no more sms"]] * 3 + [SILENCE] * 2 == stops
    assert {} == stops_of(rig.consents, CALLER)
    assert [] == rig.handlers_run


def test_a_stop_is_heard_in_the_middle_of_a_loop(rig: Rig) -> None:
    for _ in range(6):
        rig.texts("stop now please")
    rig.texts("START")
    assert {} == stops_of(rig.consents, CALLER)

    assert ["stopped"] == rig.texts("stop now please")


def test_one_number_cannot_fill_the_help_desk_and_is_told_so_once(rig: Rig) -> None:
    said = [rig.texts(f"nobody understands {number} of it") for number in range(20)]

    def kept() -> int:
        threads = rig.gateway.help_desk.read.newest(None, "", 50, "An office")
        return sum(len(each.text.splitlines()) for each in threads)

    assert MOST_FOR_PEOPLE == kept()
    told = [words for words in said[MOST_FOR_PEOPLE:] if words]
    assert 1 == len(told)
    assert "often" in told[0][0]
    rig.clock.advance(hours=25)
    rig.texts("nobody understands this either")
    rig.texts("nor this")
    assert MOST_FOR_PEOPLE + 2 == kept()
