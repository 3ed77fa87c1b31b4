#!/usr/bin/env python3
"""A variational autoencoder of pictures and texts as counts, beside multimodal machines on the same cases.

  dev/baselines/multimodal_vae.py --setup FOLDER                      makes a virtual environment with PyTorch and NumPy
  FOLDER/bin/python dev/baselines/multimodal_vae.py TRAIN.npz TEST.npz [--seconds 67] [--words 20] [--visual-words 100] [--seed 1]

TRAIN, TEST: arrays `image` and `text` of counts, (cases, numbers) each, and `labels`, (cases,), as `deepboltz data write` writes
them. Documents are scaled to the two numbers of words.

The encoder is a product of experts: of the standard normal prior, and of a normal distribution for each part that is there
(Wu & Goodman 2018). Each part has an encoder and a decoder of one hidden layer, and a multinomial distribution of its words.
The objective is the bound of both parts, plus that of the image alone, plus that of the text alone.

  choice      each setting of SETTINGS learns from the training cases without a fifth of them for --seconds of processor time of
              one thread, and is judged by the bound of both parts on that fifth; so is the number of updates
  training    of the best setting on all training cases, with that number of updates

retrieval     every test case of one side ranks the test cases of the other by the cosine of the latent means; MAP
log_p         log p(text | image) and log p(text) in nats a word, words in their order, the length given, by importance sampling
              with 1,000 draws from the encoders; of --words words drawn from each text, given --visual-words drawn from its picture:
              whole documents, as deepboltz/system/multimodal/whole_documents.h draws them. log p(text) is too low on average;
              log p(text | image), the difference of two such estimates, may err to either side.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import time

SETTINGS = [{"latent": latent, "hidden": hidden, "dropout": dropout} for latent, hidden, dropout in
            ((16, 128, 0.0), (32, 256, 0.0), (32, 256, 0.5), (64, 256, 0.5))]
PARTS = ("image", "text")
BATCH, RATE, DRAWS, EVERY = 50, 1e-3, 1000, 100


def set_up(folder):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "torch", "numpy"], check=True)


def learn_and_measure(options):
    import numpy
    import torch

    import scores

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    words = {"image": options.visual_words, "text": options.words}

    def scaled(counts, size):
        return counts * (size / numpy.maximum(counts.sum(1, keepdims=True), 1))

    def whole(counts, size, draws):
        """`size` words of each document: of a word with the scaled count x ⌊x⌋ or ⌈x⌉."""
        upto = numpy.floor(scaled(counts, size).cumsum(1) + draws.random((len(counts), 1)) + 1e-6)
        return numpy.diff(upto, axis=1, prepend=0)

    class Autoencoder(torch.nn.Module):
        def __init__(self, widths, latent, hidden, dropout):
            super().__init__()
            layers = torch.nn
            self.latent = latent
            self.encoders = layers.ModuleDict({part: layers.Sequential(
                layers.Linear(width, hidden), layers.ReLU(), layers.Dropout(dropout), layers.Linear(hidden, 2 * latent))
                for part, width in widths.items()})
            self.decoders = layers.ModuleDict({part: layers.Sequential(
                layers.Linear(latent, hidden), layers.ReLU(), layers.Linear(hidden, width)) for part, width in widths.items()})

        def posterior(self, cases):
            """Mean and log variance of the product of experts.   cases: the parts that are there"""
            precision, weighted = 1, 0
            for part, x in cases.items():
                mean, log_variance = self.encoders[part](torch.log1p(x)).chunk(2, -1)
                precision = precision + torch.exp(-log_variance)
                weighted = weighted + mean * torch.exp(-log_variance)
            return weighted / precision, -torch.log(precision)

        def log_p(self, part, x, z):
            """Of the words in their order."""
            return (x * torch.log_softmax(self.decoders[part](z), -1)).sum(-1)

        def bound(self, given, of):
            mean, log_variance = self.posterior(given)
            z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
            divergence = (mean ** 2 + log_variance.exp() - log_variance - 1).sum(-1) / 2
            return sum(self.log_p(part, x, z) for part, x in of.items()) - divergence

        def importance(self, given, of):
            """log p(of) by draws from the posterior of `given`, a number a case."""
            mean, log_variance = self.posterior(given)
            noise = torch.randn(DRAWS, *mean.shape)
            z = mean + torch.exp(log_variance / 2) * noise
            log_ratio = (-z ** 2 / 2 + noise ** 2 / 2 + log_variance / 2).sum(-1)
            weights = log_ratio + sum(self.log_p(part, x, z) for part, x in of.items())
            return torch.logsumexp(weights, 0) - math.log(DRAWS)

    def bound_of_both(model, cases):
        model.eval()
        with torch.no_grad():
            bound = numpy.mean([model.bound(cases, cases).mean().item() for _ in range(5)])
        model.train()
        return bound

    def learn(cases, setting, updates=None, held=None):
        """The model, or where it was best on `held` within the time: (bound, updates)."""
        torch.manual_seed(options.seed)
        model = Autoencoder({part: x.shape[1] for part, x in cases.items()}, **setting)
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        count, best, start, spent_judging, update = len(cases["image"]), (-math.inf, 0), time.process_time(), 0, 0
        while update < updates if updates is not None else time.process_time() - start - spent_judging < options.seconds:
            if update % -(-count // BATCH) == 0:
                order = torch.randperm(count).split(BATCH)
            batch = {part: x[order[update % len(order)]] for part, x in cases.items()}
            loss = -(model.bound(batch, batch) + sum(model.bound({part: batch[part]}, {part: batch[part]}) for part in PARTS)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            update += 1
            if held is not None and update % EVERY == 0:
                before = time.process_time()
                best = max(best, (bound_of_both(model, held), update))
                spent_judging += time.process_time() - before
        return (model, time.process_time() - start) if held is None else (*best, update)

    raw = {name: dict(numpy.load(path)) for name, path in (("train", options.train), ("test", options.test))}
    tensors = {name: {part: torch.tensor(scaled(of[part], words[part]), dtype=torch.float32) for part in PARTS} for name, of in raw.items()}
    order = torch.randperm(len(tensors["train"]["image"]))
    fifth = len(order) // 5
    learnt, held = ({part: x[rows] for part, x in tensors["train"].items()} for rows in (order[fifth:], order[:fifth]))
    tried = []
    for setting in SETTINGS:
        bound, updates, done = learn(learnt, setting, held=held)
        tried.append((bound, updates, setting))
        print(json.dumps({"setting": setting, "held_out_bound": bound, "best_after_updates": updates, "updates": done}), flush=True)
    _, updates, setting = max(tried, key=lambda entry: entry[0])
    model, seconds = learn(tensors["train"], setting, updates=updates)
    model.eval()

    test, labels = tensors["test"], raw["test"]["labels"].ravel()
    with torch.no_grad():
        means = {part: model.posterior({part: test[part]})[0].numpy() for part in PARTS}
        unit = {part: x / numpy.linalg.norm(x, axis=1, keepdims=True) for part, x in means.items()}
        nearness, relevant = unit["image"] @ unit["text"].T, labels[:, None] == labels
        draws = numpy.random.default_rng(options.seed)
        drawn = {part: torch.tensor(whole(raw["test"][part], words[part], draws), dtype=torch.float32) for part in PARTS}
        both, image, text = [], [], []
        for first in range(0, len(labels), 20):
            some = {part: x[first:first + 20] for part, x in drawn.items()}
            both.append(model.importance(some, some))
            image.append(model.importance({"image": some["image"]}, {"image": some["image"]}))
            text.append(model.importance({"text": some["text"]}, {"text": some["text"]}))
        size = drawn["text"].sum(1)
        given = ((torch.cat(both) - torch.cat(image)) / size).numpy()
        alone = (torch.cat(text) / size).numpy()
    print(json.dumps({"setting": setting, "updates": updates, "seconds": seconds, "words": sorted(set(size.tolist())),
                      "image_query_map": scores.mean_average_precision(nearness, relevant),
                      "text_query_map": scores.mean_average_precision(nearness.T, relevant),
                      "log_p_text_given_image": scores.figure(given), "log_p_text": scores.figure(alone),
                      "difference": scores.paired(given, alone)}, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", nargs="?"), parser.add_argument("test", nargs="?")
    parser.add_argument("--setup", type=pathlib.Path, metavar="FOLDER", help="make the environment, and end")
    parser.add_argument("--seconds", type=float, default=67, help="of each training, processor time")
    parser.add_argument("--words", type=int, default=20)
    parser.add_argument("--visual-words", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.setup:
        return set_up(options.setup)
    if not options.test:
        parser.error("TRAIN.npz and TEST.npz are missing")
    learn_and_measure(options)


if __name__ == "__main__":
    main()
