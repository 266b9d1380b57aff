"""What gunicorn says where a request never reaches the application, such as an address of 10,000 digits."""

from socket import socket

TOO_LONG = 414
WORDS = {
    TOO_LONG: (
        "주소가 너무 깁니다",
        "처음 화면에서 다시 시작해 주십시오.",
        "The address is too long. Please start again from the first page.",
    ),
    400: (
        "요청을 읽을 수 없습니다",
        "처음 화면에서 다시 시작해 주십시오.",
        "The request could not be read. Please start again from the first page.",
    ),
    500: (
        "저희 쪽에 문제가 생겼습니다",
        "잠시 뒤 다시 해 주십시오.",
        "Something went wrong on our side. Please try again in a moment.",
    ),
}
PAGE = """<!doctype html>
<html lang="ko">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="max-width: 36rem; margin: 4rem auto; padding: 0 1rem; font: 1.1rem/1.6 sans-serif">
<h1>{title}</h1>
<p>{advice}</p>
<p lang="en">{english}</p>
<p><a href="/">처음 화면으로</a></p>
</body>
</html>
"""


def write(client: socket, status: int, reason: str, _message: str) -> None:
    """In place of `gunicorn.util.write_error`; what was sent is not shown again."""
    title, advice, english = WORDS.get(status) or WORDS[400 if status < 500 else 500]
    body = PAGE.format(title=title, advice=advice, english=english).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    client.sendall(head.encode() + body)
