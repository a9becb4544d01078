"""Steps of the corridors: who has to do what until they can run.

Dates that were reported stand in `region/milestones.csv` and are taken from there, with their
source. All others are assumptions that lead up to the year in which the links are expected.
"""

from __future__ import annotations

from dataclasses import dataclass

from tables.raw import records
from tables.records import Row, Tables, assumed, cite, sourced


@dataclass(frozen=True)
class _Reported:
    """A date out of `region/milestones.csv`: the one of a project that begins like `date`."""

    project: str
    date: str
    precise: str = ""
    """The day that stands for a month or a year."""


@dataclass(frozen=True)
class _Assumed:
    """A date that nobody has published, and why it is taken."""

    date: str
    why: str


_Date = _Reported | _Assumed


@dataclass(frozen=True)
class _Step:
    step: str
    corridor: str
    name: str
    phase: int | None
    kind: str
    state: str
    owner: str
    countries: str
    start: _Date
    finish: _Date
    after: str = ""


_TRIPP, _BLACK_SEA, _CASPIAN = "zangezur_tripp", "black_sea_energy", "transcaspian_green"
_NORTH_SOUTH, _GEC = "north_south_am_ir_ge", "gec_az_ge_tr_bg"
_BACKBONE = "az_backbone"
_2028 = _Assumed("2027-12-31", "before 2028, the assumed first year of the 330 kV line")
_NO_DATES = "no dates are published; the years before the first year of the links"

