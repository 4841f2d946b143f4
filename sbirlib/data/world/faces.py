"""Heads of animals on four legs: snouts, ears, horns."""

from __future__ import annotations

from sbirlib.data.world.figure import Figure


def face(f: Figure, head: float, muzzle: float, snout: str, ears: str, horns: str, whiskers: bool) -> None:
    """A head at the neck's end, looking to the right; `muzzle` is how far the snout reaches, in heads."""
    h = head
    if snout == "front":
        front_face(f, h, ears, whiskers)
        return
    if ears in ("pointed", "long", "tall", "round", "small", "big"):
        ear(f, ears, h, far=True)
    if horns:
        horn(f, horns, h)
    reach = h * (0.42 + 0.5 * muzzle)
    match snout:
        case "trunk":
            f.ellipse("head", h * 0.05, 0, h * 0.62, h * 0.6, join="body")
            swing = f.pose(-0.35, 0.5)
            way = [(h * 0.38, h * 0.12, h * 0.42), (h * 0.78, h * 0.5, h * 0.3), (h * (0.86 + swing * 0.4),
                                                            h * 1.1, h * 0.24),
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
                [(-h * 0.3, -h * 0.12), (-h * 0.08, -h * 0.36), (h * 0.2, -h * 0.3), (reach * 0.75, h * 0.02),
                 (reach + h * 0.14, h * 0.14),
                 (reach + h * 0.12, h * 0.36), (reach * 0.7, h * 0.38), (h * 0.1, h * 0.34), (-h * 0.22, h * 0.26)],
                join="body",
            )  # fmt: skip
            f.dot("nostril", reach + h * 0.03, h * 0.2, h * 0.04, detail=0.7)
        case "sharp":
            f.blob(
                "head",
                [(-h * 0.38, h * 0.05), (-h * 0.22, -h * 0.36), (h * 0.16, -h * 0.36), (h * 0.42, -h * 0.1),
                 (reach + h * 0.1, h * 0.1),
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


def front_face(f: Figure, h: float, ears: str, whiskers: bool) -> None:
    """A head that looks at you; its whole outline is drawn, whatever it lies on."""
    wide, eyes, look = f.gene(0.46, 0.58), f.gene(0.07, 0.1), f.pose(-0.02, 0.03)
    for side in (-1, 1):
        if ears == "pointed":
            f.polygon(
                "ear", [(side * h * 0.06, -h * 0.36), (side * h * 0.4, -h * 0.86),
                        (side * h * 0.5, -h * 0.12)], join="head"
            )  # fmt: skip
        else:
            f.ellipse("ear", side * h * 0.4, -h * 0.38, h * 0.19, h * 0.18, join="head")
    f.ellipse("head", 0, 0, h * wide, h * 0.47, join="head")
    f.ellipse("muzzle", 0, h * 0.2, h * 0.24, h * 0.17, "second", detail=0.5, bulge=0.6)
    for side in (-1, 1):
        f.dot("eye", side * h * 0.21, -h * 0.1, h * eyes, "light", detail=0.15)
        f.dot("pupil", side * h * 0.21 + h * look, -h * 0.1, h * eyes * 0.55, detail=0.4)
        f.curve("mouth", [(0, h * 0.16), (side * h * 0.02, h * 0.26), (side * h * 0.16, h * 0.27)], 0.014, detail=0.55)
        for k in (-1, 0, 1):
            if whiskers:
                way = [(side * h * 0.22, h * (0.18 + 0.04 * k)), (side * h * 0.8, h * (0.16 + 0.16 * k))]
                f.curve("whisker", way, 0.012, "dark", detail=0.35)
    f.polygon("nose", [(-h * 0.1, h * 0.06), (h * 0.1, h * 0.06), (0, h * 0.17)], "dark", detail=0.2)


def ear(f: Figure, kind: str, h: float, far: bool) -> None:
    x = 0.12 * h if far else -0.14 * h
    shade, name = (0.75, "far ear") if far else (1.0, "ear")
    detail = 0.25 if far else 0.0
    match kind:
        case "pointed":
            f.blob(name, [(x - h * 0.17, -h * 0.2), (x - h * 0.1, -h * 0.5), (x + h * 0.02, -h * 0.76),
                          (x + h * 0.12, -h * 0.5),
                          (x + h * 0.16, -h * 0.24)], join="" if far else "body", shade=shade,
                          detail=detail)  # fmt: skip
        case "round":
            f.ellipse(name, x - h * 0.04, -h * 0.4, h * 0.19, h * 0.19, shade=shade, detail=detail)
        case "big":
            f.ellipse(name, x - h * 0.1, -h * 0.42, h * 0.36, h * 0.34, shade=shade, detail=detail)
        case "small":
            f.ellipse(name, x - h * 0.1, -h * 0.36, h * 0.18, h * 0.09, angle=-38, shade=shade, detail=detail)
        case "long":
            tilt = -100 if far else -118
            with f.at(x, -h * 0.28, tilt):
                f.blob(name, [(0, -h * 0.1), (h * 0.5, -h * 0.17), (h * 1.05, -h * 0.1), (h * 1.15, 0),
                              (h * 1.0, h * 0.1), (h * 0.45, h * 0.12),
                              (0, h * 0.1)], join="" if far else "body", shade=shade, detail=detail)  # fmt: skip
        case "tall":
            with f.at(x, -h * 0.26, -66 if far else -98):
                f.blob(name, [(0, -h * 0.1), (h * 0.35, -h * 0.16), (h * 0.74, 0), (h * 0.35, h * 0.13), (0, h * 0.1)],
                       join="" if far else "body", shade=shade, detail=detail)  # fmt: skip
        case "side":
            f.ellipse(name, -h * 0.36, -h * 0.16, h * 0.26, h * 0.12, angle=18, shade=0.95)
        case "floppy":
            drop = f.gene(0.85, 1.2)
            f.blob(name, [(-h * 0.2, -h * 0.4), (0, -h * 0.38), (h * 0.06, h * 0.06), (-h * 0.04, h * 0.52 * drop),
                          (-h * 0.34, h * 0.56 * drop), (-h * 0.42, -h * 0.02)], "second", shade=0.95)  # fmt: skip
        case "fan":
            f.blob(name, [(-h * 0.1, -h * 0.4), (-h * 0.42, -h * 0.66), (-h * 0.8, -h * 0.4), (-h * 0.78, h * 0.22),
                          (-h * 0.5, h * 0.6),
                          (-h * 0.16, h * 0.35)], shade=0.92, bulge=0.5)  # fmt: skip
        case _:
            pass


def horn(f: Figure, kind: str, h: float) -> None:
    for far in (True, False):
        x, shade = (h * 0.2, 0.75) if far else (-h * 0.06, 1.0)
        detail = 0.2 if far else 0.0
        match kind:
            case "curved":
                f.limb("horn", [(x, -h * 0.34, h * 0.13), (x + h * 0.04, -h * 0.62, h * 0.1),
                                (x + h * 0.26, -h * 0.8, h * 0.05)], "light",
                       shade=shade, detail=detail)  # fmt: skip
            case "back":
                f.limb("horn", [(x, -h * 0.34, h * 0.15), (x - h * 0.12, -h * 0.8, h * 0.12),
                                (x - h * 0.55, -h * 1.0, h * 0.05)], "light",
                       shade=shade, detail=detail)  # fmt: skip
            case "knobs":
                f.limb(
                    "horn", [(x + h * 0.02, -h * 0.3, h * 0.09), (x, -h * 0.66, h * 0.07)], shade=shade, detail=detail
                )
                f.ellipse("horn's knob", x, -h * 0.7, h * 0.085, h * 0.075, "dark", shade=shade, detail=0.4)
            case "antlers":
                f.limb("antler", [(x, -h * 0.32, h * 0.09), (x - h * 0.1, -h * 0.85, h * 0.075),
                                  (x - h * 0.36, -h * 1.4, h * 0.05)], "wood",
                       shade=shade, detail=detail)  # fmt: skip
                for t, out in ((0.75, 0.42), (1.08, 0.36)):
                    f.limb("antler's point", [(x - h * 0.08 * t, -h * t, h * 0.06),
                                              (x + h * out * 0.6, -h * (t + 0.26), h * 0.05),
                                              (x + h * out, -h * (t + 0.48),
                                               h * 0.035)], "wood", shade=shade, detail=0.3)  # fmt: skip
            case _:
                pass
