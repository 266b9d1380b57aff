"""The residents of an office: people, telephones, homes and consents."""

import sqlite3
from datetime import timedelta

from benchmarks.scale import NOW, Size, at, insert, phone
from handyman.geocode.gazetteer import embedded


def write(connection: sqlite3.Connection, size: Size) -> None:
    everybody = range(1, size.residents + 1)
    since, points = at(NOW - timedelta(days=300)), list(embedded().points())
    here = [points[number * 7 % len(points)] for number in everybody]
    insert(
        connection,
        "persons",
        "id name organisation created_at",
        ((i, f"김보기{i}", "", since) for i in everybody),
    )
    insert(
        connection,
        "person_phones",
        "person_id number kind",
        ((i, phone(i), "landline" if i % 5 == 0 else "mobile") for i in everybody),
    )
    insert(
        connection,
        "addresses",
        "id said label unit entrance place_key road_name building_number beopjeong_dong haengjeong_dong jibun"
        " building_name lat lon grade error_m source located_at decided",
        (
            (
                *(i, f"{p.road_name} {p.number}", f"동작구 {p.road_name} {p.number}", f"{i % 40}호", ""),
                *(
                    f"road:{p.gu} {p.road_name}:{p.number}|{i % 40}호",
                    p.road_name,
                    p.number,
                    p.beopjeong_dong,
                    "",
                ),
                *(p.jibun, "", p.lat, p.lon, "building", 15, "embedded", since, 0),
            )
            for i, p in zip(everybody, here, strict=True)
        ),
    )
    insert(connection, "households", "id address_id created_at", ((i, i, since) for i in everybody))
    insert(
        connection,
        "residents",
        "id household_id birth_year care_note",
        ((i, i, 1930 + i % 30, "귀가 어두우십니다" if i % 9 == 0 else "") for i in everybody),
    )
    insert(
        connection,
        "consents",
        "person_id kind script_version given read_by_id at",
        ((i, "processing", "2026-1", 1, 1, since) for i in everybody),
    )
