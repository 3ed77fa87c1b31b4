"""Options that a format does not know: each is refused, by recipe and on the command line."""

import damaged_files as make

ARRAYS, ROWS = {"npz", "mat"}, {"idx", "npy", "npz", "mat", "csv"}
GREYS, DOCUMENTS = ROWS | {"image"}, {"libsvm", "text"}
# key of [data]: a value as TOML, the option of data show, the formats that know it
OPTIONS = {
    "train_labels": ('"labels"', None, {"idx", "npy"}),
    "train_where": ('"drawer 1..2"', ["--where", "drawer 1..2"], {"npz"}),
    "data_key": ('"x"', ["--data-key", "x"], ARRAYS),
    "label_key": ('"y"', ["--label-key", "y"], ARRAYS),
    "label_column": ('"kind"', ["--label-column", "kind"], {"csv"}),
    "id_column": ('"id"', ["--id-column", "id"], {"csv"}),
    "scale": ("16", ["--scale", "16"], GREYS),
    "invert": ("true", ["--invert"], GREYS),
    "cases_in_columns": ("true", ["--cases-in-columns"], {"mat"}),
    "pixels_by_column": ("true", ["--pixels-by-column"], ROWS),
    "identity": ("0.8", None, {"fasta"}),
    "vocabulary": ('"words.txt"', None, DOCUMENTS),
    "stop_words": ('"words.txt"', None, {"text"}),
    "colour": ("true", ["--colour"], {"image"}),
}


def options(c):
    n = 16  # units
    files = {  # format: name, contents, what the recipe says beside the file
        "npy": ("o.npy", make.npy((6, n)), ""),
        "idx": ("o-idx3-ubyte", make.idx((6, 4, 4)), ""),
        "npz": ("o.npz", make.npz(x=make.npy((6, n))), ""),
        "mat": ("o.mat", make.mat(x=(6, n)), ""),
        "csv": ("o.csv", make.csv(6, n), ""),
        "image": ("o.png", make.png(4, 4), ""),
        "fasta": ("o.fasta", b">a\nACD\n>b\nAC-\n" * 3, 'visible = "softmax:21"\n'),
        "libsvm": ("o.svm", b"1 1:1 2:1\n0 2:1\n" * 3, 'visible = "counts"\n'),
        "text": ("o.txt", b"cat dog\nfox dog\n" * 3, 'visible = "counts"\n'),
    }
    words_file = c.fixture("options/words.txt", b"cat\ndog\n")
    for form, (name, contents, model) in files.items():
        path = c.fixture(f"options/{name}", contents)
        for key, (value, words, known) in OPTIONS.items():
            if form in known:
                continue
            value = value.replace("words.txt", str(words_file))
            said = key.removeprefix("train_")
            text = f'[data]\nname = "file"\ntrain = "{path}"\n{key} = {value}\n[model]\nhidden = [2]\n{model}[train]\nepochs = 1\n'
            recipe = c.fixture(f"options/{form}-{key}.toml", text)
            c.case(f"recipe: {key} of {form}", ["train", recipe, "--out", "run"], 2, said)
            if words:
                more = ["--documents"] if form == "text" else []
                c.case(f"data show: {key} of {form}", ["data", "show", path, *words, *more], 2, said)
