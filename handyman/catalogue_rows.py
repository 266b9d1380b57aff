"""The catalogue that every office starts with. What an office has changed since stays as it is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import ItemQuestion, Material, QuestionKind, ReferOutPlace, ServiceItem, Skill
from handyman.models.catalogue import WAITS

SKILLS = (
    ("lamp", "전등·스위치", "Lamps and switches"),
    ("drill", "벽 타공·손잡이", "Drilling and handrails"),
    ("coating", "미끄럼 방지 도포", "Anti-slip coating"),
    ("screen", "방충망", "Insect screens"),
)
# Everyday prices of 2026, whole won; an office sets its own.
MATERIALS = (
    ("tube", "형광등 (직관)", "Fluorescent tube", "개", 4_500),
    ("ballast", "안정기", "Ballast", "개", 9_000),
    ("led_room", "LED 방등", "LED room light", "개", 28_000),
    ("bulb", "LED 전구", "LED bulb", "개", 3_500),
    ("handrail", "안전 손잡이", "Handrail", "개", 24_000),
    ("anchor", "앵커·나사 묶음", "Anchors and screws", "묶음", 2_000),
    ("coating", "미끄럼 방지 도포액", "Anti-slip coating", "통", 18_000),
    ("tape", "미끄럼 방지 테이프", "Anti-slip tape", "롤", 7_000),
    ("mesh", "방충망 (롤)", "Insect mesh", "m", 3_000),
    ("gasket", "방충망 고무줄", "Screen gasket", "m", 500),
)


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    label_ko: str
    label_en: str
    kind: QuestionKind
    choices: tuple[tuple[str, ...], ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    name_ko: str
    name_en: str
    short_ko: str
    unit: str
    base_minutes: int = 0
    minutes_per_piece: int = 0
    team_size: int = 1
    two_person_from_cm: int | None = None
    fall_risk: bool = False
    permitted: bool = True
    refer_out: tuple[tuple[str, str, str], ...] = ()  # where to send people: who, number, hours
    skills: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


CHOICE, NUMBER = QuestionKind.CHOICE, QuestionKind.NUMBER
SHAPES = (
    ("tube", "긴 형광등", "Tube"),
    ("round", "둥근 등", "Round"),
    ("room", "방등·거실등", "Room light"),
    ("bulb", "전구", "Bulb"),
    ("unknown", "모름", "Not known"),
)
WALLS = (
    ("concrete", "콘크리트·벽돌", "Concrete, brick"),
    ("tile", "타일", "Tile"),
    ("board", "석고보드", "Plasterboard"),
    ("wood", "나무", "Wood"),
    ("unknown", "모름", "Not known"),
)
OWNERS = (
    ("own", "내 집", "Own home"),
    ("agreed", "임대, 집주인 동의함", "Rented, owner agreed"),
    ("not_yet", "임대, 아직 동의 없음", "Rented, not agreed yet", WAITS),
)
FLOORS = (
    ("tile", "타일", "Tile"),
    ("stone", "돌·대리석", "Stone"),
    ("vinyl", "장판", "Vinyl"),
    ("wood", "마루", "Wood"),
    ("unknown", "모름", "Not known"),
)
ITEMS = (
    Item(
        code="lamp",
        name_ko="전등 교체",
        name_en="Lamp",
        short_ko="전등",
        unit="개",
        base_minutes=20,
        minutes_per_piece=20,
        # From here the feet stand at 1.2 m or higher (hands reach about 1.6 m above them): two people.
        two_person_from_cm=280,
        skills=("lamp",),
        materials=("tube", "ballast", "led_room", "bulb"),
        questions=(
            Question("shape", "등 모양", "Shape of the lamp", CHOICE, SHAPES),
            Question("ceiling_cm", "천장 높이", "Ceiling height", NUMBER, unit="cm", least=180, most=600),
        ),
    ),
    Item(
        code="handrail",
        name_ko="안전 손잡이 설치",
        name_en="Handrail",
        short_ko="손잡이",
        unit="개",
        base_minutes=30,
        minutes_per_piece=25,
        team_size=2,  # one drills, one holds and keeps the resident away
        skills=("drill",),
        materials=("handrail", "anchor"),
        fall_risk=True,
        questions=(
            Question("wall", "벽 종류", "Wall", CHOICE, WALLS),
            Question("owner_consent", "타공 동의", "Drilling", CHOICE, OWNERS),
        ),
    ),
    Item(
        code="antislip",
        name_ko="미끄럼 방지",
        name_en="Anti-slip floor",
        short_ko="미끄럼방지",
        unit="곳",
        base_minutes=25,
        minutes_per_piece=30,
        skills=("coating",),
        materials=("coating", "tape"),
        fall_risk=True,
        questions=(
            Question("floor", "바닥 종류", "Kind of floor", CHOICE, FLOORS),
            Question("area_m2", "넓이", "Area", NUMBER, unit="㎡", least=1, most=60),
        ),
    ),
    Item(
        code="screen",
        name_ko="방충망 교체",
        name_en="Insect screen",
        short_ko="방충망",
        unit="짝",
        base_minutes=20,
        minutes_per_piece=25,
        skills=("screen",),
        materials=("mesh", "gasket"),
        questions=(
            Question("width_cm", "가로", "Width", NUMBER, unit="cm", least=20, most=400),
            Question("height_cm", "세로", "Height", NUMBER, unit="cm", least=20, most=400),
        ),
    ),
    Item(
        code="wiring",
        name_ko="누전·배선 공사",
        name_en="Wiring and faults",
        short_ko="배선",
        unit="건",
        permitted=False,  # beyond minor work (경미한 공사): needs a licence
        refer_out=(
            ("한국전기안전공사 (누전·정전)", "1588-7500", "24시간"),
            ("가까운 전기공사업 등록업체 (배선 공사)", "", ""),
        ),
    ),
    Item(
        code="gas",
        name_ko="가스 시설",
        name_en="Gas fittings",
        short_ko="가스",
        unit="건",
        permitted=False,
        refer_out=(
            ("119 (가스 냄새가 나면)", "119", "24시간"),
            ("도시가스 고객센터 (번호는 요금 고지서에)", "", ""),
            ("한국가스안전공사", "1544-4500", "24시간"),
        ),
    ),
)


def ensure() -> None:
    """Add what is missing of the catalogue, as often as it is asked. Flushes, does not commit."""
    skills = {code: _skill(code, ko, en) for code, ko, en in SKILLS}
    materials = {row[0]: _material(*row) for row in MATERIALS}
    known = set(db.session.scalars(select(ServiceItem.code)))
    for position, item in enumerate(ITEMS):
        if item.code not in known:
            db.session.add(_service_item(item, position, skills, materials))
    db.session.flush()


def _skill(code: str, name_ko: str, name_en: str) -> Skill:
    found = db.session.scalar(select(Skill).where(Skill.code == code))
    return found or _added(Skill(code=code, name_ko=name_ko, name_en=name_en))


def _material(code: str, name_ko: str, name_en: str, unit: str, unit_price: int) -> Material:
    found = db.session.scalar(select(Material).where(Material.code == code))
    return found or _added(
        Material(code=code, name_ko=name_ko, name_en=name_en, unit=unit, unit_price=unit_price)
    )


def _service_item(
    item: Item, position: int, skills: dict[str, Skill], materials: dict[str, Material]
) -> ServiceItem:
    return ServiceItem(
        code=item.code,
        name_ko=item.name_ko,
        name_en=item.name_en,
        short_ko=item.short_ko,
        unit=item.unit,
        base_minutes=item.base_minutes,
        minutes_per_piece=item.minutes_per_piece,
        team_size=item.team_size,
        two_person_from_cm=item.two_person_from_cm,
        fall_risk=item.fall_risk,
        permitted=item.permitted,
        position=position,
        skills=[skills[code] for code in item.skills],
        materials=[materials[code] for code in item.materials],
        questions=[_question(question, place) for place, question in enumerate(item.questions)],
        refer_out_places=[
            ReferOutPlace(name=name, phone=phone, hours=hours, position=place)
            for place, (name, phone, hours) in enumerate(item.refer_out)
        ],
    )


def _question(question: Question, position: int) -> ItemQuestion:
    return ItemQuestion(
        key=question.key,
        label_ko=question.label_ko,
        label_en=question.label_en,
        kind=question.kind,
        choices=[list(choice) for choice in question.choices],
        unit=question.unit,
        least=question.least,
        most=question.most,
        position=position,
    )


def _added(row: Any) -> Any:
    db.session.add(row)
    return row
