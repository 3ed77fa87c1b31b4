"""What `results.py keep` keeps of a run folder, for a reader on another machine."""

import argparse
import csv
import json
import pathlib
import tempfile
import tomllib
import unittest

import results

RECIPE = """title = "and/or"
seed = 3

[data]
name = "file"
train = "/home/somebody/data/family.fasta.gz"
test = "/home/somebody/data/news/"
train_labels = "labels/train.npy"
vocabulary = ""
train_where = "drawer 1..15"
"""


class Keep(unittest.TestCase):
    def test_names_files_without_the_folders_of_this_machine(self):
        with tempfile.TemporaryDirectory() as folder:
            results.RESULTS = pathlib.Path(folder)
            run = results.RESULTS / "run"
            run.mkdir()
            (run / "recipe.toml").write_text(RECIPE)
            (run / "metrics.csv").write_text("stage,epoch\n")
            (run / "log.jsonl").write_text('{"epoch":1}\n')
            (run / "evaluation.json").write_text(json.dumps({"data": "family/test", "log_p": {"value": -1.5, "standard_error": 0.25}}))
            results.keep(argparse.Namespace(run=run, target="14", note="", others=[], name="kept"))
            self.assertEqual(tomllib.loads((results.RESULTS / "kept/recipe.toml").read_text()), {
                "title": "and/or", "seed": 3,
                "data": {"name": "file", "train": "family.fasta.gz", "test": "news", "train_labels": "labels/train.npy",
                         "vocabulary": "", "train_where": "drawer 1..15"}})
            [row] = csv.DictReader((results.RESULTS / "ledger.csv").read_text().splitlines())
            self.assertEqual((row["data"], row["metric"], row["value"], row["error"], row["seeds"]),
                             ("family", "test_log_p", "-1.5000", "0.2500", "3"))


if __name__ == "__main__":
    unittest.main()
