"""The rules of .ci/lint about the layout: arrows between modules, cycles of types, folders, small files, and papers.

Arrows are those of Package.swift; there is no second list of them. `swift package describe` needs no resolved packages.
"""

import functools
import json
import os
import re
import subprocess

# In every toolchain, so no package gives them. Foundation is not among them: it costs 38 MB of memory.
PLATFORM = {"Swift", "Glibc", "Musl", "Darwin", "Synchronization", "FoundationEssentials"}
PLATFORM_OF_TESTS = {"Testing", "Foundation", "Dispatch"}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?([A-Za-z_]\w*)")

# What a library may need of other packages, itself and through our own modules.
ALONE = {"SocketIOServer": {"DequeModule", "HeapModule", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOWebSocket"}}
# A folder that holds more files than this shows no ideas any more; tests of one kind may stand side by side.
FULLEST, FULLEST_OF_TESTS = 15, 30
# The share of files below so many lines, in percent of all of Sources and collectors.
CRUMB_LINES, CRUMBS = 20, 5.0
# Types of one module that need each other in a circle: as many at most, but for the knots that are known. Lower the
# number of a knot when it gets smaller.
LONGEST_CYCLE = 4
KNOTS = {"SocketIOServer": 19}

ARCHITECTURE = "Sources/Daemon/Daemon.docc/Architecture.md"
TABLE_BEGIN, TABLE_END = "<!-- modules -->", "<!-- /modules -->"
# Papers whose names in code's type are looked up.
PAPERS = (ARCHITECTURE, ".github/CONTRIBUTING.md")
PATH = re.compile(r"(?:Sources|collectors|Tests|web|deploy|\.ci|\.github)/[\w./+-]*")
TYPE_NAME = re.compile(r"[A-Z][a-z]+[A-Z]\w*")
DECLARED = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)")


class House:
    """The tracked files of the package, read once."""

    def __init__(self, root, tracked, lines, found):
        self.root, self.tracked, self.lines, self.found = root, tracked, lines, found
        self._imports = {}

    @functools.cached_property
    def targets(self):
        """`{name: target}` as Package.swift declares them."""
        described = subprocess.run(
            ["swift", "package", "describe", "--type", "json"], cwd=self.root, capture_output=True, text=True)
        if described.returncode:
            raise SystemExit(f"lint: Package.swift cannot be read\n{described.stderr}")
        return {target["name"]: target for target in json.loads(described.stdout)["targets"]}

    @functools.cached_property
    def modules(self):
        """`{name: its files}` of those in Swift."""
        return {name: self.tracked(f"{target['path']}/*.swift") for name, target in self.targets.items()
                if target["module_type"] == "SwiftTarget"}

    def imports(self, module):
        """`{imported module: the first place}` of a target."""
        if module not in self._imports:
            places = {}
            for path in self.modules[module]:
                for number, line in enumerate(self.lines(path), 1):
                    if match := IMPORT.match(line):
                        places.setdefault(match[1], f"{path}:{number}")
            self._imports[module] = places
        return self._imports[module]

    def declared(self, module):
        target = self.targets[module]
        return {*target.get("target_dependencies", ()), *target.get("product_dependencies", ())}

    def check_arrows(self):
        """Each import is declared."""
        for module in self.modules:
            allowed = self.declared(module) | PLATFORM | {module}
            if self.targets[module]["path"].startswith("Tests/"):
                allowed |= PLATFORM_OF_TESTS
            for name, place in self.imports(module).items():
                if name not in allowed:
                    self.found("arrows", place, f"{module} imports {name}, which Package.swift does not declare for it")

    def check_unused(self):
        """Each declared dependency is imported. Programs are only built beside who declares them."""
        for module in self.modules:
            for name in sorted(self.declared(module) - self.imports(module).keys()):
                if self.targets.get(name, {}).get("type") != "executable":
                    self.found("unused", "Package.swift", f"{module} declares {name} and imports it nowhere")

    def check_alone(self):
        """Who uses a library builds no package that it can do without."""
        for library, allowed in ALONE.items():
            waiting, done = [library], set()
            while waiting:
                if (name := waiting.pop()) in done:
                    continue
                done.add(name)
                target = self.targets[name]
                waiting += target.get("target_dependencies", ())
                for product in sorted(set(target.get("product_dependencies", ())) - allowed):
                    self.found("alone", "Package.swift", f"{library} needs {product} through {name}; allowed: "
                               f"{', '.join(sorted(allowed))}")

    def check_cycles(self):
        """No large circle of types inside a module."""
        for module, paths in self.modules.items():
            if self.targets[module]["path"].startswith("Tests/"):
                continue
            allowed = KNOTS.get(module, LONGEST_CYCLE)
            for cycle in cycles(uses([self.lines(path) for path in paths])):
                if len(cycle) > allowed:
                    self.found("cycles", self.targets[module]["path"], f"{len(cycle)} types need each other in a "
                               f"circle: {', '.join(sorted(cycle))}; allowed: {allowed}")

    def check_folders(self):
        folders = {}
        for path in self.tracked("Sources/*", "collectors/*", "web/*", "Tests/*"):
            if "Fixtures" not in path:
                folders.setdefault(os.path.dirname(path), []).append(path)
        for folder, paths in folders.items():
            limit = FULLEST_OF_TESTS if folder.startswith("Tests/") else FULLEST
            if len(paths) > limit:
                self.found("folders", folder, f"{len(paths)} files; allowed: {limit}")

    def check_crumbs(self):
        paths = self.tracked("Sources/*.swift", "collectors/*.swift")
        small = [path for path in paths if len(self.lines(path)) < CRUMB_LINES]
        if (share := 100 * len(small) / max(1, len(paths))) > CRUMBS:
            self.found("crumbs", "Sources, collectors", f"{share:.1f} % of the files have fewer than {CRUMB_LINES} "
                       f"lines; allowed: {CRUMBS} %. A file is an idea that can be read alone.")

    def module_table(self, words):
        """The rows of Architecture.md: each module of ours, what it is, and what it imports of ours."""
        rows = []
        for name, target in sorted(self.targets.items(), key=lambda item: (item[1]["path"].split("/")[0], item[0])):
            if not target["path"].startswith("Tests/"):
                ours = sorted(self.declared(name) & self.targets.keys())
                rows.append(f"| `{target['path']}` | {words.get(target['path'], '')} | {', '.join(ours)} |")
        return rows

    def table(self):
        """The rows that stand in Architecture.md, and the line before them."""
        text = self.lines(ARCHITECTURE)
        begin = text.index(TABLE_BEGIN)
        return text[begin + 3:text.index(TABLE_END)], begin + 3

    def words(self):
        """`{path: what it is}` of the table."""
        return dict(re.match(r"\| `([^`]+)` \| (.*?) \|", row).groups() for row in self.table()[0])

    def write_modules(self):
        text, (stands, before) = self.lines(ARCHITECTURE), self.table()
        text[before:before + len(stands)] = self.module_table(self.words())
        with open(os.path.join(self.root, ARCHITECTURE), "w", encoding="utf-8") as file:
            file.write("\n".join(text) + "\n")

    def check_papers(self):
        """Architecture.md lists the modules as they are; what papers name in code's type exists."""
        (stands, before), words = self.table(), self.words()
        wanted = self.module_table(words)
        for number in range(max(len(stands), len(wanted))):
            stood, want = [rows[number] if number < len(rows) else "" for rows in (stands, wanted)]
            if stood != want:
                self.found("papers", f"{ARCHITECTURE}:{before + number + 1}", f"stands: {stood or 'nothing'} · is: "
                           f"{want or 'nothing'} · renew the table by .ci/lint --modules")
                break
            if "|  |" in stood.removesuffix("|  |"):
                self.found("papers", f"{ARCHITECTURE}:{before + number + 1}", "it is not said what the module is")
        self._check_names()

    def _check_names(self):
        types = set()
        for path in self.tracked("Sources/*.swift", "collectors/*.swift", "Tests/*.swift"):
            types.update(DECLARED.findall("\n".join(self.lines(path))))
        types |= self.targets.keys()
        for paper in PAPERS:
            for number, line in enumerate(self.lines(paper), 1):
                for name in re.findall(r"`([^`]+)`", line):
                    is_gone = (
                        "NAME" not in name and not os.path.exists(os.path.join(self.root, name)) if PATH.fullmatch(name)
                        else name not in types if TYPE_NAME.fullmatch(name) else False)
                    if is_gone:
                        self.found("papers", f"{paper}:{number}", f"there is no {name}")


MODIFIERS = r"(?:(?:public|package|internal|fileprivate|private|final|indirect|nonisolated(?:\(\w+\))?)\s+)*"
TYPE = re.compile(
    rf"^(?:@\w+(?:\([^)]*\))?\s+)*{MODIFIERS}(struct|class|enum|actor|protocol|typealias|extension)\s+(\w+)")
# What is no code: texts and comments.
NO_CODE = re.compile(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*(?:.|\n)*?\*/')
NAME = re.compile(r"(?<!\.)\b[A-Z]\w*")


def uses(files):
    """`{type: the types it names}` of the top-level types of a module, extensions included; each file is its lines."""
    bodies, owned = {}, set()
    for lines in files:
        code = NO_CODE.sub('""', "\n".join(lines))
        depth, name = 0, None
        for line in code.splitlines():
            if depth == 0 and (match := TYPE.match(line)):
                name = match[2]
                if match[1] != "extension":
                    owned.add(name)
            if name:
                bodies.setdefault(name, set()).update(NAME.findall(line))
            depth += line.count("{") - line.count("}")
            if depth == 0 and "}" in line:
                name = None
    return {name: (bodies.get(name, set()) & owned) - {name} for name in owned}


def cycles(graph):
    """Sets of nodes that reach each other (Tarjan's strongly connected components of more than one node)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            at = stack.index(node)
            component, stack[at:] = stack[at:], []
            if len(component) > 1:
                found.append(component)

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found
