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
    "Contact",
    "CureStep",
    "Electrode",
    "Literature",
    "Measurement",
    "Monomer",
    "OwnRelation",
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

    name: Text = Field(description="As in the text; of carboxymethyl cellulose with its substitution: CMC, DS 0.7.")
    role: str = Field("", description="What it is in the polymer, e.g. dianhydride.")
    smiles: str = Field("", description="Its structure as SMILES.")
    formula: str = Field("", description="Molecular formula, e.g. C10H2O6.")


class CureStep(Table):
    """One step of drying or curing."""

    temperature: Text = Field(description='With unit, e.g. "200 °C".')
    time: Text = Field(description='With unit, e.g. "2 h".')
    atmosphere: str = Field("", description="e.g. vacuum, argon.")
    ramp: str = Field("", description='How fast it is reached, e.g. "5 K/min"; that is assumed unless given.')


class Binder(Table):
    """One binder of the study."""

    name: Text = Field(description="Other tables refer to the binder by it.")
    description: str = Field("", description="A line for the report.")
    monomers: tuple[Monomer, ...] = Field((), description="What it is made from.")
    crosslinker: str = Field("", description="What crosslinks it, if anything.")
    cure: tuple[CureStep, ...] = Field((), description="Steps of drying or curing, in order.")
    recipe: dict[str, float | str] = Field(
        default_factory=dict, description="Mass fractions that differ from the electrode's, by component."
    )
    priors: dict[
        Literal["reduced_modulus", "hardness", "peel_force", "porosity", "layer_thickness", "peel_width"], str
    ] = Field(
        default_factory=dict,
        description="What the electrode model may assume of a property nobody measured or printed (layer_thickness: "
        "before cycling; peel_width: of the peel test's strip), as value ± one "
        'standard deviation with unit, e.g. { porosity = "23 ± 5 %" }.',
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
    electrolyte: str = Field("", description="As in the text.")
    counter: str = Field("", description="The counter electrode, as in the text.")
    window: tuple[str, str] | None = Field(None, description='Voltage limits, e.g. ["0.005 V", "1.5 V"].')
    one_c: str = Field("", description='The specific capacity that 1 C means, e.g. "3579 mAh/g".')
    drying: tuple[CureStep, ...] = Field((), description="Steps of drying, in order.")


class SpecimenTable(Table):
    """A spreadsheet of specimens: one row a file, with binder, width, thickness, mass, ..."""

    file: Text = Field(description="A csv or xlsx file inside the study folder.")
    sheet: str = Field("", description="Which sheet of an xlsx; the first unless given.")


class Measurement(Table):
    """Files of one technique on one binder."""

    binder: Text = Field(description="Name of a binder of this study.")
    technique: Text = Field(description="e.g. tensile, peel, swelling, cycling.")
    files: tuple[Text, ...] = Field((), description="Paths or globs inside the study folder; one file a specimen.")
    conditions: Conditions = Field(default_factory=dict, description="e.g. { c_rate = 0.2 }; they go into `at`.")
    parameters: dict[str, str | float | int] = Field(
        default_factory=dict,
        description='What the technique must be told, with units, e.g. { width = "10 mm" }.',
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description='Column map for unusual files, e.g. { force_n = "Kraft [N]" }.'
    )
    one_specimen: bool = Field(
        False,
        description="The files are parts of one specimen, in the order given: formation and cycling of one cell, "
        "spectra of one cell after several cycles.",
    )
    reference: str = Field(
        "",
        description="Another binder that these files are compared with (ftir): all its films, by mean and scatter.",
    )
    rehearse: bool = Field(False, description="Virtual instruments write the files from the claims; needs no files.")
    replicates: int = Field(1, ge=1, le=100, description="How many specimens to rehearse.")


class Claim(Table):
    """One printed number."""

    binder: str = Field("", description="Name of a binder; empty where the number belongs to none.")
    quantity: Text = Field(description="A name of the vocabulary.")
    value: Annotated[str, Field(min_length=1)] = Field(description="Exactly as printed; its digits are its precision.")
    unit: str = Field("1", description="As printed; 1 for a pure number.")
    at: Conditions = Field(
        default_factory=dict, description="Conditions, e.g. { cycle = 200, c_rate = 0.2 }; absent ones match any."
    )
    where: str = Field("", description="Where it is printed.")
    note: str = Field("", description="Anything worth keeping beside the number.")
    wording: str = Field("", description="How the text defines the quantity, where it does so in other words.")


class Assertion(Table):
    """A relation the text asserts: ``order`` rises from first to last."""

    quantity: Text = Field(description="A name of the vocabulary.")
    order: Annotated[tuple[Text, ...], Field(min_length=2)] = Field(description="Binders, rising from first to last.")
    by: Literal["value", "magnitude"] = Field(
        "value", description="Compare values, or magnitudes (for negative numbers)."
    )
    at: Conditions = Field(default_factory=dict, description="Conditions it holds at.")
    where: str = Field("", description="Where it is said.")


class OwnRelation(Table):
    """A relation of the study's own, held against claims beside the built-in ones."""

    name: Text = Field(description="What the audit calls it.")
    of: Text = Field(description="The derived quantity whose printed value is checked.")
    equation: Text = Field(
        description='Arithmetic over names of quantities, in SI, e.g. "peel_force / specimen_width".'
    )
    kind: Literal["equals", "at least", "at most"] = Field(
        "equals", description="Whether the printed number equals what the equation gives, or is bounded by it."
    )
    source: str = Field("", description="Where the relation comes from: a DOI, a standard.")


class Assumed(Table):
    """A parameter the source does not print, assumed so that an instrument can rehearse."""

    binder: str = Field("", description="Empty: every binder.")
    technique: Text = Field(description="Whose instrument needs it.")
    parameter: Text = Field(description="What the instrument calls it.")
    value: str | float = Field(description="A number in SI, or a text with unit.")
    at: Conditions = Field(default_factory=dict, description="Conditions it holds at.")
    why: Text = Field(description="Why this value.")


class Contact(Table):
    """One contact of a binder to be computed; a binder with any is computed with these alone."""

    name: Text = Field(description="As the report calls it.")
    binder: Text = Field(description="Name of a binder of this study.")
    kind: Literal["pair", "ring_opening", "adsorption", "ion"] = Field(
        "pair", description="Two molecules side by side, or an oxirane (first) and what opens it."
    )
    site: str = Field(
        "",
        description="Where they meet, e.g. amide N-H, aromatic amine, acid; of a ring opening, the group that opens.",
    )
    reactants: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)] = Field(
        description="Two molecules as SMILES."
    )
    product: str = Field("", description="Of a ring opening, as SMILES; made by the site's reaction unless given.")
    level: Literal["default", "full"] = Field("default", description="full: only with --energies full.")
    rule: str = Field("", description="Why these molecules stand for the binder.")


