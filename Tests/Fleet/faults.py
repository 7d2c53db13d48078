"""What may happen to a host of the fleet, as words: on the command line, or typed while it runs."""

import dataclasses
import re

# Word: how many numbers it takes, and what it does.
KINDS = {"die": (0, "HOST is silent from then on"), "revive": (0, "HOST reports again"),
         "jump": (1, "HOST's clock is set by SECONDS, below 0 to set it back"),
         "flood": (2, "HOST writes RATE further samples a second for SECONDS")}
MOST_RATE = 20_000
HELP = "; ".join(f"{kind} HOST{' ' * bool(count)}{ {0: '', 1: 'SECONDS', 2: 'RATE SECONDS'}[count] }: {what}"
                 for kind, (count, what) in KINDS.items())


class Invalid(ValueError):
    """Says what is wrong and what is allowed."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """`after`: seconds from the start; 0 for at once."""

    kind: str
    host: str
    numbers: tuple = ()
    after: float = 0.0


def parse(text, hosts):
    """`die web-003`, `jump web-003 -3600 @20`: the number behind `@` are seconds from the start."""
    words = text.split()
    after = 0.0
    if words and words[-1].startswith("@"):
        after = _number(words.pop()[1:], text, 0, 86_400)
    if not words or words[0] not in KINDS:
        raise Invalid(f"fault '{text}': begins with no word that is known; allowed: {', '.join(KINDS)}")
    count = KINDS[words[0]][0]
    if len(words) != 2 + count:
        raise Invalid(f"fault '{text}': {words[0]} takes a host and {count} numbers, and @SECONDS at the end")
    if words[1] not in hosts:
        raise Invalid(f"fault '{text}': no host '{words[1]}'; there are {hosts[0]} to {hosts[-1]}")
    if words[0] == "jump":
        numbers = (_number(words[2], text, -1e9, 1e9),)
    elif words[0] == "flood":
        numbers = (_number(words[2], text, 1, MOST_RATE), _number(words[3], text, 0.1, 3600))
    else:
        numbers = ()
    return Fault(words[0], words[1], numbers, after)


def _number(word, text, low, high):
    if not re.fullmatch(r"-?\d+(\.\d+)?", word) or not low <= float(word) <= high:
        raise Invalid(f"fault '{text}': '{word}' is not allowed; allowed: {low:g} to {high:g}")
    return float(word)