_STEPS = (
    _Step(
        "tripp_agreement",
        _TRIPP,
        "Agreement on the route through Armenia",
        1,
        "agreement",
        "under_way",
        "Governments of Armenia and the United States",
        "AM",
        _Reported("tripp", "2025-08-08"),
        _Assumed("2026-12-31", "initialled in May 2026; no report of the signature"),
    ),
    _Step(
        "zangezur_jabrayil_works",
        _TRIPP,
        "330 kV Jabrayil to Aghband, 74 km",
        1,
        "works",
        "under_way",
        "Azerenerji",
        "AZ",
        _Reported("zangezur_line", "2026-01-29"),
        _2028,
    ),
    _Step(
        "zangezur_nakhchivan_works",
        _TRIPP,
        "330 kV Ordubad to Nakhchivan, 105 km",
        1,
        "works",
        "under_way",
        "Azerenerji",
        "AZ",
        _Reported("zangezur_line", "2026-01-29"),
        _2028,
    ),
    _Step(
        "tripp_armenia_works",
        _TRIPP,
        "330 kV across Armenia, 44 km",
        1,
        "works",
        "planned",
        "TRIPP Development Company",
        "AM",
        _Assumed("2027-01-01", "was planned for the second half of 2026; no start was reported"),
        _2028,
        after="tripp_agreement",
    ),
    _Step(
        "nakhchivan_turkiye_design",
        _TRIPP,
        "Design of the 400 kV line and its converter",
        2,
        "study",
        "under_way",
        "Azerenerji and TEIAS",
        "AZ;TR",
        _Reported("zangezur_line", "2025-10-20"),
        _Assumed("2028-12-31", f"{_NO_DATES}, less two years of works"),
    ),
    _Step(
        "nakhchivan_turkiye_works",
        _TRIPP,
        "400 kV Nakhchivan to Türkiye, 230 km, converter",
        2,
        "works",
        "planned",
        "Azerenerji and TEIAS",
        "AZ;TR",
        _Assumed("2029-01-01", f"{_NO_DATES}: two years of works"),
        _Assumed("2030-12-31", "before 2031, the assumed first year of the 400 kV line"),
        after="nakhchivan_turkiye_design",
    ),
    _Step(
        "black_sea_company",
        _BLACK_SEA,
        "Agreement of the four countries, joint company",
        1,
        "agreement",
        "done",
        "Azerenerji, GSE, Transelectrica, MVM",
        "AZ;GE;RO;HU",
        _Reported("black_sea_energy", "2022-12-17"),
        _Reported("black_sea_energy", "2025-02-03"),
    ),
    _Step(
        "black_sea_listing",
        _BLACK_SEA,
        "Project of mutual interest of the European Union",
        1,
        "permit",
        "done",
        "European Commission, Parliament and Council",
        "",
        _Reported("black_sea_energy", "2024-11", "2024-11-01"),
        _Reported("black_sea_energy", "2026-04-14"),
    ),
    _Step(
        "black_sea_survey",
        _BLACK_SEA,
        "Survey of the sea bed and design",
        1,
        "study",
        "under_way",
        "CESI for GECO Power Company",
        "AZ;GE;RO;HU",
        _Reported("black_sea_energy", "2026-02-26"),
        _Assumed("2029-02-26", "three years from the report of the mandate, which has three"),
        after="black_sea_company",
    ),
    _Step(
        "black_sea_finance",
        _BLACK_SEA,
        "Decision to invest",
        1,
        "finance",
        "planned",
        "Azerenerji, GSE, Transelectrica, MVM",
        "AZ;GE;RO;HU",
        _Assumed("2029-02-27", "after the survey"),
        _Assumed("2029-06-30", f"{_NO_DATES}"),
        after="black_sea_survey;black_sea_listing",
    ),
    _Step(
        "black_sea_works",
        _BLACK_SEA,
        "Cable of 1,155 km and two converters",
        1,
        "works",
        "planned",
        "GECO Power Company",
        "GE;RO",
        _Assumed("2029-07-01", "what the survey leaves of the years to the target"),
        _Assumed("2031-12-31", "before 2032, the target of the company"),
        after="black_sea_finance",
    ),
    _Step(
        "caspian_company",
        _CASPIAN,
        "Agreement of the three countries, joint company",
        1,
        "agreement",
        "done",
        "Azerenerji, KEGOC, NES Uzbekistan",
        "AZ;KZ;UZ",
        _Reported("transcaspian_green", "2024-05-02"),
        _Reported("transcaspian_green", "2025-07-01"),
    ),
    _Step(
        "caspian_study",
        _CASPIAN,
        "Feasibility study",
        1,
        "study",
        "under_way",
        "CESI for Green Corridor Union",
        "AZ;KZ;UZ",
        _Reported("transcaspian_green", "2026-02-02"),
        _Reported("transcaspian_green", "2027", "2027-03-31"),
        after="caspian_company",
    ),
    _Step(
        "caspian_finance",
        _CASPIAN,
        "Design and decision to invest",
        1,
        "finance",
        "planned",
        "Green Corridor Union",
        "AZ;KZ;UZ",
        _Assumed("2027-04-01", "after the study"),
        _Assumed("2031-12-31", f"{_NO_DATES}, less three years of works"),
        after="caspian_study",
    ),
    _Step(
        "caspian_works",
        _CASPIAN,
        "Cable under the Caspian and two converters",
        1,
        "works",
        "planned",
        "Green Corridor Union",
        "AZ;KZ",
        _Assumed("2032-01-01", f"{_NO_DATES}: three years of works"),
        _Assumed("2034-12-31", "before 2035, the assumed first year of the cable"),
        after="caspian_finance",
    ),
    _Step(
        "north_south_finance",
        _NORTH_SOUTH,
        "Loans and grants for Armenia-Georgia",
        1,
        "finance",
        "done",
        "Armenia, KfW, European Union",
        "AM",
        _Reported("iran_armenia_georgia_ctn", "2014-12-09"),
        _Reported("iran_armenia_georgia_ctn", "2026-03-19"),
    ),
    _Step(
        "north_south_works",
        _NORTH_SOUTH,
        "400 kV to Georgia and converter",
        1,
        "works",
        "under_way",
        "High Voltage Electric Networks of Armenia, GSE",
        "AM;GE",
        _Assumed("2026-03-20", "from the last package of loans on"),
        _Assumed("2029-12-31", "before 2030, the assumed first year of the line"),
        after="north_south_finance",
    ),
    _Step(
        "green_corridor_agreement",
        _GEC,
        "Memorandum of the four countries",
        1,
        "agreement",
        "done",
        "Governments of the four countries",
        "AZ;GE;TR;BG",
        _Reported("gec_az_ge_tr_bg", "2025-04-04"),
        _Reported("gec_az_ge_tr_bg", "2025-04-04"),
    ),
    _Step(
        "green_corridor_study",
        _GEC,
        "Feasibility study",
        1,
        "study",
        "under_way",
        "Grid companies of the four countries",
        "AZ;GE;TR;BG",
        _Reported("gec_az_ge_tr_bg", "2026-01-23"),
        _Assumed("2028-12-31", f"{_NO_DATES}, less three years of works"),
        after="green_corridor_agreement",
    ),
    _Step(
        "green_corridor_caucasus_works",
        _GEC,
        "500 kV Azerbaijan to Georgia",
        1,
        "works",
        "planned",
        "Azerenerji, GSE",
        "AZ;GE",
        _Assumed("2029-01-01", f"{_NO_DATES}: three years of works"),
        _Assumed("2031-12-31", "before 2032, the assumed first year of the line"),
        after="green_corridor_study",
    ),
    _Step(
        "green_corridor_balkan_works",
        _GEC,
        "400 kV Türkiye to Bulgaria",
        2,
        "works",
        "planned",
        "TEIAS, ESO",
        "TR;BG",
        _Assumed("2029-01-01", f"{_NO_DATES}: three years of works"),
        _Assumed("2031-12-31", "before 2032, the assumed first year of the line"),
        after="green_corridor_study",
    ),
    _Step(
        "backbone_study",
        _BACKBONE,
        "Study and decision to invest",
        1,
        "study",
        "planned",
        "Azerenerji",
        "AZ",
        _Assumed("2027-01-01", "no such study was reported: the year to come"),
        _Assumed("2029-12-31", f"{_NO_DATES}, less two years of works"),
    ),
    _Step(
        "backbone_absheron_works",
        _BACKBONE,
        "500 kV Mingachevir to Absheron, 250 km",
        1,
        "works",
        "planned",
        "Azerenerji",
        "AZ",
        _Assumed("2030-01-01", f"{_NO_DATES}: two years of works"),
        _Assumed("2031-12-31", "before 2032, the assumed first year of the line"),
        after="backbone_study",
    ),
    _Step(
        "backbone_samukh_works",
        _BACKBONE,
        "500 kV Mingachevir to Samukh, 170 km",
        2,
        "works",
        "planned",
        "Azerenerji",
        "AZ",
        _Assumed("2030-01-01", f"{_NO_DATES}: two years of works"),
        _Assumed("2031-12-31", "before 2032, the assumed first year of the line"),
        after="backbone_study",
    ),
)


