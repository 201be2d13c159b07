"""The editor of drafts: a file as a form and as YAML, and beside it what phones show of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import (
    Blueprint,
    abort,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug import Response

from gateway.adapters.editor_schema import schemas
from gateway.adapters.menu_files.forms.fields import FileForm
from gateway.composition.gateway import Gateway
from gateway.deployment.menu_of_texts import ReadMenu
from gateway.domain.faults_and_errors.errors import NotAllowed, Refused
from gateway.domain.menu.draft import CHANGEABLE, MAIN_FILE, Draft
from gateway.domain.menu.edits import Conflict
from gateway.use_cases.releases.drafts.edit_drafts import DraftMoved
from gateway.web.console.guard import me
from gateway.web.console.releases import editor_views as views
from gateway.web.console.releases.editor_acts import edits_of
from gateway.web.console.releases.editor_words import FIELDS, KINDS, spoken
from gateway.web.console.told import told
from gateway.web.console.words import fault_said, why

#: Which shape a file has, for the completion of its YAML; any other one is a service.
_SHAPES = {
    MAIN_FILE: "main",
    "phrases.yaml": "phrases",
    "messages.yaml": "messages",
    "calls.yaml": "calls",
}
_SHAPES_BELOW = {"datasets": "dataset", "forms": "form", "dialogues": "dialogue"}


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the editor."""
    editor = Blueprint("editor", __name__, url_prefix="/drafts/<id>/edit")
    pages = _Pages(gateway)

    @editor.get("/")
    def begin(id: str) -> Response:
        draft = pages.draft(id)
        path = next((each for each in draft.changed_files if each in draft.files), MAIN_FILE)
        return redirect(url_for("editor.form", id=id, path=path))

    @editor.get("/form/<path:path>")
    def form(id: str, path: str) -> str:
        return pages.form(pages.draft(id), path, request.args.get("screen", ""))

    @editor.post("/form/<path:path>")
    def fill_in(id: str, path: str) -> Response:
        return pages.fill_in(pages.draft(id), path)

    @editor.get("/yaml/<path:path>")
    def yaml(id: str, path: str) -> str:
        draft = pages.draft(id)
        return pages.yaml(draft, path, text=pages.text(draft, path), version=draft.version)

    @editor.post("/yaml/<path:path>")
    def write(id: str, path: str) -> Response:
        return pages.write(pages.draft(id), path)

    return editor


