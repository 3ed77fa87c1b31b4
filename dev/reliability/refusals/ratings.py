"""Files of ratings and titles with one thing wrong, and recommenders that are asked for what they cannot give."""

import gzip

RECIPE = """[ratings]
name = "file"
train = "r"
films = "f"
hidden = 2
epochs = 1
"""
FILMS = "".join(f"{i}::Film {i} (19{50 + i})::Drama|War\n" for i in range(30))

# Separator, header, and how a rating is written in each format.
FORMATS = {
    "tabs": ("\t", "", "{}"),
    "colons": ("::", "", "{}"),
    "csv": (",", "userId,movieId,rating,timestamp\n", "{}.0"),
}


def lines(separator, rating):
    return [separator.join([str(u), str(i), rating.format(1 + (u * i) % 5), "978300760"]) for u in range(8) for i in range(0, 30, 3)]


def ratings(c):
    for name, (separator, header, rating) in FORMATS.items():
        good = lines(separator, rating)
        first = 1 + header.count("\n")

        def line(text, at=4):
            return header + "\n".join(good[:at] + [text] + good[at + 1 :]) + "\n"

        def cells(*values):
            return separator.join(values)

        place = f"r:{first + 4}: "
        bad = {
            "off the scale above": (line(cells("1", "9", rating.format(6), "0")), place, "scale"),
            "off the scale below": (line(cells("1", "9", rating.format(0), "0")), place, "scale"),
            "negative rating": (line(cells("1", "9", "-1", "0")), place, "scale"),
            "half a star": (line(cells("1", "9", "3.5", "0")), place, "scale"),
            "no rating": (line(cells("1", "9", "", "0")), place, "scale"),
            "a word for a rating": (line(cells("1", "9", "good", "0")), place, "good"),
            "NaN": (line(cells("1", "9", "nan", "0")), place, "nan"),
            "infinity": (line(cells("1", "9", "inf", "0")), place, "inf"),
            "negative user": (line(cells("-1", "9", rating.format(3), "0")), place, "user"),
            "user beyond 32 bits": (line(cells("4294967296", "9", rating.format(3), "0")), place, "user"),
            "a word for a user": (line(cells("you", "9", rating.format(3), "0")), place, "user"),
            "empty user": (line(cells("", "9", rating.format(3), "0")), place, "user"),
            "fraction for an item": (line(cells("1", "9.5", rating.format(3), "0")), place, "item"),
            "blank in an item": (line(cells("1", " 9", rating.format(3), "0")), place, "item"),
            "a word for a time": (line(cells("1", "9", rating.format(3), "now")), place, "time"),
            "negative time": (line(cells("1", "9", rating.format(3), "-1")), place, "time"),
            "a column too few": (line(cells("1", "9", rating.format(3))), place, "4 columns"),
            "a column too many": (line(cells("1", "9", rating.format(3), "0", "0")), place, "4 columns"),
            "an empty line": (line(""), place, "columns"),
            "another separator": (line("1;9;3;0"), place, "columns"),
            "a pair twice": (line(good[0]), place, "twice"),
            "a zero byte": (line(cells("1", "9\0", rating.format(3), "0")), place, "item"),
            "cut in a line": ((header + "\n".join(good))[:-12], "r:", "columns"),
        }
        if header:
            bad |= {
                "no header": ("\n".join(good) + "\n", "r:1: ", "userId"),
                "an unknown column": (header.replace("rating", "stars") + good[0], "r:1: ", "stars"),
                "columns in another order": ("movieId,userId,rating\n1,2,3\n", "r:1: ", "userId"),
                "a header alone": (header, "r:1: ", "no ratings"),
            }
        for what, (text, *says) in bad.items():
            case(c, f"ratings, {name}: {what}", text, FILMS, says)
        packed = gzip.compress(line(good[4]).encode())
        case(c, f"ratings, {name}: packed and cut", packed[: len(packed) // 2], FILMS, ["r: byte"])
    seen_pairs(c)
    sound = "\n".join(lines("\t", "{}")) + "\n"
    for what, text, *says in [
        ("empty", "", "f:1"),
        ("a film twice", FILMS + FILMS, "f:31", "twice"),
        ("no title", "1::::Drama\n", "f:1", "title"),
        ("no number", "x::Film::Drama\n", "f:1", "NUMBER"),
        ("no genres", "1::Film\n", "f:1", "NUMBER"),
        ("flags too few", "1|Film|||\n", "f:1", "24 cells"),
        ("a flag of 2", "1|Film||||" + "|".join(["2"] + ["0"] * 18) + "\n", "f:1", "genre"),
        ("a comma without quotes", "movieId,title,genres\n1,A, B,Drama\n", "f:2", "quotes"),
    ]:
        case(c, f"titles: {what}", sound, text, says)
    case(c, "ratings: empty", "", FILMS, ["r:1", "empty"])
    case(c, "ratings: missing", None, FILMS, ["r"], code=3)
    for setting, *says in [
        ("ratings.test_share=1.0", "test_share"),
        ("ratings.step=0", "step"),
        ("ratings.step=0.3", "step"),
        ("ratings.highest=1", "scale"),
        ("ratings.cases=film", "cases", "user"),
        ("ratings.split=u1", "split"),
        ("ratings.squares=2", "squares"),
        ("ratings.sweeps=5", "sweeps"),
        ("ratings.name=movielens-1m", "ratings.name"),
        ("ratings.hidden=0", "hidden"),
        ("ratings.rate=0", "rate"),
        ("ratings.seen_rate=-1", "seen_rate"),
        ("ratings.seen_rate=0.5", "seen_rate"),
        ("ratings.seen_l2=0.1", "seen_l2"),
        ("ratings.transductive=1", "transductive"),
        ("train.epochs=3", "train.epochs"),
    ]:
        case(c, f"ratings: --set {setting}", sound, FILMS, says, more=["--set", setting])
    case(c, "ratings: a rate that explodes", sound, FILMS, ["finite"], code=4, more=["--set", "ratings.rate=1e6", "--set", "ratings.epochs=50"], keeps=False)


def seen_pairs(c):
    """Files of what was seen without a rating. Users 0 to 7 rated every third of the films 0 to 29."""
    sound = "\n".join(lines("\t", "{}")) + "\n"
    for name, separator, header in [("tabs", "\t", ""), ("colons", "::", ""), ("csv", ",", "userId,movieId\n")]:
        first = 1 + header.count("\n")
        good = [separator.join([str(u), str((6 * u + 3) % 30)]) for u in range(8)]

        def told(text):
            return header + "\n".join(["0" + separator + "6", text]) + "\n"

        place = f"s:{first + 1}: "
        pairs = {
            "a rating beside it": (told(separator.join(["1", "3", "5"])), place, "2 columns"),
            "ratings beside all": ("\n".join(separator.join(["1", str(i), "5"]) for i in range(3)) + "\n", "s:1: ", "userId" if header else "alone"),
            "a user alone": (told("1"), place, "columns"),
            "an empty line": (told("") + good[0], place, "columns"),
            "a word for a user": (told(separator.join(["you", "3"])), place, "user"),
            "a fraction for an item": (told(separator.join(["1", "3.5"])), place, "item"),
            "a user beyond 32 bits": (told(separator.join(["4294967296", "3"])), place, "user"),
            "a user without ratings": (told(separator.join(["99", "3"])), place, "user 99"),
            "an item without ratings": (told(separator.join(["1", "4"])), place, "item 4"),
            "a pair twice": (told("0" + separator + "6"), place, "twice"),
            "a pair that is rated": (told(separator.join(["1", "3"])), place, "rated"),
            "another separator": (told("1;3"), place, "columns"),
        }
        for what, (text, *says) in pairs.items():
            case(c, f"seen, {name}: {what}", sparse(sound), FILMS, says, seen=text)
    case(c, "seen: empty", sound, FILMS, ["s:1", "empty"], seen="")
    case(c, "seen: a header alone", sound, FILMS, ["s:1", "pairs"], seen="userId,movieId\n")
    case(c, "seen: missing", sound, FILMS, ["none"], code=3, more=["--set", "ratings.seen=none"])


def sparse(text):
    """Without what user 0 gave to film 6."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("0\t6\t"))


def case(c, name, text, films, says, code=2, more=(), keeps=True, seen=None):
    def setup(cwd):
        (cwd / "recipe.toml").write_text(RECIPE)
        (cwd / "f").write_text(films)
        if text is not None:
            (cwd / "r").write_bytes(text if isinstance(text, bytes) else text.encode())
        if seen is not None:
            (cwd / "s").write_text(seen)

    told = [] if seen is None else ["--set", "ratings.seen=s"]
    c.case(name, ["train", "recipe.toml", "--out", "run", *told, *more], code, *says, setup=setup, keeps=keeps)


def recommended(c):
    """What a recommender is asked and cannot tell."""
    data = c.fixture("recommender/r", "\n".join(lines("\t", "{}")) + "\n")
    films = c.fixture("recommender/f", FILMS)
    run = c.train("recommended", RECIPE.replace('"r"', f'"{data}"').replace('"f"', f'"{films}"'))
    c.sound("recommend to nobody", ["recommend", run])
    for what, args, *says in [
        ("no such user", ["--user", "99"], "99"),
        ("a rating off the scale", ["--rating", "Film 3 (1953),9"], "--rating:1: ", "scale"),
        ("half a star", ["--rating", "Film 3 (1953),3.5"], "--rating:1: ", "scale"),
        ("a word for a rating", ["--rating", "Film 3 (1953),good"], "--rating:1: ", "good"),
        ("no rating", ["--rating", "Film 3 (1953)"], "--rating:1: ", "comma"),
        ("no such film", ["--rating", "3,5", "--rating", "Nothing (1999),3"], "--rating:2: ", "Nothing"),
        ("a film twice", ["--rating", "3,5", "--rating", "Film 3 (1953),4"], "--rating:2: ", "twice"),
        ("an empty rating", ["--rating", ""], "--rating:1: "),
        ("a user and ratings", ["--user", "1", "--rating", "3,5"], "--rating"),
        ("no titles at all", ["--count", "0"], "--count"),
    ]:
        c.case(f"recommend: {what}", ["recommend", run, *args], 2, *says)
    for what, text, *says in [
        ("empty", "", "mine:1: ", "no ratings"),
        ("off the scale", "3,5\n6,0\n", "mine:2: ", "scale"),
        ("no such film", "3,5\nx,4\n", "mine:2: ", "'x'"),
        ("a film twice", "3,5\n6,4\n3,4\n", "mine:3: ", "twice"),
        ("a film seen and rated", "3,5\n6,4\n3,seen\n", "mine:3: ", "twice"),
        ("another word than seen", "3,watched\n", "mine:1: ", "seen"),
        ("an empty line", "3,5\n\n6,4\n", "mine:2: ", "comma"),
    ]:
        setup = lambda cwd, text=text: (cwd / "mine").write_text(text)
        c.case(f"recommend: one's own ratings, {what}", ["recommend", run, "--ratings", "mine"], 2, *says, setup=setup)
    c.case("recommend: one's own ratings, missing", ["recommend", run, "--ratings", "mine"], 3, "mine")
    c.case("recommend: as many factors as hidden units", ["train", run / "recipe.toml", "--out", "run", "--set", "ratings.factors=2"], 2, "ratings.factors")
