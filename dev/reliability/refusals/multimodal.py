"""Machines of several parts: recipes that do not fit their data, and questions that mean nothing."""

RECIPE = """[data]
name = "tagged-strokes"
train_cases = 60
test_cases = 8
[[pathway]]
name = "image"
visible = "bernoulli"
binarise = "each-time"
hidden = [6]
[[pathway]]
name = "text"
visible = "counts"
hidden = [4]
[joint]
units = 5
[train]
epochs = 1
batch = 20
chains = 10
"""

STAGE = "[[pretrain.stage]]\nepochs = 1\n"
WORDS = (
    "zero one two three four five six seven eight nine even odd thin thick left upright right"
).split()
PARTS = {"image": 784, "text": len(WORDS)}


def multimodal(c):
    run = c.train("parts/run", RECIPE)
    table = c.fixture("parts/sound.csv", row(784, "0.5"))
    c.sound("complete: words for a file", ["complete", run, "--given", f"image={table}", "--want", "text"])
    c.sound("sample: pictures and words", ["sample", run, "--sweeps", "2", "--count", "3"])
    c.sound("search: pictures for words", ["search", run, "--given", "text=three odd"])
    recipes(c)
    questions(c, run, table)
    words(c, run)
    files(c, run)
    outputs(c, run)
    verbs(c, run)


def row(width, value):
    return ",".join([value] * width) + "\n"


