"""The name of a building becomes its point; a name that several have is never guessed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from handyman.geocode.address import AddressParts, name_key
from handyman.geocode.finding.answers import MOST, several
from handyman.geocode.finding.dongs import in_dong
from handyman.geocode.finding.spelling import Speller, most_wrong
from handyman.geocode.gazetteer import AddressPoint, Gazetteer
from handyman.geocode.located import Finding, Located, Problem
from handyman.geocode.reading.frame import without_city
from handyman.geocode.table.questions import once_a_table
from handyman.hangul import strokes

MOST_WORDS = 8
LEAST_NAME = 3  # so many letters of a longer name are a name; with the dong one less
_DWELLING = r"아파트|빌라|빌딩|맨션|연립|주택|오피스텔|상가|타워"
_KINDS = (
    rf"{_DWELLING}|경로당|노인정|어린이집|유치원|초등학교|중학교|고등학교|공원|교회|성당"
    r"|주민센터|복지관|약국|병원|의원|은행|시장|역|센터"
)
_PHASES = r"\d+차|\d+단지"
_BUILDERS = (
    r"현대|삼성|우성|대림|롯데캐슬|롯데|한신|극동|신동아|래미안|자이|푸르지오|힐스테이트|경남|두산|벽산|동아|쌍용|건영|삼호|대우"
    r"|주공|금강|한라|미성|청솔|e편한세상|이편한세상|sk뷰|sk|더샵|아이파크|lg|홈타운|한양|삼익|한일|신원|동부|센트레빌|위브"
)
# What a building is, or who has built hundreds of them: without a dong these are no one building's name.
_SAYS_LITTLE = re.compile(rf"(?:{_KINDS})+|(?:{_BUILDERS}|{_PHASES}|{_DWELLING}|단지|제)+")
_PHASE = re.compile(_PHASES)
_LOOSE_KEY = re.compile("[ㄱ-ㅣ]")  # no other building is called so: a key has slipped
_KIND_BEHIND = re.compile(rf"(?:{_KINDS})+$")
_APARTMENTS = re.compile(r"(?:아파|아퍼트|아팟트|(?<=[가-힣])a)$")
_SHORT_SCHOOL = re.compile(r"(여?)([초중고])$")
_SCHOOLS = {"초": "초등학교", "중": "중학교", "고": "고등학교"}
_OFFICE = re.compile(r"(?:행정복지|주민자치|동민|자치)센터$|(?:동\s?)?사무소$")


def says_little(name: str) -> bool:
    """현대아파트: so many buildings are called so that without a dong it is none of them."""
    return bool(_SAYS_LITTLE.fullmatch(name)) and not _PHASE.search(name)


def by_name(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """A building of this whole name. One that says little means each that carries it: none is guessed."""
    for dong, name in _dong_and_name(parts, table):
        little = not dong and bool(_SAYS_LITTLE.fullmatch(name))
        exact = [point for each in _also_called(name) for point in table.named(each)]
        if exact and little:
            exact += _longer(name, True, table)
        if here := _here(exact, dong, parts, table):
            found = several(here, parts.unit, table)
            return _shown(found) if little and says_little(name) else found
    return None


def _also_called(name: str) -> Iterator[str]:
    """The name as it stands in the table, when people say it otherwise: 수도여고, 노인정, 행정복지센터."""
    yield name
    if school := _SHORT_SCHOOL.search(name):
        yield name[: school.start()] + ("여자" if school[1] else "") + _SCHOOLS[school[2]]
    if "노인정" in name:
        yield name.replace("노인정", "경로당")
    if office := _OFFICE.search(name):
        yield f"{name[: office.start()].removesuffix('동')}동주민센터"


def by_part_of_name(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """Buildings that carry the name within a longer one: to be chosen, unless only one can be meant."""
    for dong, name in _dong_and_name(parts, table):
        if here := _here(_longer(name, False, table, LEAST_NAME - bool(dong)), dong, parts, table):
            found = several(here, parts.unit, table)
            little = not dong and says_little(name)
            sure = not little and any(_is_all_but_called_so(known, name, table) for known in here[0].names)
            return found if sure else _shown(found)
    return None


def _shown(found: Finding) -> Finding:
    """To be chosen, were it a single one."""
    return replace(found, problem=Problem.AMBIGUOUS)


def _is_all_but_called_so(known: str, name: str, table: Gazetteer) -> bool:
    """Whether no more stands around the name than where the building is and what it is."""
    before, _, behind = name_key(known).partition(name)
    where = {"", *(dong.rstrip("0123456789동") for dong in table.dongs_here), *table.dongs_here}
    return before in where and (not behind or bool(_KIND_BEHIND.fullmatch(behind)))


def by_mended_name(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """Names that may have been meant: to be chosen, unless there is much to tell the building by."""
    places: list[Located] = []
    for dong, name in _dong_and_name(parts, table):
        near = [
            each for each in _speller(table).near(name) if each.cost <= most_wrong(strokes(_own(each.name)))
        ]
        points = [point for each in near for point in table.named(each.name)]
        places += several(_here(points, dong, parts, table), parts.unit, table).candidates
    if not places:
        return None
    corrected = {place.place_key: replace(place, corrected=True) for place in places}
    telling = most_wrong(strokes(_own(parts.dong + parts.name))) >= 2 or bool(_LOOSE_KEY.search(parts.name))
    sure = len(corrected) == 1 and telling
    return Finding(tuple(corrected.values())[:MOST], None if sure else Problem.AMBIGUOUS)


def by_words(text: str, table: Gazetteer) -> Finding | None:
    """The longest whole name among other words (김순자 …아파트): to be chosen."""
    words = without_city(text)[1].split()[:MOST_WORDS]
    for length in range(len(words) - 1, 0, -1):
        for at in range(len(words) - length + 1):
            name = name_key("".join(words[at : at + length]))
            if len(name) > LEAST_NAME and not says_little(name) and (found := table.named(name)):
                return _shown(several(list(found), "", table))
    return None


def _own(name: str) -> str:
    """What tells the building from all others of its kind."""
    return _KIND_BEHIND.sub("", name)


def _here(
    points: Sequence[AddressPoint], dong: str, parts: AddressParts, table: Gazetteer
) -> list[AddressPoint]:
    of_district = [point for point in dict.fromkeys(points) if parts.district in ("", point.gu)]
    return [point for point in of_district if not dong or in_dong(point, dong, table)]


def _dong_and_name(parts: AddressParts, table: Gazetteer) -> list[tuple[str, str]]:
    """As it stands, and without the dong or the district written to the name: 사당동우성아파트."""
    said = parts.dong + parts.name
    if said in table.dongs_here:
        return []
    ways: list[tuple[str, str]] = []
    for whole in dict.fromkeys((said, _APARTMENTS.sub("아파트", said))):
        ways.append(("", whole))
        dongs = dict.fromkeys((parts.dong, *table.dongs_here))
        ways += [(dong, whole.removeprefix(dong)) for dong in dongs if dong and whole.startswith(dong)]
        short = (gu[:-1] for gu in table.gus)
        ways += [("", whole.removeprefix(gu)) for gu in short if whole.startswith(gu)]
    return [(dong, name) for dong, name in ways if name]


def _longer(name: str, is_known: bool, table: Gazetteer, least: int = LEAST_NAME) -> Sequence[AddressPoint]:
    """Those whose name has it somewhere; one that only begins so (a school's kindergarten) adds nothing."""
    if len(name) < least:
        return ()
    names = (other for other in table.names_with(name) if not (is_known and other.startswith(name)))
    return [point for other in names for point in table.named(other)]


@once_a_table
def _speller(table: Gazetteer) -> Speller:
    return Speller(table.names())
