#!/usr/bin/env python3
"""Remakes docs/gallery.md from run folders: runs the page's own commands, and takes in what they make.

    dev/gallery.py RUNS [--bin FOLDER] [--only TITLE]

Of each section the commands in its sh blocks are run where RUNS is called runs/, except train and evaluate, which take long and are
expected to be done. What a block prints replaces the text block that follows it. Pictures of the page, pictures/RUN/FILE or
results/RUN/FILE, are copied from runs/RUN/pictures/FILE, and pictures/FILE from where a command wrote FILE. A section whose runs are not there is left as it is.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/gallery.md"
BLOCK = re.compile(r"```sh\n(.*?)```\n(\n```text\n.*?```\n)?", re.DOTALL)
PICTURE = re.compile(r"\]\(((?:pictures|results)/([^)]+\.png))\)")
TAKES_LONG = ("deepboltz train", "deepboltz evaluate", "#")


def missing_runs(section, runs):
    return [name for name in sorted(set(re.findall(r"\bruns/([\w-]+)", section))) if not (runs / name).exists()]


def run(commands, place, binaries):
    wanted = [line for line in commands.replace("\\\n", "").splitlines() if line and not line.startswith(TAKES_LONG)]
    done = subprocess.run(["bash", "-e", "-c", f"PATH={binaries}:$PATH\n" + "\n".join(wanted)],
                          cwd=place, check=True, capture_output=True, text=True)
    return done.stdout


def remake(section, place, binaries):
    def refresh(block):
        printed = run(block[1], place, binaries)
        shown = f"\n```text\n{printed.rstrip()}\n```\n" if block[2] else ""
        return f"```sh\n{block[1]}```\n{shown}"

    section = BLOCK.sub(refresh, section)
    for name, path in PICTURE.findall(section):
        made = place / "runs" / pathlib.Path(path).parent / "pictures" / pathlib.Path(path).name if "/" in path else place / path
        (ROOT / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, ROOT / "docs" / name)
    return section


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("runs", type=pathlib.Path)
    options.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin", help="the folder of deepboltz")
    options.add_argument("--only", default="", help="only sections whose title matches")
    given = options.parse_args()
    sections = re.split(r"(?m)^(?=## )", PAGE.read_text())
    for i, section in enumerate(sections[1:], 1):
        title = section.splitlines()[0].removeprefix("## ")
        missing = missing_runs(section, given.runs)
        if not re.search(given.only, title) or not BLOCK.search(section):
            continue
        if missing:
            print(f"{title}: left as it is, no run {', '.join(missing)}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            for name, target in (("runs", given.runs), ("models", ROOT / "models"), ("recipes", ROOT / "recipes")):
                (place / name).symlink_to(target.resolve())
            sections[i] = remake(section, place, given.bin.resolve())
        print(f"{title}: remade")
    PAGE.write_text("".join(sections))


if __name__ == "__main__":
    main()
