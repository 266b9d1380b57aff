"""The single keys that a page prints beside what they reach."""

LIFT_KEY = "M"
CALL_KEYS = "123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROW_KEYS = [key for key in f"123456789{LETTERS}" if key != LIFT_KEY]
LIST_KEYS = f"1234567890{LETTERS}"


def code_of(key: str) -> str:
    """As a keyboard names it, whatever it types."""
    return f"Digit{key}" if key.isdigit() else f"Key{key}"
