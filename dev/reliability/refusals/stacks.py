"""Stacks, codes, indexes and archives: what must be refused of them."""

import io
import struct
import tarfile

import damaged_files as make
from damaged_files import Safetensors
from refusals.campaign import RECIPE

DOCUMENTS = """system = "stack"
[data]
name = "file"
train = "{}"
[model]
stack = "autoencoder"
visible = "counts"
hidden = [5, 4]
[pretrain]
means = true
[[pretrain.stage]]
epochs = 1
method = "cd"
[[pretrain.stage]]
epochs = 1
method = "cd"
[finetune]
epochs = 1
batch = 10
[monitor]
pictures_every = 0
"""

NET = """system = "stack"
[data]
name = "bars-and-stripes"
train_cases = 40
test_cases = 10
[model]
stack = "belief-net"
hidden = [6, 5]
[pretrain]
[[pretrain.stage]]
epochs = 1
method = "cd"
[[pretrain.stage]]
epochs = 1
method = "cd"
[up_down]
epochs = 1
[monitor]
pictures_every = 0
"""

TEXTS = "cat dog cat\ndog fox\nfox hen cat\nhen dog\n" * 5


def stacks(c):
    texts = c.fixture("stack/texts.txt", TEXTS)
    documents = c.train("stack/documents", DOCUMENTS.format(texts).replace("[model]", 'format = "text"\n[model]'))
    net = c.train("stack/net", NET)
    wide = c.train("stack/wide", RECIPE.replace("[4]", "[513]"))
    c.sound("hash of documents", ["hash", documents, "--out", c.fixtures / "documents.npy"])
    index = c.fixtures / "documents.index"
    c.sound("search for words", ["search", documents, "cat dog", "--in", index, "--rerank", "tf-idf"])
    codes(c, documents, net, wide, index)
    if index.exists():
        damaged_indexes(c, documents, index)
    sizes(c, documents, net)
    recipes(c, texts)
    archives(c)


def codes(c, documents, net, wide, index):
    for name, args, *says in [
        ("hash: codes of 513 bits", ["hash", wide], "at most 512 bits", "513"),
        ("hash: a layer that there is not", ["hash", documents, "--layer", "hidden9"], "encode1", "hidden9"),
        ("hash: no name of packed bits", ["hash", documents, "--out", "codes.csv"], "codes.csv", ".npy"),
        ("hash: a net without codes", ["hash", net], "autoencoder"),
        ("search: a radius above the bits", ["search", documents, "cat", "--in", index, "--radius", "5"], "--radius", "4 bits", "5"),
        ("search: a negative radius", ["search", documents, "cat", "--in", index, "--radius", "-1"], "--radius"),
        ("search: nothing wanted", ["search", documents, "cat", "--in", index, "--top", "0"], "--top"),
        ("search: an unknown order", ["search", documents, "cat", "--in", index, "--rerank", "bm25"], "--rerank", "bm25"),
        ("search: words that are not there", ["search", documents, "whale", "--in", index], "the model knows", "whale"),
        ("search: an empty text", ["search", documents, "", "--in", index], "QUERY"),
        ("search: a case beyond the last", ["search", documents, "999", "--in", index], "999"),
        ("search: a case before the first", ["search", documents, "-1", "--in", index], ""),
        ("search: no model", ["search"], "MODEL"),
        ("search: no query", ["search", documents], "QUERY"),
        ("search: an index of another run", ["search", wide, "0", "--in", index], "another model", "deepboltz hash"),
        ("sample: a label of a net without labels", ["sample", net, "--label", "1", "--sweeps", "2"], "label"),
        ("classify: a net without labels", ["classify", net], "label"),
    ]:
        c.case(name, args, 2, *says)
    c.case("search: no index", ["search", documents, "cat", "--in", "none.index"], 3, "none.index")
    for name, contents in [("empty documents", b"\n\n"), ("documents of unknown words", b"whale whale\nyak\n")]:
        path = c.fixture(f"stack/{name.replace(' ', '-')}.txt", contents)
        for verb in (["search", documents, path, "--in", index], ["hash", documents, path], ["encode", documents, path]):
            c.case(f"{verb[0]}: {name}", verb, 2, path.name)