class _Pages:
    """What the routes show and do."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def draft(self, id: str) -> Draft:
        """Returns a draft of who asks; another's is not there."""
        try:
            return self._gateway.drafts.one(id, by=me().name)
        except NotAllowed:
            raise
        except Refused as refused:
            abort(told(404, why(refused)))

    def text(self, draft: Draft, path: str) -> str:
        """Returns the text of a file of a draft."""
        return self._gateway.drafts.text(draft, path)

    def form(
        self,
        draft: Draft,
        path: str,
        screen: str,
        fault: str = "",
        conflicts: Sequence[Conflict] = (),
    ) -> str:
        """Returns a file as a form, or the part of it that was asked for."""
        form = self._gateway.editor.forms.form(draft.files, path)
        menu = self._gateway.editor.read.menu(draft)
        wanted = request.args.get("channel", "")
        if request.args.get("part") == "phones":
            return self._phones(menu, form, screen)
        faults = self._gateway.editor.read.faults(draft)
        cards = views.cards(form, path, screen, draft, faults)
        chosen = next((each.screen for each in cards if each.chosen), "")
        return render_template(
            "console/editor/form.html",
            **self._around(draft, path, form),
            cards=cards,
            phones=views.phones_of(menu, form.service, chosen, wanted),
            fault=fault,
            conflicts=conflicts,
            saved=request.args.get("saved") == "1",
        )

    def fill_in(self, draft: Draft, path: str) -> Response:
        """Saves a form, and does what its button says."""
        given = request.form
        written = {name[2:]: each for name, each in given.items() if name.startswith("f:")}
        read = {name[2:]: each for name, each in given.items() if name.startswith("w:")}
        screen, act = given.get("screen", ""), given.get("do", "save")
        change, by = self._gateway.editor.change, me().name
        conflicts: Sequence[Conflict] = ()
        try:
            if written:
                saved = change.fill_in(draft.id, path, written, read, by=by)
                draft, conflicts = saved.draft, saved.conflicts
            if act != "save" and not conflicts:
                draft, screen = self._act(draft, path, screen, act)
        except Refused as refused:
            return self._refused(draft, path, screen, why(refused))
        if request.form.get("quietly"):
            rows = [
                {"key": "/".join(c.path), "mine": c.mine, "theirs": c.theirs} for c in conflicts
            ]
            return jsonify(version=draft.version, conflicts=rows)
        if conflicts:
            return make_response(self.form(draft, path, screen, conflicts=conflicts), 409)
        here = url_for("editor.form", id=draft.id, path=path, screen=screen or None, saved=1)
        return redirect(f"{here}#card-{screen}" if screen else here)

    def _act(self, draft: Draft, path: str, screen: str, act: str) -> tuple[Draft, str]:
        change, by = self._gateway.editor.change, me().name
        if act.startswith("rename:screens/") and act.count("/") == 1:
            old, name = act.partition("/")[2], request.form.get(f"name:{act[7:]}", "").strip()
            return change.rename_screen(draft.id, path, old, name, by=by), name
        menu = self._gateway.editor.read.menu(draft)
        first = next(iter(views.names_of(menu)), "en")
        edits = edits_of(act, request.form, first)
        if act.startswith("add-screen:"):
            screen = edits[0].path[-1]
        return change.edit(draft.id, path, edits, by=by), screen

    def _refused(self, draft: Draft, path: str, screen: str, fault: str) -> Response:
        if request.form.get("quietly"):
            return make_response(jsonify(refused=fault), 400)
        return make_response(self.form(draft, path, screen, fault=fault), 400)

    def yaml(
        self,
        draft: Draft,
        path: str,
        *,
        text: str,
        version: int,
        fault: str = "",
        theirs: DraftMoved | None = None,
    ) -> str:
        """Returns a file as YAML."""
        g.styles_itself = True
        faults = [each for each in self._gateway.editor.read.faults(draft) if each.file == path]
        part = request.args.get("part")
        if part == "faults":
            return render_template("console/editor/faults.html", faults=faults)
        form = self._gateway.editor.forms.form(draft.files, path)
        menu = self._gateway.editor.read.menu(draft)
        screen = request.args.get("screen", "") or next(iter(form.screens), "")
        if part == "phones":
            return self._phones(menu, form, screen)
        kind = _SHAPES.get(path) or _SHAPES_BELOW.get(path.partition("/")[0], "service")
        return render_template(
            "console/editor/yaml.html",
            **self._around(draft, path, form),
            text=text,
            version=version,
            faults=faults,
            fault=fault,
            theirs=theirs,
            phones=views.phones_of(menu, form.service, screen, request.args.get("channel", "")),
            schema=spoken(schemas()[kind]),
            saved=request.args.get("saved") == "1",
            line=request.args.get("line", type=int),
        )

    def _phones(self, menu: ReadMenu, form: FileForm, screen: str) -> str:
        """Returns a screen on the phones alone, as it is fetched while somebody types."""
        phones = views.phones_of(menu, form.service, screen, request.args.get("channel", ""))
        names = views.names_of(menu)
        return render_template("console/editor/phones.html", phones=phones, names=names)

    def write(self, draft: Draft, path: str) -> Response:
        """Saves the YAML of a file."""
        text = request.form.get("text", "").replace("\r\n", "\n")
        if "\r\n" in draft.files.get(path, ""):
            text = text.replace("\n", "\r\n")
        version = request.form.get("version", 0, type=int)
        quietly = bool(request.form.get("quietly"))
        try:
            saved = self._gateway.drafts.save(draft.id, path, text, version=version, by=me().name)
        except DraftMoved as moved:
            if quietly:
                both = {"theirs": moved.theirs or "", "by": moved.by, "version": moved.version}
                return make_response(jsonify(both), 409)
            now = self._gateway.drafts.one(draft.id, by=me().name)
            page = self.yaml(now, path, text=text, version=moved.version, theirs=moved)
            return make_response(page, 409)
        except Refused as refused:
            if quietly:
                return make_response(jsonify(refused=why(refused)), 400)
            page = self.yaml(draft, path, text=text, version=version, fault=why(refused))
            return make_response(page, 400)
        if quietly:
            faults = [each for each in self._gateway.editor.read.faults(saved) if each.file == path]
            found = [
                {"line": f.line, "column": f.column, "said": fault_said(f, placed=False)}
                for f in faults
            ]
            return jsonify(version=saved.version, faults=found)
        return redirect(url_for("editor.yaml", id=draft.id, path=path, saved=1))

    def _around(self, draft: Draft, path: str, form: FileForm) -> Mapping[str, Any]:
        """Returns what both ways to edit a file show around it."""
        menu = self._gateway.editor.read.menu(draft)
        faults = self._gateway.editor.read.faults(draft)
        return {
            "draft": draft,
            "path": path,
            "form": form,
            "rows": views.rows(draft, menu, faults),
            "names": views.names_of(menu),
            "neighbours": self._gateway.drafts.neighbours(draft),
            "can_change": draft.state in CHANGEABLE,
            "field_names": FIELDS,
            "kind_names": KINDS,
            "general": [each for each in faults if each.file not in draft.files],
        }
