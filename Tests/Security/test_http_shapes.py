"""Requests that fool servers, and paths and ranges out of bounds: each answer is what the RFC says (issue 10, D)."""

import re
import shutil

import pytest
import shapes
from strangers import connect, read_head, request
from support import ROOT, Redis, Target, frame, upgrade

SECRET = "the-secret-of-another-folder"


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "web", folder / "web", symlinks=False, ignore=shutil.ignore_patterns("screenshots"))
    (folder / "secret").write_text(SECRET)
    (folder / "web-secret").mkdir()
    (folder / "web-secret/page.js").write_text(SECRET)
    for name, aim in {"link.js": "../secret", "absolute.js": str(folder / "secret"), "out": "../web-secret",
                      "loop.js": "loop.js", "zero.js": "/dev/zero"}.items():
        (folder / "web" / name).symlink_to(aim)
    redis = Redis()
    running = Target(redis, web=folder / "web")
    try:
        yield running
        # Whatever it was asked, it lives and ends in order.
        assert running.request("/healthz")[0] == 200
    finally:
        status = running.end()
        redis.end()
    assert status == 0


def answers(target, data):
    """Statuses of all that is answered to some bytes, behind which nothing follows, and the bytes."""
    connection = connect(target.port)
    connection.settimeout(1)
    seen = b""
    try:
        connection.sendall(data)
        while chunk := connection.recv(1 << 16):
            seen += chunk
    except (TimeoutError, ConnectionError):
        pass
    finally:
        connection.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", seen)], seen


@pytest.mark.parametrize("name", shapes.ALL)
def test_odd_requests_are_refused_and_nothing_is_smuggled(target, name):
    data, allowed = shapes.ALL[name]
    statuses, seen = answers(target, shapes.written(data, target.port))
    assert (statuses or [0])[0] in allowed, seen[:300]
    assert len(statuses) <= 1, f"what stood behind was answered too: {statuses}"
    assert b'"keys"' not in seen and b'"sid"' not in seen


PATHS = [
    "/assets/../../secret", "/assets/..%2f..%2fsecret", "/assets/%2e%2e/%2e%2e/secret", "/%2e%2e/secret", "/../secret",
    "/assets/....//....//secret", "/assets/..;/..;/secret", "/assets/..\\..\\secret", "/assets/..%5c..%5csecret",
    "/assets/%252e%252e/secret", "/assets/%c0%ae%c0%ae/secret", "/assets/%u002e%u002e/secret", "//etc/passwd",
    "/assets//etc/passwd", "/assets//index.html", "/assets/src//start.js", "/assets/%00", "/assets/src/start.js%00.png",
    "/assets/link.js", "/assets/absolute.js", "/assets/out/page.js", "/assets/loop.js", "/assets/zero.js",
    "/assets/../web-secret/page.js", "/assets/..%2fweb-secret/page.js", "/assets/%", "/assets/%zz", "/assets/",
    "/assets", "/assets/" + "a/" * 5000, "/assets/" + "x" * 5000, "/assets/con", "/assets/.git/config",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_paths_do_not_leave_the_folder(target, path):
    statuses, seen = answers(target, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n\r\n".encode())
    assert statuses and 400 <= statuses[0] < 500, seen[:300]
    assert SECRET.encode() not in seen and b"root:" not in seen


FILE = "/assets/vendor/d3.min.js"
RANGES = {
    # The whole is N bytes: status, and what Content-Range says.
    "bytes=9999999-": (416, "bytes */{N}"),
    "bytes=9999999-99999999": (416, "bytes */{N}"),
    "bytes=-0": (416, "bytes */{N}"),
    "bytes=0-0": (206, "bytes 0-0/{N}"),
    "bytes=5-": (206, "bytes 5-{last}/{N}"),
    "bytes=-5": (206, "bytes {fifth}-{last}/{N}"),
    "bytes=0-99999999": (206, "bytes 0-{last}/{N}"),
    "bytes=-99999999": (206, "bytes 0-{last}/{N}"),
    "bytes=5-2": (200, None),
    "bytes=abc": (200, None),
    "bytes=--5": (200, None),
    "bytes=-": (200, None),
    "lines=1-2": (200, None),
    "bytes=0x0-0x5": (200, None),
    "bytes=" + ",".join(["0-"] * 1300): (200, None),
}
HUGE = ["bytes=18446744073709551616-", "bytes=9223372036854775807-", "bytes=0-18446744073709551616",
        "bytes=-18446744073709551616", "bytes=9223372036854775807-9223372036854775807"]


def ranged(target, value):
    answer = request(target.port, [f"GET {FILE} HTTP/1.1", f"Range: {value}"])
    head, _, body = answer.partition(b"\r\n\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return int(head.split()[1]), headers, body


@pytest.mark.parametrize("value", RANGES, ids=lambda value: value[:30])
def test_ranges_are_within_the_file(target, value):
    whole = ranged(target, "none")[2]
    names = {"N": len(whole), "last": len(whole) - 1, "fifth": len(whole) - 5}
    status, place = RANGES[value]
    seen, headers, body = ranged(target, value)
    assert (seen, headers.get("content-range")) == (status, place.format(**names) if place else None)
    assert int(headers["content-length"]) == len(body)
    assert body in whole if status != 416 else len(body) < 1000
    if status == 200:
        assert body == whole


@pytest.mark.parametrize("value", HUGE)
def test_ranges_beyond_all_numbers_are_no_negative_lengths(target, value):
    whole = ranged(target, "none")[2]
    status, headers, body = ranged(target, value)
    assert status in (200, 206, 416)
    assert int(headers["content-length"]) == len(body)
    assert status == 416 or body == whole


def test_an_upgrade_on_a_kept_connection_is_heard(target):
    """101 and the open packet came, nothing that the client said was read."""
    connection = connect(target.port)
    for _ in range(3):
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n\r\n".encode())
        assert read_head(connection)[0] == 200
    # The upgrade and the first word behind it in one go, too.
    connection.sendall(upgrade(target.port) + frame("40"))
    seen = b""
    while b'40{"sid"' not in seen:
        chunk = connection.recv(1 << 14)
        assert chunk, f"the WebSocket is deaf: {seen[-200:]}"
        seen += chunk
    connection.close()
