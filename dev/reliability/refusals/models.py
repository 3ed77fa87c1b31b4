"""Model files with one thing wrong."""

import math
import struct

import damaged_files as make
from damaged_files import Safetensors
from refusals.campaign import verbs


def damaged_models(c, run):
    """Model files with one thing wrong; says: what the line must have beside the file's name."""
    whole = (run / "model.safetensors").read_bytes()
    weight, bias = "connection/visible/hidden1/weight", "layer/hidden1/bias"

    def changed(change):
        file = Safetensors(whole)
        change(file)
        return file.pack()

    def metadata(key, value):
        return changed(lambda f: f.metadata.update({key: value}) if value is not None else f.metadata.pop(key))

    def entry(tensor, key, value):
        return changed(lambda f: f.header[tensor].update({key: value}))

    layers = Safetensors(whole).metadata["layers"]
    header = len(whole) - len(Safetensors(whole).data) - 8
    models = {
        "empty": (b"", "byte 0"),
        "five bytes": (whole[:5], "byte"),
        "header cut": (whole[: 8 + header // 2], "byte"),
        "data cut": (whole[:-7], "byte"),
        "no data": (whole[: 8 + header], "byte"),
        "bytes behind the data": (whole + b"\0" * 4, "byte"),
        "random bytes": (bytes((i * 197 + 31) % 256 for i in range(5000)), "byte"),
        "a header of 2⁶³ bytes": (struct.pack("<Q", 1 << 63) + whole[8:], "byte"),
        "a header of nothing": (struct.pack("<Q", 0) + whole[8:], "byte"),
        "no JSON": (Safetensors(whole).pack(b"{" * header), "byte"),
        "a list for a header": (Safetensors(whole).pack(b"[1, 2]"), "byte"),
        "a text file": (b"hello, world\n" * 100, "byte"),
        "a picture": (make.png(28, 28), "byte"),
        "newer format": (metadata("deepboltz", "4"), "'4'"),
        "format in words": (metadata("deepboltz", "one"), "'one'"),
        "no format": (metadata("deepboltz", None), "deepboltz"),
        "no layers": (metadata("layers", None), "layers"),
        "layers empty": (metadata("layers", ""), "layers"),
        "layers cut": (metadata("layers", layers[:-9]), ""),
        "no connections": (metadata("connections", None), "connections"),
        "unknown unit": (metadata("layers", layers.replace("bernoulli", "bernouli", 1)), "bernouli"),
        "unknown role": (metadata("layers", layers.replace(" hidden", " hiden", 1)), "hiden"),
        "layer of −1 units": (metadata("layers", layers.replace("784", "-1")), "-1"),
        "layer of 10¹⁹ units": (
            metadata("layers", layers.replace("784", "10000000000000000000")),
            "10000000000000000000",
        ),
        "layer of 785 units": (metadata("layers", layers.replace("784", "785")), "785"),
        "a layer twice": (metadata("layers", layers + layers.splitlines()[0] + "\n"), "visible"),
        "unknown layer connected": (metadata("connections", "visible hidden9\n"), "hidden9"),
        "a connection twice": (metadata("connections", "visible hidden1\n" * 2), "hidden1"),
        "a layer to itself": (metadata("connections", "visible visible\n"), "visible"),
        "unknown precision": (metadata("precision", "f16"), "f16"),
        "another precision": (metadata("precision", "f64"), ""),
        "a weight missing": (changed(lambda f: (f.header.update({"other": f.header.pop(weight)}))), weight),
        "a weight transposed": (entry(weight, "shape", Safetensors(whole).header[weight]["shape"][::-1]), "784"),
        "a shape that lies": (entry(weight, "shape", [10, 10]), "byte"),
        "a shape beyond 2⁶³": (entry(weight, "shape", [1 << 40, 1 << 40]), "byte"),
        "a negative shape": (entry(weight, "shape", [-1, 6]), "byte"),
        "an unknown dtype": (entry(weight, "dtype", "F99"), "F99"),
        "offsets that overlap": (entry(bias, "data_offsets", [0, 24]), "byte"),
        "offsets beyond the file": (entry(weight, "data_offsets", [10**9, 10**9 + 18816]), "byte"),
        "a weight that is NaN": (changed(lambda f: f.put_float(weight, 7, math.nan)), weight),
        "an infinite weight": (changed(lambda f: f.put_float(weight, 7, math.inf)), weight),
        "a bias that is NaN": (changed(lambda f: f.put_float(bias, 0, math.nan)), bias),
        "a recipe that is none": (metadata("note/recipe", "this is no recipe"), "recipe"),
        "a recipe with an unknown key": (metadata("note/recipe", "[train]\nratee = 1\n"), "ratee"),
    }
    paths = {}
    for i, (name, (contents, *says)) in enumerate(models.items()):
        path = c.fixture(f"models/{i}.safetensors", contents)
        paths[name] = path
        for verb in ["inspect", "sample"]:
            c.case(f"{verb}: a model, {name}", verbs(path)[verb], 2, path.name, *says)
    for name in ["data cut", "newer format", "a weight transposed", "a weight that is NaN"]:
        for verb in ["evaluate", "complete", "classify", "plot"]:
            c.case(f"{verb}: a model, {name}", verbs(paths[name])[verb], 2, paths[name].name)
    empty_folder = c.fixtures / "empty"
    empty_folder.mkdir(exist_ok=True)
    for verb in verbs(""):
        c.case(f"{verb}: no such model", verbs("nowhere.safetensors")[verb], 3, "nowhere.safetensors")
        c.case(f"{verb}: an empty folder", verbs(empty_folder)[verb], 3, str(empty_folder))
    for verb in ["resume", "report"]:
        c.case(f"{verb}: no such run", [verb, "nowhere"], 3, "nowhere")
        c.case(f"{verb}: an empty folder", [verb, empty_folder], 3, str(empty_folder))
        c.case(f"{verb}: a file", [verb, run / "recipe.toml"], 3, "recipe.toml")
