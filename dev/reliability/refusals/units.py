"""Data that a reader takes and the visible units cannot, and text formats with one thing wrong."""

import gzip

from refusals.campaign import RECIPE

TRAINING = RECIPE.replace("bars-and-stripes", "file").replace("validation = 10\n", "").replace("train_cases = 60\ntest_cases = 10\n", 'train = "d"\n')


def training(visible, more=""):
    return TRAINING.replace("[model]\n", f'[model]\nvisible = "{visible}"\n' + more)


def rows(*lines):
    return "\n".join(lines) + "\n"


GOOD_ROWS = ["1,0,2,0", "0,3,1,2", "2,2,0,1", "0,1,0,3", "1,1,1,1", "3,0,0,2"]
GOOD_BITS = ["1,0,0,0,1,0", "0,1,0,1,0,0", "0,0,1,0,0,1"]  # two groups of three
DOCWORD = ["3", "4", "5", "1 1 2", "1 3 1", "2 2 1", "3 4 7", "3 1 1"]
LIBSVM = ["0 1:2 3:1", "1 2:1", "0 1:1 4:7"]
FILES = {"docword": "docword.d", "libsvm": "d.svm", "matrix": "d.mtx", "text": "d.txt"}
VOCABULARY = "apple\nbrick\ncloud\ndoor\n"


def changed(lines, at, text):
    return rows(*lines[:at], text, *lines[at + 1 :])


def numbers(c):
    for what, visible, text, *says in [
        ("a fraction of a count", "counts", changed(GOOD_ROWS, 3, "0,1.5,0,3"), "1.5", "case 3, column 1"),
        ("TF-IDF for counts", "counts", rows("0.12,0,0.6,0", "0,0.43,0.2,0.9"), "0.12", "TF-IDF"),
        ("a negative count", "counts", changed(GOOD_ROWS, 2, "2,-2,0,1"), "-2", "case 2, column 1"),
        ("a document without words", "counts", changed(GOOD_ROWS, 4, "0,0,0,0"), "case 4", "without words"),
        ("a fraction of a trial", "binomial:3", changed(GOOD_ROWS, 3, "0,0.5,0,3"), "0.5", "case 3, column 1"),
        ("more successes than trials", "binomial:2", rows(*GOOD_ROWS), "3", "case 1, column 1"),
        ("a negative number of successes", "binomial:3", changed(GOOD_ROWS, 0, "1,0,-1,0"), "-1", "case 0, column 2"),
        ("a column that does not vary", "gaussian", rows("1,5,2", "2,5,1", "3,5,7"), "column 1", "5", "vary"),
        ("a column that hardly varies", "gaussian", rows("1,5e6", "2,5000000.5", "3,5e6"), "column 1", "vary"),
        ("NaN among real values", "gaussian", rows("1,2", "3,nan", "2,1"), "d:2", "nan"),
        ("infinity among real values", "gaussian", rows("1,2", "3,inf", "2,1"), "d:2", "inf"),
        ("a number below zero", "relu", rows("1,2", "3,-4", "2,1"), "-4", "case 1, column 1"),
        ("a column that does not vary, from zero on", "relu", rows("1,2", "3,2", "2,2"), "column 1", "vary"),
        ("two classes at once", "softmax:3", changed(GOOD_BITS, 1, "0,1,1,1,0,0"), "case 1", "one of 3 classes"),
        ("no class", "softmax:3", changed(GOOD_BITS, 2, "0,0,0,0,0,1"), "case 2", "one of 3 classes"),
        ("half a class", "softmax:3", changed(GOOD_BITS, 0, "0.5,0.5,0,0,1,0"), "0.5", "one of 3 classes"),
        ("classes that do not divide the columns", "softmax:4", rows(*GOOD_BITS), "6", "4 classes"),
        ("numbers that are no grey values", "bernoulli", rows("1,2.5", "3,0", "0,1"), "d"),
        ("grey values above 255", "bernoulli", rows("1,300", "3,0", "0,1"), "d"),
        ("negative grey values", "bernoulli", rows("1,-3", "3,0", "0,1"), "d"),
        ("negative grey values for spins", "spin", rows("1,-3", "3,0", "0,1"), "d"),
    ]:
        train(c, f"units: {what}", training(visible), text, says)
    for what, text, *says in [
        ("sequences of unequal length", ">a\nACD\n>b\nAC\n", "d:3"),
        ("an unknown letter", ">a\nACD\n>b\nAXC\n", "d:4", "column 2"),
        ("a digit in a sequence", ">a\nAC1\n", "d:2"),
        ("a name without a sequence", ">a\n>b\nACD\n", "d:1"),
        ("an empty sequence at the end", ">a\nACD\n>b\n", "d:"),
        ("sequences alone, in another alphabet of classes", ">a\nACD\n>b\nACC\n", "20"),
    ]:
        visible = "softmax:20" if "alphabet" in what else "softmax:21"
        train(c, f"sequences: {what}", training(visible), text, says)
    for what, visible, more, *says in [
        ("a sampler that needs a normaliser", "relu", ["train.method=pcd", "train.sampler=cast"], "train.sampler", "relu"),
        ("counts above", "bernoulli", ["model.hidden_unit=counts"], "model.hidden_unit"),
        ("a unit that there is not", "bernoulli", ["model.visible=poisson"], "model.visible"),
        ("no trials", "bernoulli", ["model.visible=binomial:0"], "model.visible"),
        ("lengths of what is no document", "bernoulli", ["train.method=pcd", "train.sampler=length-exchange"], "train.sampler", "documents"),
        ("replicas of documents", "counts", ["train.method=pcd", "train.sampler=parallel-tempering"], "train.sampler"),
        ("a trajectory that no file holds", "bernoulli", ["train.method=pcd", "train.sampler=trajectory", "train.tempering.levels=10000", "train.chains=100000"], "levels", "GiB"),
    ]:
        settings = [word for text in more for word in ("--set", text)]
        train(c, f"units: {what}", training(visible), rows("1,0,0,1", "0,1,1,0", "1,1,0,0"), says, settings)


