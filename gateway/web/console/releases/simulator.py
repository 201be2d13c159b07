"""Trying a menu out in the console: the live one as it is, with whatever a network does.

The pages keep nothing. A trial stands sealed in their address, is played anew for each of them, and
goes back one step, to a colleague or into a dialogue as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import FilesInvalid, Refused
from gateway.domain.menu.draft import DIALOGUE_ENDING, Draft
from gateway.domain.menu.release import HOME_SERVICE
from gateway.domain.trials.trial import NOTES, PAGES, Trial
from gateway.rehearsal.lines import OWN_LINE
from gateway.rehearsal.trials.as_dialogue import Copied, as_dialogue
from gateway.rehearsal.trials.kept import Menu, Trials
from gateway.rehearsal.trials.menus import draft_menu, live_menu
from gateway.web.console.guard import me
from gateway.web.console.releases.trial_forms import (
    NAME_TAKEN,
    checked_name,
    link_of,
    pressed,
    trial_of,
)
from gateway.web.console.releases.trial_views import (
    CAME,
    DEEDS,
    WAITS,
    WAYS,
    page_view,
    place_of,
    shown_of,
    sms_view,
)
from gateway.web.console.words import why


@dataclass(frozen=True, slots=True, kw_only=True)
class Tryable:
    """A menu that is tried, where its page is, and how it is called there."""

    menu: Menu
    url: Callable[..., str]
    press_url: str
    draft: Draft | None = None

    def edit_url(self, file: str, line: int, screen: str = "") -> str:
        """Returns where a screen of the draft is edited, or a line; empty for the live menu."""
        if self.draft is None or "editor.yaml" not in current_app.view_functions:
            return ""
        service, _, name = screen.partition(".")
        if name and service != HOME_SERVICE:
            return url_for("editor.form", id=self.draft.id, path=file, screen=name)
        return url_for("editor.yaml", id=self.draft.id, path=file, line=line)


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the simulator."""
    simulator = Blueprint("simulator", __name__)
    trials = Trials(gateway.clock)

    def live() -> Tryable:
        menu = live_menu(gateway, me().name)
        return Tryable(
            menu=menu,
            url=lambda **values: url_for("simulator.page", **values),
            press_url=url_for("simulator.press"),
        )

    def drafted(id: str) -> Tryable:
        draft = gateway.drafts.one(id, by=me().name)
        return Tryable(
            menu=draft_menu(gateway, draft),
            url=lambda **values: url_for("simulator.draft_page", id=id, **values),
            press_url=url_for("simulator.draft_press", id=id),
            draft=draft,
        )

    @simulator.get("/try")
    def page() -> str | tuple[str, int]:
        return _page(gateway, trials, live())

    @simulator.post("/try")
    def press() -> Response | tuple[str, int]:
        return _pressed(gateway, trials, live())

    @simulator.get("/drafts/<id>/try")
    def draft_page(id: str) -> str | tuple[str, int]:
        return _page(gateway, trials, drafted(id))

    @simulator.post("/drafts/<id>/try/move")
    def draft_press(id: str) -> Response | tuple[str, int]:
        return _pressed(gateway, trials, drafted(id))

    @simulator.post("/drafts/<id>/try/dialogue")
    def keep(id: str) -> Response | tuple[str, int]:
        """Keeps the trial as a dialogue of the draft."""
        one, trial = drafted(id), trial_of(gateway.keyring, _link())
        title, name = request.form.get("title", ""), request.form.get("name", "").strip()
        try:
            path = f"dialogues/{checked_name(name)}{DIALOGUE_ENDING}"
            if one.draft is None or path in one.draft.files:
                raise Refused(NAME_TAKEN)
            with trials.on(one.menu) as ready:
                copied = as_dialogue(ready.player, ready.player.play(trial), title)
            gateway.drafts.save(id, path, copied.text, version=one.draft.version, by=me().name)
        except Refused as error:
            return _shown(gateway, trials, one, trial, why(error), copy=True), 400
        flash(path, "kept")
        return redirect(one.url(trial=link_of(gateway.keyring, trial), _anchor="copy"))

    return simulator


def _pressed(gateway: Gateway, trials: Trials, one: Tryable) -> Response | tuple[str, int]:
    settings, trial = gateway.deployment.settings, Trial()
    try:
        trial = trial_of(gateway.keyring, _link())
        after = pressed(trial, request.form, settings.national_region, settings.zone)
        link = link_of(gateway.keyring, after)
    except Refused as error:
        return _shown(gateway, trials, one, trial, why(error)), 400
    return redirect(one.url(trial=link, _anchor="said"))


def _page(gateway: Gateway, trials: Trials, one: Tryable) -> str | tuple[str, int]:
    try:
        trial = trial_of(gateway.keyring, _link())
    except Refused as error:
        return _shown(gateway, trials, one, Trial(), why(error)), 400
    return _shown(gateway, trials, one, trial)


def _shown(
    gateway: Gateway,
    trials: Trials,
    one: Tryable,
    trial: Trial,
    fault: str = "",
    *,
    copy: bool = False,
) -> str:
    try:
        return _played(gateway, trials, one, trial, fault, copy=copy)
    except FilesInvalid as invalid:
        return render_template("console/releases/cannot_try.html", one=one, faults=invalid.faults)


def _played(
    gateway: Gateway, trials: Trials, one: Tryable, trial: Trial, fault: str, *, copy: bool
) -> str:
    copied: Copied | None = None
    with trials.on(one.menu) as ready:
        try:
            tried = ready.player.play(trial)
        except Refused as error:  # such as a channel that went since the link was made
            fault, trial = fault or why(error), Trial()
            tried = ready.player.play(trial)
        if copy or "copy" in request.args:
            try:
                copied = as_dialogue(ready.player, tried)
            except Refused as error:
                fault = fault or why(error)
        place = place_of(ready, tried.newest)
        languages = ready.player.release.languages
    deployment = gateway.deployment
    channels = {name: each.to_channel(name) for name, each in deployment.channels.items()}
    return render_template(
        "console/releases/simulator.html",
        one=one,
        trial=trial,
        tried=tried,
        link=link_of(gateway.keyring, trial),
        fault=fault,
        shown=shown_of(tried),
        newest=tried.newest,
        place=place,
        copied=copied,
        languages_of_menu=languages,
        channels=[name for name, each in channels.items() if each.service_code or each.address],
        line_name="" if tried.line.name == OWN_LINE else tried.line.name,
        page_sizes=[each for each in PAGES if each],
        ways=WAYS,
        waits=WAITS,
        deeds=DEEDS,
        notes=NOTES,
        came=CAME,
        page_view=lambda text: page_view(text, tried.line),
        sms_view=sms_view,
        at=trial.setting.at.astimezone(deployment.settings.zone).strftime("%Y-%m-%dT%H:%M"),
        code=tried.line.service_code or "",
    )


def _link() -> str:
    return request.values.get("trial", "")
