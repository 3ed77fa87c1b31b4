#!/usr/bin/env python3
"""How much memory an autoencoder of documents takes: a drawn corpus, and the greatest resident set of each verb.

    documents_memory.py BINARY [--documents 100000] [--words 50000] [--length 60] [--hidden 50,20] [--folder FOLDER]

Words are drawn by Zipf's law, those of a document half from one of 20 topics. One epoch of each stage is trained, with one thread.
Standard library only.
"""

import argparse
import itertools
import os
import pathlib
import random
import subprocess
import tempfile
import time

RECIPE = """system = "stack"
[data]
name = "file"
train = "corpus.svm"
validation = 1_000
[model]
stack = "autoencoder"
visible = "counts"
hidden = [{hidden}]
[pretrain]
means = true
{stages}[finetune]
epochs = 1
batch = 100
optimizer = "adam"
rate = 0.001
[monitor]
pictures_every = 0
"""


def write_corpus(path, options):
    draw = random.Random(1)
    words = list(itertools.accumulate(1 / rank for rank in range(1, options.words + 1)))
    topics = [draw.sample(range(options.words), options.words) for _ in range(20)]
    with path.open("w") as file:
        for _ in range(options.documents):
            topic = draw.choice(topics)
            drawn = draw.choices(range(options.words), cum_weights=words, k=options.length)
            counts = {}
            for place, word in enumerate(drawn):
                word = topic[word] if place % 2 else word
                counts[word] = counts.get(word, 0) + 1
            file.write(" ".join(f"{word + 1}:{count}" for word, count in sorted(counts.items())) + "\n")


def measured(binary, folder, *words):
    begin = time.monotonic()
    process = subprocess.Popen([binary, *words, "--threads", "1", "--quiet"], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    print(f"{' '.join(words)}: {usage.ru_maxrss / 1024:.0f} MiB, {time.monotonic() - begin:.0f} s, exit code {status >> 8}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    for name, default in [("documents", 100_000), ("words", 50_000), ("length", 60)]:
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--hidden", default="50,20")
    parser.add_argument("--folder", type=pathlib.Path, default=None)
    options = parser.parse_args()
    folder = options.folder or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    if not (folder / "corpus.svm").exists():
        write_corpus(folder / "corpus.svm", options)
    stage = '[[pretrain.stage]]\nepochs = 1\nbatch = 100\nmethod = "cd"\nrate = 0.001\n'
    layers = options.hidden.count(",") + 1
    (folder / "recipe.toml").write_text(RECIPE.format(hidden=options.hidden, stages=stage * layers))
    binary = str(options.binary.resolve())
    for words in (["train", "recipe.toml", "--out", "run"], ["evaluate", "run", "--on", "validation", "--only", "reconstruction"], ["hash", "run"]):
        measured(binary, folder, *words)


if __name__ == "__main__":
    main()
