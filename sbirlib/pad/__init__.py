"""The drawing pad: sketch in a notebook, with mouse, pen or finger, and see the photos that it finds while you draw.

    pad = sb.Pad(gallery)      # or sb.Pad() to draw only
    pad                        # shows it
    pad.strokes, pad.picture(), pad.hits

- `pad`         `Pad`: the paper, what it finds, and the same tools from Python
- `paper`       strokes on a paper, and what was on it before
- `ink`         the paper as a picture, and as the pixels that are searched by
- `asking`      a gallery's answer, its time, and its error in a line
- `thumbnails`  each photo found as a small JPEG, sent once
- `front`       the widget (anywidget); `pad.js` and `pad.css` are all of it, and ask the network for nothing
- `fallback`    the pad as a page shows it where no kernel answers
- `example`     the sketch that it begins with

Tested in JupyterLab 4 by mouse, and by mouse and touch on a page by itself, in Chromium. Notebook 7, which is made of
the same parts, was tried by hand. Colab, VS Code, other browsers and a real pen were not: anywidget supports them, and
the pad uses nothing else of theirs (Colab asks its own servers for its widget manager; the pad adds nothing to that).
"""

from sbirlib.pad.asking import Hit, Searchable
from sbirlib.pad.pad import Pad

__all__ = ["Hit", "Pad", "Searchable"]
