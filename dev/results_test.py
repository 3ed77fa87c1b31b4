"""What `results.py` keeps of a run folder for a reader on another machine, and how it writes the page."""

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
            (run / "evaluation.json").write_text(json.dumps({"data": "/home/me/data/family/test", "log_p": {"value": -1.5, "standard_error": 0.25}}))
            results.keep(argparse.Namespace(run=run, target="14", note="", others=[], name="kept"))
            self.assertEqual(json.loads((results.RESULTS / "kept/evaluation.json").read_text())["data"], "family/test")
            self.assertEqual(tomllib.loads((results.RESULTS / "kept/recipe.toml").read_text()), {
                "title": "and/or", "seed": 3,
                "data": {"name": "file", "train": "family.fasta.gz", "test": "news", "train_labels": "labels/train.npy",
                         "vocabulary": "", "train_where": "drawer 1..15"}})
            [row] = csv.DictReader((results.RESULTS / "ledger.csv").read_text().splitlines())
            self.assertEqual((row["data"], row["metric"], row["value"], row["error"], row["seeds"]),
                             ("family", "test_log_p", "-1.5000", "0.2500", "3"))


class Averaged(unittest.TestCase):
    def test_takes_means_over_runs_of_figures_that_all_have(self):
        number = lambda value: {"value": value, "standard_error": 9}
        runs = [{"data": "d/test", "tag_to_image_map": number(1 + run), "semantic_map": {"a": number(2 * run)},
                 **({"information_nats": {"a": number(0)}, "log_p": number(0)} if run == 0 else {})} for run in (0, 1)]
        found = results.averaged(runs)
        self.assertEqual(found["tag_to_image_map"], {"value": 1.5, "standard_error": 0.5})
        self.assertEqual(found["semantic_map"]["a"], {"value": 1, "standard_error": 1})
        self.assertEqual(found["information_nats"], {})
        self.assertNotIn("log_p", found)


class Page(unittest.TestCase):
    def test_fills_prose_and_leaves_tables_and_code(self):
        prose = "word " * 50 + "\n"
        kept = "| " + "cell " * 40 + "|\n\n```sh\n" + ("argument " * 30).strip() + "\n```\n\n    " + "x + y " * 30
        page = results.wrapped(prose + "\n- " + prose + "\n" + kept)
        self.assertTrue(all(len(line) <= 110 for line in page.splitlines()[:7]))
        self.assertEqual(page.split(), (prose + "- " + prose + kept).split())
        self.assertTrue(page.endswith(kept.rstrip()))
        self.assertIn("\n  word", page)

    def test_does_not_begin_a_line_with_a_list_marker(self):
        for length in range(90, 115):
            page = results.wrapped("a" * length + " + b - c 12. d")
            self.assertFalse(any(line.startswith(("+ ", "- ", "12. ")) for line in page.splitlines()))

    def test_rounds_to_two_digits_of_the_error(self):
        self.assertEqual(results.rounded("-84.4670", "0.2500"), "−84.47 ± 0.25")
        self.assertEqual(results.rounded("0.8522", "0.0014"), "0.8522 ± 0.0014")
        self.assertEqual(results.rounded("0.8433", "0.0009"), "0.8433 ± 0.0009")
        self.assertEqual(results.rounded("916.4161", "38.6886"), "916 ± 39")

    def test_begins_with_one_row_an_experiment(self):
        with tempfile.TemporaryDirectory() as folder:
            results.RESULTS = pathlib.Path(folder)
            (results.RESULTS / "kept").mkdir()
            (results.RESULTS / "kept/recipe.toml").write_text('[model]\nhidden = [500, 1000]\n[train]\nmath = "int16"\n')
            (results.RESULTS / "ledger.csv").write_text(
                ",".join(results.COLUMNS) + "\n3,kept,mnist,log_z,1.0,0.1,1,abc,AIS\n3,kept,mnist,test_bound,-83.05,0.24,1,abc,AIS\n")
            (results.RESULTS / "published.csv").write_text("target,recipe,data,metric,value,source\n3,kept,mnist,test_bound,-84.62,2009\n")
            results.page(None)
            page = (results.RESULTS / "README.md").read_text()
            self.assertIn("| DBM 500-1000, int16 | mnist | bound on log p, nats (AIS) | −84.62 (2009) | −83.05 ± 0.24 | [kept](#kept) |", page)


if __name__ == "__main__":
    unittest.main()
