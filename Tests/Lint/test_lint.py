"""Each rule of .ci/lint is seen to fail: a fault is planted in a copy of the tree, and the rule names its place."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = "Sources/JSONBytes"


def swift(*lines):
    return "".join(f"{line}\n" for line in lines)


class Lint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.copy = pathlib.Path(tempfile.mkdtemp(prefix="lint-"))
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
            check=True).stdout.splitlines()
        for path in listed:
            if (ROOT / path).exists() and not path.endswith(".png"):
                (cls.copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, cls.copy / path)
        subprocess.run(["git", "init", "-q"], cwd=cls.copy, check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.copy)

    def lint(self, rule):
        done = subprocess.run([sys.executable, ".ci/lint", rule], cwd=self.copy, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def sees(self, rule, path, text, *words):
        """Writes a file, or changes it where `text` takes what stands there: the rule held before, and now it does not."""
        file = self.copy / path
        before = file.read_text() if file.exists() else None
        status, said = self.lint(rule)
        self.assertEqual(status, 0, said)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(before) if callable(text) else text)
        try:
            status, said = self.lint(rule)
        finally:
            if before is None:
                file.unlink()
            else:
                file.write_text(before)
        self.assertEqual(status, 1, said)
        self.assertTrue(said.startswith(f"{rule}: "), said)
        for word in words:
            self.assertIn(word, said)

    def test_an_import_that_is_not_declared(self):
        self.sees("arrows", f"{MODULE}/Planted.swift", "import NIOCore\n", f"{MODULE}/Planted.swift:1", "NIOCore")

    def test_foundation_in_a_module(self):
        self.sees("arrows", f"{MODULE}/Planted.swift", "import Foundation\n", "Foundation")

    def test_a_dependency_that_nobody_imports(self):
        declare = lambda text: text.replace('module("StreamAssembly", [', 'module("StreamAssembly", [logging, ')  # noqa: E731
        self.sees("unused", "Package.swift", declare, "StreamAssembly declares Logging")

    def test_a_library_that_needs_more(self):
        declare = lambda text: text.replace('module("EngineIO"', 'module("EngineIO", [hummingbird]')  # noqa: E731
        self.sees("alone", "Package.swift", declare, "SocketIOServer needs Hummingbird through EngineIO")

    def test_types_that_need_each_other_in_a_circle(self):
        names = "ABCDEFG"
        circle = swift(*(f"struct Planted{a} {{ let next: [Planted{b}] }}" for a, b in zip(names, names[1:] + names[0])))
        self.sees("cycles", f"{MODULE}/Planted.swift", circle, "7 types", "PlantedA, PlantedB")

    def test_names_in_texts_and_comments_make_no_circle(self):
        path = self.copy / MODULE / "Planted.swift"
        names = "ABCDEFG"
        path.write_text(swift(*(f'struct Planted{a} {{ let word = "Planted{b}" }}  // Planted{b}'
                                for a, b in zip(names, names[1:] + names[0]))))
        try:
            self.assertEqual(self.lint("cycles")[0], 0)
        finally:
            path.unlink()

    def test_a_full_folder(self):
        folder = self.copy / MODULE / "Crowd"
        folder.mkdir()
        for number in range(15):
            (folder / f"Planted{number}.swift").write_text("\n" * 20)
        try:
            self.sees("folders", f"{MODULE}/Crowd/Planted15.swift", "\n" * 20, f"{MODULE}/Crowd", "16 files")
        finally:
            shutil.rmtree(folder)

    def test_many_small_files(self):
        folder = self.copy / MODULE / "Crumbs"
        folder.mkdir()
        try:
            for number in range(300):
                (folder / f"Planted{number}.swift").write_text("\n")
            status, said = self.lint("crumbs")
            self.assertEqual(status, 1, said)
            self.assertIn("fewer than 20 lines", said)
        finally:
            shutil.rmtree(folder)

    def test_a_module_that_is_missing_in_the_papers(self):
        paper = "Sources/Daemon/Daemon.docc/Architecture.md"
        without = lambda text: "".join(  # noqa: E731
            line for line in text.splitlines(keepends=True) if not line.startswith("| `Sources/JSONBytes`"))
        self.sees("papers", paper, without, paper, "Sources/JSONBytes")

    def test_a_name_in_the_papers_that_is_gone(self):
        paper = "Sources/Daemon/Daemon.docc/Architecture.md"
        self.sees("papers", paper, lambda text: text + "\n`PlantedName` in `Sources/Nowhere/`\n", "PlantedName", "Sources/Nowhere/")

    def test_a_row_of_a_protocol_that_names_no_test(self):
        paper = "Sources/EngineIO/EngineIO.docc/Protocol.md"
        row = "| planted | yes | PlantedTests, `does nothing` |\n"
        self.sees("protocols", paper, lambda text: text + row, paper, "no test PlantedTests, `does nothing`")

    def test_a_threat_that_names_no_test(self):
        paper = "Sources/Daemon/Daemon.docc/ThreatModel.md"
        for cell, what in (("test_planted, `test_nothing`", "no test test_planted, `test_nothing`"),
                           ("AccessTests, `does nothing`", "no test AccessTests, `does nothing`"),
                           ("", "the last cell names no test")):
            self.sees("threats", paper, lambda text: f"{text}| planted | nowhere | {cell} |\n", paper, what)

    def test_a_module_of_the_page_that_imports_upwards(self):
        planted = 'import { follow } from "../stream/follow.js";\n\nexport const planted = follow;\n'
        self.sees("page", "web/src/model/planted.js", planted, "web/src/model/planted.js", "stream")

    def test_a_module_of_the_page_that_is_not_listed(self):
        self.sees("page", "web/src/model/planted.js", "export const planted = 1;\n", ".ci/preload")

    def test_a_long_file(self):
        self.sees("length", f"{MODULE}/Planted.swift", "\n" * 401, "401 lines; allowed: 400")

    def test_a_stranger_at_the_top(self):
        self.sees("top-level", "planted.txt", "", "planted.txt")

    def test_words(self):
        for rule, path, line in (
                ("marks", f"{MODULE}/Planted.swift", "// TO" "DO: later"), ("print", f"{MODULE}/Planted.swift", 'print("x")'),
                ("sleep", "Tests/JSONBytesTests/Planted.swift", "try await Task.sleep(for: .seconds(1))"),
                ("traps", f"{MODULE}/Planted.swift", 'fatalError("x")'), ("html", "web/src/planted.js", "node.innerHTML = x;")):
            with self.subTest(rule):
                self.sees(rule, path, f"{line}\n", f"{path}:1")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main()
