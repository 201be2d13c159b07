"""The files of a draft as forms, for the use case that fills them in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateway.adapters.menu_files.forms.cards import Around, form_of, languages_of
from gateway.adapters.menu_files.forms.fields import FileForm
from gateway.adapters.menu_files.forms.filled_in import changes_of
from gateway.adapters.menu_files.forms.references import rename_screen
from gateway.adapters.yaml.edits.apply import apply
from gateway.adapters.yaml.edits.nodes import GroupNode, node_at, root_of
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.draft import MAIN_FILE, Draft
from gateway.domain.menu.edits import Edit, FormChanges, Put

_SERVICE = re.compile(r"^service:[ ]*[\"']?([a-z][a-z0-9_]*)", re.MULTILINE)


class DraftForms:
    """Makes forms of the files of drafts."""

    def form(self, files: Mapping[str, str], path: str) -> FileForm:
        """Returns the form of a file; Refused where there is no such file."""
        text = files.get(path)
        if text is None:
            raise Refused(Sentence("There is no file %(path)s in this draft.", path=path))
        found = (_SERVICE.search(each) for each in files.values())
        services = sorted({each[1] for each in found if each is not None})
        languages = languages_of(files.get(MAIN_FILE, ""))
        return form_of(path, text, Around(languages=languages, services=services))

    def filled_in(
        self, draft: Draft, path: str, written: Mapping[str, str], read: Mapping[str, str]
    ) -> FormChanges:
        """Returns what a form of a file changes; `read` is what stood in it when it was read."""
        form = self.form(draft.files, path)
        if form.why:
            raise Refused(Sentence("%(why)s Mend it in the YAML first.", why=form.why))
        return changes_of(form, written, read)

    def with_name(self, text: str, screen: str, name: str) -> Sequence[Edit]:
        """Returns the edits that give a screen another name, wherever its file names it."""
        return rename_screen(text, screen, name)

    def with_keyword(self, text: str, language: str, keyword: str) -> Sequence[Edit]:
        """Returns the edits that give a service one keyword more in a language."""
        root = root_of(text)
        if node_at(root, ("keywords",)) is None:
            return [Put(path=("keywords",), value={language: [keyword]})]
        words = node_at(root, ("keywords", language))
        if not isinstance(words, GroupNode):
            return [Put(path=("keywords", language), value=[keyword])]
        return [Put(path=("keywords", language, str(len(words.entries))), value=keyword)]

    def applied(self, text: str, edits: Sequence[Edit]) -> str:
        """Returns the text of a file with the edits, everything else as it was."""
        return apply(text, edits)
