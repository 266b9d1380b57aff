"""The consent that is read aloud on the telephone. A change of its words is a new version."""

from flask_babel import lazy_gettext as _l

from handyman.models import ConsentKind

VERSION = "2026-11"

SCRIPT = {
    ConsentKind.PROCESSING: _l(
        "집수리 방문을 위해 성함, 전화번호, 주소, 출생 연도를 받습니다. "
        "방문이 끝난 해부터 3년 동안 보관한 뒤 지웁니다. "
        "동의하지 않으실 수 있지만, 그러면 방문해 드릴 수 없습니다. 동의하십니까?"
    ),
    ConsentKind.HEALTH: _l(
        "안전한 방문을 위해 귀가 어두우신지, 거동이 불편하신지를 적어 두고 찾아가는 사람에게 알립니다. "
        "동의하지 않으셔도 방문은 해 드립니다. 동의하십니까?"
    ),
    ConsentKind.DISTRICT: _l(
        "사업비를 정산하려고 성함과 작업 내용을 동작구청에 알립니다. "
        "동의하지 않으셔도 방문은 해 드립니다. 동의하십니까?"
    ),
}
TITLES = {
    ConsentKind.PROCESSING: _l("개인정보 처리"),
    ConsentKind.HEALTH: _l("건강 정보"),
    ConsentKind.DISTRICT: _l("구청에 제공"),
}
