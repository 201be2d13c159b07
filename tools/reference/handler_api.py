"""docs/reference/handler-api.md: what a handler may import, as its docstrings say it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import gateway.handler_api as api
from tools.reference import markdown


def page() -> str:
    """Returns the page."""
    head = (
        "All that a handler may import, from `gateway.handler_api`. "
        "[Handlers](../handlers.md) tells how a service in Python is written and tested."
    )
    parts = [head, *_docstring(inspect.getdoc(api) or "")]
    for name in api.__all__:
        parts += _described(name, getattr(api, name))
    return markdown.page("The API of handlers", "the docstrings of `gateway.handler_api`", parts)


def _described(name: str, thing: Any) -> Iterator[str]:
    yield f"## {name}"
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):  # another name for a type
        yield markdown.block("python", f"{name} = {_type(thing)}")
        return
    if not getattr(thing, "_is_protocol", False):
        yield markdown.block("python", _signature(name, thing))
    yield from _docstring(inspect.getdoc(thing) or "")
    if inspect.isclass(thing):
        yield from _members(name, thing)


def _members(name: str, owner: type) -> Iterator[str]:
    """Yields methods and properties; a property that is a port leads to the methods of that."""
    for member, value in vars(owner).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property) and value.fget is not None:
            kind = get_type_hints(value.fget)["return"]
            if getattr(kind, "_is_protocol", False):
                yield f"### {name}.{member}"
                yield from _docstring(inspect.getdoc(kind) or "")
                yield from _methods(f"{name.lower()}.{member}", kind)
            elif text := inspect.getdoc(value):
                yield markdown.block("python", f"{name.lower()}.{member} -> {_type(kind)}")
                yield from _docstring(text)
        elif inspect.isfunction(value) and inspect.getdoc(value):
            yield from _method(name.lower(), value)


def _methods(path: str, owner: type) -> Iterator[str]:
    for member, value in vars(owner).items():
        if inspect.isfunction(value) and not member.startswith("_"):
            yield from _method(path, value)


def _method(path: str, function: Any) -> Iterator[str]:
    yield markdown.block("python", _signature(f"{path}.{function.__name__}", function))
    yield from _docstring(inspect.getdoc(function) or "")


def _signature(name: str, thing: Any) -> str:
    """Returns how it is called, one parameter a line when that is long."""
    signature = inspect.signature(thing)
    parameters = [_parameter(each) for each in signature.parameters.values() if each.name != "self"]
    marks = [each.kind for each in signature.parameters.values() if each.name != "self"]
    if inspect.Parameter.KEYWORD_ONLY in marks and inspect.Parameter.VAR_POSITIONAL not in marks:
        parameters.insert(marks.index(inspect.Parameter.KEYWORD_ONLY), "*")
    returned = signature.return_annotation
    ending = "" if inspect.isclass(thing) else f" -> {_type(returned)}"
    line = f"{name}({', '.join(parameters)}){ending}"
    if len(line) <= 88:
        return line
    return f"{name}(\n" + "".join(f"    {each},\n" for each in parameters) + f"){ending}"


def _parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else ""
    star = "**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else star
    shown = f"{star}{parameter.name}: {_type(parameter.annotation)}"
    if parameter.default is inspect.Parameter.empty:
        return shown
    default = parameter.default
    # A class that stands in for "made anew" prints as <factory>, and no reader can write that.
    return f"{shown} = {'...' if repr(default).startswith('<') else repr(default)}"


def _type(annotation: Any) -> str:
    written = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    written = re.sub(r"\b(?:[a-z_]+\.)+([A-Z]\w*)", r"\1", written)
    return re.sub(r"\bToolkit\b", "Desk", written)


def _docstring(text: str) -> Iterator[str]:
    """Yields the paragraphs; an example at the prompt becomes code."""
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.startswith(">>>"):
            yield markdown.block("pycon", paragraph)
        elif paragraph:
            yield markdown.plain(" ".join(paragraph.split()))
