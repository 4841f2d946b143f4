"""Animals on four legs, from one program: they are told apart by parts and proportions alone."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure


def quadruped(
    f: Figure,
    *,
    length: float = 1.0,
    girth: float = 0.46,
    legs: float = 0.5,
    leg_width: float = 0.13,
    neck: float = 0.25,
    neck_width: float = 0.2,
    rise: float = 40.0,
    head: float = 0.3,
    muzzle: float = 0.6,
    snout: str = "round",
    ears: str = "pointed",
    horns: str = "",
    tail: str = "thin",
    back: float = 0.0,
    humps: int = 0,
    mane: str = "",
    coat: str = "",
    udder: bool = False,
    whiskers: bool = False,
    feet: str = "",
) -> None:
    """An animal that looks to the right; lengths in units of the body's length."""
    length = length * f.gene(0.9, 1.1)
    girth = girth * f.gene(0.85, 1.15)
    legs = legs * f.gene(0.85, 1.15)
    neck = neck * f.gene(0.85, 1.15)
    head = head * f.gene(0.9, 1.12)
    rise = rise + f.pose(-16, 16)
    swing = f.pose(-0.5, 1.0) * 0.16 * legs / 0.5
    hips, shoulders = (-length / 2 + girth * 0.36, 0.0), (length / 2 - girth * 0.36, -back)
    belly = girth * 0.5
    ground = belly * 0.5 + legs
    # the two legs on the far side, then tail, body, neck, head, then the near legs
    for x, lean, name in ((hips[0] + 0.1, 1, "far hind leg"), (shoulders[0] - 0.1, -1, "far fore leg")):
        leg(f, name, x, x + lean * swing * 1.2 + 0.02, belly, ground - 0.03, leg_width, "far", 0.72, feet)
    tail_of(f, tail, hips[0] - girth * 0.3, -girth * 0.18, girth)
    if udder:
        f.ellipse("udder", hips[0] + 0.2, belly * 0.92, 0.11, 0.09, "second", detail=0.7, shade=0.9)
    if coat == "wool":
        wool(f, length, girth)
    elif coat == "shell":
        f.blob("body", arch(length * 1.05, girth * 1.1, belly * 0.7), join="body", bulge=0.95)
    else:
        f.blob(
            "body",
            [
                (hips[0] - girth * 0.42, 0.0),
                (hips[0] - girth * 0.2, -belly * 0.9),
                (0.0, -belly * 0.86 - back * 0.4),
                (shoulders[0] + girth * 0.12, -belly * 0.98 - back),
                (shoulders[0] + girth * 0.42, -back * 0.5 + 0.02),
                (shoulders[0] + girth * 0.16, belly * 0.94),
                (0.0, belly * 0.95),
                (hips[0] - girth * 0.12, belly * 0.9),
            ],
            join="body",
            bulge=0.9,
        )
    for hump in range(humps):
        x = (hump - (humps - 1) / 2) * length * 0.36
        r = 0.15 if humps > 1 else 0.2
        f.blob(
            "hump",
            [(x - r, -belly * 0.7), (x - r * 0.6, -belly - r * 0.9), (x, -belly - r * 1.35),
             (x + r * 0.6, -belly - r * 0.9), (x + r, -belly * 0.7), (x, -belly * 0.5)],
            join="body",
        )  # fmt: skip
    # neck and head
    turn = math.radians(rise)
    nx, ny = shoulders[0] + girth * 0.12, -belly * 0.42 - back
    hx, hy = nx + math.cos(turn) * (neck + head * 0.3), ny - math.sin(turn) * (neck + head * 0.3)
    width = neck_width * f.gene(0.9, 1.1)
    if mane == "ruff":
        ruff(f, hx, hy, head)
    f.limb(
        "neck",
        [(nx - 0.1, ny + 0.1, width * 1.6), ((nx + hx) / 2, (ny + hy) / 2, width * 1.05), (hx, hy, width)],
        join="body",
    )
    if mane == "crest":
        crest(f, nx, ny, hx, hy, width)
    nod = f.pose(-14, 12)
    with f.at(hx, hy, nod):
        face(f, head, muzzle, snout, ears, horns, whiskers)
    for x, lean, name in ((hips[0] - 0.02, -1, "hind leg"), (shoulders[0] + 0.02, 1, "fore leg")):
        leg(f, name, x, x + lean * swing, belly * 0.6, ground, leg_width, "body", 1.0, feet)


