"""A study as far as it can be understood: every table that stands on its own, with its place.

The rules run over a draft, so that one wrong table does not hide what is wrong with the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from byssus.study.model import (
    Assertion,
    Assumed,
    Binder,
    Claim,
    Contact,
    Electrode,
    Literature,
    Measurement,
    OwnRelation,
    SpecimenTable,
)

__all__ = ["Draft", "draft_of"]

M = TypeVar("M", bound=BaseModel)
Placed = tuple[tuple[str, M], ...]


@dataclass(frozen=True)
class Draft:
    """Tables by kind, each with its place (``"claim[3]"``); ``binder_names`` also holds those of faulty binders.

    ``binder_names`` is ``None`` for a file of claims, which need not declare its binders.
    """

    binder_names: tuple[str, ...] | None = None
    binders: Placed[Binder] = ()
    electrode: Electrode | None = None
    specimens: SpecimenTable | None = None
    measurements: Placed[Measurement] = ()
    claims: Placed[Claim] = ()
    literature: Placed[Literature] = ()
    assertions: Placed[Assertion] = ()
    relations: Placed[OwnRelation] = ()
    assumed: Placed[Assumed] = ()
    contacts: Placed[Contact] = ()


def draft_of(raw: Mapping[str, Any], *, claims_only: bool = False) -> Draft:
    """The draft of a parsed study.toml, or of a file of claims."""
    if claims_only:
        return Draft(
            claims=_tables(raw, "claim", Claim),
            assertions=_tables(raw, "assertion", Assertion),
            relations=_tables(raw, "relation", OwnRelation),
        )
    rows = raw.get("binder")
    names = [row.get("name") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return Draft(
        binder_names=tuple(name.strip() for name in names if isinstance(name, str)),
        binders=_tables(raw, "binder", Binder),
        electrode=_taken(Electrode, raw.get("electrode", {})),
        specimens=_taken(SpecimenTable, raw.get("specimens")),
        measurements=_tables(raw, "measurement", Measurement),
        claims=_tables(raw, "claim", Claim),
        literature=_tables(raw, "literature", Literature),
        assertions=_tables(raw, "assertion", Assertion),
        relations=_tables(raw, "relation", OwnRelation),
        assumed=_tables(raw, "assumed", Assumed),
        contacts=_tables(raw, "contact", Contact),
    )


def _tables(raw: Mapping[str, Any], key: str, model: type[M]) -> Placed[M]:
    rows = raw.get(key)
    if not isinstance(rows, list):
        return ()
    taken = ((f"{key}[{index}]", _taken(model, row)) for index, row in enumerate(rows, 1))
    return tuple((place, table) for place, table in taken if table is not None)


def _taken(model: type[M], row: Any) -> M | None:
    """The row as that table without its unknown keys and unreadable options; ``None`` if that is too little."""
    if not isinstance(row, Mapping):
        return None
    kept = {key: value for key, value in row.items() if key in model.model_fields}
    try:
        return model.model_validate(kept)
    except ValidationError as fault:
        wrong = {error["loc"][0] for error in fault.errors() if error["loc"]}
    # A number without its quotes is listed as such; taken as text it lets the other rules see the row.
    as_text = {k: str(v) if k in wrong and isinstance(v, (int, float)) else v for k, v in kept.items()}
    for tried in (as_text, {key: value for key, value in kept.items() if key not in wrong}):
        try:
            return model.model_validate(tried)
        except ValidationError:
            continue
    return None
