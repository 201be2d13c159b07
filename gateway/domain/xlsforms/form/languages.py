"""Which language of a deployment a column of a form is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale

from gateway.domain.datasets.column_names import plain
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.findings import Findings, Spot

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?)\s*\)\s*$")


@dataclass(slots=True)
class Tongues:
    """The languages that a deployment speaks, and what a form calls them.

    `spoken` maps codes to what each calls itself; `unnamed` is the language of a column that names
    none.
    """

    spoken: Mapping[str, str]
    unnamed: str
    found: Findings
    told: set[str] = field(default_factory=set)

    def code_of(self, written: str, spot: Spot) -> str | None:
        """Returns the code of a language as a column names it; None where nobody speaks it."""
        if not written:
            return self.unnamed
        code = code_of(written, self.spoken)
        if code:
            return code
        if written not in self.told:
            self.told.add(written)
            speaks = ", ".join(f"{name} ({code})" for code, name in self.spoken.items())
            sentence = Sentence(
                "Texts in '%(written)s': the deployment speaks %(speaks)s. Add the "
                "language to main.yaml, or write its code behind its name, as in "
                "label::Kiswahili (sw).",
                written=written,
                speaks=speaks,
            )
            self.found.left_out(spot, sentence)
        return None


def code_of(written: str, spoken: Mapping[str, str]) -> str:
    """Returns the code of a spoken language that is named in itself or in English, or by its code.

    >>> code_of("Swahili", {"en": "English", "sw": "Kiswahili"}), code_of("French (fr)", {"en": ""})
    ('sw', '')
    """
    by_code = {code.lower(): code for code in spoken}
    if match := _CODE.search(written):
        written = match[1].replace("_", "-")
        return by_code.get(written.lower(), by_code.get(written.lower().partition("-")[0], ""))
    if written.strip().lower() in by_code:
        return by_code[written.strip().lower()]
    names = {plain(name): code for code, name in spoken.items()}
    wanted = plain(written)
    return names.get(wanted, by_code.get(_english().get(wanted, ""), ""))


@lru_cache(maxsize=1)
def _english() -> Mapping[str, str]:
    """Returns the codes of languages by their English names and what they call themselves."""
    return {plain(name): code for code, name in Locale("en").languages.items()}