def leg(
    f: Figure,
    name: str,
    x: float,
    foot: float,
    top: float,
    ground: float,
    width: float,
    join: str,
    shade: float,
    feet: str,
) -> None:
    knee = (top + ground) / 2
    f.limb(
        name,
        [
            (x, top - 0.12, width * 1.35),
            (x * 0.6 + foot * 0.4 + 0.01, knee, width * 0.95),
            (foot, ground - 0.05, width * 0.8),
        ],
        join=join,
        shade=shade,
    )
    if feet == "hoof":
        f.box(
            f"{name}'s hoof",
            foot - width * 0.46,
            ground - 0.075,
            foot + width * 0.52,
            ground,
            "dark",
            detail=0.75,
            shade=shade,
        )
    else:
        f.ellipse(
            f"{name}'s foot",
            foot + width * 0.18,
            ground - 0.035,
            width * 0.62,
            0.05,
            detail=0.45,
            shade=shade,
            join=join,
        )


def arch(length: float, girth: float, low: float) -> list[tuple[float, float]]:
    return [
        (-length * 0.52, low), (-length * 0.42, -girth * 0.2), (-length * 0.15, -girth * 0.62),
        (length * 0.15, -girth * 0.62), (length * 0.42, -girth * 0.2), (length * 0.52, low), (0.0, low * 1.15),
    ]  # fmt: skip


def wool(f: Figure, length: float, girth: float) -> None:
    """A body of curls."""
    points = []
    for k in range(26):
        angle = 2 * math.pi * k / 26
        out = 1.1 if k % 2 else 0.93
        points.append((math.cos(angle) * length * 0.52 * out, math.sin(angle) * girth * 0.62 * out))
    f.blob("woolly body", points, join="body", bulge=0.9)


def ruff(f: Figure, x: float, y: float, head: float) -> None:
    """A lion's mane."""
    points = []
    for k in range(22):
        angle = 2 * math.pi * k / 22
        out = head * (0.98 if k % 2 else 0.78)
        points.append((x - head * 0.08 + math.cos(angle) * out, y + math.sin(angle) * out))
    f.blob("mane", points, "second", bulge=0.7)


def crest(f: Figure, nx: float, ny: float, hx: float, hy: float, width: float) -> None:
    """A horse's mane along the neck."""
    dx, dy = hx - nx, hy - ny
    n = math.hypot(dx, dy) or 1.0
    px, py = dy / n, -dx / n
    points = []
    for k in range(7):
        t = -0.15 + 1.25 * k / 6
        out = width * (0.42 + (0.42 if k % 2 else 0.2))
        points.append((nx + dx * t + px * -out * -1, ny + dy * t + py * out))
    points += [(hx - px * 0.02, hy - py * 0.02), (nx + px * width * 0.3, ny + py * width * 0.3)]
    f.blob("mane", points, "second", detail=0.45, bulge=0.5)


def tail_of(f: Figure, kind: str, x: float, y: float, girth: float) -> None:
    lift = f.pose(-0.12, 0.3)
    match kind:
        case "thin" | "tuft" | "long":
            length = {"thin": 0.34, "tuft": 0.42, "long": 0.6}[kind] * f.gene(0.85, 1.15)
            end = (x - length * 0.62, y + length * 0.62 - lift * 1.4)
            f.limb(
                "tail", [(x + 0.08, y, 0.07), (x - length * 0.35, y - lift * 0.6, 0.055), (*end, 0.045)], join="body"
            )
            if kind == "tuft":
                f.ellipse("tail's tuft", end[0], end[1] + 0.05, 0.055, 0.09, "second", detail=0.35)
        case "bushy":
            f.blob(
                "bushy tail",
                [(x + 0.08, y + 0.02), (x - 0.14, y - 0.06 - lift * 0.5), (x - 0.36, y - 0.14 - lift), (x - 0.54, y - 0.05 - lift),
                 (x - 0.4, y + 0.1 - lift * 0.8), (x - 0.14, y + 0.12)],
                join="body",
            )  # fmt: skip
        case "hair":
            f.blob(
                "tail of hair",
                [(x + 0.08, y - 0.04), (x - 0.1, y - 0.1 - lift * 0.3), (x - 0.24, y + 0.1), (x - 0.26, y + 0.42), (x - 0.14, y + 0.36),
                 (x - 0.06, y + 0.1)],
                "second",
            )  # fmt: skip
        case "curly":
            f.curve(
                "curly tail",
                [(x + 0.05, y), (x - 0.08, y - 0.02), (x - 0.12, y - 0.12), (x - 0.04, y - 0.15), (x - 0.05, y - 0.05), (x - 0.16, y - 0.03)],
                0.045,
                "main",
                detail=0.2,
            )  # fmt: skip
        case "stub":
            f.ellipse("stub of a tail", x - 0.02, y - 0.02 - lift * 0.2, 0.085, 0.075, "main", join="body", detail=0.15)
        case "flat":
            f.blob(
                "flat tail",
                [
                    (x + 0.1, y + 0.1),
                    (x - 0.2, y + 0.2),
                    (x - 0.5, y + 0.3),
                    (x - 0.55, y + 0.4),
                    (x - 0.3, y + 0.42),
                    (x, y + 0.3),
                ],
                "second",
            )
        case _:
            pass


