#!/usr/bin/python3
"""The style checks themselves: each planted violation must be reported with its file and line, and clean files not."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class PlantedTree(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="trd-style-"))
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("engine", "cli", "tests/style"):
            (self.root / folder).mkdir(parents=True)
        self.plant("engine/LAYERS", "base:\nmarket: base\norder: market\nnet: base\nvenue: net\nsim: net\n")
        self.plant("engine/CMakeLists.txt", "trd_room(base)\ntrd_room(order USES market LIBS fmt::fmt)\n")
        self.plant("tests/style/ratchet.txt", "longest_function 10\nfiles_over_600_lines 0\n")
        shutil.copy(ROOT / ".clang-format", self.root)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, script):
        result = subprocess.run([ROOT / "scripts" / script, "--root", self.root], capture_output=True, text=True)
        return result.returncode, result.stdout + result.stderr

    def assert_clean(self, script):
        self.assertEqual((0, ""), self.check(script))

    def assert_reported(self, script, *words):
        code, output = self.check(script)
        self.assertEqual(10, code, output)
        for word in words:
            self.assertIn(word, output)


class Layers(PlantedTree):
    def include(self, room, target):
        self.plant(f"engine/{room}/a.cpp", f'#include "{room}/a.h"\n\n  #  include "{target}"\n')

    def test_downward_and_transitive_includes_are_clean(self):
        self.include("order", "base/decimal.h")
        self.plant("cli/main.cpp", '#include "venue/session.h"\n')
        self.assert_clean("check-layers")

    def test_an_upward_include_is_reported_with_what_is_allowed(self):
        self.include("base", "order/order.h")
        self.assert_reported("check-layers", "engine/base/a.cpp:3", "order/order.h", "no other room")

    def test_a_sideways_include_is_reported(self):
        self.include("sim", "venue/codec.h")
        self.assert_reported("check-layers", "engine/sim/a.cpp:3", "sim/ may not use venue/", "base, net")

    def test_no_way_round_by_other_spellings(self):
        for target in ("../order/order.h", "base/../order/order.h", "order.h", "engine/order/order.h", "cli/args.h"):
            self.include("market", target)
            self.assert_reported("check-layers", "engine/market/a.cpp:3", target)

    def test_a_room_without_a_line_is_reported(self):
        self.plant("engine/magic/a.h", "#pragma once\n")
        self.assert_reported("check-layers", "engine/magic")

    def test_a_line_that_points_upward_is_reported(self):
        self.plant("engine/LAYERS", "base: market\nmarket: base\n")
        self.assert_reported("check-layers", "engine/LAYERS:1", "base uses market")

    def test_cmake_is_held_against_the_table(self):
        self.plant("engine/CMakeLists.txt", "trd_room(base)\ntrd_room(market\n  USES base order\n  LIBS x)\n")
        self.assert_reported("check-layers", "engine/CMakeLists.txt:2", "market USES order")

    def test_the_real_table_keeps_the_simulated_venue_apart(self):
        shutil.copy(ROOT / "engine/LAYERS", self.root / "engine/LAYERS")
        self.plant("engine/CMakeLists.txt", "")
        for room, target in (("sim", "venue/codec.h"), ("script", "desk/desk.h"), ("desk", "store/tables.h")):
            self.plant(f"engine/{room}/a.cpp", f'#include "{target}"\n')
            self.assert_reported("check-layers", f"engine/{room}/a.cpp:1", target)
            (self.root / f"engine/{room}/a.cpp").unlink()


class Style(PlantedTree):
    BANNED = ("std::rand()", "rand ()", "std::random_device d;", "std::chrono::steady_clock::now()", "time(nullptr)",
              "gettimeofday(&t, nullptr)", "std::exp(x)", "::pow(x, 2)", "sin(x)", "std::cout << x", "#include <iostream>",
              "std::normal_distribution<> d;", "std::stod(s)")
    HARMLESS = ("// std::rand() is banned", 'f("rand()");', "portable_exp(x);", "math::exp(x);", "operand(1);",
                "runtime(0);", "x.log(1);", "std::sqrt(x);", "lifetime(nullptr);", "std::exp(x);  // style-ok: example",
                "const char* a = R\"(std::exp(x))\";", "i = 1'000'000; f('\"');", "deadline.time(0);")

    def test_banned_calls_are_reported(self):
        for call in self.BANNED:
            with self.subTest(call):
                self.plant("engine/base/a.cpp", f"\n{call}\n")
                self.assert_reported("check-style", "engine/base/a.cpp:2")

    def test_harmless_lines_are_not(self):
        self.plant("engine/base/a.cpp", "void f() {\n" + "\n".join(self.HARMLESS[:5]) + "\n}\n"
                   + "void g() {\n" + "\n".join(self.HARMLESS[5:]) + "\n}\n")
        self.plant("engine/base/clock.cpp", "auto t = std::chrono::steady_clock::now();\n")
        self.plant("tests/unit/a.cpp", "double x = std::exp(1.0);\n")
        code, output = self.check("check-style")
        self.assertEqual(0, code, output)

    def test_the_core_has_no_threads(self):
        self.plant("engine/desk/a.h", "#include <thread>\n")
        self.assert_reported("check-style", "engine/desk/a.h:1")

    def test_loops_over_unordered_containers_are_reported(self):
        self.plant("engine/base/a.cpp",
                   "std::unordered_map<int, int> seen_;\nvoid f() {\n    for (auto& [k, v] : seen_) g(k);\n}\n")
        self.assert_reported("check-style", "engine/base/a.cpp:3")

    def test_a_long_function_is_reported_wherever_it_hides(self):
        body = "{\n" + "    g();\n" * 9 + "}\n"
        for head in ("void f() ", "struct A {\n    int f() const noexcept ", "A::A(int x) : a_{x}, b_(x), c_{x} ",
                     "namespace x {\n#define M(a) a\ntemplate <class T>\nauto f(T t) -> int "):
            self.plant("engine/base/a.cpp", head + body)
            self.assert_reported("check-style", "longest_function is 11 lines")

    def test_a_function_at_the_limit_and_long_tables_are_not(self):
        self.plant("engine/base/a.cpp", "void f() {\n" + "g();\n" * 8 + "}\nconstexpr int t[] = {\n" + "1,\n" * 50 + "};\n")
        self.assert_clean("check-style")

    def test_a_long_file_is_reported(self):
        self.plant("tests/unit/a.cpp", "\n" * 601)
        self.assert_reported("check-style", "tests/unit/a.cpp:1", "601 lines")

    def test_a_number_that_could_fall_is_said(self):
        code, output = self.check("check-style")
        self.assertEqual(0, code)
        self.assertIn("can fall from 10 to 0", output)


class TopFolder(PlantedTree):
    def track(self, *names):
        for arguments in (["init", "--quiet"], ["add", *names]):
            subprocess.run(["git", "-C", self.root, *arguments], check=True, capture_output=True)

    def test_a_stranger_is_reported_with_what_to_do(self):
        self.plant("10", "7.68\n")
        self.assert_reported("check-style", "10: the top folder", "git rm", "AT_THE_TOP")

    def test_a_folder_nobody_knows_is_reported_once(self):
        self.plant("notes/a.md", "")
        self.plant("notes/b.md", "")
        code, output = self.check("check-style")
        self.assertEqual(10, code)
        self.assertEqual(1, output.count("notes: the top folder"))

    def test_what_is_known_and_what_is_built_is_not(self):
        self.plant("README.md", "")
        self.plant("build/dev/a.o", "")
        self.plant("engine/base/a.cpp", "void f() {\n" + "g();\n" * 8 + "}\n")
        self.assert_clean("check-style")

    def test_of_a_git_tree_only_what_is_tracked_counts(self):
        self.plant("10", "7.68\n")
        self.plant("engine/base/a.cpp", "void f() {\n" + "g();\n" * 8 + "}\n")
        self.track("engine", "tests")
        self.assert_clean("check-style")
        self.track("10")
        self.assert_reported("check-style", "10: the top folder")


class Format(PlantedTree):
    def test_bad_format_is_reported_and_good_is_not(self):
        self.plant("engine/base/a.cpp", "int f() { return 1; }\n")
        self.assert_clean("check-format")
        self.plant("cli/b.h", "int  f( ) {return 1;}\n")
        self.assert_reported("check-format", "cli/b.h:1")


class WrongCalls(unittest.TestCase):
    def test_wrong_flags_exit_2_with_usage(self):
        for script in ("check-layers", "check-style", "check-format", "install-deps", "test", "coverage", "bench"):
            result = subprocess.run([ROOT / "scripts" / script, "--no-such-flag"], capture_output=True, text=True)
            self.assertEqual(2, result.returncode, script)
            self.assertIn("usage:", result.stderr, script)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
