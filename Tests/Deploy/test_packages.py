"""The packages, made of the debug builds by the script that makes the real ones: installed, run, removed, purged."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

NAMES = ["streamassembler", "streamassembler-collector"]
PATIENCE_S = 200
UNITS = [str(ROOT / f"deploy/systemd/{name}.service") for name in NAMES]


def run(*words, status=0, **options):
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False, **options)
    assert status is None or done.returncode == status, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deb")
    run(str(ROOT / "deploy/make-deb"), "--build", "debug", "--out", str(folder))
    found = sorted(folder.glob("*.deb"))
    assert len(found) == 2
    return found


def files(folder):
    return {str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if not path.is_dir()}


def test_fields_and_sums_are_right(packages, tmp_path):
    for package in packages:
        field = lambda name: run("dpkg-deb", "-f", str(package), name).strip()
        assert field("Package") == package.name.split("_")[0]
        assert f'"{field("Version")}"' in (ROOT / "Sources/Settings/ProgramVersion.swift").read_text()
        assert re.search(r"\blibc6 \(>= [\d.]+\)", field("Depends"))
        assert set(re.findall(r"(\S+) \(", field("Depends"))) <= {
            "libc6", "libgcc-s1", "libstdc++6", "libhiredis0.14", "libyaml-0-2", "libzstd1", "zlib1g"}
        folder = tmp_path / field("Package")
        run("dpkg-deb", "-R", str(package), str(folder))
        run("md5sum", "--check", "--quiet", "DEBIAN/md5sums", cwd=folder)
        summed = {line.split(None, 1)[1].strip() for line in (folder / "DEBIAN/md5sums").read_text().splitlines()}
        assert summed == {name for name in files(folder) if not name.startswith(("DEBIAN/", "etc/"))}
        assert b"not stripped" not in subprocess.run(
            ["file", "-b", folder / "usr/bin" / field("Package")], stdout=subprocess.PIPE, check=False).stdout \
            if shutil.which("file") else True
        for script in ("postinst", "prerm", "postrm"):
            run("dash", "-n", str(folder / "DEBIAN" / script))


def test_each_package_says_what_it_is_made_of(packages, tmp_path):
    """By the linker's own list; here it is compared with what the program asks the loader for, and with the pins."""
    pins = {pin["identity"]: pin["state"] for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]}
    sources = {"libhiredis.so": "hiredis", "libyaml-0.so": "libyaml", "libzstd.so": "libzstd", "libz.so": "zlib"}
    for package, product in zip(packages, ["collector", "streamassembler"]):
        folder = tmp_path / product
        run("dpkg-deb", "-x", str(package), str(folder))
        made = json.loads(next(folder.glob("usr/share/doc/*/sbom.cdx.json")).read_text())
        assert (made["bomFormat"], made["specVersion"], made["metadata"]["component"]["name"]) == ("CycloneDX", "1.5", product)
        found = {part["name"]: part for part in made["components"]}
        assert len(found) == len(made["components"]) and all(part["purl"].endswith(part["version"]) or "deb/" in part["purl"]
                                                             for part in found.values())
        swift = {name: part for name, part in found.items() if part["purl"].startswith("pkg:swift/")}
        assert {"swift-nio", "swift-log", "swift-argument-parser"} <= swift.keys() <= pins.keys()
        for name, part in swift.items():
            assert (part["version"], part["properties"][0]["value"]) == (pins[name]["version"], pins[name]["revision"])
        program = next(folder.glob("usr/bin/*"))
        needed = set(re.findall(r"NEEDED +([\w-]+\.so)", run("objdump", "-p", str(program))))
        # The linker drops what nothing uses in the end.
        assert {sources[name] for name in needed & sources.keys()} <= found.keys()
        assert ("hummingbird" in found) == ("d3" in found) == (product == "streamassembler")
        assert run(str(ROOT / "deploy/make-sbom"), product, "--build", "debug") == json.dumps(made, indent=1) + "\n"


