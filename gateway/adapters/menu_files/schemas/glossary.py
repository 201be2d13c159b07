"""The shape of glossary/LANGUAGE.yaml: the words of a language, for translators and the checker."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.adapters.menu_files.schemas.parts import Id, Said, Shape

_Word = Annotated[str, Field(min_length=1, max_length=60)]


class TermShape(Shape):
    """One thing, what it is called, and what it is not called."""

    say: str = Field("", max_length=120, description="What to say.")
    because: Said = Field(description="Why the refused words are refused, as half a sentence.")
    means: str = Field("", max_length=60, description="What the default language calls it.")
    refused: list[_Word] = Field(
        default=[], alias="not", description="Words that are a fault; * stands for any letters."
    )
    services: list[Id] = Field(
        default=[], alias="in", description="The services in which they are; all if left out."
    )


class VerbsShape(Shape):
    """The verbs with which a line says what it does."""

    words: list[_Word] = Field(min_length=1, description="The verbs; * stands for any letters.")
    last: bool = Field(False, description="The verb is the last word of a line, not the first.")


class ProtectionShape(Shape):
    """What the text of a screen says, whatever else it leaves out."""

    screen: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] = Field(
        description="The screen, as service.screen."
    )
    words: list[_Word] = Field(min_length=1, description="Words that are all there; * as above.")
    because: Said = Field(description="What happens to who is not told, as half a sentence.")


class GlossaryShape(Shape):
    """The glossary of one language."""

    address: TermShape | None = Field(None, description="How a citizen is spoken to.")
    terms: list[TermShape] = Field(default=[], description="Things and their names.")
    verbs: VerbsShape | None = Field(
        None, description="What the lines of a screen that says `acts: true` are to say."
    )
    protects: list[ProtectionShape] = Field(
        default=[], description="Words that screens may not leave out."
    )
    plain: list[_Word] = Field(
        default=[],
        description="Words that readers know besides the commonest, in their shortest form.",
    )
    losing: list[_Word] = Field(
        default=[], description="A text that asks before something is erased has one of these."
    )
