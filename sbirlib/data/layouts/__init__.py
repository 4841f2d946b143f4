"""Real sketches and photos from your disk, each collection as its authors laid it out.

- `sketchy`, `tuberlin`, `quickdraw`    the three benchmarks, with what is known to be wrong with their archives
- `folder`, `strokes`                   sketch/<class>/*, photo/<class>/*; drawings kept as the pen's ways
- `scan`, `index`                       what lies on the disk, looked at once and written down
- `decode`, `files`                     from a file to square pixels, in parallel
- `assemble`                            from the index, a split and a gallery to a `Benchmark`
- `check`                               what was found against what should be there: python -m sbirlib.data check ROOT
"""
