"""Instructions that planning takes in the core, counted by callgrind: they do not depend on what
else the machine does."""

import glob
import os
import re
import shutil
import subprocess


def count(program, *arguments):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *arguments],
        capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def instructions(results, top, sizes):
    """Graph and plan of an upgrade from empty; making the revisions is taken off."""
    if not shutil.which("valgrind") or not shutil.which("g++"):
        results.note("instructions of the core are left out: they need valgrind and g++")
        return
    program = top + "/build/bench/core"
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run(["g++", "-std=gnu++20", "-O2", f"-I{top}/src", "-o", program,
                    top + "/bench/core.cpp", *sorted(glob.glob(top + "/src/core/**/*.cpp", recursive=True))],
                   check=True, capture_output=True, text=True)
    for size in sizes:
        total = count(program, str(size), "plan") - count(program, str(size))
        results.add("core", f"{size} revisions", "plan of an upgrade from empty", 0,
                    {"instructions": total})
