"""The forms of the simulator: what was pressed becomes a trial, and a trial becomes a link."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import InvalidAddress, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.trials import trial as trials
from gateway.domain.trials.moves import Deed, OnTheWay, made
from gateway.domain.trials.trial import INVENTED, NO_NUMBER, NO_TRIAL, PAGES, Setting, Trial

#: What a link may hold in front of every server: the front takes 8 KiB of a request's head.
LONGEST_LINK = 6000
LONGEST_TRIAL = 64 * 1024

TOO_LONG = Sentence("This trial is too long for a link. Go back some, or begin again.")
NAME_TAKEN = Sentence("The draft has a dialogue of this name. Choose another.")
NO_NAME = Sentence("Write a name of letters, digits, _ and -, such as clinics_line_drops.")
NO_BUTTON = Sentence("Press one of the buttons.")
NO_MOMENT = Sentence("Choose a day and a time.")


#: In which field of the forms stands what a deed needs.
_FIELDS = {
    Deed.DIAL: "said",
    Deed.TYPE: "said",
    Deed.TEXT: "said",
    Deed.WAIT: "minutes",
    Deed.OUTCOME: "outcome",
}
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,79}", re.ASCII)


def checked_name(name: str) -> str:
    """Returns the name of a dialogue's file, without its ending; raises Refused for another.

    >>> checked_name("clinics_line_drops")
    'clinics_line_drops'
    """
    if not _NAME.fullmatch(name):
        raise Refused(NO_NAME)
    return name


def link_of(keyring: Keyring, trial: Trial) -> str:
    """Returns a trial as it stands in an address: sealed, since logs keep addresses.

    Raises Refused for one that is too long.
    """
    packed = zlib.compress(trials.written(trial).encode(), 9)
    sealed = base64.urlsafe_b64encode(keyring.seal("trial", packed)).decode().rstrip("=")
    if len(sealed) > LONGEST_LINK:
        raise Refused(TOO_LONG)
    return sealed


def trial_of(keyring: Keyring, link: str) -> Trial:
    """Returns the trial of an address; raises Refused for what this gateway did not seal."""
    if not link:
        return Trial()
    try:
        sealed = base64.urlsafe_b64decode(link[:LONGEST_LINK] + "=" * (-len(link) % 4))
        opened = keyring.open("trial", sealed)
        text = zlib.decompressobj().decompress(opened, LONGEST_TRIAL).decode()
    except (ValueError, zlib.error, Refused) as error:
        raise Refused(NO_TRIAL) from error
    return trials.read(text)


def pressed(trial: Trial, form: Mapping[str, str], region: str, zone: tzinfo) -> Trial:
    """Returns a trial after what was pressed on its page; raises Refused with what to change."""
    do = form.get("do", "")
    if do == "back":
        return trial.back()
    if do == "again":
        return Trial(setting=trial.setting)
    if do == "setting":
        return Trial(setting=_setting(form, region, zone), moves=trial.moves)
    if do not in set(Deed):
        raise Refused(NO_BUTTON)
    said = form.get(_FIELDS.get(Deed(do), ""), "").strip("\r\n")
    way = form.get("way", "")
    return trial.then(
        made(Deed(do), said, OnTheWay(way) if way in set(OnTheWay) else OnTheWay.WELL)
    )


def _setting(form: Mapping[str, str], region: str, zone: tzinfo) -> Setting:
    try:
        number = typed_number(form.get("number", "").strip() or INVENTED, region).e164
    except InvalidAddress as error:
        raise Refused(NO_NUMBER) from error
    try:
        at = datetime.fromisoformat(form.get("at", "")).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(NO_MOMENT) from error
    septets = form.get("septets", "0")
    return Setting(
        number=number,
        language=form.get("language", ""),
        channel=form.get("channel", ""),
        septets=int(septets) if septets in {str(each) for each in PAGES} else 0,
        count_prefix="prefix" in form,
        newest="newest" in form,
        at=at,
    )