def rows() -> Tables:
    """Return `corridor_steps`, with citations for ends that rest on something else."""
    found: Tables = {"corridor_steps": [], "citations": []}
    for one in _STEPS:
        found["corridor_steps"].append(
            {
                **{name: getattr(one, name) for name in ("step", "corridor", "name", "phase")},
                **{name: getattr(one, name) for name in ("kind", "state", "owner", "countries")},
                "start": _day(one.start),
                "finish": _day(one.finish),
                "after": one.after,
                **_source(one.start),
            }
        )
        end = _source(one.finish)
        if end != _source(one.start):
            found["citations"].append(
                cite("corridor_steps", one.step, "finish", str(end["source_id"]), str(end["note"]))
            )
    return found


def _day(date: _Date) -> str:
    return (date.precise or date.date) if isinstance(date, _Reported) else date.date


def _source(date: _Date) -> Row:
    if isinstance(date, _Assumed):
        return assumed(f"assumption: {date.why}")
    return sourced(*_milestone(date))


def _milestone(date: _Reported) -> tuple[str, str]:
    """Source and event of the first milestone of a project on a date.

    Raises LookupError where the raw file has none.
    """
    for row in records("region/milestones.csv"):
        if (row["project_id"], row["date"]) == (date.project, date.date):
            return row["source_id"], row["event"]
    raise LookupError(f"{date.project} has no milestone on {date.date}")
