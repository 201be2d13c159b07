"""What the buttons of the editor's forms do."""

from __future__ import annotations

import pytest

from gateway.adapters.yaml.edits.apply import apply
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web.console.releases.editor_acts import edits_of

SOURCE = """\
service: water
title: {en: Water}
screens:
  ask:
    text: {en: Which?}
    choice:
      1: {label: {en: One}, next: show}
      2: {label: {en: Two}, next: show}
  show:
    end: {en: Done}
"""
LINE = "screens/ask/choice"
_PICK = """\
  pick:
    text: {en: Pick}
    choice:
      1:
        label: {en: Pick}
        next: ask
"""


@pytest.mark.parametrize(
    ("act", "form", "old", "new"),
    [
        (f"down:{LINE}/1", {}, "1: {label: {en: One}, next: show}\n      2: {label: {en: Two}",
         "2: {label: {en: Two}, next: show}\n      1: {label: {en: One}"),
        (f"remove:{LINE}/2", {}, "\n      2: {label: {en: Two}, next: show}", ""),
        (f"add:{LINE}", {"name": "3", "value": "Ask us", "goto": "ask"}, "Two}, next: show}\n",
         'Two}, next: show}\n      3:\n        label: {en: "Ask us"}\n        next: ask\n'),
        (f"add:{LINE}/1", {"name": "when", "value": "language == 'en'"}, "One}, next: show}",
         "One}, next: show, when: \"language == 'en'\"}"),
        (f"add:{LINE}/1", {"name": "also", "value": "UNO, EIN"}, "One}, next: show}",
         "One}, next: show, also: {en: [UNO, EIN]}}"),
        ("add:", {"name": "cost", "value": "Free"}, "Done}\n", "Done}\ncost: {en: Free}\n"),
        ("add:", {"name": "goals", "value": "3, 6"}, "Done}\n", "Done}\ngoals: [3, 6]\n"),
        ("add:screens/show", {"name": "sms", "value": "true"}, "Done}", "Done}\n    sms: true"),
        ("add-screen:", {"name": "bye", "kind": "end", "value": "Bye, then."}, "Done}\n",
         'Done}\n  bye:\n    end: {en: "Bye, then."}\n'),
        ("add-screen:", {"name": "find", "kind": "lookup", "value": "pumps", "goto": "ask"},
         "Done}\n", "Done}\n  find:\n    lookup: pumps\n    outcomes: {found: ask}\n"),
        ("add-screen:", {"name": "keep", "kind": "store", "value": "pumps", "goto": "ask"},
         "Done}\n", "Done}\n  keep:\n    store: pumps\n    outcomes: {stored: ask}\n"),
        ("add-screen:", {"name": "age", "kind": "input", "value": "Age?", "goto": "ask"},
         "Done}\n", 'Done}\n  age:\n    input: text\n    text: {en: "Age?"}\n    next: ask\n'),
        ("add-screen:", {"name": "pick", "kind": "choice", "value": "Pick", "goto": "ask"},
         "Done}\n", "Done}\n" + _PICK),
        ("add-screen:", {"name": "on_to", "kind": "open", "value": "health"}, "Done}\n",
         "Done}\n  on_to: {open: health}\n"),
        (f"rename:{LINE}/1", {"name": "7"}, "1: {label", "7: {label"),
    ],
)  # fmt: skip
def test_a_button_changes_its_own_place(act: str, form: dict[str, str], old: str, new: str) -> None:
    key = act.partition(":")[2]

    edits = edits_of(act, {f"{name}:{key}": value for name, value in form.items()}, "en")

    assert SOURCE.count(old) == 1
    assert apply(SOURCE, edits) == SOURCE.replace(old, new)


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        (f"add:{LINE}", {"name": "4"}, "left out"),
        (f"add:{LINE}", {"value": "x", "goto": "ask"}, "left out"),
        ("add:", {"name": "cost"}, "left out"),
        ("add-screen:", {"name": "x", "kind": "end"}, "left out"),
        ("add-screen:", {"name": "x", "kind": "input", "value": "y"}, "left out"),
        ("add-screen:", {"name": "x", "kind": "odd", "value": "y"}, "out of date"),
        ("rename:screens/ask", {}, "left out"),
        ("up:", {}, "out of date"),
        ("dance:screens", {}, "out of date"),
        ("", {}, "out of date"),
    ],
)
def test_what_is_left_out_is_said(act: str, form: dict[str, str], why: str) -> None:
    key = act.partition(":")[2]

    with pytest.raises(Refused, match=why):
        edits_of(act, {f"{name}:{key}": value for name, value in form.items()}, "en")
