"""Places that cannot be written."""

import os
import resource
import shutil
import signal
import subprocess

from refusals.campaign import verbs, NOBODY


def outputs(c, rbm, dbm, recipe):
    """Places that cannot be written."""
    asked = verbs(dbm)
    for verb in ["sample", "complete", "classify", "encode"]:
        args = asked[verb][:-1]
        ending = ".csv" if verb in ("classify", "encode") else ".png"
        c.case(f"{verb}: into no such folder", [*args, "nowhere/out" + ending], 3, "nowhere")
        c.case(
            f"{verb}: onto a folder",
            [*args, "out" + ending],
            3,
            "out" + ending,
            setup=lambda cwd, e=ending: (cwd / ("out" + e)).mkdir(),
        )
        c.case(f"{verb}: into /proc", [*args, "/proc/out" + ending], 3, "/proc/out")
    c.case("train: into /proc", ["train", recipe, "--out", "/proc/run"], 3, "/proc/run")
    c.case("report: into no such folder", ["report", rbm, "--out", "nowhere/page.html"], 3, "nowhere")
    c.case(
        "data show: into no such folder", ["data", "show", "bars-and-stripes", "--out", "nowhere/out.png"], 3, "nowhere"
    )

    def no_room():  # every file ends at 64 bytes, as on a full disk
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    for verb in ["sample", "complete", "classify"]:
        c.case(f"{verb}: no room for the file", asked[verb], 3, "out.", prepare=no_room)
    c.case("plot: no room for the files", asked["plot"], 3, "pictures/", prepare=no_room)
    c.case("report: no room for the page", ["report", rbm, "--out", "page.html"], 3, "page.html", prepare=no_room)
    c.case(
        "data show: no room for the picture",
        ["data", "show", "bars-and-stripes", "--out", "out.png"],
        3,
        "out.png",
        prepare=no_room,
    )
    c.case("train: no room for the run", ["train", recipe, "--out", "run"], 3, "run/", prepare=no_room)

    def full(cwd):
        shutil.copytree(rbm, cwd / "run")

    c.case("evaluate: no room for the figures", ["evaluate", "run"], 3, "evaluation.json", setup=full, prepare=no_room)
    for name, args in [
        ("classify", ["classify", dbm]),
        ("inspect", ["inspect", rbm]),
        ("version", ["version"]),
        ("data list", ["data", "list"]),
        ("completion", ["completion", "bash"]),
        ("train --help-recipe", ["train", "--help-recipe"]),
        ("--help", ["--help"]),
        ("train --dry-run", ["train", recipe, "--dry-run"]),
    ]:
        with open("/dev/full", "wb") as device:
            c.case(
                f"{name}: standard output is full", args, 3, "standard output", stdout=device, quiet=name != "--help"
            )

    if os.geteuid() == 0:

        def closed(cwd):
            cwd.chmod(0o555)

        def as_nobody():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        prepare = as_nobody
    else:

        def closed(cwd):
            cwd.chmod(0o555)

        prepare = None
    for verb in ["sample", "complete", "classify", "plot"]:
        c.case(f"{verb}: a folder that may not be written", asked[verb], 3, setup=closed, prepare=prepare)
    c.case(
        "train: a folder that may not be written",
        ["train", recipe, "--out", "run"],
        3,
        "run",
        setup=closed,
        prepare=prepare,
    )

    def unreadable(cwd):
        (cwd / "model.safetensors").write_bytes((rbm / "model.safetensors").read_bytes())
        (cwd / "model.safetensors").chmod(0)

    c.case(
        "inspect: a file that may not be read",
        ["inspect", "model.safetensors"],
        3,
        "model.safetensors",
        setup=unreadable,
        prepare=prepare,
    )

    disk = c.folder / "disk"
    disk.mkdir()
    if (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk], stderr=subprocess.DEVNULL
        ).returncode
        == 0
    ):
        try:
            for verb in ["sample", "complete", "classify"]:
                out = disk / ("out.csv" if verb == "classify" else "out.png")
                (disk / "filler").write_bytes(b"\0" * 8192)
                c.case(f"{verb}: a full disk", [*asked[verb][:-1], out], 3, str(out))
                left = [p.name for p in disk.iterdir() if p.name != "filler"]
                if left:
                    c.judge(f"{verb}: a full disk, afterwards", [], [f"left: {left}"])
            c.case("train: a full disk", ["train", recipe, "--out", disk / "run"], 3, str(disk))
        finally:
            subprocess.run(["umount", disk], check=False)