def recipes(c):
    image, text = RECIPE.index("[[pathway]]"), RECIPE.rindex("[[pathway]]")
    joint = RECIPE.index("[joint]")
    only_image = RECIPE[:text] + RECIPE[joint:]
    cases = []
    for name in PARTS:
        for of in ('hidden = [3]\n', 'visible = "gaussian"\n', ''):
            twice = RECIPE[:joint] + f'[[pathway]]\nname = "{name}"\n{of}' + RECIPE[joint:]
            cases.append((f"'{name}' twice, {of.strip() or 'bare'}", twice, [], "pathway[2].name", f'"{name}"'))
    for name in ("sound", "imgae", "txt", "label", "topics", "visible", "Image"):
        for at, part in enumerate(PARTS):
            renamed = RECIPE.replace(f'name = "{part}"', f'name = "{name}"')
            cases.append((f"'{name}' for '{part}'", renamed, [], f"pathway[{at}].name", f"'{name}'", "image, text"))
    cases.append(("a part without a name", RECIPE.replace('name = "text"', 'name = ""'), [], "pathway[1].name"))
    cases.append(("no pathway", RECIPE[:image] + RECIPE[joint:], [], ""))
    for stages in (0, 1, 2, 4, 5, 9):
        cases.append((f"{stages} stages", RECIPE + "[pretrain]\n" + STAGE * stages, [], "pretrain.stage", "(3)", f"got {stages}"))
    for hidden, wanted in (("[]", 2), ("[3, 3]", 4), ("[3, 3, 3]", 5)):
        deeper = RECIPE.replace("hidden = [4]", f"hidden = {hidden}") + "[pretrain]\n" + STAGE * 3
        cases.append((f"three stages for layers {hidden}", deeper, [], "pretrain.stage", f"({wanted})", "got 3"))
    for unit in ("counts:5", "relu"):
        cases.append((f"units {unit}", RECIPE.replace('"counts"', f'"{unit}"'), [], "pathway[1].visible", "multimodal"))
    for unit in ("cuonts", "softmax:0", "softmax:-1", "binomial:0", "counts:-1", "", "1"):
        cases.append((f"units '{unit}'", RECIPE.replace('"counts"', f'"{unit}"'), [], "visible"))
    for unit in ("counts", "gaussian", "spin", "binomial:3"):
        for how in ("threshold", "each-time", "once"):
            grey = RECIPE.replace('visible = "counts"', f'visible = "{unit}"\nbinarise = "{how}"')
            cases.append((f"{unit} made binary {how}", grey, [], "pathway[1].binarise", f'"{unit}"'))
    for hide in ("1", "1.5", "-0.1", '"half"', "nan", "[0.5]"):
        for part in PARTS:
            hidden = RECIPE.replace(f'name = "{part}"', f'name = "{part}"\nhide = {hide}')
            cases.append((f"'{part}' hidden in {hide}", hidden, [], "hide"))
    cases.append(("the only part hidden", only_image.replace("hidden = [6]", "hidden = [6]\nhide = 0.5"), [], "pathway[0].hide"))
    for rate in ("-1", "inf", '"fast"'):
        cases.append((f"a rate of {rate}", RECIPE.replace("hidden = [4]", f"hidden = [4]\nrate = {rate}"), [], "rate"))
    for hidden in ("[0]", "[-3]", "[2.5]", '["six"]', "6", "[[6]]"):
        for was in ("[6]", "[4]"):
            cases.append((f"hidden = {hidden} for {was}", RECIPE.replace(f"hidden = {was}", f"hidden = {hidden}"), [], "hidden"))
    for key in ("nmae", "visibel", "hiden", "binarize", "hied", "rates"):
        cases.append((f"a pathway's {key}", RECIPE.replace("hidden = [4]", f"hidden = [4]\n{key} = 1"), [], key))
    for wrong, right in (
        ("tagged-stroke", "tagged-strokes"),
        ("tagged-picture", "tagged-pictures"),
        ("wikipedai", "wikipedia"),
        ("corel", "corel5k"),
        ("avleters", "avletters"),
        ("spoken-digit", "spoken-digits"),
    ):
        cases.append((f"data '{wrong}'", RECIPE, [f"data.name={wrong}"], wrong, right))
    both = RECIPE.replace('visible = "bernoulli"\nbinarise = "each-time"', 'visible = "counts"')
    bare = both.replace("hidden = [6]\n", "").replace("hidden = [4]", "hidden = []")
    cases.append(("two layers of counts beside the joint one", bare, [], "pathway[1].hidden", '"image"', '"text"'))
    for sampler in ("parallel-tempering", "cast", "trajectory", "length-exchange"):
        cases.append((f"{sampler} of documents", RECIPE, [f"train.sampler={sampler}"], "train.sampler", "gibbs"))
        stages = RECIPE + "[pretrain]\n" + STAGE + STAGE + f'sampler = "{sampler}"\nmethod = "pcd"\n' + STAGE
        cases.append((f"{sampler} of documents in their stage", stages, [], "pretrain.stage[1].sampler", "gibbs"))
    for name, settings, *says in [
        ("no joint units", ["joint.units=0"], "joint.units"),
        ("joint units below none", ["joint.units=-5"], "joint.units"),
        ("labels in words", ["joint.labels=many"], "joint.labels"),
        ("all cases held out", ["data.validation=60"], "data.validation", "60"),
        ("more than all held out", ["data.validation=61"], "data.validation", "61"),
        ("fewer than none held out", ["data.validation=-1"], "data.validation"),
        ("fewer than no cases", ["data.train_cases=-1"], "data.train_cases"),
        ("integers", ["train.math=int16"], "train.math"),
        ("contrastive divergence of a deep machine", ["train.method=cd"], "train.method", "pcd"),
        ("an unknown precision", ["precision=f16"], "precision"),
        ("weights of no scale", ["weight_scale=0"], "weight_scale"),
        ("no cases to look at", ["monitor.cases=0"], "monitor.cases"),
        ("one run of annealing", ["evaluate.ais_runs=1"], "ais_runs"),
        ("cases of information below none", ["evaluate.information_cases=-1"], "information_cases"),
        ("a key of another kind", ["model.hidden=[3]"], "model"),
        ("a file for data", ["data.train=a.csv"], "data.train"),
    ]:
        cases.append((name, RECIPE, settings, *says))
    for unit, says in (("counts", "counts, whole numbers"), ("softmax:3", "3")):
        of_pictures = RECIPE.replace('visible = "bernoulli"\nbinarise = "each-time"', f'visible = "{unit}"')
        cases.append((f"pictures as {unit}", of_pictures, [], says))
    many = RECIPE[:image] + "".join(f'[[pathway]]\nname = "p{i}"\n' for i in range(17)) + RECIPE[joint:]
    cases.append(("17 pathways", many, [], "pathway", "16"))
    for number, (name, recipe, settings, *says) in enumerate(cases):
        path = c.fixture(f"parts/recipes/{number}.toml", recipe)
        set_ = [word for setting in settings for word in ("--set", setting)]
        c.case(f"parts: {name}", ["train", path, "--out", "run", *set_], 2, *says)
    path = c.fixture("parts/recipes/absent.toml", RECIPE)
    for name, file in (
        ("wikipedia", "wikipedia_image_text/"),
        ("corel5k", "corel5k/"),
        ("avletters", "avletters/"),
        ("spoken-digits", "fsdd/"),
        ("tagged-pictures", "cifar10_subset/"),
    ):
        c.case(f"parts: {name} is not there", ["train", path, "--out", "run", "--set", f"data.name={name}"], 3, file)