def damaged_indexes(c, documents, index):
    whole = index.read_bytes()

    def changed(change):
        file = Safetensors(whole)
        change(file)
        return file.pack()

    def metadata(key, value):
        return changed(lambda f: f.metadata.update({key: value}) if value is not None else f.metadata.pop(key))

    def number(tensor, at, value):
        return changed(lambda f: f.put_float(tensor, at, value))

    header = struct.unpack("<Q", whole[:8])[0]
    bad = {
        "empty": (b"", "byte 0"),
        "header cut": (whole[: header // 2], "byte"),
        "cut": (whole[:-5], "byte"),
        "longer": (whole + bytes(8), "byte"),
        "a header of 2⁶³ bytes": (struct.pack("<Q", 1 << 63) + whole[8:], "byte"),
        "of 0 bits": (metadata("bits", "0"), "'0'", "1 to 512"),
        "of 513 bits": (metadata("bits", "513"), "'513'", "1 to 512"),
        "of more bits than bytes": (metadata("bits", "9"), "bytes of codes"),
        "of fewer bits than are set": (metadata("bits", "1"), "bit"),
        "of bits in words": (metadata("bits", "four"), "four"),
        "of a case more": (metadata("cases", "21"), "21"),
        "of 2⁶³ cases": (metadata("cases", str(1 << 63)), "cases"),
        "of no kind": (metadata("kind", None), "kind"),
        "of another kind": (metadata("kind", "models"), "models"),
        "of no layer": (metadata("layer", None), "layer"),
        "of a layer that there is not": (metadata("layer", "encode9"), "encode9"),
        "of no model": (metadata("made_by", None), "made_by"),
        "of another model": (metadata("made_by", "0" * 64), "another model"),
        "of fewer words": (metadata("words", "1"), "below 2"),
        "of more words": (metadata("words", "99"), "99", "the model knows 4"),
        "of no vocabulary": (metadata("words", None), "words"),
        "a threshold that is no number": (number("thresholds", 0, float("nan")), "bit 0", "finite"),
        "a word beyond the vocabulary": (number("documents/words", 0, 99), "99"),
        "a word twice": (number("documents/words", 1, Safetensors(whole).floats("documents/words")[0]), "ascending"),
        "a fraction of a count": (number("documents/counts", 0, 0.5), "0.5"),
        "a document too long": (number("documents/lengths", 0, 3e9), "lengths"),
    }
    for name, (contents, *says) in bad.items():
        path = c.fixture(f"stack/index/{name.replace(' ', '-')}.index", contents)
        c.case(f"index: {name}", ["search", documents, "cat", "--in", path], 2, path.name, *says)


def sizes(c, documents, net):
    """Parts of a stack that do not fit together."""
    for run, part, says in [
        (documents, "autoencoder/encode2.weight", "encode2"),
        (documents, "autoencoder/decode1.bias", "decode1"),
        (net, "up/1.weight", ""),
    ]:
        file = Safetensors((run / "model.safetensors").read_bytes())
        found = [name for name in file.header if name.endswith(part.split("/")[-1])] or [
            name for name in file.header if name != "__metadata__" and name.startswith(part.split("/")[0] + "/")
        ]
        rows, columns = file.header[found[0]]["shape"]
        file.header[found[0]]["shape"] = [columns, rows] if rows > 1 else [1, columns // 2 if columns > 1 else 3]
        path = c.fixture(f"stack/{run.name}-{part.replace('/', '-')}.safetensors", file.pack())
        for verb in ("inspect", "encode" if run == documents else "sample"):
            c.case(f"{verb}: {run.name}, {part} of another shape", [verb, path], 2, path.name, says)


def recipes(c, texts):
    of_texts = DOCUMENTS.format(texts).replace("[model]", 'format = "text"\n[model]')
    grey = DOCUMENTS.replace('name = "file"\ntrain = "{}"', 'name = "strokes"\ntrain_cases = 40').replace('visible = "counts"\n', "")
    for name, recipe, settings, *says in [
        ("a momentum of 1 in fine-tuning", of_texts, ["finetune.momentum=1"], "finetune.momentum"),
        ("a schedule to a momentum of 1", of_texts, ['finetune.momentum={kind="linear",start=0.5,end=1,epochs=2}'], "momentum"),
        ("a rate tied to a momentum of 1", of_texts, ["finetune.dampened=true", "finetune.momentum=1"], "momentum"),
        ("a momentum of 1 in up-down", NET, ["up_down.momentum=1"], "up_down.momentum"),
        ("stages for other layers", of_texts, ["model.hidden=[5]"], "pretrain.stage", "(1), got 2"),
        ("rates for other layers", of_texts, ["finetune.rate_multipliers=[1,1,1]"], "rate_multipliers", "(4)"),
        ("a code of no numbers", of_texts, ["model.hidden=[5,0]"], "model.hidden"),
        ("noise on a code of real values", of_texts, ["model.top_unit=gaussian", "finetune.code_noise=1"], "code_noise"),
        ("real values on both sides", of_texts, ["model.hidden_unit=gaussian", "model.top_unit=gaussian"], "distribution"),
        ("labels of an autoencoder", grey, ["model.labels=true"], "model.labels"),
        ("classes from labels that are not there", NET, ["finetune.epochs=1", 'finetune.output="labels"'], "finetune.output", "label layer"),
        ("a target that there is not", of_texts, ['finetune.target="input"'], "finetune.target"),
        ("a classifier of documents without labels", of_texts, ["model.stack=belief-net"], "labels"),
        ("up-down of an autoencoder", of_texts, ["up_down.epochs=1"], "up_down"),
        ("a net of one layer", NET, ["model.hidden=[6]"], ""),
        ("counts above", of_texts, ["model.top_unit=counts"], "model.top_unit"),
        ("people of both parts", grey, ["data.name=face-patches", "model.visible=gaussian", "data.validation=100", "data.train_cases=0"], "face-patches", "validation cases of its own"),
        ("all people to learn from", grey, ["data.name=face-patches", "model.visible=gaussian", "data.use_validation=true", "data.train_cases=0"], "face-patches", "validation cases of its own"),
    ]:
        path = c.fixture(f"stack/{name.replace(' ', '-')}.toml", recipe)
        words = [word for setting in settings for word in ("--set", setting)]
        c.case(f"stack: {name}", ["train", path, "--out", "run", *words], 2, *says)


def tar(files, **fields):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fields.pop("format", tarfile.USTAR_FORMAT)) as archive:
        for name, contents in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(contents)
            for field, value in fields.items():
                setattr(entry, field, value)
            archive.addfile(entry, io.BytesIO(contents) if entry.isfile() else None)
    return out.getvalue()


def archives(c):
    good = tar([("a/1.png", make.png(4, 4)), ("b/2.png", make.png(4, 4))])
    path = c.fixture("tar/good.tar", good)
    c.sound("data show of an archive", ["data", "show", path])

    def with_header(at, contents):
        header = bytearray(good[:512])
        header[at : at + len(contents)] = contents
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        return bytes(header) + good[512:]

    bad = {
        "cut.tar": (good[:700], "byte"),
        "cut-header.tar": (good[:300], ""),
        "without-end.tar": (good[: 4 * 512], "byte"),
        "sum.tar": (good[:5] + b"x" + good[6:], ""),
        "size.tar": (with_header(124, b"77777777777\0"), "byte"),
        "no-size.tar": (with_header(124, b"a file of 9\0"), "byte"),
        "up.tar": (with_header(0, b"../1.png\0"), "byte"),
        "absolute.tar": (with_header(0, b"/a/1.png\0"), "byte"),
        "twice.tar": (tar([("a.png", make.png(4, 4)), ("a.png", make.png(4, 4))]), "byte", "twice"),
        "link.tar": (tar([("a.png", b"")], type=tarfile.SYMTYPE, linkname="/etc/passwd"), "byte"),
        "device.tar": (tar([("a.png", b"")], type=tarfile.CHRTYPE), "byte"),
        "nothing.tar": (bytes(1024), ""),
        "folder.tar": (tar([("a", b"")], type=tarfile.DIRTYPE), ""),
        "cut.tar.gz": (make.packed(good)[:-12], "byte"),
        "other-sizes.tar": (tar([("a.png", make.png(4, 4)), ("b.png", make.png(5, 4))]), ""),
    }
    recipe = c.fixture("tar/recipe.toml", RECIPE.replace("bars-and-stripes", "file"))
    for name, (contents, *says) in bad.items():
        path = c.fixture(f"tar/{name}", contents)
        c.case(f"data show: {name}", ["data", "show", path], 2, name, *says)
        c.case(f"train: {name}", ["train", recipe, "--out", "run", "--set", f"data.train={path}"], 2, name, *says)
    # The titles of Reuters come from an archive beside the counts.
    cache = ".cache/deepboltz/reuters21578"

    def reuters(archive):
        def setup(cwd):
            folder = cwd / cache
            folder.mkdir(parents=True)
            for part in ("train", "test"):
                (folder / f"modapte.{part}.svm.gz").write_bytes(make.packed(b"1 1:1 # 1\n"))
            (folder / "vocab.txt").write_text("cat\ndog\nfox\n")
            (folder / "reuters21578.tar.gz").write_bytes(archive)

        return setup

    for name, archive in [("cut", make.packed(good)[:-12]), ("no archive", b"titles"), ("a link", make.packed(bad["link.tar"][0]))]:
        c.case(
            f"train: Reuters with titles that are {name}",
            ["train", recipe, "--out", "run", "--set", "data.name=reuters21578", "--set", "model.visible=counts"],
            2,
            "reuters21578.tar.gz",
            "byte",
            setup=reuters(archive),
        )