def face(f: Figure, head: float, muzzle: float, snout: str, ears: str, horns: str, whiskers: bool) -> None:
    """A head at the neck's end, looking to the right; `muzzle` is how far the snout reaches, in heads."""
    h = head
    far = ear(f, ears, h, far=True) if ears in ("pointed", "long", "round", "small", "big") else None
    del far
    if horns:
        horn(f, horns, h)
    reach = h * (0.42 + 0.5 * muzzle)
    match snout:
        case "trunk":
            f.ellipse("head", h * 0.05, 0, h * 0.62, h * 0.6, join="body")
            swing = f.pose(-0.35, 0.5)
            way = [(h * 0.38, h * 0.12, h * 0.42), (h * 0.78, h * 0.5, h * 0.3), (h * (0.86 + swing * 0.4), h * 1.1, h * 0.24),
                   (h * (0.95 + swing), h * (1.65 - abs(swing) * 0.5), h * 0.2)]  # fmt: skip
            f.limb("trunk", way, join="body")
            f.blob(
                "tusk",
                [(h * 0.5, h * 0.4), (h * 0.68, h * 0.66), (h * 1.05, h * 0.72), (h * 0.62, h * 0.52)],
                "light",
                detail=0.4,
            )
        case "flat":
            f.ellipse("head", h * 0.12, 0, h * 0.52, h * 0.46, join="body")
            f.box("flat snout", h * 0.4, -h * 0.12, reach + h * 0.14, h * 0.27, "second", rounding=h * 0.12, bulge=0.6)
            f.dot("nostril", reach + h * 0.04, h * 0.02, h * 0.035, detail=0.75)
            f.dot("nostril", reach + h * 0.04, h * 0.14, h * 0.035, detail=0.75)
        case "long":
            f.blob(
                "head",
                [(-h * 0.3, -h * 0.12), (-h * 0.08, -h * 0.36), (h * 0.2, -h * 0.3), (reach * 0.75, h * 0.02), (reach + h * 0.14, h * 0.14),
                 (reach + h * 0.12, h * 0.36), (reach * 0.7, h * 0.38), (h * 0.1, h * 0.34), (-h * 0.22, h * 0.26)],
                join="body",
            )  # fmt: skip
            f.dot("nostril", reach + h * 0.03, h * 0.2, h * 0.04, detail=0.7)
        case "sharp":
            f.blob(
                "head",
                [(-h * 0.38, h * 0.05), (-h * 0.22, -h * 0.36), (h * 0.16, -h * 0.36), (h * 0.42, -h * 0.1), (reach + h * 0.1, h * 0.1),
                 (reach, h * 0.22), (h * 0.3, h * 0.32), (-h * 0.15, h * 0.36)],
                join="body",
            )  # fmt: skip
            f.dot("nose", reach + h * 0.08, h * 0.12, h * 0.075, detail=0.35)
        case _:
            f.ellipse("head", 0, 0, h * 0.47, h * 0.43, join="body")
            f.ellipse("muzzle", h * 0.34 + reach * 0.15, h * 0.14, reach * 0.42, h * 0.24, join="body")
            f.dot("nose", h * 0.34 + reach * 0.53, h * 0.06, h * 0.085, detail=0.35)
    f.dot("eye", h * 0.16, -h * 0.09, h * 0.062, detail=0.3)
    ear(f, ears, h, far=False)
    if horns == "nose":
        f.blob(
            "nose horn",
            [(reach * 0.7, h * 0.02), (reach * 0.9, -h * 0.34), (reach * 1.14, -h * 0.62), (reach * 1.1, h * 0.12)],
            "light",
        )
    if whiskers:
        for k in (-1, 0, 1):
            f.curve("whisker", [(h * 0.4, h * 0.12), (h * 0.8, h * (0.14 + 0.15 * k))], 0.012, "dark", detail=0.6)


