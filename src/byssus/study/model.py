"""The model of study.toml. What each table means is said here once; the JSON Schema is generated from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Assertion",
    "Assumed",
    "Binder",
    "Claim",
    "ClaimsFile",
    "CureStep",
    "Electrode",
    "Literature",
    "Measurement",
    "Monomer",
    "SpecimenTable",
    "Study",
]

Conditions = dict[str, str | int | float | bool]
Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """Base of all tables: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Monomer(Table):
    """One monomer of a binder."""

    name: Text
    role: str = ""
    smiles: str = ""
    formula: str = Field("", description="Molecular formula, e.g. C10H2O6.")


class CureStep(Table):
    """One step of drying or curing."""

    temperature: Text = Field(description='With unit, e.g. "200 °C".')
    time: Text = Field(description='With unit, e.g. "2 h".')
    atmosphere: str = ""


class Binder(Table):
    """One binder of the study."""

    name: Text
    description: str = ""
    monomers: tuple[Monomer, ...] = ()
    crosslinker: str = ""
    cure: tuple[CureStep, ...] = ()
    recipe: dict[str, float | str] = Field(
        default_factory=dict, description="Mass fractions that differ from the electrode's, by component."
    )


class Electrode(Table):
    """The electrode and the cell it is tested in."""

    cell: Literal["half", "full"] | None = Field(
        None,
        description="half: against lithium; full: against a cathode. Undeclared: the tester's own words.",
    )
    mass_fractions: dict[str, float | str] = Field(
        default_factory=dict, description='By component, as fractions or "60 %"; they sum to 1.'
    )
    silicon_component: str = Field("silicon", description="Which component of mass_fractions is silicon.")
    silicon_share: float | str | None = Field(
        None,
        description="Mass fraction of silicon in the active material: 1 for silicon, below 1 for SiOx or blends.",
    )
    loading: str = Field("", description='Mass of active material per area, e.g. "0.50 ± 0.1 mg/cm^2".')
    area: str = Field("", description='e.g. "1.1 cm^2".')
    electrolyte: str = ""
    counter: str = ""
    window: tuple[str, str] | None = Field(None, description='Voltage limits, e.g. ["0.005 V", "1.5 V"].')
    one_c: str = Field("", description='The specific capacity that 1 C means, e.g. "3579 mAh/g".')
    drying: tuple[CureStep, ...] = ()


class SpecimenTable(Table):
    """A spreadsheet of specimens: one row a file, with binder, width, thickness, mass, ..."""

    file: Text
    sheet: str = ""


class Measurement(Table):
    """Files of one technique on one binder."""

    binder: Text
    technique: Text
    files: tuple[Text, ...] = Field((), description="Paths or globs inside the study folder; one file a specimen.")
    conditions: Conditions = Field(default_factory=dict, description="e.g. { c_rate = 0.2 }; they go into `at`.")
    parameters: dict[str, str | float | int] = Field(
        default_factory=dict,
        description='What the technique must be told, with units, e.g. { width = "10 mm" }.',
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description='Column map for unusual files, e.g. { force_n = "Kraft [N]" }.'
    )
    rehearse: bool = Field(False, description="Virtual instruments write the files from the claims; needs no files.")
    replicates: int = Field(1, ge=1, le=100, description="How many specimens to rehearse.")


class Claim(Table):
    """One printed number."""

    binder: str = ""
    quantity: Text
    value: Annotated[str, Field(min_length=1)] = Field(description="Exactly as printed; its digits are its precision.")
    unit: str = "1"
    at: Conditions = Field(default_factory=dict)
    where: str = ""
    wording: str = Field("", description="How the text defines the quantity, where it does so in other words.")


class Assertion(Table):
    """A relation the text asserts: ``order`` rises from first to last."""

    quantity: Text
    order: Annotated[tuple[Text, ...], Field(min_length=2)]
    by: Literal["value", "magnitude"] = "value"
    at: Conditions = Field(default_factory=dict)
    where: str = ""


class Assumed(Table):
    """A parameter the source does not print, assumed so that an instrument can rehearse."""

    binder: str = Field("", description="Empty: every binder.")
    technique: Text
    parameter: Text
    value: str | float
    at: Conditions = Field(default_factory=dict)
    why: Text


class Literature(Table):
    """Another published binder, shown beside the study's own."""

    name: Text
    reference: Text
    loading: str = ""
    silicon_fraction: str | float | None = None
    rate: str = ""
    note: str = ""
    claim: tuple[Claim, ...] = ()


class ClaimsFile(Table):
    """A file of claims alone, for ``byssus audit CLAIMS.toml``."""

    title: str = ""
    reference: str = ""
    claim: tuple[Claim, ...] = ()
    assertion: tuple[Assertion, ...] = ()


class Study(Table):
    """A whole study."""

    title: Text
    reference: str = ""
    summary: str = ""
    seed: int = Field(20260101, ge=0, description="Seed of the rehearsal's random numbers.")
    binder: tuple[Binder, ...] = ()
    electrode: Electrode = Electrode()
    specimens: SpecimenTable | None = None
    measurement: tuple[Measurement, ...] = ()
    claim: tuple[Claim, ...] = ()
    assertion: tuple[Assertion, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    literature: tuple[Literature, ...] = ()

    def binder_names(self) -> tuple[str, ...]:
        return tuple(b.name for b in self.binder)

    def schema_text(self) -> dict[str, Any]:
        """The JSON Schema of a study."""
        return type(self).model_json_schema()