def documents(c):
    docword, libsvm = rows(*DOCWORD), rows(*LIBSVM)
    matrix = "%%MatrixMarket matrix coordinate real general\n% a comment\n" + "3 4 5\n" + rows(*DOCWORD[3:])
    for name, text in [("docword", docword), ("libsvm", libsvm), ("matrix", matrix)]:
        sound(c, name, text)
    bad = {
        "docword": {
            "a fraction of a count": (changed(DOCWORD, 5, "2 2 0.5"), "d:6", "0.5", "TF-IDF"),
            "a negative count": (changed(DOCWORD, 5, "2 2 -1"), "d:6", "-1"),
            "a word that comes twice": (changed(DOCWORD, 7, "3 4 1"), "word 4", "twice"),
            "a word beyond the vocabulary": (changed(DOCWORD, 5, "2 5 1"), "d:6", "5"),
            "word 0": (changed(DOCWORD, 5, "2 0 1"), "d:6", "0"),
            "a document beyond the number": (changed(DOCWORD, 5, "4 2 1"), "d:6", "4"),
            "a line of two numbers": (changed(DOCWORD, 5, "2 2"), "d:6", "COUNT"),
            "a line of four numbers": (changed(DOCWORD, 5, "2 2 1 1"), "d:6", "COUNT"),
            "a word for a number": (changed(DOCWORD, 5, "2 brick 1"), "d:6", "brick"),
            "fewer entries than said": (rows(*DOCWORD[:-1]), "5 entries"),
            "more entries than said": (rows(*DOCWORD, "2 1 1"), "d:9", "entries"),
            "no documents": (changed(DOCWORD, 0, "0"), "d:1", "documents"),
            "too many documents": (changed(DOCWORD, 0, "99999999999999"), "d:1", "documents"),
            "another number of words than the vocabulary": (changed(DOCWORD, 1, "5"), "vocabulary"),
            "cut in the header": (rows(*DOCWORD[:2]), "ends"),
        },
        "matrix": {
            "a fraction of a count": (matrix.replace("3 4 7", "3 4 7.25"), "7.25"),
            "an array": (matrix.replace("coordinate", "array"), "d:1", "MatrixMarket"),
            "complex numbers": (matrix.replace("real", "complex"), "d:1", "MatrixMarket"),
            "symmetry": (matrix.replace("general", "symmetric"), "d:1", "MatrixMarket"),
            "no size": ("%%MatrixMarket matrix coordinate real general\n", "ends"),
        },
        "libsvm": {
            "a fraction of a count": (changed(LIBSVM, 1, "1 2:0.5"), "d:2", "0.5", "TF-IDF"),
            "a negative count": (changed(LIBSVM, 1, "1 2:-1"), "d:2", "-1"),
            "a word that comes twice": (changed(LIBSVM, 1, "1 2:1 2:3"), "twice"),
            "a word beyond the vocabulary": (changed(LIBSVM, 1, "1 9:1"), "d:2", "9"),
            "a pair without a colon": (changed(LIBSVM, 1, "1 2"), "d:2", "ID:COUNT"),
            "a label that is none": (changed(LIBSVM, 1, "x 2:1"), "d:2", "label"),
            "a label beyond the greatest": (changed(LIBSVM, 1, "65536 2:1"), "d:2", "label"),
        },
    }
    for name, cases in bad.items():
        for what, (text, *says) in cases.items():
            counted(c, name, what, text, says)
        packed = gzip.compress({"docword": docword, "matrix": matrix, "libsvm": libsvm}[name].encode())
        counted(c, name, "packed and cut", packed[: len(packed) - 9], ["d: byte"], ending=".gz")
    for what, text, *says in [
        ("empty", "", "d"),
        ("blank lines alone", "\n\n\n", "d"),
        ("no words", "1 2 3 4\n!!!\n", "d", "words"),
        ("a zero byte", b"apple brick\0\n", "d: byte 11"),
        ("bytes that are no text", bytes(range(128, 256)) * 4, "d"),
    ]:
        counted(c, "text", what, text, says, words=None)
    for what, words, *says in [
        ("a word twice", VOCABULARY + "door\n", "v:5", "door"),
        ("an empty line", "apple\n\nbrick\n", "v:2", "empty line"),
        ("empty", "", "v", "no words"),
    ]:
        counted(c, "docword", "a vocabulary: " + what, docword, says, words=words)