def ear(f: Figure, kind: str, h: float, far: bool) -> None:
    x = 0.12 * h if far else -0.14 * h
    shade, name = (0.75, "far ear") if far else (1.0, "ear")
    detail = 0.25 if far else 0.0
    match kind:
        case "pointed":
            f.blob(name, [(x - h * 0.17, -h * 0.2), (x - h * 0.1, -h * 0.5), (x + h * 0.02, -h * 0.76), (x + h * 0.12, -h * 0.5),
                          (x + h * 0.16, -h * 0.24)], join="" if far else "body", shade=shade, detail=detail)  # fmt: skip
        case "round":
            f.ellipse(name, x - h * 0.04, -h * 0.4, h * 0.19, h * 0.19, shade=shade, detail=detail)
        case "big":
            f.ellipse(name, x - h * 0.1, -h * 0.42, h * 0.36, h * 0.34, shade=shade, detail=detail)
        case "small":
            f.ellipse(name, x - h * 0.1, -h * 0.36, h * 0.18, h * 0.09, angle=-38, shade=shade, detail=detail)
        case "long":
            tilt = -100 if far else -118
            with f.at(x, -h * 0.28, tilt):
                f.blob(name, [(0, -h * 0.1), (h * 0.5, -h * 0.17), (h * 1.05, -h * 0.1), (h * 1.15, 0), (h * 1.0, h * 0.1), (h * 0.45, h * 0.12),
                              (0, h * 0.1)], join="" if far else "body", shade=shade, detail=detail)  # fmt: skip
        case "side":
            f.ellipse(name, -h * 0.36, -h * 0.16, h * 0.26, h * 0.12, angle=18, shade=0.95)
        case "floppy":
            f.blob(name, [(-h * 0.2, -h * 0.34), (-h * 0.02, -h * 0.32), (h * 0.02, h * 0.06), (-h * 0.1, h * 0.4), (-h * 0.3, h * 0.3),
                          (-h * 0.34, -h * 0.1)], "second", shade=0.95)  # fmt: skip
        case "fan":
            f.blob(name, [(-h * 0.1, -h * 0.4), (-h * 0.42, -h * 0.66), (-h * 0.8, -h * 0.4), (-h * 0.78, h * 0.22), (-h * 0.5, h * 0.6),
                          (-h * 0.16, h * 0.35)], shade=0.92, bulge=0.5)  # fmt: skip
        case _:
            pass


def horn(f: Figure, kind: str, h: float) -> None:
    for far in (True, False):
        x, shade = (h * 0.2, 0.75) if far else (-h * 0.06, 1.0)
        detail = 0.2 if far else 0.0
        match kind:
            case "curved":
                f.limb("horn", [(x, -h * 0.34, h * 0.13), (x + h * 0.04, -h * 0.62, h * 0.1), (x + h * 0.26, -h * 0.8, h * 0.05)], "light",
                       shade=shade, detail=detail)  # fmt: skip
            case "back":
                f.limb("horn", [(x, -h * 0.34, h * 0.15), (x - h * 0.12, -h * 0.8, h * 0.12), (x - h * 0.55, -h * 1.0, h * 0.05)], "light",
                       shade=shade, detail=detail)  # fmt: skip
            case "knobs":
                f.limb(
                    "horn", [(x + h * 0.02, -h * 0.3, h * 0.09), (x, -h * 0.66, h * 0.07)], shade=shade, detail=detail
                )
                f.ellipse("horn's knob", x, -h * 0.7, h * 0.085, h * 0.075, "dark", shade=shade, detail=0.4)
            case "antlers":
                f.limb("antler", [(x, -h * 0.32, h * 0.09), (x - h * 0.1, -h * 0.85, h * 0.075), (x - h * 0.36, -h * 1.4, h * 0.05)], "wood",
                       shade=shade, detail=detail)  # fmt: skip
                for t, out in ((0.75, 0.42), (1.08, 0.36)):
                    f.limb("antler's point", [(x - h * 0.08 * t, -h * t, h * 0.06), (x + h * out * 0.6, -h * (t + 0.26), h * 0.05),
                                              (x + h * out, -h * (t + 0.48), h * 0.035)], "wood", shade=shade, detail=0.3)  # fmt: skip
            case _:
                pass
