"""What happened before the fixture was made, and how what it left is to be gone on with."""


from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import deployment_0_1_0 as deployment
from world import MADE_AT, Killed, Messaging, World, phone

from gateway.adapters.database.audit import note_command
from gateway.adapters.database.case_work import SqlCaseWork
from gateway.domain.msisdn import Msisdn
from gateway.domain.sms import Lane, NewSms, Purpose
from gateway.services.ports import Outcomes

Plan = dict[str, Any]


class Story:
    """Lives through three days; `plan` gathers what waits, and what is to be typed next."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan: Plan = {"ussd": [], "repeated_turns": [], "conversations": [], "facts": {}}
        self.facts: Plan = self.plan["facts"]
        codes = iter(("7142038", "7253149", "7364250", "7475361"))
        self.nudge = replace(world.gateway.nudge_dropped, draw_code=codes.__next__)
        world.gateway.send_sms.chance.seed(1)

    def tell(self) -> Plan:
        """Returns the plan, when all has happened."""
        self._three_days_ago()
        self._two_hours_ago()
        self._lines_that_dropped()
        self._on_the_older_release()
        self._on_the_live_release()
        self._slow_answers()
        self._processes_that_died()
        self._what_waits()
        self.world.until(seconds=0)
        return self.plan

    def dial(
        self, number: int, session: str, shortcut: str, *answers: str, channel: str = "at-ke"
    ) -> tuple[str, str, str]:
        """Dials and answers; returns the code, all that was typed, and the last page."""
        code = f"*384*2026*{shortcut}#" if shortcut else "*384*2026#"
        page = self.world.turn(phone(number), session, "", code=code, channel=channel)
        typed = ""
        for answer in answers:
            typed = f"{typed}*{answer}" if typed else answer
            page = self.world.turn(phone(number), session, typed, code=code, channel=channel)
        return code, typed, page

    def leave(
        self,
        what: str,
        number: int,
        shortcut: str,
        *answers: str,
        next: list[str],
        channel: str = "at-ke",
    ) -> None:
        """Dials, answers and leaves the session there; `next` is how it is to be gone on with."""
        session = f"s-{number:02d}"
        code, typed, page = self.dial(number, session, shortcut, *answers, channel=channel)
        assert page.startswith("CON "), (what, page)
        self._left(what, number, session, code, typed, page, next, channel)

    def _left(
        self,
        what: str,
        number: int,
        session: str,
        code: str,
        typed: str | None,
        page: str | None,
        next: list[str],
        channel: str = "at-ke",
    ) -> None:
        self.plan["ussd"].append(
            {
                "what": what,
                "channel": channel,
                "phone": phone(number),
                "session": session,
                "service_code": code,
                "typed": typed,
                "screen": page,
                "next": next,
            }
        )

    def begins(self, what: str, number: int, session: str, code: str, next: list[str]) -> None:
        """Notes a session that is to be begun; the first of `next` is typed after dialling."""
        self._left(what, number, session, code, None, None, next)

    # -- three days ago ------------------------------------------------------------------------

    def _three_days_ago(self) -> None:
        world = self.world
        deployment.edit(world.home, deployment.EARLIER)
        self.facts["older_release"] = world.publish("The first menu")
        deployment.edit(world.home, deployment.EARLIER, back=True)
        self._languages()
        self._rows_of_handlers()
        self._cases()
        self._help_desk()
        self._old_sms()
        world.work()
        world.tick()
        world.pass_time(days=2)

    def _languages(self) -> None:
        self.dial(22, "h-22", "", "2")  # asks first: 2 is Kiswahili
        self.dial(23, "h-23", "", "4")
        self.dial(29, "h-29", "", "4")
        self.dial(61, "h-61", "", "4")
        self.dial(6, "h-06", "", "4")
        self.dial(7, "h-07", "", "2")

    def _rows_of_handlers(self) -> None:
        self.dial(60, "h-60", "22", "1", "Juma", "03112026")
        self.dial(60, "h-60b", "22", "1", "Asha", "01102026")
        self.dial(61, "h-61b", "22", "1", "ሰላም", "25022019")
        self.dial(57, "h-57", "22", "1", "Rehema", "03112026")
        self.dial(41, "h-41b", "22", "1", "Zuri", "03112026")
        self.dial(62, "h-62", "81", "1", "1")
        self.dial(62, "h-62b", "81", "1", "3")
        for number, pin in ((63, "4829"), (64, "5938"), (65, "6047")):
            row = ("30110042", "17081952")
            _, _, page = self.dial(number, f"h-{number}", "61", *row, pin, pin, pin)
            assert page.startswith("END Your next payment"), page
        wrong = ["1", "9471"] * 4
        self.dial(64, "h-64b", "61", "30110042", "9471", *wrong)
        self.dial(65, "h-65b", "61", "30110042", "9471", "1", "9471")
        self.dial(78, "h-78", "61", "30110042", "18081952")
        self.dial(71, "h-71", "92", "1", "4")
        self.dial(71, "h-71b", "91", "1")
        self.dial(71, "h-71c", "32", "1", "1", "Neema")
        self.begins("my children", 60, "n-60", "*384*2026*22#", ["2", "1"])
        self.begins("my warnings", 62, "n-62", "*384*2026*81#", ["2", "1"])
        self.begins("a PIN that fits", 63, "n-63", "*384*2026*61#", ["30110042", "4829"])
        self.begins(
            "a PIN that is locked, until its owner proves herself anew", 64, "n-64",
            "*384*2026*61#", ["30110042", "5938", "1", "17081952", "7159", "7159", "7159"],
        )  # fmt: skip
        self.begins(
            "a PIN with two tries used", 65, "n-65", "*384*2026*61#",
            ["30110042", "9471", "1", "9471", "1", "9471", "1"],
        )  # fmt: skip
        self.begins(
            "an ID number and a date of birth", 79, "n-79", "*384*2026*52#",
            ["20260101", "21041998"],
        )  # fmt: skip
        self.begins("the price of maize", 79, "n-79b", "*384*2026*71#", ["1", "1"])
        self.begins("what is held", 60, "n-60b", "*384*2026*93#", ["1"])
        self.begins("a vote that counts once", 71, "n-71", "*384*2026*91#", ["2"])

    def _cases(self) -> None:
        opened = {}
        for number, category in ((66, "1"), (67, "2"), (68, "3"), (69, "4"), (70, "5")):
            described = ("1", f"It has been broken since Monday, number {number}")
            name = ("1", "Asha Tesha") if number in (66, 70) else ("2",)
            *_, page = self.dial(number, f"h-{number}", "41", category, *described, *name)
            opened[number] = "".join(each for each in page if each.isdigit())
            assert len(opened[number]) == 9, page
        self.dial(77, "h-77", "51", "1", "20112026", "1", "Neema", "Baraka Musa")
        work = SqlCaseWork(self.world.gateway.engine, self.world.gateway.keyring)
        moves = ((67, "in_progress"), (68, "in_progress"), (68, "solved"), (69, "solved"))
        for number, status in moves:
            self.world.pass_time(seconds=60)
            assert work.move(opened[number], status, self.world.clock.now())
        self.dial(69, "h-69b", "42", opened[69], "2")  # not mended
        self.dial(70, "h-70b", "93", "4", "1")  # erases what is held
        note_command(
            self.world.gateway.engine,
            self.world.gateway.keyring,
            subscribers=[Msisdn(phone(66))],
            who="Water office",
            what="cases",
            at=self.world.clock.now(),
        )
        self.facts["cases"] = {phone(number): case for number, case in opened.items()}
        self.begins("a case that is received", 79, "n-79c", "*384*2026*42#", [opened[66]])
        self.begins("a case that is in progress", 67, "n-67", "*384*2026*42#", [opened[67]])
        self.begins(
            "a solved case, confirmed and rated", 68, "n-68", "*384*2026*42#",
            [opened[68], "1", "1", "5"],
        )  # fmt: skip
        self.begins("a case that was opened again", 69, "n-69", "*384*2026*42#", [opened[69]])
        self.begins(
            "who looked, and an objection", 66, "n-66", "*384*2026*93#",
            ["2", "1", "I know nobody there"],
        )  # fmt: skip
        self.begins("what is held after erasing", 70, "n-70", "*384*2026*93#", ["1"])

    def _help_desk(self) -> None:
        for number, institution in ((72, "2"), (74, "1"), (75, "3")):
            self.dial(number, f"h-{number}", "94", institution, f"Where do I go, number {number}?")
        self.world.text(phone(73), "where does one get a new licence plate", link="link-73a")
        self.world.work("inbound")
        self.world.pass_time(seconds=30)
        self.world.text(phone(73), "my plate was stolen in town", link="link-73")
        self.world.work("inbound")
        messages = self.world.gateway.help_desk.newest(None, "", 50)
        by_number = {each.msisdn.e164: each.id for each in messages}
        self.world.gateway.answer_help_desk(by_number[phone(74)], "Go to the clinic in Mbale.")
        self.world.gateway.answer_help_desk.close(by_number[phone(75)])
        self.facts["help_desk"] = by_number

    def _old_sms(self) -> None:
        """MTs that came to every end there is."""
        ends = {48: "Success", 49: "Failed", 50: "Expired", 51: "Rejected"}
        refusals: dict[int, object] = {52: 403, 53: 406, 54: "nothing"}
        Messaging.answers = {phone(number): answer for number, answer in refusals.items()}
        for number in (47, *ends, *refusals):
            Messaging.named[phone(number)] = f"ATXid_to_{number}"
            self.world.text(phone(number), "HELP")
        self.world.work()
        for number, word in ends.items():
            self.world.report(f"ATXid_to_{number}", word, phone(number))
        self.world.report("ATXid_to_47", "Buffered", phone(47))
        statuses = {n: self.world.sms_to(phone(n))[-1][1] for n in (47, *ends, *refusals)}
        assert statuses == {
            47: "sent", 48: "delivered", 49: "undelivered", 50: "expired", 51: "rejected",
            52: "failed", 53: "refused", 54: "unknown",
        }, statuses  # fmt: skip

    # -- two hours ago -------------------------------------------------------------------------

    def _two_hours_ago(self) -> None:
        world = self.world
        world.until(hours=2)
        for number, text in ((40, "STOP"), (42, "STOP"), (42, "START")):
            world.text(phone(number), text)
            world.work("inbound")
        self.dial(41, "h-41", "93", "5", "1", "2")  # no more SMS about vaccination
        world.work()
        self.begins("START after STOP", 42, "n-42", "*384*2026*93#", ["5", "2", "1"])

    def _lines_that_dropped(self) -> None:
        """Dialogues that were cut short, with and without an SMS about it."""
        world = self.world
        world.until(minutes=35)
        for number in (10, 12):
            self.dial(number, f"d-{number}", "51", "1", "20112026", "1", "Neema")
        world.pass_time(seconds=200)
        assert self.nudge() == 2
        world.work("reply")
        found = {}
        for number in (10, 12):
            (text, status), *_ = reversed(world.sms_to(phone(number)))
            found[number] = next(word for word in text.split() if word.count("*") == 3)
            assert status == "sent"
        self.facts["resume_codes"] = {phone(number): code for number, code in found.items()}
        world.until(minutes=12)
        for number in (8, 9):
            self.dial(number, f"d-{number}", "31", "10231456", "2")
        self.dial(15, "d-15", "41", "1", "1")
        self.dial(28, "d-28", "61", "30110042")
        world.pass_time(seconds=540)
        self.begins(
            "a resume code from another phone", 11, "n-11", found[10],
            ["19112026", "20112026", "Baraka Musa"],
        )  # fmt: skip
        self.begins("dialled again after a drop", 9, "n-09", "*384*2026#", ["1", "03092007"])
        self.begins(
            "a sensitive dialogue, offered without a name", 28, "n-28", "*384*2026#",
            ["1", "30110042", "17081952", "8260", "8260", "8260"],
        )  # fmt: skip

    # -- three minutes ago ---------------------------------------------------------------------

    def _on_the_older_release(self) -> None:
        world = self.world
        world.until(seconds=170)
        self.leave(
            "the older release: regions", 1, "21", next=["1", "1", "1"],
        )  # fmt: skip
        self.leave(
            "the older release: an option that is gone", 30, "41",
            next=["5", "1", "The bridge at the market", "2"],
        )  # fmt: skip
        self.leave("the older release: home", 19, "", "1", next=["6", "1", "00"], channel="phone")
        self.leave(
            "the older release: what is dropped in ten seconds", 14, "41", "2", "1",
            next=["The road to the school is gone", "2"],
        )  # fmt: skip
        world.text(phone(31), "REPORT", channel="phone")
        world.work()
        self._talks(
            "the older release, by SMS", 31, ["5", "1", "The bridge at the market is gone", "2"],
            channel="phone",
        )  # fmt: skip

    def _talks(
        self, what: str, number: int, next: list[str], channel: str = "at-ke", link: str = ""
    ) -> None:
        said = self.world.sms_to(phone(number))
        self.plan["conversations"].append(
            {
                "what": what,
                "channel": channel,
                "phone": phone(number),
                "last_reply": said[-1][0] if said else None,
                "link_id": link,
                "next": next,
            }
        )

    # -- since two minutes ago -----------------------------------------------------------------

    def _on_the_live_release(self) -> None:
        world = self.world
        world.until(seconds=120)
        self.facts["live_release"] = world.publish("Road state, and what was said of it")
        deployment.edit(world.home, deployment.LATER)
        world.publish("A mistake", MADE_AT + timedelta(days=2))
        world.store.withdraw_scheduled(world.clock.now())
        self.facts["scheduled_release"] = world.publish(
            "A better name", MADE_AT + timedelta(days=1)
        )
        self.facts["scheduled_at"] = (MADE_AT + timedelta(days=1)).isoformat()
        deployment.edit(world.home, deployment.LATER, back=True)
        world.take_up()
        assert world.gateway.releases.current().id == self.facts["live_release"]
        self._sessions()
        self._offers()
        self._roads()
        self._conversations()

    def _sessions(self) -> None:
        self.leave(
            "a description is asked for", 2, "41", "1", "1",
            next=["The pump at the school is broken", "1", "Asha Tesha"],
        )  # fmt: skip
        self.leave("the second page of a list", 3, "41", "1", "98", next=["0", "98", "12"])
        self.leave(
            "a PIN to be typed a second time", 4, "61", "30110042", "17081952", "8260",
            next=["8260", "8260"],
        )  # fmt: skip
        self.leave("a secret is asked for", 5, "31", "10231456", "2", next=["03092007"])
        self.leave(
            "in Amharic, with a date of its calendar", 6, "51", "1",
            next=["11032019", "1", "ሰላም", "አስቴር"],
        )  # fmt: skip
        self.leave("answers behind the service code", 7, "31*10231456", next=["2", "03092007"])
        self.leave("a refused answer", 21, "31", "1023", next=["10231456", "1"])
        self.leave("the language is asked for", 24, "", next=["3", "9", "3"])
        self.leave("the phone of development", 18, "22", "1", next=["Juma", "03112026"],
                   channel="phone")  # fmt: skip
        self.begins("a language in Redis and the database", 22, "n-22", "*384*2026#", ["6"])
        code, typed, page = self.dial(20, "s-20", "31", "10231456", "2", "03092007")
        self.plan["repeated_turns"].append(
            {
                "what": "the last turn of a session that has ended, again",
                "channel": "at-ke",
                "phone": phone(20),
                "session": "s-20",
                "service_code": code,
                "text": typed,
                "screen": page,
            }
        )
        for key in self.world.redis.scan_iter(b"lang:*"):
            index = self.world.gateway.keyring.index("msisdn", phone(23))
            if key == b"lang:" + index:
                self.world.redis.delete(key)
        self.begins("a language in the database alone", 23, "n-23", "*384*2026#", ["8", "1"])
        self.world.pass_time(seconds=5)

    def _offers(self) -> None:
        self.leave("asked whether to go on", 8, "", next=["1", "03092007"])
        code = self.facts["resume_codes"][phone(12)]
        page = self.world.turn(phone(13), "s-13", "", code=code)
        assert "once more" in page, page
        self._left(
            "a resume code, and its fact is asked for", 13, "s-13", code, "", page,
            ["20112026", "Baraka Musa"],
        )  # fmt: skip
        self.leave(
            "gone on with after a drop", 15, "", "1",
            next=["The pump at the school is broken", "2"],
        )  # fmt: skip

    def _roads(self) -> None:
        self.dial(58, "s-58a", "43", "112")
        self.world.until(seconds=20)
        self.dial(58, "s-58b", "43", "115")
        for attempt in range(2):
            _, _, page = self.dial(58, f"s-58c{attempt}", "43", "117")
            assert "not available" in page, page
        self.leave("a last known answer", 58, "43", next=["112"])
        self.leave("an answer kept a moment ago", 59, "43", next=["115"])
        self.leave("a back end that is left alone", 79, "43", next=["117"])

    def _conversations(self) -> None:
        world = self.world
        texts = {
            32: "REPRT water Mbale", 33: "CLINIC", 34: "RESULT 10231456 2025 03092007",
            38: "REPORT water Mbale", 29: "ችግር", 26: "RESULT 10231456 2025",
        }  # fmt: skip
        for number, text in texts.items():
            world.text(phone(number), text, link="link-33" if number == 33 else "")
        world.work()
        self._talks("a secret is asked for by SMS", 26, ["03092007"])
        self._talks("asked whether a word was meant", 32, ["1"])
        self._talks("lists by SMS, on demand", 33, ["1", "1", "1"], link="link-33b")
        self._talks("a dialogue that is over", 34, ["7"])
        self._talks("in Amharic by SMS", 29, ["1", "1"])

    # -- seconds ago ---------------------------------------------------------------------------

    def _slow_answers(self) -> None:
        world = self.world
        world.until(seconds=12)
        slow = world.gateway.back_ends.run_slow_calls

        def nothing_comes() -> None:
            world.clock.advance(5.5)

        def the_answer_comes_and_the_node_dies() -> None:
            call = slow.next()
            slow.run(call)
            raise Killed

        with world.meanwhile(the_answer_comes_and_the_node_dies):
            self.dial(16, "s-16", "53", "120034")
        with world.meanwhile(the_answer_comes_and_the_node_dies):
            self.dial(18, "s-18b", "53", "120036")
        with world.meanwhile(nothing_comes):
            _, _, page = self.dial(17, "s-17", "53", "120030")
        assert "We will text you" in page, page
        world.text(phone(39), "LAND 120037", link="link-39")
        with world.meanwhile(lambda: None):
            world.work("inbound")
        assert "another SMS" in world.sms_to(phone(39))[-1][0]
        world.work("reply")
        self.plan["repeated_turns"].append(
            {
                "what": "a turn whose slow answer came when its node was gone",
                "channel": "at-ke",
                "phone": phone(16),
                "session": "s-16",
                "service_code": "*384*2026*53#",
                "text": "120034",
                "screen": None,
            }
        )
        self.plan["slow"] = {
            "answers": [phone(17), phone(18), phone(39)],
            "then": {"phone": phone(17), "next": ["2"]},
        }

    def _processes_that_died(self) -> None:
        world = self.world
        world.until(seconds=4)
        answers = ["1", "1", "The pump at the well is broken", "2"]
        self.dial(25, "s-25", "41", *answers[:-1])
        with world.dying_before_it_stores_the_turn():
            world.turn(phone(25), "s-25", "*".join(answers), code="*384*2026*41#")
        child = ["1", "Tumaini", "03112026"]
        self.dial(43, "s-43", "22", *child[:-1])
        with world.dying_before_it_stores_the_turn():
            world.turn(phone(43), "s-43", "*".join(child), code="*384*2026*22#")
        for number, shortcut, typed in ((25, "41", answers), (43, "22", child)):
            self.plan["repeated_turns"].append(
                {
                    "what": f"a turn that had written when its node died ({shortcut})",
                    "channel": "at-ke",
                    "phone": phone(number),
                    "session": f"s-{number}",
                    "service_code": f"*384*2026*{shortcut}#",
                    "text": "*".join(typed),
                    "screen": None,
                }
            )

    def _what_waits(self) -> None:
        """MTs at every place on their way, and MOs that nobody has routed yet."""
        world, outbox = self.world, self.world.gateway.outbox
        soon = world.clock.now() + timedelta(seconds=60)
        for number in (45, 46):
            world.text(phone(number), "HELP")
            world.work("inbound")
            (leased,) = outbox.lease("at-ke", Lane.REPLY, 1, world.clock.now(), soon)
            if number == 46:
                started = self.world.gateway.send_sms._start([leased], Outcomes())
                assert len(started) == 1
        Messaging.answers = {phone(44): 500}
        world.text(phone(44), "HELP")
        world.work("inbound", "reply")
        world.text(phone(55), "HELP")
        world.text(phone(80), "HELP", link="link-80")
        world.work("inbound")
        world.report("ATXid_to_55", "Success", phone(55))
        self._reminder_before_a_stop()
        self._waiting_mos()
        statuses = {n: world.sms_to(phone(n))[-1][1] for n in (44, 45, 46, 55, 80)}
        assert statuses == {44: "queued", 45: "leased", 46: "sending", 55: "queued", 80: "queued"}
        holding = world.gateway.leader_lock.hold("ticker", 20.0)
        assert holding.__enter__()()  # the ticker dies with the lock
        for dial in range(30):
            page = world.turn(phone(27), f"s-27-{dial}", "")
            assert "Choose" in page, page
        self.begins("who dials too often", 27, "n-27", "*384*2026#", [])
        self.plan["queued"] = [phone(n) for n in (44, 45, 46, 55, 56, 80)]
        self.plan["early_report"] = {"phone": phone(55), "reference": "ATXid_to_55"}
        self.plan["late_reports"] = [
            {"phone": phone(47), "reference": "ATXid_to_47", "status": "Success"},
            {"phone": phone(49), "reference": "ATXid_to_49", "status": "Success"},
            {"phone": phone(48), "reference": "ATXid_to_48", "status": "Failed"},
        ]

    def _reminder_before_a_stop(self) -> None:
        """A notice that is queued, to somebody who has stopped everything since."""
        notice = NewSms(
            channel="at-ke", msisdn=Msisdn(phone(56)), text="A warning that nobody asked for.",
            lane=Lane.BULK, purpose=Purpose.NOTICE, key="a notice", topic="warnings",
        )  # fmt: skip
        self.world.gateway.outbox.add([notice], self.world.clock.now())
        self.world.gateway.stores.jobs.wake_outbound("at-ke", Lane.BULK)
        self.world.text(phone(56), "STOP")
        self.world.work("inbound")

    def _waiting_mos(self) -> None:
        world = self.world
        world.text(phone(37), "HELP")
        inbox = world.gateway.drain_inbox.inbox
        (leased,) = inbox.lease(1, world.clock.now(), world.clock.now() + timedelta(seconds=60))
        world.text(phone(81), "MENU")
        (failed,) = inbox.lease(1, world.clock.now(), world.clock.now() + timedelta(seconds=60))
        inbox.put_off(failed, world.clock.now(), "StoreUnavailable")
        assert failed > leased
        self.plan["held_up_mos"] = {"leased": phone(37), "put off": phone(81)}
        waiting = {35: "RESULT 10231456 2025", 57: "STOP", 38: "The pump is broken since Monday",
                   36: "PRICE maize Mbale"}  # fmt: skip
        references = {
            phone(number): {"reference": world.text(phone(number), text), "text": text}
            for number, text in waiting.items()
        }
        self.plan["waiting_mos"] = references
