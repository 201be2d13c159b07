"""From the shape of a look-up to what the engine asks for, and what menus are checked against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.adapters.menu_files.schemas.look_ups import (
    BoundsShape,
    LookUpShape,
    NearShape,
    ProvenBeforeShape,
    SecondFactShape,
)
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.handler_contract.declared_call import Proves
from gateway.domain.handler_contract.look_up import (
    NONE,
    ONE,
    Asks,
    Condition,
    LookUp,
    ProvenBefore,
    with_contract,
)
from gateway.domain.handler_contract.nearness import Near
from gateway.domain.text.localised_text import Template


def look_up(id: str, shape: LookUpShape, datasets: Mapping[str, Dataset]) -> LookUp:
    """Returns the look-up of a screen; of a dataset that there is not, it is told nothing."""
    found = LookUp(
        name=id,
        dataset=shape.lookup,
        conditions=tuple(_conditions(shape)),
        searched=Template.parse(shape.search) if shape.search else None,
        rows_as=shape.list_.name if shape.list_ else "",
        most=shape.list_.most if shape.list_ else 1,
        gives=tuple(shape.gives),
        each=(shape.list_ and shape.list_.each) or "",
        within=(shape.list_ and shape.list_.within) or "",
        order=shape.order or "",
        latest=shape.latest or "",
        found_by=shape.found_by or "",
        change=shape.change or "",
        change_days=shape.change_days or 0,
        count_as=shape.count or "",
        sums=tuple(shape.sum.items()),
        proves=_proves(shape.proves),
        near=_near(shape.near),
        proven=_proven(id, shape.proven),
        alone=shape.list_ is not None and ONE in shape.outcomes,
        free=shape.free,
        apart=shape.list_ is not None and shape.list_.apart,
    )
    dataset = datasets.get(shape.lookup)
    return found if dataset is None else with_contract(found, dataset)


def _conditions(shape: LookUpShape) -> Iterator[Condition]:
    for column, asked in shape.where.items():
        if not isinstance(asked, BoundsShape):
            yield Condition(column, Asks.EQUAL, Template.parse(asked))
            continue
        bounds = {Asks.STARTS: asked.starts, Asks.FROM: asked.from_, Asks.TO: asked.to}
        for asks, value in bounds.items():
            if value is not None:
                yield Condition(column, asks, Template.parse(value))


def _proves(shape: SecondFactShape | None) -> Proves | None:
    if shape is None:
        return None
    return Proves(of=shape.of, wrong=(NONE,), message=shape.message or "")


def _proven(id: str, shape: ProvenBeforeShape | None) -> ProvenBefore | None:
    if shape is None:
        return None
    service = id.partition(".")[0]
    return ProvenBefore(of=shape.of, by=f"{service}.{shape.by}")


def _near(shape: NearShape | None) -> Near | None:
    if shape is None:
        return None
    north, east = shape.columns
    place = (Template.parse(shape.latitude), Template.parse(shape.longitude))
    return Near((north, east), *place, shape.within)
