"""STOP means stop, and only stop: the word alone, with courtesy, or with the name of a topic."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.consents.records import SqlConsentRecords
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Service
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.consent import EVERYTHING, ConsentState, is_stopped
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange
from tests.domain.menus import SAMPLE, choice, option, text
from tests.session_samples import KEYRING
from tests.use_cases.rig import CALLER, CHANNEL, CODE, Rig

ASKED = ["no more sms"]
NOT_UNDERSTOOD = [f"not understood {CODE}"]


def kept(engine: Engine) -> list[str]:
    """Returns the texts that people will read."""
    return [each.text for each in SqlHelpDesk(engine, KEYRING).newest(None, "", 100)]


def stopped(rig: Rig) -> bool:
    """Returns whether the caller has stopped everything."""
    everything = rig.consents.of(CALLER).get(EVERYTHING)
    return everything is not None and everything.state is ConsentState.OPTED_OUT


# ------------------------------------------------------------------ the word, and sentences


@pytest.mark.parametrize(
    "said",
    [
        *("STOP", "Stop.", "stop please", "please stop", "Stop. Thank you", "«Stop» 🙏", "S T O P"),
        *("STOP 2026", "stop-2026", "Stop2026.", "2026 STOP", "STOP ٢٠٢٦"),  # the number texted
        *("Re: STOP", "RE:STOP", "Fwd: Re : stop please"),
    ],
)
def test_the_word_alone_or_with_courtesy_ends_what_was_not_asked_for(rig: Rig, said: str) -> None:
    assert ["stopped"] == rig.texts(said)
    assert stopped(rig)


@pytest.mark.parametrize(
    "said",
    [
        *("Stop the corruption at Mbale clinic", "STOP 12345", "stop thieves please"),
        *("Stop it or I report you", "stop, the bridge is broken", "we must stop"),
        *("STOP 20261", "stop thieves 2026", "Re: stop thieves", "Restoration"),
    ],
)
def test_any_other_sentence_changes_no_consent_and_is_kept(
    rig: Rig, sqlite_engine: Engine, said: str
) -> None:
    assert NOT_UNDERSTOOD == rig.texts(said)
    assert not stopped(rig)
    assert [said] == kept(sqlite_engine)


@pytest.mark.parametrize(
    "said",
    [
        *("please stop sending me messages", "remove me", "stop it", "STOPP", "STPO 2026"),
        *("Stopp please", "Stpo. Thank you"),
        "stop it 2026",
    ],
)
def test_a_wish_in_other_words_is_asked_about_in_one_line(rig: Rig, said: str) -> None:
    assert ASKED == rig.texts(said)
    assert not stopped(rig)

    assert ["stopped"] == rig.texts("1")
    assert stopped(rig)


@pytest.mark.parametrize("said", ["RE:STOP", "RE-STOP", "ustop", "STOP 2026"])
def test_nothing_that_ends_in_the_word_takes_a_stop_back(rig: Rig, said: str) -> None:
    rig.texts("STOP")
    rig.texts(said)
    rig.texts("1")

    assert stopped(rig)


@pytest.mark.parametrize("reply", ["2", "no", "RESULT", "my cow is ill"])
def test_a_wish_that_is_not_confirmed_changes_nothing(rig: Rig, reply: str) -> None:
    rig.texts("remove me")
    rig.texts(reply)
    rig.texts("1")

    assert not stopped(rig)


# ------------------------------------------------------------------ within a dialogue


def describes(rig: Rig) -> None:
    """Leads the caller to where a problem is described."""
    for said in ("REPORT water", "North 1", "3"):
        rig.texts(said)


@pytest.mark.parametrize("said", ["STOP", "stop please", "Stop. Thank you"])
def test_stop_ends_a_description_too(rig: Rig, said: str) -> None:
    describes(rig)

    assert ["stopped"] == rig.texts(said)
    assert ["conversation over"] == rig.texts("1")


@pytest.mark.parametrize("said", ["please stop", "stop sending me sms", "please remove me now"])
def test_a_wish_is_no_description_and_the_dialogue_waits_for_the_reply(rig: Rig, said: str) -> None:
    describes(rig)

    assert ASKED == rig.texts(said)
    assert rig.texts("2")[0].startswith("What is wrong?")
    assert rig.texts("the pump by the school is broken")[0].startswith("Your name?")
    assert not stopped(rig)


def test_a_wish_within_a_dialogue_is_confirmed_and_ends_it(rig: Rig) -> None:
    describes(rig)
    rig.texts("please stop")

    assert ["stopped"] == rig.texts("1")
    assert ["conversation over"] == rig.texts("1")


def test_another_text_than_yes_or_no_is_the_answer_to_what_was_asked_before(rig: Rig) -> None:
    describes(rig)
    rig.texts("please stop")

    assert rig.texts("the pump by the school is broken")[0].startswith("Your name?")
    assert rig.texts("1")[0].startswith("A name, please.")
    assert not stopped(rig)


@pytest.mark.parametrize(
    "said", ["Stop the line", "Stop the corruption here", "Help the children of Mbale"]
)
def test_a_sentence_is_the_description_that_was_asked_for(rig: Rig, said: str) -> None:
    describes(rig)

    assert rig.texts(said)[0].startswith("Your name?")
    assert not stopped(rig)


def test_a_wish_is_no_name(rig: Rig) -> None:
    describes(rig)
    rig.texts("the pump by the school is broken")

    assert ASKED == rig.texts("remove me")


def test_a_line_that_is_worded_like_a_wish_is_that_line(rig: Rig) -> None:
    topics = choice(
        "report.category",
        text("SMS about it?"),
        option("1", text("Send them"), "report.nothing"),
        option("2", text("Remove me"), "report.description"),
        option("3", text("Please stop"), "report.description"),
    )
    rig.releases.replace(
        replace(SAMPLE, id="r-lines", screens={**SAMPLE.screens, topics.id: topics})
    )
    for said in ("Remove me", "Please stop"):
        rig.texts("REPORT")
        assert rig.texts(said)[0].startswith("What is wrong?")
    assert not stopped(rig)


def test_a_wish_beside_a_list_is_asked_about(rig: Rig) -> None:
    rig.texts("REPORT")

    assert ASKED == rig.texts("remove me")
    assert rig.texts("2")[0].startswith("What is it about?")


# ------------------------------------------------------------------ topics and institutions


def with_topics(rig: Rig, *agreed: str) -> None:
    """Serves warnings of one institution and vaccinations of another; the caller is in some."""
    added = {
        "warnings": Service(
            id="warnings",
            start="report.category",
            title=text("Flood warnings", "ማስጠንቀቂያ"),
            institution="disasters",
            keywords={"en": ("ALERT",)},
        ),
        "vaccination": Service(
            id="vaccination",
            start="report.category",
            title=text("Vaccination"),
            institution="health",
        ),
    }
    rig.releases.replace(
        replace(
            SAMPLE,
            id="r-topics",
            services={**SAMPLE.services, **added},
            keywords={**SAMPLE.keywords, fold("ALERT"): ("warnings", "en")},
            institutions={
                "disasters": text("Disaster Management"),
                "health": text("Ministry of Health"),
            },
        )
    )
    changes = [
        ConsentChange(subscriber=CALLER, topic=topic, state=ConsentState.OPTED_IN, source="test")
        for topic in agreed
    ]
    rig.consents.change(changes, rig.clock.now())
    rig.clock.advance(1)


def on(rig: Rig, topic: str) -> bool:
    """Returns whether the caller may be told of a topic."""
    return not is_stopped(topic, rig.consents.of(CALLER))


@pytest.mark.parametrize(
    "said",
    [
        *("STOP warnings", "stop flood warnings please", "Stop alert", "STOP ማስጠንቀቂያ"),
        *("stop sms disaster management", "Please stop the warnings", "stop disasters."),
    ],
)
def test_stop_with_the_name_of_a_topic_ends_that_topic_alone(rig: Rig, said: str) -> None:
    with_topics(rig, "warnings", "vaccination")

    (reply,) = rig.texts(said)

    assert "stopped topic " in reply  # behind a sign of the language that the text is in
    assert (False, True, False) == (on(rig, "warnings"), on(rig, "vaccination"), stopped(rig))
    assert [] == rig.texts(said)


@pytest.mark.parametrize(
    "said",
    [
        *("STOP vaccination", "STOP health", "stop Ministry of Health"),
        *("STOP floods", "STOP warnings of floods in Mbale", "the warnings stop", "stop prices"),
    ],
)
def test_a_name_of_nothing_that_the_subscriber_is_in_changes_no_consent(
    rig: Rig, said: str
) -> None:
    with_topics(rig, "warnings")

    rig.texts(said)

    assert on(rig, "warnings")
    assert {"warnings"} == set(rig.consents.of(CALLER))


def test_the_reply_names_the_topic_in_the_language_of_the_subscriber(rig: Rig) -> None:
    with_topics(rig, "warnings")
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert ["አ stopped topic ማስጠንቀቂያ"] == rig.texts("STOP warnings")


def test_an_institution_ends_all_its_topics_and_is_named(rig: Rig) -> None:
    with_topics(rig, "warnings", "vaccination")

    assert ["stopped topic Ministry of Health"] == rig.texts("STOP ministry of health")
    assert (True, False) == (on(rig, "warnings"), on(rig, "vaccination"))


def told_by(rig: Rig, institution: str, topic: str) -> None:
    """Lets an institution write to the caller about a topic that no menu names."""
    notice = NewSms(
        channel=CHANNEL.name, subscriber=CALLER, text="News", lane=Lane.BULK,
        purpose=Purpose.NOTICE, key=f"{institution} {topic} {rig.clock.now()}", topic=topic,
        institution=institution,
    )  # fmt: skip
    rig.outbox.add([notice], rig.clock.now())


def may_write(rig: Rig, institution: str, topic: str) -> bool:
    """Returns whether an institution may write to the caller about a topic."""
    return not is_stopped(topic, rig.consents.of(CALLER), institution)


def test_an_institution_is_stopped_with_what_it_will_write_about_later(rig: Rig) -> None:
    with_topics(rig, "warnings", "vaccination")

    rig.texts("STOP health")

    assert not may_write(rig, "health", "a topic of next year")
    assert may_write(rig, "disasters", "a topic of next year")
    rig.clock.advance(1)
    assert ["started topic Ministry of Health"] == rig.texts("START health")
    assert may_write(rig, "health", "a topic of next year")
    assert on(rig, "vaccination")


@pytest.mark.parametrize("said", ["STOP health", "stop sms ministry of health", "Stop Health!"])
def test_who_got_news_of_an_institution_can_stop_it_without_a_topic(rig: Rig, said: str) -> None:
    with_topics(rig)
    told_by(rig, "health", "notices")

    assert ["stopped topic Ministry of Health"] == rig.texts(said)
    assert not may_write(rig, "health", "notices")
    assert [] == rig.texts(said)


@pytest.mark.parametrize("said", ["STOP warnings", "Stop alert", "please stop the warnings"])
def test_who_got_news_of_a_topic_unasked_can_stop_that_topic(rig: Rig, said: str) -> None:
    with_topics(rig)
    told_by(rig, "disasters", "warnings")

    assert ["stopped topic Flood warnings"] == rig.texts(said)
    assert not may_write(rig, "disasters", "warnings")
    assert may_write(rig, "disasters", "another topic")
    assert [] == rig.texts(said)
    rig.clock.advance(1)
    assert ["started topic Flood warnings"] == rig.texts("START warnings")
    assert may_write(rig, "disasters", "warnings")


def test_a_topic_that_no_menu_names_is_stopped_by_its_own_name(rig: Rig) -> None:
    with_topics(rig)
    told_by(rig, "health", "cholera")

    assert ["stopped topic cholera"] == rig.texts("STOP cholera")
    assert not may_write(rig, "health", "cholera")
    assert may_write(rig, "health", "measles")


def test_start_takes_back_no_refusal_of_an_institution(rig: Rig) -> None:
    with_topics(rig)
    told_by(rig, "health", "notices")
    rig.texts("STOP health")
    rig.texts("STOP")
    rig.clock.advance(1)
    rig.texts("START")

    assert not may_write(rig, "health", "notices")
    assert may_write(rig, "disasters", "notices")


def test_start_with_the_name_of_a_topic_takes_its_refusal_back(rig: Rig) -> None:
    with_topics(rig, "warnings")
    rig.texts("STOP warnings")
    rig.clock.advance(1)

    assert ["started topic Flood warnings"] == rig.texts("START warnings")
    assert on(rig, "warnings")
    assert NOT_UNDERSTOOD == rig.texts("START warnings")


def test_a_topic_ends_within_a_dialogue_which_goes_on(rig: Rig) -> None:
    with_topics(rig, "warnings")
    describes(rig)

    assert ["stopped topic Flood warnings"] == rig.texts("STOP warnings")
    assert rig.texts("the pump by the school is broken")[0].startswith("Your name?")


# ------------------------------------------------------------------ places


def with_places(rig: Rig, engine: Engine, *places: str) -> None:
    """Lets the caller subscribe to the warnings of some districts."""
    with_topics(rig, "warnings", "vaccination")
    desk = SqlSubscriptions(engine, KEYRING)
    for number, place in enumerate(places):
        call = ServiceCall(
            handler="subscribe_warnings", subscriber=CALLER, channel=CHANNEL.name, key=f"s{number}",
            answers={}, language="en", at=rig.clock.now(), institution="disasters",
        )  # fmt: skip
        desk.add(call, "warnings", place)
    rig.clock.advance(1)


@pytest.mark.parametrize(
    "said",
    [
        *("STOP warnings Mbale", "STOP Mbale", "stop flood warnings Mbale please"),
        *("Stop the Mbale warnings", "STOP ALERT MBALE", "stop sms mbale"),
        "STOP ማስጠንቀቂያ Mbale",
    ],
)
def test_stop_with_a_place_ends_the_news_of_that_place_alone(
    rig: Rig, sqlite_engine: Engine, said: str
) -> None:
    with_places(rig, sqlite_engine, "Mbale", "Trans Nzoia")

    (reply,) = rig.texts(said)

    assert reply.endswith(", Mbale")
    assert "stopped topic " in reply
    assert [("warnings", "Trans Nzoia")] == rig.consents.subscribed(CALLER)
    assert (True, True, False) == (on(rig, "warnings"), on(rig, "vaccination"), stopped(rig))
    newest = SqlConsentRecords(sqlite_engine, KEYRING).history(CALLER, 1)[0]
    assert ("warnings/Mbale", ConsentState.OPTED_OUT, said) == (
        newest.topic, newest.state, newest.words
    )  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "STOP warnings Sorindo",
        "stop Sorindo warnings please",
        "STOP ALERT Trans Mara",
        "STOP ማስጠንቀቂያ x",
    ],
)
def test_stop_with_a_place_that_they_do_not_get_is_told_which_they_do(
    rig: Rig, sqlite_engine: Engine, said: str
) -> None:
    with_places(rig, sqlite_engine, "Mbale")

    (reply,) = rig.texts(said)

    assert "still get Flood warnings, Mbale" in reply or "still get ማስጠንቀቂያ, Mbale" in reply
    assert [("warnings", "Mbale")] == rig.consents.subscribed(CALLER)
    assert (True, False) == (on(rig, "warnings"), stopped(rig))
    assert [] == kept(sqlite_engine)


def test_of_what_is_stopped_already_nobody_is_told_that_they_get_it(
    rig: Rig, sqlite_engine: Engine
) -> None:
    with_places(rig, sqlite_engine, "Mbale")
    rig.texts("STOP warnings")

    assert NOT_UNDERSTOOD == rig.texts("STOP warnings Sorindo")


def test_within_a_dialogue_a_sentence_that_names_a_topic_is_the_answer(
    rig: Rig, sqlite_engine: Engine
) -> None:
    with_places(rig, sqlite_engine, "Mbale")
    describes(rig)

    assert rig.texts("Stop alert thieves")[0].startswith("Your name?")


@pytest.mark.parametrize("said", ["STOP warnings Trans Nzoia", "stop trans-nzoia"])
def test_a_place_of_two_words_is_a_place(rig: Rig, sqlite_engine: Engine, said: str) -> None:
    with_places(rig, sqlite_engine, "Mbale", "Trans Nzoia")

    assert ["stopped topic Flood warnings, Trans Nzoia"] == rig.texts(said)
    assert [("warnings", "Mbale")] == rig.consents.subscribed(CALLER)


def test_who_stops_the_last_place_is_told_no_more_of_the_topic_until_start(
    rig: Rig, sqlite_engine: Engine
) -> None:
    with_places(rig, sqlite_engine, "Mbale")

    assert ["stopped topic Flood warnings"] == rig.texts("STOP warnings Mbale")
    assert not on(rig, "warnings")
    assert [] == rig.texts("STOP warnings Mbale")
    rig.clock.advance(1)
    assert ["started topic Flood warnings"] == rig.texts("START warnings")
    assert on(rig, "warnings")
    assert [("warnings", "Mbale")] == rig.consents.subscribed(CALLER)


@pytest.mark.parametrize(
    "said",
    [
        *("STOP warnings Sorindo", "STOP Sorindo", "stop vaccination Mbale", "STOP Mba"),
        *("STOP warnings Mbale now or else", "Stop the corruption in Mbale", "Mbale warnings"),
    ],
)
def test_a_place_that_was_not_asked_for_ends_nothing(
    rig: Rig, sqlite_engine: Engine, said: str
) -> None:
    with_places(rig, sqlite_engine, "Mbale", "Trans Nzoia")

    rig.texts(said)

    assert 2 == len(rig.consents.subscribed(CALLER))
    assert (True, False) == (on(rig, "warnings"), stopped(rig))


# ------------------------------------------------------------------ start and yes


def with_a_yes(rig: Rig) -> None:
    """Lets YES mean both start and yes, as with the networks."""
    reserved = replace(SAMPLE.reserved, yes=frozenset({"yes"}), no=frozenset({"no"}))
    rig.releases.replace(replace(SAMPLE, id="r-yes", reserved=reserved))


@pytest.mark.parametrize("said", ["YES", "yes please", "START", "start please", "No"])
def test_nothing_that_was_never_stopped_is_said_to_come_again(rig: Rig, said: str) -> None:
    with_a_yes(rig)

    (reply,) = rig.texts(said)

    assert "started" not in reply
    assert EVERYTHING not in rig.consents.of(CALLER)


def test_start_of_who_has_stopped_nothing_begins(rig: Rig) -> None:
    assert rig.texts("START")[0].startswith("Services")
    assert rig.texts("2")[0].startswith("Candidate number?")


@pytest.mark.parametrize("said", ["YES", "yes please", "START", "Start!"])
def test_what_was_stopped_comes_again_when_it_is_asked_for(rig: Rig, said: str) -> None:
    with_a_yes(rig)
    rig.texts("STOP")

    assert ["started"] == rig.texts(said)
    assert not stopped(rig)


def test_a_topic_that_was_agreed_to_since_does_not_hide_that_the_rest_is_stopped(rig: Rig) -> None:
    rig.texts("STOP")
    rig.clock.advance(1)
    with_topics(rig, "warnings")

    assert ["started"] == rig.texts("START")
    assert not stopped(rig)


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("said", ["HELP my mother is sick", "HELP me", "please help us at once"])
def test_help_that_leads_is_help_and_the_sentence_is_kept_for_people(
    rig: Rig, sqlite_engine: Engine, said: str
) -> None:
    (reply,) = rig.texts(said)

    assert f"passed on\nhelp {CODE} REPORT, RESULT" == reply
    assert [said] == kept(sqlite_engine)


@pytest.mark.parametrize("said", ["HELP", "help please", "Help!", "please help, thank you"])
def test_help_alone_leaves_nothing_for_people(rig: Rig, sqlite_engine: Engine, said: str) -> None:
    assert [f"help {CODE} REPORT, RESULT"] == rig.texts(said)
    assert [] == kept(sqlite_engine)


def test_who_was_told_that_people_read_it_is_not_told_again_within_the_hour(
    rig: Rig, sqlite_engine: Engine
) -> None:
    rig.texts("HELP my mother is sick")

    assert [f"help {CODE} REPORT, RESULT"] == rig.texts("HELP she has a fever")
    assert ["HELP my mother is sick\nHELP she has a fever"] == kept(sqlite_engine)


@pytest.mark.parametrize("said", ["help me", "HELP what is this"])
def test_help_within_a_dialogue_helps_and_leaves_the_question_open(rig: Rig, said: str) -> None:
    rig.texts("RESULT")

    assert f"help {CODE}" in rig.texts(said)[0]
    assert rig.texts("10231456")[0].startswith("Year?")


def test_help_that_is_too_short_a_description_is_help(rig: Rig) -> None:
    describes(rig)

    assert f"help {CODE}" in rig.texts("help me")[0]
    assert rig.texts("the pump by the school is broken")[0].startswith("Your name?")