def write(cwd, recipe, data, name="d", words=None):
    (cwd / "recipe.toml").write_text(recipe)
    (cwd / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    if words is not None:
        (cwd / "v").write_text(words)


def train(c, name, recipe, data, says, more=()):
    c.case(name, ["train", "recipe.toml", "--out", "run", *more], 2, *says, setup=lambda cwd: write(cwd, recipe, data))


def of_documents(file, words, folder=""):
    named = f'train = "{folder}{file}"\n' + (f'vocabulary = "{folder}v"\n' if words is not None else "")
    return training("counts").replace('train = "d"\n', named)


def counted(c, kind, what, data, says, words=VOCABULARY, ending=""):
    """`says`: "d:" stands for the file, whatever its name."""
    file = FILES[kind] + ending
    says = [file + word[1:] if word == "d" or word.startswith("d:") else word for word in says]
    c.case(
        f"documents, {kind}: {what}",
        ["train", "recipe.toml", "--out", "run"],
        2,
        *says,
        setup=lambda cwd: write(cwd, of_documents(file, words), data, file, words),
    )


def sound(c, kind, data):
    folder = c.fixtures / "documents" / kind
    if c.list_only:
        return
    folder.mkdir(parents=True)
    write(folder, of_documents(FILES[kind], VOCABULARY, f"{folder}/"), data, FILES[kind], VOCABULARY)
    c.sound(f"documents, {kind}", ["train", folder / "recipe.toml", "--out", folder / "run"])


def units(c):
    numbers(c)
    documents(c)
