"""What is removed when: one table for the database, one for Redis, and one of what stays.

The ticker carries out `REMOVED` and adds what a deployment declares with `days`. Redis carries out
`EXPIRES` by itself. A table of the database, or a key in Redis, that stands nowhere here fails a
test; docs/operations.md shows the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Rows of a table that go `after` the time in `column` has come.

    `since` says what that time is. `only` says which rows go, where others of that age stay. With
    `empties` the row stays, and that column of it is emptied. Of a table that is `in_order` the ids
    follow that time closely enough to find by them what is old: it needs no index for its age.
    """

    table: str
    column: str
    after: timedelta
    since: str
    why: str
    only: str = ""
    empties: str = ""
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Expiry:
    """Keys of Redis that are this or begin so, and when they go.

    A key that `lives_on` has no time to live of its own: something else takes it away.
    """

    key: str
    goes: str
    why: str
    lives_on: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of which no row goes by its age: it stays until something happens."""

    table: str
    until: str
    why: str


def in_words(time: timedelta) -> str:
    """Returns a time in the largest unit that tells it whole.

    >>> in_words(timedelta(days=7)), in_words(timedelta(minutes=1))
    ('7 days', '1 minute')
    """
    seconds = round(time.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' * (seconds != size)}"
    return f"{seconds} second{'s' * (seconds != 1)}"


#: The expiry of a row stands in its own column.
AT_ONCE = timedelta()
#: A result that a turn may ask for again. Turns are repeated within seconds, replayed in minutes.
SLOW_CALL_KEPT = timedelta(hours=1)
#: No turn, MO or job is tried again after so long.
WRITE_REMEMBERED = timedelta(days=7)
#: A report whose MT has not turned up by then is about an MT that is not ours.
EARLY_REPORT_KEPT = timedelta(days=7)
#: Whoever answers the next morning is told that their dialogue is over, and what was not sent.
LAPSED_KEPT = timedelta(days=1)
#: A wrong second fact counts for a week at most.
WRONG_TRIES_KEPT = timedelta(days=30)
#: A phone that has proven whose data it asks for is known again for so long.
PROOF_KEPT = timedelta(days=365)
#: An inquiry into a disaster asks who was warned of it, and when.
ALERT_KEPT = timedelta(days=730)
#: Whoever waits is told within hours that it is over; what is left then cannot be read or sent.
QUESTION_KEPT = timedelta(days=7)
#: A draft that nobody has sent by then will not be sent: its list is personal, and of no use.
LIST_KEPT = timedelta(days=90)
#: A row that nobody has taken for so long, or asked to be posted again, stays here alone.
POSTING_KEPT = timedelta(days=90)
#: What nobody has touched for so long is of an older menu; what was published stands in `releases`.
DRAFT_KEPT = timedelta(days=365)
#: Longer than most limits for claims against an office. Then the stretch is replaced by its hash.
AUDIT_KEPT = timedelta(days=3650)
#: Who has not dialled for so long may have another network by now.
NETWORK_KEPT = timedelta(days=400)
#: What is summed by minutes and hours is looked at on the day itself, and on a Monday of a Friday.
SHORT_SPANS_KEPT = timedelta(days=4)
#: No session that was offered something lasts a day.
OFFER_REMEMBERED = timedelta(days=1)
#: No import takes a day: rows beside the present ones are then of one that died.
IMPORT_AT_MOST = timedelta(days=1)

REMOVED = (
    Removal(
        table="drafts",
        column="changed_at",
        after=DRAFT_KEPT,
        since="it was changed last",
        why="Nobody goes on with it. What was published of it stands in `releases`. One that was "
        "neither published nor discarded is discarded first, with the rows of its lists.",
        only="published or discarded ones",
    ),
    Removal(
        table="console_sessions",
        column="expires_at",
        after=AT_ONCE,
        since="it ended: after `console.idle_minutes` without a click, or `console.longest_hours`",
        why="It lets nobody in any more.",
    ),
    Removal(
        table="one_time_links",
        column="expires_at",
        after=AT_ONCE,
        since="it expired, a day after it was made",
        why="It lets nobody in any more.",
    ),
    Removal(
        table="conversations",
        column="expires_at",
        after=LAPSED_KEPT,
        since="it expired, which is `conversation_seconds` after the last SMS",
        why="Until then who texts again is told that it is over, and what was not sent. The row "
        "stays: its version must not begin again.",
        empties="session_sealed",
    ),
    Removal(
        table="early_reports",
        column="received_at",
        after=EARLY_REPORT_KEPT,
        since="the report came",
        why="Its MT has not turned up, so it is not ours.",
    ),
    Removal(
        table="slow_calls",
        column="created_at",
        after=SLOW_CALL_KEPT,
        since="the call began",
        why="Until then a turn that comes again finds its answer.",
        only="answers that were delivered",
    ),
    Removal(
        table="desk_calls",
        column="at",
        after=WRITE_REMEMBERED,
        since="the write",
        why="Nothing is tried again after so long, so nothing is written twice.",
    ),
    Removal(
        table="proofs",
        column="proved_at",
        after=PROOF_KEPT,
        since="the last proof",
        why="Until then no stranger's wrong tries make this phone wait.",
    ),
    Removal(
        table="proof_tries",
        column="last_at",
        after=WRONG_TRIES_KEPT,
        since="the last wrong try",
        why="It counts no more.",
    ),
    Removal(
        table="kept_questions",
        column="expires_at",
        after=QUESTION_KEPT,
        since="the days of its `tell_me`",
        why="Whoever waited was told. What is still here no key opens, or no channel reaches.",
    ),
    Removal(
        table="alerts",
        column="received_at",
        after=ALERT_KEPT,
        since="it came",
        why="An inquiry into a disaster asks who was warned of it; by then it is over.",
    ),
    Removal(
        table="alert_drafts",
        column="drafted_at",
        after=ALERT_KEPT,
        since="its broadcast was drafted",
        why="It goes with its alert.",
    ),
    Removal(
        table="broadcast_recipients",
        column="loaded_at",
        after=LIST_KEPT,
        since="the list was uploaded; at once when its broadcast has ended",
        why="Nobody has sent to it.",
    ),
    Removal(
        table="postings",
        column="noted_at",
        after=POSTING_KEPT,
        since="its row was stored or changed",
        why="The other system was asked for a week, and then nobody asked for it again. The row "
        "stays where it is stored.",
    ),
    Removal(
        table="networks_seen",
        column="seen_at",
        after=NETWORK_KEPT,
        since="the subscriber's last session by USSD",
        why="Numbers go along when people change networks.",
    ),
    Removal(
        table="turn_sums",
        column="at",
        after=SHORT_SPANS_KEPT,
        since="they began",
        why="The sums of the day have it.",
        only="sums of minutes and hours",
    ),
    Removal(
        table="answer_times",
        column="at",
        after=SHORT_SPANS_KEPT,
        since="they began",
        why="The sums of the day have it.",
        only="sums of minutes and hours",
    ),
    Removal(
        table="sms_sums",
        column="at",
        after=SHORT_SPANS_KEPT,
        since="they began",
        why="The sums of the day have it.",
        only="sums of minutes and hours",
    ),
    Removal(
        table="breaker_minutes",
        column="at",
        after=SHORT_SPANS_KEPT,
        since="they began",
        why="The overview shows no more than that. Metrics have it for longer.",
    ),
    Removal(
        table="resume_points",
        column="expires_at",
        after=AT_ONCE,
        since="`resume` after the drop",
        why="The code is good for nothing any more.",
    ),
    Removal(
        table="offered_sessions",
        column="expires_at",
        after=AT_ONCE,
        since=f"{in_words(OFFER_REMEMBERED)} after the last turn",
        why="The session is long over.",
    ),
    Removal(
        table="spare_sessions",
        column="expires_at",
        after=AT_ONCE,
        since="`session_seconds` after the last turn",
        why="The session is over.",
    ),
)

KEPT = (
    Kept(
        "inbound_sms",
        "`retention.sms_days` are over, or the subscriber erases it",
        "An MO that comes again is known by its row.",
    ),
    Kept(
        "outbound_sms",
        "`retention.sms_days` are over, or the subscriber erases it",
        "A report may come days later; it says what was sent, and what it cost.",
    ),
    Kept(
        "consents",
        "the subscriber erases it; a refusal stays for good",
        "STOP is law, after erasing, too.",
    ),
    Kept(
        "consent_changes",
        "the subscriber erases it; that of a refusal stays for good",
        "Who asks since when, and by whose word, we write to them is shown it.",
    ),
    Kept("subscribers", "the subscriber erases it", "The language is asked for once."),
    Kept("subscriptions", "it is ended, or erased", "Who asked to be told is told."),
    Kept("reminders", "it is handed to sending, cancelled, or erased", "It waits for its time."),
    Kept(
        "pins", "it is reset, or erased", "A lock that went by itself would let somebody guess on."
    ),
    Kept(
        "help_desk_messages",
        "`retention.help_desk_days` are over, or the subscriber erases it",
        "A person answers it; its number is a citizen's reference.",
    ),
    Kept(
        "master_keys",
        "`gateway keys reseal` has ended a rotation",
        "The index key, by which numbers are found, outlives the key it was made from.",
    ),
    Kept(
        "cases",
        "`retention.cases_days` are over; erasing takes the number and what is personal",
        "An office works on it.",
    ),
    Kept("case_events", "its case is gone, and as old", "It is the history of a case."),
    Kept(
        "audit",
        "its line of `audit_trail` goes; without one, you delete it",
        "Citizens see who has looked; erasing does not hide that.",
    ),
    Kept(
        "audit_trail",
        f"{in_words(AUDIT_KEPT)} after it was written; those of every institution (`*`) for good",
        "It says who did and saw what. The hash of the last line that went stays in `audit_heads`.",
    ),
    Kept("audit_heads", "never", "One row for each institution: the end of its audit."),
    Kept("institutions", "never", "One row for each: what it may send and spend."),
    Kept("people", "never", "What somebody did is under their name, after they left, too."),
    Kept("people_roles", "the role is taken back", "It says who may do what."),
    Kept(
        "credentials",
        "the person is removed, or begins anew by a link",
        "They prove themselves to the console with it.",
    ),
    Kept(
        "recovery_codes",
        "the code is used, or new ones are made",
        "Each lets a person in once who has lost the telephone with the others.",
    ),
    Kept(
        "ledger_lines",
        "never",
        "The sums of a day by institution, service and channel: the rows they sum may go.",
    ),
    Kept("ledger_open", "its MT has left, or never will", "It is looked at again."),
    Kept("ledger_marks", "never", "One row for each table: which of its rows are entered."),
    Kept("ledger_months", "never", "One row for each month that is closed."),
    Kept(
        "broadcasts",
        "you delete it",
        "It says what was sent to how many, and who has let it go out.",
    ),
    Kept("turns", "`retention.turns_days` are over", "Statistics compare one year with another."),
    Kept(
        "kept_sessions",
        "`retention.sessions_days` are over (30 when left out), or the subscriber erases it",
        "Who asks why the line dropped is told.",
    ),
    Kept("stored_turns", "never", "One row: which turns the statistics have already."),
    Kept(
        "group_days",
        "never",
        "The sums of a day by service, language, network, district: one year beside another.",
    ),
    Kept("screen_days", "never", "The sums of a day by screen."),
    Kept("refusal_days", "never", "The sums of a day by screen and what was wrong."),
    Kept("sms_looks", "never", "Five rows: which SMS are counted."),
    Kept("releases", "never", "Any of them can be rolled back to."),
    Kept("publications", "never", "It says who let which menu go live, and when."),
    Kept("published_shortcuts", "never", "A shortcut on a poster keeps its service."),
    Kept("published_forms", "never", "Rows stand under each form, also of a release of before."),
    Kept(
        "datasets",
        "the dataset is loaded again",
        "One row for each dataset: what is loaded, and since when.",
    ),
    Kept(
        "sms_steps",
        "its MT is erased, or you delete it",
        "It says how an SMS of unknown outcome was settled, and by whom.",
    ),
    Kept("report_flow", "never", "One row for each channel: when its reports came last."),
    Kept("channel_states", "never", "One row for each channel: whether SMS leave by it, and why."),
    Kept("leader_locks", "another process leads", "One row for each lock."),
)

#: A language that was chosen is looked up in the database again after this time. So Redis holds
#: the subscribers of a week, not of all time.
LANGUAGE_AT_HAND = timedelta(days=7)
#: How long a last known answer stands in for a back end that is down.
LAST_KNOWN_KEPT = timedelta(days=7)
#: How long a node is believed that something waits in its spool, after it said so last.
SPOOL_NOTED = timedelta(minutes=15)
#: Within which arrivals are counted; the limits of a channel are by the minute.
ARRIVALS_COUNTED = timedelta(minutes=1)
#: A signal that nobody heard is forgotten after so long.
SIGNAL_KEPT = timedelta(minutes=1)
#: So long a neighbour tells again what its flow said: RapidPro for a quarter of an hour.
FLOW_WORDS_KEPT = timedelta(hours=1)
#: So long an SMS that a flow was told of is known, should it be routed again.
FLOW_TOLD_KEPT = timedelta(days=1)
#: How long a second wake-up for the same work is not sent. It is also how late the work can be when
#: its job was lost with a worker that was killed.
WAKE_UP_HELD = timedelta(seconds=5)
#: A job that failed can be looked at for so long.
FAILED_JOB_KEPT = timedelta(hours=1)
#: Turns that wait for the database, at most: some 60 MB. Beyond it the oldest statistics are lost.
MOST_TURNS = 500_000

EXPIRES = (
    Expiry(
        "ussd:",
        "`session_seconds` after the last turn",
        "The network has ended the session long before.",
    ),
    Expiry(
        "screens:",
        "`session_seconds` and `deadline_seconds` after the last turn",
        "No screen of the session can be handed over twice.",
    ),
    Expiry(
        "back:",
        "`resume` after the last turn, or when it is gone on with",
        "The place to come back to.",
    ),
    Expiry(
        "drops",
        "each entry when its SMS is stored, or the dialogue is gone on with",
        "Sessions that may have been dropped.",
        lives_on=True,
    ),
    Expiry(
        "lang:",
        f"after {in_words(LANGUAGE_AT_HAND)}",
        "The language at hand. The database has it, too.",
    ),
    Expiry(
        "arrivals:",
        f"after {in_words(ARRIVALS_COUNTED)}",
        "Limits count by the minute.",
    ),
    Expiry(
        "throttle:",
        "after 1.3 seconds, or `1 / max_per_second` if that is longer; of its lanes after ten "
        "times that",
        "When what leaves on a channel, and which lane was last.",
    ),
    Expiry(
        "spooled:",
        f"the name of a node when its spool is empty, or {in_words(SPOOL_NOTED)} after it said so",
        "No notice leaves while a STOP may wait on a node's disk.",
        lives_on=True,
    ),
    Expiry(
        "answer:",
        f"after `cache_seconds`, or {in_words(LAST_KNOWN_KEPT)} with `keep_last`",
        "An answer of a back end that may be said again.",
    ),
    Expiry(
        "bell:",
        f"after {in_words(SIGNAL_KEPT)}",
        "Tells a turn that waits that its answer is there.",
    ),
    Expiry(
        "flow:",
        f"when it was shown, or after {in_words(FLOW_WORDS_KEPT)}; `flow:sms:` after "
        f"{in_words(FLOW_TOLD_KEPT)}",
        "What a neighbour's flow says, for the turn that waits for it; a neighbour tells it again, "
        "and a turn may die before it was shown.",
    ),
    Expiry(
        "breaker:",
        "when the back end is well again; failures after `window_seconds`",
        "Who is down is not asked.",
        lives_on=True,
    ),
    Expiry(
        "wake:",
        f"when the worker begins, or after {in_words(WAKE_UP_HELD)}",
        "One wake-up is enough.",
    ),
    Expiry(
        "rq:",
        f"a job when it is done; a failed one after {in_words(FAILED_JOB_KEPT)}",
        "The queue's own.",
        lives_on=True,
    ),
    Expiry(
        "turns",
        f"each entry when it is in the database; the oldest beyond {MOST_TURNS:,}",
        "Statistics on their way to the table `turns`.",
        lives_on=True,
    ),
    Expiry(
        "counters",
        "never: take it away with `DEL counters` after the upgrade",
        "What version 0.1 counted; nothing reads it any more.",
        lives_on=True,
    ),
)
