"""People who do not exist, and numbers at which nobody answers.

No Korean subscriber number begins with 0: after 010 the first digit is 2 to 9, after 02 it is 2 to 9. So
010-0000-xxxx and 02-000-xxxx are written like telephone numbers and can reach nobody.
"""

from random import Random

FAMILIES = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = ("보기", "시험", "가상", "예시", "견본", "연습", "모의", "표본", "가나", "다라")
CARE_WORKERS = ("돌봄하나", "돌봄둘", "돌봄셋", "돌봄넷", "돌봄다섯")
CARE_NOTES = (
    "귀가 어두우십니다. 문을 크게 두드려 주십시오.",
    "무릎이 불편해 문을 여는 데 시간이 걸립니다.",
    "작은 개가 있습니다.",
    "초인종이 고장입니다. 도착하면 전화해 주십시오.",
    "오전에는 병원에 가시는 날이 많습니다.",
)
UNITS = ("101호", "102호", "201호", "202호", "301호", "302호", "지층 1호", "2층", "지층", "옥탑")
ENTRANCES = ("골목 안 파란 대문", "편의점 옆 계단으로 2층", "뒷문으로 들어갑니다", "대문 비밀번호는 전화로")


def names(chance: Random) -> list[str]:
    """All two hundred, in an order of chance: 김보기, 이시험, 박가상."""
    both = [f"{family}{given}" for family in FAMILIES for given in GIVEN]
    chance.shuffle(both)
    return both


def mobile(number: int) -> str:
    return f"+82100000{number:04d}"


def landline(number: int) -> str:
    return f"+822000{number:04d}"
