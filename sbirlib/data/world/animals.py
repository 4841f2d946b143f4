"""Animals on four legs, from one program: they are told apart by parts and proportions alone."""

from __future__ import annotations

import math

from sbirlib.data.world.faces import face
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
    beard: bool = False,
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
    f.limb(
        "neck",
        [(nx - 0.1, ny + 0.1, width * 1.6), ((nx + hx) / 2, (ny + hy) / 2, width * 1.05), (hx, hy, width)],
        join="body",
    )
    if mane == "crest":
        crest(f, nx, ny, hx, hy, width)
    elif mane == "ruff":
        ruff(f, hx, hy, head)
    nod = f.pose(-14, 12)
    with f.at(hx, hy, nod):
        face(f, head, muzzle, snout, ears, horns, whiskers)
        if beard:
            f.blob(
                "beard", [(head * 0.5, head * 0.3), (head * 0.78, head * 0.34), (head * 0.66, head * 0.8),
                          (head * 0.52, head * 0.7)],
                "second", detail=0.2,
            )  # fmt: skip
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
    """A leg from under the body: a hind leg's joint points backwards, the thicker a leg the straighter it is."""
    high = ground - top
    bend = (0.11 if "hind" in name else -0.03) * high * max(0.0, 1.9 - 8 * width)
    thigh = 1.6 if "hind" in name else 1.35
    f.limb(
        name,
        [
            (x, top - 0.12, width * thigh),
            (x * 0.75 + foot * 0.25 + bend * 0.6, top + high * 0.3, width * 1.1),
            (x * 0.35 + foot * 0.65 - bend, top + high * 0.65, width * 0.8),
            (foot, ground - 0.05, width * 0.78),
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
                "tail",
                [(x + 0.08, y - 0.02), (x - 0.14, y - 0.08 - lift * 0.5), (x - 0.4, y - 0.13 - lift),
                 (x - 0.64, y - lift),
                 (x - 0.42, y + 0.17 - lift * 0.8), (x - 0.14, y + 0.12)],
                join="body",
            )  # fmt: skip
            f.blob(
                "tail's tip",
                [(x - 0.46, y - 0.12 - lift), (x - 0.64, y - lift), (x - 0.48, y + 0.13 - lift * 0.8),
                 (x - 0.43, y - lift)],
                "light",
                detail=0.3,
            )  # fmt: skip
        case "raised":
            long = f.gene(0.85, 1.2)
            f.limb(
                "tail",
                [(x + 0.1, y + 0.04, 0.1), (x - 0.1, y - 0.06, 0.085), (x - 0.2 - lift * 0.3, y - 0.26 * long, 0.08),
                 (x - 0.12 - lift * 0.5, y - 0.46 * long, 0.075), (x - 0.2 - lift * 0.8, y - 0.6 * long, 0.06)],
                join="body",
            )  # fmt: skip
        case "wagging":
            long = f.gene(0.85, 1.2)
            f.limb(
                "tail",
                [(x + 0.1, y + 0.03, 0.1), (x - 0.1, y - 0.1 * long, 0.08),
                 (x - 0.2, y - (0.26 + lift * 0.4) * long, 0.06),
                 (x - 0.2 + lift * 0.3, y - (0.42 + lift * 0.3) * long, 0.035)],
                join="body",
            )  # fmt: skip
        case "hair":
            f.blob(
                "tail",
                [(x + 0.08, y - 0.04), (x - 0.1, y - 0.1 - lift * 0.3), (x - 0.24, y + 0.1), (x - 0.26, y + 0.42),
                 (x - 0.14, y + 0.36),
                 (x - 0.06, y + 0.1)],
                "second",
            )  # fmt: skip
        case "curly":
            f.curve(
                "tail",
                [(x + 0.05, y), (x - 0.08, y - 0.02), (x - 0.12, y - 0.12), (x - 0.04, y - 0.15),
                 (x - 0.05, y - 0.05), (x - 0.16, y - 0.03)],
                0.045,
                "main",
                detail=0.2,
            )  # fmt: skip
        case "stub":
            f.ellipse("tail", x - 0.02, y - 0.02 - lift * 0.2, 0.085, 0.075, "main", join="body", detail=0.15)
        case "flat":
            f.blob(
                "tail",
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
