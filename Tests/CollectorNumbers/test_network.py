"""What the collector says of networks that lie: hundreds of interfaces, odd names, other namespaces, sockets of nobody."""

import os
import subprocess
import time

from hosts import collector, network, once, rows, script


# Interfaces

def test_of_many_interfaces_the_busiest_is_shown_and_the_rest_summed():
    links = [f"ip link add d{n} type ifb" for n in range(60)]
    with network(*links, "ip link add zz type veth peer name zy", "ip addr add 10.9.0.1/24 dev zz",
                 "ip link set zz up", "ip link set zy up") as inside:
        flood = """
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ready()
while not is_ended(): s.sendto(b"x" * 1000, ("10.9.0.2", 9)); time.sleep(0.001)
"""
        with script(flood, within=inside):
            subprocess.run([*inside, "ip", "neigh", "replace", "10.9.0.2", "lladdr", "02:00:00:00:00:02", "dev", "zz"])
            sample = once("--probe", "netstat", within=inside)["netstat"]
        busiest = [row for row in rows(sample, "ifs") if row["name"] == "zz"]
        assert busiest and busiest[0]["txBps"] > 1000
        assert sample["ifs"]["others"]["count"] == 63 - len(rows(sample, "ifs"))
        assert "truncated" in sample["flags"]


def test_interfaces_whose_names_differ_in_bytes_are_two():
    names = [b"n\xff", b"n\xfe", "né".encode(), "ne\u0301".encode(), b"a!b"]
    links = [[b"ip", b"link", b"add", name, b"type", b"ifb"] for name in names]
    with network(*links) as inside:
        sample = once("--probe", "netstat", within=inside)["netstat"]
        shown = {row["name"] for row in rows(sample, "ifs")}
        assert {"n\\xff", "n\\xfe", "né", "a!b"} <= shown
        assert len(shown) == 6, shown


def test_whether_a_link_is_up_is_as_of_now_and_of_this_namespace():
    # The host's /sys/class/net is of another namespace, and its `eth0` or `lo` of another state.
    host = next((name for name in sorted(os.listdir("/sys/class/net")) if name != "lo"), "eth0")
    with network(f"ip link add {host} type ifb", "ip link add v0 type veth peer name v1", "ip link set v1 up",
                 "ip link set v0 up") as inside:
        with collector("--probe", "netstat", within=inside) as running:
            def states(sample):
                return {row["name"]: row["up"] for row in rows(sample, "ifs")}
            assert states(running.first("netstat", lambda sample: True)) == {
                "lo": True, host: False, "v0": True, "v1": True}
            subprocess.run([*inside, "ip", "link", "set", "v1", "down"], check=True)
            changed = time.time() * 1000
            sample = running.first("netstat", lambda sample: sample["t"] > changed)
            assert states(sample) == {"lo": True, host: False, "v0": False, "v1": False}


# Sockets

def test_addresses_of_links_carry_their_zone():
    with network("ip link add la type veth peer name lb", "ip link add lc type veth peer name ld",
                 "ip link set la up", "ip link set lb up", "ip link set lc up", "ip link set ld up") as inside:
        sockets = """
servers = []
for device in ("la", "lc"):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    server.bind(("0.0.0.0", 7777))
    server.listen()
    servers.append(server)
v6 = socket.create_server(("::", 8888), family=socket.AF_INET6)
ready()
until_ended()
"""
        client = """
held = []
for device, address in zip(sys.argv[1::2], sys.argv[2::2]):
    deadline = time.monotonic() + 10
    while True:
        try:
            held.append(socket.create_connection((address + "%" + device, 8888)))
            break
        except OSError:
            if time.monotonic() > deadline: raise
            time.sleep(0.1)
ready()
until_ended()
"""
        def link_local(device):
            shown = subprocess.run([*inside, "ip", "-6", "-o", "addr", "show", "dev", device], capture_output=True,
                                   text=True).stdout
            return shown.split("inet6 ")[1].split("/")[0]
        # The same address on both links, each a host of its own.
        for device in ("lb", "ld"):
            subprocess.run([*inside, "ip", "-6", "addr", "add", "fe80::9/64", "dev", device, "nodad"], check=True)
        with script(sockets, within=inside), script(client, "la", link_local("lb"), "lc", link_local("ld"),
                                                    within=inside):
            sample = once("--probe", "netstat", within=inside)["netstat"]
        bound = sorted(row["addr"] for row in rows(sample, "listen") if row["port"] == 7777)
        assert bound == ["0.0.0.0%la", "0.0.0.0%lc"]
        peers = {row["raddr"].split("%")[1] for row in rows(sample, "peers")}
        assert {"la", "lc"} <= peers


def test_what_is_not_known_of_a_socket_is_null():
    with network("ip link add gone type veth peer name void", "ip addr add 10.8.0.1/24 dev gone",
                 "ip link set gone up", "ip link set void up",
                 "ip neigh add 10.8.0.2 lladdr 02:00:00:00:00:02 dev gone") as inside:
        sockets = """
os.setuid(1)
bound = socket.socket(); bound.bind(("127.0.0.1", 6001))
asking = socket.socket(); asking.setblocking(False); asking.connect_ex(("10.8.0.2", 6002))
server = socket.create_server(("127.0.0.1", 6003))
waiting = socket.create_connection(("127.0.0.1", 6003))
closed = socket.create_connection(("127.0.0.1", 6003))
end, _ = server.accept()
second, _ = server.accept()
late = socket.create_connection(("127.0.0.1", 6003))
second.close(); closed.close()
ready(late=late.getsockname()[1])
until_ended()
"""
        with script(sockets, within=inside) as holder:
            sample = once("--probe", "netstat", within=inside)["netstat"]
        connections = rows(sample, "conns")
        assert not [row for row in connections if row["lport"] == 6001], "a bound socket is no connection"
        asking = next(row for row in connections if row["state"] == "synSent")
        assert asking["rttUs"] is None and asking["uid"] == 1
        for row in connections:
            assert row["uid"] == (None if row["inode"] is None else 1), row
        assert [row for row in connections if row["state"] == "timeWait"]
        assert [row for row in connections if row["rport"] == holder.facts["late"] and row["uid"] is None]
        assert sample["connsTotal"] == len(connections)