def ask(c, run, name, given, *says, more=(), verbs=("complete", "search")):
    """The same question to both verbs."""
    options = [word for one in given for word in ("--given", one)]
    for verb in verbs:
        c.case(f"{verb}: {name}", [verb, run, *options, *more], 2, *says)


def questions(c, run, table):
    ask(c, run, "a part and nothing of it", ["image"], "PART=WHAT", "'image'")
    ask(c, run, "nothing of no part", ["=0"], "PART=WHAT")
    ask(c, run, "nothing at all", [""], "PART=WHAT")
    for name in ("sound", "imgae", "Image", "joint", "image1", "label"):
        ask(c, run, f"of '{name}'", [f"{name}=0"], f"'{name}'", "image, text")
        ask(c, run, f"'{name}' wanted", ["image=0"], f"'{name}'", "image, text", more=["--want", name])
    for part in PARTS:
        ask(c, run, f"'{part}' twice", [f"{part}=0", f"{part}=1"], f"'{part}' is given twice")
        ask(c, run, f"'{part}' given and wanted", [f"{part}=0"], f"'{part}' is given", more=["--want", part])
        ask(c, run, f"'{part}' given and wanted with the other", ["image=0", "text=0"], "is given", more=["--want", part])
        for number in ("8", "100", "-1", "999999999999"):
            ask(c, run, f"case {number} of '{part}'", [f"{part}={number}"], f"--given {part}", "0 to 7", number)
    ask(c, run, "all parts", ["image=0", "text=0"], "all parts are given")
    two = c.fixture("parts/two.csv", row(784, "0.5") * 2)
    ask(c, run, "two pictures and one text", [f"image={two}", "text=one"], "'image' has 2 cases", "'text' has 1", more=["--want", "text"])
    c.case("search: nothing", ["search", run], 2, "QUERY", "--given")
    c.case("search: a query beside a part", ["search", run, "0", "--given", "image=0"], 2, "QUERY", "--given")
    c.case("complete: a file beside a part", ["complete", run, table, "--given", "image=0"], 2, "FILE", "--given")
    c.case("complete: nothing", ["complete", run], 2, "--given")
    c.case("complete: wanted of nothing", ["complete", run, "--want", "text"], 2, "--given")
    c.case("search: wanted of nothing", ["search", run, "--want", "text"], 2, "--given")
    for option, words_ in (("--by", ("score", "code", "")), ("--among", ("tset", "all", ""))):
        for word in words_:
            c.case(f"search: {option} '{word}'", ["search", run, "--given", "image=0", option, word], 2, option)
    c.case("search: among cases that are not there", ["search", run, "--given", "image=0", "--among", "validation"], 2, "--among", "validation")
    for option in ("--top", "--draw", "--every"):
        for number in ("0", "-1", "many", "1.5"):
            c.case(f"complete: {option} {number}", ["complete", run, "--given", "image=0", option, number], 2, option)


