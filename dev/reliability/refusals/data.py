"""Files of cases that cannot be read."""

import math
import struct

import damaged_files as make
from refusals.campaign import RECIPE


def damaged_data(c, rbm, dbm):
    n = 784
    good_npy, good_png, good_idx = make.npy((3, 28, 28)), make.png(28, 28), make.idx((3, 28, 28))
    good_npz = make.npz(x=make.npy((3, n)), y=make.npy((3,), b"\0\1\2"))
    good_mat, good_pgm = make.mat(x=(3, n)), b"P5 28 28 255 " + bytes(n)
    sound = {
        "a.npy": good_npy,
        "a.png": good_png,
        "a-idx3-ubyte": good_idx,
        "a-idx3-ubyte.gz": make.packed(good_idx),
        "a.csv": make.csv(3, n),
        "a.npz": good_npz,
        "a.mat": good_mat,
        "a.pgm": good_pgm,
    }
    for name, contents in sound.items():
        path = c.fixture(f"data/{name}", contents)
        c.sound(f"classify {name}", ["classify", dbm, path])
        c.sound(f"data show {name}", ["data", "show", path])
    flipped = bytearray(good_png)
    flipped[len(flipped) // 2] ^= 0x55
    zipped = bytearray(good_npz)
    zipped[60] ^= 0x55
    crc = bytearray(make.packed(good_idx))
    crc[-6] ^= 1
    bad = {
        "empty.npy": (b"", ""),
        "magic.npy": (b"\x93NUMPX" + good_npy[6:], ""),
        "cut-header.npy": (good_npy[:40], "byte"),
        "cut.npy": (good_npy[:-5], "byte"),
        "longer.npy": (good_npy + b"12345", "byte"),
        "version.npy": (make.npy((3, n), version=9), "byte"),
        "header.npy": (make.npy((3, n), header="{'descr': }"), "byte"),
        "no-shape.npy": (make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, }"), "byte"),
        "object.npy": (make.npy((3, n), dtype="|O"), "byte"),
        "complex.npy": (make.npy((3, n), bytes(8 * 3 * n), dtype="<c8"), "byte"),
        "negative.npy": (
            make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, 'shape': (-3, 784), }"),
            "byte",
        ),
        "huge.npy": (
            make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, 'shape': (9000000000000000000, 784), }"),
            "byte",
        ),
        "nan.npy": (make.npy((3, n), make.floats(3 * n, math.nan, 1000), dtype="<f4"), "byte"),
        "inf.npy": (make.npy((3, n), make.floats(3 * n, math.inf, 1000), dtype="<f4"), "byte"),
        "no-cases.npy": (make.npy((0, n)), ""),
        "one-number.npy": (make.npy((), b"\1"), ""),
        "empty.csv": (b"", ""),
        "ragged.csv": (make.csv(2, n) + b"0,1\n", ":3"),
        "word.csv": (make.csv(3, n, r1c5="abc"), ":2"),
        "nan.csv": (make.csv(3, n, r2c0="nan"), ":3"),
        "inf.csv": (make.csv(3, n, r2c0="1e999"), ":3"),
        "hole.csv": (make.csv(3, n, r1c3=""), ":2"),
        "names-only.csv": (",".join(f"x{i}" for i in range(n)).encode() + b"\n", ""),
        "quote.csv": (b'"0,1\n' + make.csv(2, n), ":"),
        "bytes.csv": (bytes(range(256)) * 20, ":"),
        "no-letters.fasta": (b">a\n>b\nACD\n", ":1"),
        "unequal.fasta": (b">a\nACD\n>b\nAC\n", ":3"),
        "unknown.fasta": (b">a\nACD\n>b\nAXC\n", ":4", "column 2"),
        "digit.fasta": (b">a\nAC1\n", ":2"),
        "blank.fasta": (b">a\nA C\n", ":2"),
        "empty-line.fasta": (b">a\nAC\n>b\n\n", ":"),
        "insertions.a3m": (b">a\nacgt\n", ":1"),
        "bytes.fasta": (b">a\n" + bytes(range(128, 256)) * 3, ":"),
        "cut.fasta.gz": (make.packed(b">a\nACDEFGHIKL\n" * 200)[:-12], "byte"),
        "long.fasta": (b">a\n" + b"A" * 20_000 + b"\n", ":2"),
        "empty.mat": (b"", "byte 0"),
        "four.mat": (bytes(200), "byte 0", "version 4"),
        "hdf5.mat": (make.mat(x=(3, n), version=0x0200), "byte 124", "7.3"),
        "cut.mat": (good_mat[:-9], "byte"),
        "lying.mat": (make.mat(x=(3, n), declared=(4, n)), "byte"),
        "huge.mat": (make.mat(x=(3, n), declared=(2_000_000_000, 2_000_000_000)), "byte"),
        "several.mat": (make.mat(x=(3, n), y=(3, n)), "x (3 × 784)"),
        "vector.mat": (make.mat(x=(1, n)), "no matrix"),
        "damaged-packed.mat": (make.mat(x=(3, n), packed=True)[:-3] + b"abc", "byte"),
        "empty.bin": (b"", "byte 0"),
        "cut.bin": (bytes(3072), "byte 0"),
        "part.bin": (bytes(3073 + 100), "byte 3073"),
        "class.bin": (bytes(3073) + b"\x0a" + bytes(3072), "byte 3073", "class 10"),
        "cut.bin.gz": (make.packed(bytes(3073))[:-9], "byte"),
        "cut.pgm": (good_pgm[:-1], "byte"),
        "longer.pgm": (good_pgm + b"1", "byte"),
        "text.pgm": (b"P5 a b c", "byte 3"),
        "deep.pgm": (b"P5 28 28 65535 " + bytes(2 * n), "byte 9"),
        "huge.pgm": (b"P5 16384 16384 255 " + bytes(n), "byte"),
        "empty.png": (b"", ""),
        "cut.png": (good_png[:60], "byte"),
        "flipped.png": (bytes(flipped), "byte"),
        "no.png": (b"this is no picture", ""),
        "huge.png": (make.png(28, 28, declared=(200_000, 200_000)), "byte"),
        "rows-missing.png": (make.png(10, 28, declared=(28, 28)), "byte"),
        "depth.png": (make.png(28, 28, depth=3), "byte"),
        "kind.png": (make.png(28, 28, kind=5), "byte"),
        "nothing.png": (make.png(28, 28, declared=(0, 28)), "byte"),
        "empty-idx3-ubyte": (b"", ""),
        "cut-idx3-ubyte": (good_idx[:-9], "byte"),
        "cut-header-idx3-ubyte": (good_idx[:9], "byte"),
        "longer-idx3-ubyte": (good_idx + b"123", "byte"),
        "magic-idx3-ubyte": (make.idx((3, 28, 28), magic=7), "byte"),
        "kind-idx3-ubyte": (make.idx((3, 28, 28), kind=0x55), "byte"),
        "lying-idx3-ubyte": (make.idx((3, 28, 28), sizes=(4_000_000_000, 28, 28)), "byte"),
        "overflow-idx3-ubyte": (make.idx((3, 28, 28), sizes=(4294967295,) * 3), "byte"),
        "cut-idx3-ubyte.gz": (make.packed(good_idx)[:-12], "byte"),
        "sum-idx3-ubyte.gz": (bytes(crc), "byte"),
        "text-idx3-ubyte.gz": (b"no gzip at all", "byte"),
        "cut.npz": (good_npz[:-30], "byte"),
        "flipped.npz": (bytes(zipped), "byte"),
        "empty.npz": (b"", ""),
        "no-array.npz": (make.npz(), ""),
        "unknown-names.npz": (make.npz(a=make.npy((3, n)), b=make.npy((3, n))), ""),
        "labels-missing.npz": (make.npz(x=make.npy((3, n)), y=make.npy((2,), b"\0\1")), ""),
    }
    for name, (contents, *says) in bad.items():
        path = c.fixture(f"data/{name}", contents)
        c.case(f"classify: {name}", ["classify", dbm, path, "--out", "out.csv"], 2, name, *says)
        c.case(f"data show: {name}", ["data", "show", path, "--out", "out.png"], 2, name, *says)
    recipe = c.fixture("own.toml", RECIPE.replace("bars-and-stripes", "file"))
    for name in ["nan.npy", "cut.npy", "ragged.csv", "cut-idx3-ubyte", "flipped.png", "empty.csv"]:
        c.case(
            f"train: {name}",
            ["train", recipe, "--out", "run", "--set", f"data.train={c.fixtures / 'data' / name}"],
            2,
            name,
        )
    narrow = {
        "narrow.npy": make.npy((3, 700)),
        "narrow.csv": make.csv(3, 783),
        "wide.csv": make.csv(3, 786),
        "small.png": make.png(20, 20),
        "small-idx3-ubyte": make.idx((3, 14, 14)),
    }
    for name, contents in narrow.items():
        path = c.fixture(f"data/{name}", contents)
        for verb, args in [("classify", ["--out", "out.csv"]), ("complete", ["--out", "out.png", "--sweeps", "2"])]:
            c.case(f"{verb}: {name}", [verb, dbm, path, *args], 2, name, "784")
        c.case(f"evaluate: {name}", ["evaluate", dbm, "--test", path], 2, name, "784")
    data = c.fixtures / "data"
    for name, contents in {
        "few-labels-idx1-ubyte": make.idx((2,), b"\0\1"),
        "flat-labels.npy": make.npy((3, 2)),
        "negative-labels.npy": make.npy((3,), struct.pack("<3q", 0, -1, 2), dtype="<i8"),
        "nan-labels.npy": make.npy((3,), struct.pack("<3f", 0, math.nan, 2), dtype="<f4"),
        "half-labels.npy": make.npy((3,), struct.pack("<3f", 0, 0.5, 2), dtype="<f4"),
        "huge-labels.npy": make.npy((3,), struct.pack("<3q", 0, 1 << 40, 2), dtype="<i8"),
    }.items():
        path = c.fixture(f"data/{name}", contents)
        source = data / ("a-idx3-ubyte" if "ubyte" in name else "a.npy")
        c.case(f"classify: {name}", ["classify", dbm, source, "--labels", path, "--out", "out.csv"], 2, name)
    outside = c.fixture("data/class-77.npy", make.npy((3,), bytes([0, 77, 2])))
    c.case(
        "evaluate: a class that the model lacks",
        ["evaluate", dbm, "--test", data / "a.npy", "--labels", outside],
        2,
        "77",
    )
    c.case(
        "classify: a class that the model lacks",
        ["classify", dbm, data / "a.npy", "--labels", outside, "--out", "out.csv"],
        2,
        "77",
    )
    for name, args, *says in [
        ("--label-column of no such name", ["a.csv", "--label-column", "species"], "species"),
        ("--label-column 900", ["a.csv", "--label-column", "900"], "900"),
        ("--data-key of no such array", ["a.npz", "--data-key", "pixels"], "pixels"),
        ("--label-key of no such array", ["a.npz", "--label-key", "digit"], "digit"),
        ("--where of no such array", ["a.npz", "--where", "writer 1..2"], "writer"),
        ("--where that is no range", ["a.npz", "--where", "y 5..x"], "y 5..x"),
        ("--where that leaves nothing", ["a.npz", "--where", "y 8..9"], ""),
    ]:
        c.case(f"classify: {name}", ["classify", dbm, data / args[0], *args[1:], "--out", "out.csv"], 2, *says)
    c.case(
        "classify: --labels missing",
        ["classify", dbm, data / "a.npy", "--labels", "nowhere.npy", "--out", "out.csv"],
        3,
        "nowhere.npy",
    )
    for verb in ["classify", "complete"]:
        c.case(f"{verb}: no such file", [verb, dbm, "nowhere.npy", "--out", "out.csv"], 3, "nowhere.npy")
    c.case("data show: no such file", ["data", "show", "nowhere.npy"], 3, "nowhere.npy")
    c.case("evaluate: no such file", ["evaluate", dbm, "--test", "nowhere.npy"], 3, "nowhere.npy")
    c.case(
        "train: no such data", ["train", recipe, "--out", "run", "--set", "data.train=nowhere.npy"], 3, "nowhere.npy"
    )
    c.case("train: data that are not here", ["train", recipe, "--out", "run", "--set", "data.name=mnist"], 3, "mnist")
    c.case(
        "train: test data of another width",
        [
            "train",
            recipe,
            "--out",
            "run",
            "--set",
            f"data.train={data / 'a.npy'}",
            "--set",
            f"data.test={data / 'narrow.npy'}",
            "--set",
            "data.validation=0",
        ],
        2,
        "784",
    )
    folder = c.fixtures / "pictures"
    c.fixture("pictures/1.png", make.png(28, 28))
    c.fixture("pictures/2.png", make.png(20, 20))
    c.case("classify: pictures of two sizes", ["classify", dbm, folder, "--out", "out.csv"], 2, "2.png")
    c.case("data show: a grey picture where colours are asked for", ["data", "show", folder, "--colour"], 2, "1.png: byte 25")
    c.case(
        "train: a grey picture where colours are asked for",
        ["train", recipe, "--out", "run", "--set", f"data.train={folder}", "--set", "data.colour=true"],
        2,
        "1.png: byte 25",
    )
    photographs = c.fixture("photographs/a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0").parent
    c.case("data show: photographs of another format", ["data", "show", photographs], 2, "a.jpg: byte 4", ".png")
    prose = c.fixture("prose.txt", "cat dog\nfox wolf\n")
    c.case("train: prose for a table", ["train", recipe, "--out", "run", "--set", f"data.train={prose}"], 2, "prose.txt:1", "data.format")
    c.case("train: a format that there is not", ["train", recipe, "--out", "run", "--set", "data.format=jpeg"], 2, "data.format", "jpeg")
    for place in ["train/pets/1", "train/wild/1", "test/pets/1", "test/zoo/1"]:
        c.fixture(f"kinds/{place}", "cat dog\n")
    c.case(
        "train: a class that only the test set has",
        ["train", recipe, "--out", "run", "--set", "model.labels=true", "--set", "data.validation=0"]
        + ["--set", f"data.train={c.fixtures / 'kinds/train'}", "--set", f"data.test={c.fixtures / 'kinds/test'}"],
        2,
        "class zoo",
    )
    c.fixture("no-pictures/a.txt", "words")
    c.case(
        "classify: a folder without pictures",
        ["classify", dbm, c.fixtures / "no-pictures", "--out", "out.csv"],
        2,
        "no-pictures",
    )
