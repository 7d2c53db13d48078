"""What a collector writes that may write `sa:{evil}:*` and means ill: one pass of each as Redis commands.

Each returns `(commands, rejected)`: how many of its samples have to be rejected, by reason.
"""

import json

MINUTE_MS = 60_000
VICTIM = "web-1"


def add(key, t, body):
    return ("ZADD", key, t, body if isinstance(body, (str, bytes)) else json.dumps(body, separators=(",", ":")))


def own(probe, t, **fields):
    """A sample that is all right, of its own."""
    return add(f"sa:{{evil}}:{probe}", t, {"id": f"evil:{probe}:{fields.pop('number')}", "host": "evil", "probe": probe,
                                           "t": t, "v": 1, **fields})


def thefts(now):
    """The ids of the other, which can be guessed, with newer times."""
    return [add("sa:{evil}:top", now + n, {"id": f"{VICTIM}:top:{n}", "host": "evil", "probe": "top", "stolen": 1})
            for n in range(300)], {"foreign-id": 300}


def mismatches(now):
    said = [{"host": VICTIM}, {"host": VICTIM.upper()}, {"host": VICTIM + "."}, {"host": None}, {"host": [VICTIM]},
            {"host": ""}, {"probe": "netstat"}, {"probe": None}, {"host": "evil\x00"}, {"host": f"evil/{VICTIM}"}]
    return [add("sa:{evil}:top", now + n, {"id": f"m{n}", **said[n % len(said)], "t": now + n})
            for n in range(300)], {"host-mismatch": 300}


def duplicates(now):
    said = [f'"host":"evil","host":"{VICTIM}"', f'"host":"{VICTIM}","host":"evil"',
            f'"host":"evil","h\\u006fst":"{VICTIM}"', f'"t":{now},"t":1', f'"\\u0069d":"{VICTIM}:top:1"',
            '"x":1,"x":2', f'"host":"evil","\\u0068\\u006f\\u0073\\u0074":"{VICTIM}"']
    return [add("sa:{evil}:top", now + n, f'{{"id":"d{n}",{said[n % len(said)]}}}')
            for n in range(300)], {"duplicate-member": 300}


def namelessly(now):
    """Keys that it may write, of a shape that names no host."""
    keys = ["sa:{evil}:Top", "sa:{evil}:top:x", "sa:{evil}:", "sa:{evil}:1", "sa:{evil}:top\n", "sa:{evil}:töp"]
    return [add(keys[n % len(keys)], now + n, {"id": f"{VICTIM}:top:{n}", "host": VICTIM, "probe": "top", "stolen": 1})
            for n in range(300)], {"host-spoken-for": 300}


def garbage(now):
    said = [b"\xff\xfe", b"{", b'{"id":1}', b'{"id":""}', b"[]", b"null", b'{"id":"\xff"}', b"{" * 5000, b"[" * 100_000,
            b'{"id":"x","v":1e99999' + b"9" * 5000 + b"}", b'{"id":"' + b"x" * 300 + b'"}', b'{"host":"evil"}',
            b"\x00", b'{"id":"a"}{"id":"b"}', b'{"id":"\\ud800"', b'{"id":"a",}']
    return [add("sa:{evil}:top", now + n, said[n % len(said)] + str(n).encode()) for n in range(300)], {}


def numbers(now):
    """As many as the window has room for, small, with times that would outlive all others."""
    return [own(f"n{n % 34}", now + 4 * MINUTE_MS, number=n) for n in range(20_400)], {}


def sizes(now):
    """As many bytes as the window has room for, and half as many again."""
    return [own("large", now + n, number=n, pad="x" * 950_000) for n in range(100)], {}


def keys(now):
    return [own(f"k{n}", now, number=n) for n in range(20_000)], {}


def futures(now):
    """Ahead of what clocks may be apart, and at the ends of numbers."""
    far = [now + 6 * MINUTE_MS + n for n in range(995)] + ["inf", "1e308", 2**63, 2**53, "-inf"]
    return [add("sa:{evil}:top", t, {"id": f"evil:top:far{n}", "host": "evil"}) for n, t in enumerate(far)], {
        "too-far-in-future": 60}


def rewrites(now):
    """Its own newest sample, again and again, with the count unchanged; and keys that come and go."""
    commands = [own("top", now + n, number=n) for n in range(200)]
    for n in range(1000):
        commands += [("MULTI",), ("ZREMRANGEBYRANK", "sa:{evil}:top", -1, -1), own("top", now + 500 + n % 50, number=n),
                     ("EXEC",)]
        if n % 10 == 0:
            commands += [own(f"c{n}", now, number=n), ("DEL", f"sa:{{evil}}:c{n}")]
    return commands, {}


def kinds(now):
    """Under its keys what is no sorted set, and names without measure."""
    commands = []
    for n in range(100):
        commands += [("SET", f"sa:{{evil}}:s{n}", "x" * 100_000), ("LPUSH", f"sa:{{evil}}:l{n}", "x"),
                     ("XADD", f"sa:{{evil}}:x{n}", "*", "a", "b"), ("HSET", f"sa:{{evil}}:h{n}", "a", "b"),
                     own("top", now + n, number=n), ("RENAME", "sa:{evil}:top", f"sa:{{evil}}:r{n}"),
                     ("DEL", f"sa:{{evil}}:s{n}"), own(f"s{n}", now, number=n),
                     own("x" * 20_000 + str(n), now, number=n)]
    return commands, {}


PASSES = {one.__name__: one for one in [thefts, mismatches, duplicates, namelessly, garbage, numbers, sizes, keys, futures,
                                        rewrites, kinds]}