def words(c, run):
    for word in WORDS:
        if word != "right":  # "rightx" and "upright" are near each other too
            ask(c, run, f"'{word}x'", [f"text=even {word}x"], f"'{word}x'", f"'{word}'", verbs=("search",))
    for text in ("Three", "three,odd", "threeodd", "3odd", "drei", "--", "\u00e9", "thr\x1b[31mee"):
        ask(c, run, f"the text {text!r}", [f"text={text}"], "--given text", "nearest")
    for text in ("", " ", "\t"):
        ask(c, run, f"the text {text!r}", [f"text={text}"], "--given text", "expected words")
    ask(c, run, "words for a picture", ["image=three odd"], "--given image", "no file")
    ask(c, run, "a file that is not there", ["image=none.png"], "--given image", "none.png")


def files(c, run):
    for part, width in PARTS.items():
        for wrong in (1, width - 1, width + 1, 2 * width):
            path = c.fixture(f"parts/{part}-{wrong}.csv", row(wrong, "1"))
            ask(c, run, f"'{part}' of {wrong} numbers", [f"{part}={path}"], path.name, str(wrong), str(width))
    for name, contents, *says in [
        ("empty.csv", "", "empty"),
        ("below.csv", row(784, "-5.5"), "-5.5"),
        ("words.csv", row(784, "a") + row(784, "b"), "number"),
        ("ragged.csv", row(784, "1") + row(783, "1"), ":2"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0", "byte"),
        ("cut.npy", b"\x93NUMPY\x01\0", "byte"),
    ]:
        path = c.fixture(f"parts/{name}", contents)
        ask(c, run, f"a picture, {name}", [f"image={path}"], path.name, *says)
    for name, contents, *says in [
        ("half.csv", row(17, "0.5"), "0.5"),
        ("negative.csv", row(17, "-1"), "-1"),
        ("unknown.txt", "whale\n", "words"),
        ("nothing.txt", "\n", "words"),
    ]:
        path = c.fixture(f"parts/{name}", contents)
        ask(c, run, f"a text, {name}", [f"text={path}"], path.name, *says)


def outputs(c, run):
    of_words = ["--given", "image=0", "--want", "text"]
    of_pictures = ["--given", "text=one", "--want", "image"]
    c.case("complete: a picture and no name for it", ["complete", run, *of_pictures], 2, "image", "--out")
    for verb in ("complete", "search"):
        c.case(f"{verb}: words as a picture", [verb, run, *of_words, "--out", "words.png"], 2, "text", "no picture")
        for name in ("a.jpg", "a", "a.PNG", "a.png.txt"):
            c.case(f"{verb}: out {name}", [verb, run, *of_pictures, "--out", name], 2, name, ".png")
    c.case("search: pictures as numbers", ["search", run, *of_pictures, "--out", "a.npy"], 2, "a.npy", ".png")


def verbs(c, run):
    for part in ("sound", "imgae", "joint", ""):
        c.case(f"encode: without '{part}'", ["encode", run, "--without", part], 2, "--without")
    c.case("encode: without any part", ["encode", run, "--without", "image", "--without", "text"], 2, "image, text")
    for layer in ("text", "image", "joint1", "label"):
        c.case(f"encode: layer '{layer}'", ["encode", run, "--layer", layer], 2, "--layer", "joint", layer)
    for verb in ("classify", "hash", "topics", "reconstruct"):
        c.case(f"{verb}: a machine of several parts", [verb, run], 2, verb, "multimodal")
    for option, value in (("--label", "3"), ("--length", "7"), ("--frames", "2"), ("--values", "draw"), ("--sampler", "cast")):
        c.case(f"sample: {option} of several parts", ["sample", run, "--sweeps", "2", option, value], 2, option, "several")
    for name in ("a.npy", "a.csv", "a.jpg", "a"):
        c.case(f"sample: out {name}", ["sample", run, "--sweeps", "2", "--out", name], 2, name, ".png")