class Literature(Table):
    """Another published binder, shown beside the study's own."""

    name: Text = Field(description="As the report calls it.")
    reference: Text = Field(description="DOI or citation.")
    loading: str = Field("", description="As printed.")
    silicon_fraction: str | float | None = Field(None, description="Mass fraction of silicon, as printed.")
    rate: str = Field("", description="As printed.")
    note: str = Field("", description="A remark for the report.")
    claim: tuple[Claim, ...] = Field((), description="Its printed numbers.")


class ClaimsFile(Table):
    """A file of claims alone, for ``byssus audit CLAIMS.toml``."""

    title: str = Field("", description="Of the work the claims come from.")
    reference: str = Field("", description="DOI or citation.")
    claim: tuple[Claim, ...] = Field((), description="Printed numbers.")
    assertion: tuple[Assertion, ...] = Field((), description="Relations stated in words.")
    relation: tuple[OwnRelation, ...] = Field((), description="Relations of the study's own among its claims.")


class Study(Table):
    """A whole study."""

    title: Text = Field(description="Heads the report.")
    reference: str = Field("", description="DOI or citation of the work.")
    summary: str = Field("", description="A paragraph for the report.")
    seed: int = Field(20260101, ge=0, description="Seed of the rehearsal's random numbers.")
    binder: tuple[Binder, ...] = Field((), description="The binders.")
    electrode: Electrode = Field(Electrode(), description="The electrode and its cell.")
    specimens: SpecimenTable | None = Field(None, description="The specimen table, if any.")
    measurement: tuple[Measurement, ...] = Field((), description="Files of one technique on one binder, each.")
    claim: tuple[Claim, ...] = Field((), description="Printed numbers.")
    assertion: tuple[Assertion, ...] = Field((), description="Relations stated in words.")
    relation: tuple[OwnRelation, ...] = Field((), description="Relations of the study's own among its claims.")
    assumed: tuple[Assumed, ...] = Field((), description="Parameters nobody printed.")
    contact: tuple[Contact, ...] = Field((), description="Contacts to be computed, in place of those by rule.")
    literature: tuple[Literature, ...] = Field((), description="Other published binders.")

    def binder_names(self) -> tuple[str, ...]:
        return tuple(b.name for b in self.binder)

    def schema_text(self) -> dict[str, Any]:
        """The JSON Schema of a study."""
        return type(self).model_json_schema()
