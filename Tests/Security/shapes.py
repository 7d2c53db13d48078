"""Requests that no honest client sends, as bytes, each with the statuses that the RFC lets a server give it.

The first status counts; behind a refusal nothing more may be answered, or the rest was taken for a second request.
`{host}` stands for the daemon's own authority, `{smuggled}` for a request that a fooled server would answer.
"""

GET = b"GET /healthz HTTP/1.1\r\nHost: {host}\r\n"
POST = b"POST /healthz HTTP/1.1\r\nHost: {host}\r\n"
SMUGGLED = b"GET /api/v1/keys HTTP/1.1\r\nHost: {host}\r\n\r\n"
BAD = {400}

# Where both sides could see another end of the body (RFC 9112 §6.3, §7.1, §11.2): refused, and the connection ended.
BODIES = {
    "two lengths": (POST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n{smuggled}", BAD),
    "a list of lengths": (POST + b"Content-Length: 0, 40\r\n\r\n{smuggled}", BAD),
    "length beside coding": (POST + b"Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}", BAD),
    "coding beside length": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{smuggled}", BAD),
    "two codings": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{smuggled}",
                    {400, 501}),
    "chunked not last": (POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n{smuggled}", {400, 501}),
    "a coding of another name": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}", {400, 501}),
    "a coding behind a tabulator": (POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n{smuggled}", {400, 501}),
    "a quoted coding": (POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n{smuggled}', {400, 501}),
    "a coding in HTTP/1.0": (
        b"POST /healthz HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}", BAD),
    "space before the colon": (POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{smuggled}", BAD),
    "a signed length": (POST + b"Content-Length: +40\r\n\r\n{smuggled}", BAD),
    "a length below zero": (POST + b"Content-Length: -1\r\n\r\n{smuggled}", BAD),
    "a length in hex": (POST + b"Content-Length: 0x28\r\n\r\n{smuggled}", BAD),
    "no length": (POST + b"Content-Length: \r\n\r\n{smuggled}", BAD),
    "a length of 20 digits": (POST + b"Content-Length: 18446744073709551656\r\n\r\n{smuggled}", {400, 413}),
    "a chunk of 17 digits": (POST + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{smuggled}", {400, 405, 413}),
    "a chunk below zero": (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{smuggled}", {400, 405}),
    "a chunk in words": (POST + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{smuggled}", {400, 405}),
    "a chunk longer than it says": (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n{smuggled}", {400, 405}),
}

# Lines (RFC 9112 §2.2, §5): what other programs on the way may read otherwise.
LINES = {
    "a bare CR in a value": (GET + b"X: a\rTransfer-Encoding: chunked\r\n\r\n", BAD),
    "a bare CR as an end": (b"GET /healthz HTTP/1.1\rHost: {host}\r\r", BAD | {0}),
    "NUL in a value": (GET + b"X: a\x00b\r\n\r\n", BAD),
    "NUL in a name": (GET + b"X\x00: a\r\n\r\n", BAD),
    "a control in a name": (GET + b"X\x01Y: a\r\n\r\n", BAD),
    "a name with a space": (GET + b"X Y: a\r\n\r\n", BAD),
    "no name": (GET + b": a\r\n\r\n", BAD),
    "no colon": (GET + b"nonsense\r\n\r\n", BAD),
    "a folded first line": (b"GET /healthz HTTP/1.1\r\n Host: {host}\r\n\r\n", BAD),
    "a folded Host": (b"GET /healthz HTTP/1.1\r\nHost: {host}\r\n .evil.example\r\n\r\n", BAD),
    "a folded coding": (POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", {400, 405, 501}),
    "NUL in the target": (b"GET /health\x00z HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD),
    "8 bits in the target": (b"GET /\xff\xfe HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 404}),
    "a space in the target": (b"GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD),
    "a fragment in the target": (b"GET /healthz#x HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD),
    "LF alone": (b"GET /healthz HTTP/1.1\nHost: {host}\n\n", BAD),
    "LF alone in the header": (b"GET /healthz HTTP/1.1\r\nHost: {host}\n\r\n", BAD),
    "a space behind the version": (b"GET /healthz HTTP/1.1 \r\nHost: {host}\r\n\r\n", BAD),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", BAD),
    "HTTP/2 by surprise": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {505}),
    "HTTP/9.9": (b"GET /healthz HTTP/9.9\r\nHost: {host}\r\n\r\n", {505}),
    "a small version": (b"GET /healthz http/1.1\r\nHost: {host}\r\n\r\n", BAD),
    "a method in small letters": (b"get /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n", {501}),
    "an empty coding": (POST + b"Transfer-Encoding: \r\n\r\n{smuggled}", BAD),
    "a method of no tokens": (b"G@T /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD | {405, 501}),
    "a long method": (b"G" * 20_000 + b" /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD | {405, 414, 431, 501}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), BAD | {0}),
    "a large header": (GET + b"X: " + b"x" * 17_000 + b"\r\n\r\n", {431}),
    "a header of a megabyte": (GET + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n", {431}),
    "a thousand fields": (GET + b"X: y\r\n" * 1000 + b"\r\n", {431}),
    "a large target": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n", {414}),
}

# Who is asked, by whom (RFC 9112 §3.2; pages of others, DNS rebinding; who claims to be a proxy).
DOOR = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: {host}\r\n"
API = b"GET /api/v1/keys HTTP/1.1\r\n"
NAMES = {
    "no Host": (b"GET /healthz HTTP/1.1\r\n\r\n", BAD),
    "two Hosts": (GET + b"Host: {host}\r\n\r\n", BAD),
    "an address with a tail": (API + b"Host: [::1].evil.example\r\n\r\n", BAD),
    "a Host with a user": (API + b"Host: 127.0.0.1@evil.example\r\n\r\n", BAD),
    "a Host with a path": (API + b"Host: 127.0.0.1/evil\r\n\r\n", BAD),
    "a port of no number": (API + b"Host: 127.0.0.1:80x\r\n\r\n", BAD),
    "an unclosed bracket": (API + b"Host: [::1\r\n\r\n", BAD),
    "a Host of another": (API + b"Host: evil.example\r\n\r\n", {403}),
    "a Host that begins alike": (API + b"Host: 127.0.0.1.evil.example\r\n\r\n", {403}),
    "a Host that begins as this machine": (API + b"Host: localhost.evil.example\r\n\r\n", {403}),
    "the other's Host in the target": (b"GET http://evil.example/api/v1/keys HTTP/1.1\r\nHost: {host}\r\n\r\n", {403}),
    "an Origin of another": (DOOR + b"Origin: http://evil.example\r\n\r\n", {403}),
    "an Origin with a tail": (DOOR + b"Origin: http://[::1].evil.example\r\n\r\n", {403, 400}),
    "an Origin that begins alike": (DOOR + b"Origin: http://{host}.evil.example\r\n\r\n", {403, 400}),
    "an Origin with a user": (DOOR + b"Origin: http://{host}@evil.example\r\n\r\n", {403, 400}),
    "an Origin of nobody": (DOOR + b"Origin: null\r\n\r\n", {403}),
    "an empty Origin": (DOOR + b"Origin: \r\n\r\n", {403, 400}),
    "two Origins": (DOOR + b"Origin: http://{host}\r\nOrigin: http://evil.example\r\n\r\n", {403, 400}),
    "a forged outer host": (DOOR + b"Origin: http://evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n", {403}),
    "a forged Forwarded": (DOOR + b"Origin: http://evil.example\r\nForwarded: host=evil.example;proto=http\r\n\r\n", {403}),
    "a forged host for the API": (API + b"Host: evil.example\r\nX-Forwarded-Host: {host}\r\n\r\n", {403}),
}

ALL = {**BODIES, **LINES, **NAMES}


def written(data, port):
    host = f"127.0.0.1:{port}".encode()
    return data.replace(b"{smuggled}", SMUGGLED).replace(b"{host}", host)
