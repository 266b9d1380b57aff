"""What a call says and asks, in the markup that the provider speaks from."""

from twilio.twiml.voice_response import VoiceResponse

KOREAN = "ko-KR"
PATIENCE = 10  # seconds for a key
REPEATS = 2


def ask(words: str, answer_url: str) -> str:
    """Said twice, then one key is waited for; silence goes on to `answer_url` too, without a key."""
    said = VoiceResponse()
    gathered = said.gather(
        num_digits=1, timeout=PATIENCE, action=answer_url, method="POST", action_on_empty_result=True
    )
    for _ in range(REPEATS):
        gathered.say(words, language=KOREAN)
        gathered.pause(length=1)
    return str(said)


def end(words: str) -> str:
    said = VoiceResponse()
    if words:
        said.say(words, language=KOREAN)
    said.hangup()
    return str(said)
