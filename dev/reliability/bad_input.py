#!/usr/bin/env python3
"""Gives every verb what it must refuse, and looks at how it refuses.

    bad_input.py BINARY [--only WORD] [--list] [--keep]

Each case must end within a minute with the promised exit code (2 usage or malformed content, 3 a file that cannot be
read or written, 4 a number that is not finite, 5 an absent device), say one line on standard error that starts with
"deepboltz: error: " and names the file, and the position where there is one, and leave no file behind or changed.
Sound inputs are tried first, so that a refusal is about the damage.

The last line is "N passed, N failed". Exit code 1 if anything failed. Standard library only.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
import time

from refusals import data, models, multimodal, options as of_formats, outputs, ratings, recipes, runs, stacks, units, usage
from refusals.campaign import LABELLED, RECIPE, Campaign, verbs


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary", type=pathlib.Path)
    options.add_argument("--only", default="", metavar="WORD", help="cases whose name contains the word")
    options.add_argument("--list", action="store_true", help="names of the cases; runs none")
    options.add_argument("--keep", action="store_true", help="keep the folder, and name it")
    options = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="deepboltz-bad-input-"))
    folder.chmod(0o755)
    begin = time.monotonic()
    c = Campaign(options.binary.resolve(), folder, options.only)
    rbm, dbm = c.train("rbm", RECIPE), c.train("dbm", LABELLED)
    recipe = c.fixtures / "rbm.toml"
    c.list_only = options.list
    for verb, args in verbs(dbm).items():
        if verb != "evaluate":  # writes into the run
            c.sound(verb, args)
    c.sound("resume", ["resume", rbm])
    usage.usage(c, rbm, dbm, recipe)
    usage.devices(c, rbm, dbm, recipe)
    recipes.recipes(c, recipe)
    models.damaged_models(c, dbm)
    runs.damaged_runs(c, dbm)
    runs.damaged_trajectories(c, rbm)
    data.damaged_data(c, rbm, dbm)
    of_formats.options(c)
    ratings.ratings(c)
    ratings.recommended(c)
    units.units(c)
    stacks.stacks(c)
    multimodal.multimodal(c)
    outputs.outputs(c, rbm, dbm, recipe)
    if options.list:
        print("\n".join(c.names))
    if options.keep:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(c.names)} bad inputs, {time.monotonic() - begin:.0f} s")
    print(f"{c.passed} passed, {len(c.failures)} failed")
    return 1 if c.failures else 0


if __name__ == "__main__":
    sys.exit(main())