def test_installs_into_a_bare_root_and_leaves_nothing_there(packages, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("dpkg wants root")
    for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("var/lib/dpkg/status", "var/lib/dpkg/available", "etc/group", "etc/shadow", "etc/gshadow"):
        (tmp_path / name).touch()
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    before = files(tmp_path)
    # The root is bare: it holds none of what the packages depend on.
    dpkg = ["dpkg", f"--root={tmp_path}", "--force-script-chrootless", "--force-depends", "--log=/dev/null"]
    run(*dpkg, "--install", *map(str, packages))
    users = (tmp_path / "etc/passwd").read_text()
    assert all(f"\n{name}:x:" in users for name in NAMES) and users.count("/usr/sbin/nologin") == 2
    collector = str(tmp_path / "usr/bin/streamassembler-collector")
    assert run(collector, "--version") == run(str(tmp_path / "usr/bin/streamassembler"), "--version")
    assert [line[:1] for line in run(collector, "once").splitlines() if line] == ["{", "{"]
    assert (tmp_path / "usr/share/streamassembler/web/vendor/d3.min.js").exists()
    assert (tmp_path / "etc/default/streamassembler").stat().st_mode & 0o777 == 0o640
    (tmp_path / "var/lib/streamassembler-collector").mkdir()
    (tmp_path / "var/lib/streamassembler-collector/spool").touch()
    run(*dpkg, "--remove", *NAMES)
    assert (tmp_path / "etc/default/streamassembler").exists()
    assert not (tmp_path / "usr").exists()
    run(*dpkg, "--purge", *NAMES)
    assert "streamassembler" not in (tmp_path / "etc/passwd").read_text() + (tmp_path / "etc/group").read_text()
    assert {name for name in files(tmp_path) - before if "streamassembler" in name} == set()
    # dpkg's and useradd's own notes, and the copies they keep of the lists they change.
    assert all(name.startswith(("var/lib/dpkg/", "etc/")) for name in files(tmp_path) - before)


OVERLAY = r"""
set -e
mount -t tmpfs none "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay none -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
mount --bind /proc "$1/root/proc"
mkdir -p "$1/root/deb"
cp "$2"/*.deb "$1/root/deb/"
chroot "$1/root" sh -ec '
    export DEBIAN_FRONTEND=noninteractive
    dpkg --install /deb/*.deb
    id streamassembler; id streamassembler-collector
    streamassembler --version
    streamassembler-collector once | cut -c 1-7
    dpkg --purge streamassembler streamassembler-collector
    ! id streamassembler-collector 2>/dev/null
'
rm -r "$1/root/deb"
echo LEFT
cd "$1/up" && find . -name "*streamassembler*"
"""


def test_installs_beside_what_is_here_and_leaves_nothing(packages, tmp_path):
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mount namespaces for this user")
    probe = "mount -t tmpfs none $1 && mkdir $1/u $1/w $1/r && mount -t overlay none -o lowerdir=/,upperdir=$1/u,workdir=$1/w $1/r"
    if subprocess.run(["unshare", "-m", "sh", "-c", probe, "sh", tmp_path], check=False, capture_output=True).returncode:
        pytest.skip("no overlay file system here")
    output = run("unshare", "-m", "sh", "-c", OVERLAY, "sh", str(tmp_path), str(packages[0].parent))
    assert output.count('{"id":"\n') == 2
    assert output.split("LEFT\n")[1] == ""


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not installed")
def test_lintian_finds_no_error(packages):
    # The debug builds name the folder of the Swift runtime.
    output = run("lintian", "--allow-root", "--tag-display-limit", "0", "--suppress-tags", "custom-library-search-path",
                 *map(str, packages), status=None)
    print(output)
    assert [line for line in output.splitlines() if line.startswith("E:")] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_units_are_right_and_leave_little_exposed(packages, tmp_path):
    for package in packages:
        run("dpkg-deb", "-x", str(package), str(tmp_path))
    for name in ("bin/kill", "lib/systemd/system/sysinit.target"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    for unit in UNITS:
        text = pathlib.Path(unit).read_text().replace("/usr/bin/", f"{tmp_path}/usr/bin/")
        copy = tmp_path / pathlib.Path(unit).name
        copy.write_text(text)
        output = run("systemd-analyze", "verify", "--man=no", str(copy), status=None)
        assert [line for line in output.splitlines() if "streamassembler" in line] == []
        output = run("systemd-analyze", "security", "--offline=true", "--threshold=30", unit)
        print(re.search(r"Overall exposure.*", output)[0])


def test_container_files_name_what_is_there():
    for path in (ROOT / "deploy").glob("Containerfile.*"):
        text = path.read_text().replace("\\\n", " ")
        words = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        known = {"ARG", "FROM", "RUN", "COPY", "USER", "ENTRYPOINT", "CMD", "EXPOSE", "HEALTHCHECK", "WORKDIR", "ENV"}
        assert {line[0] for line in words} <= known
        froms = [line for line in words if line[0] == "FROM"]
        assert froms[-1][1] == "debian:12-slim" and all(":" in line[1] for line in froms)
        assert [line for line in words if line[0] == "USER"]
        for line in words:
            if line[0] == "COPY" and not line[1].startswith("--from"):
                assert all((ROOT / source).exists() for source in line[1:-1]), line
