"""Encoders: pictures and texts in, features out. What feeds a network (size, mean, tokenizer) travels with it.

    clip = sb.encoders.clip("tiny")                            # or "ViT-B-32", pretrained="openai" or a folder
    cnn = sb.encoders.cnn("resnet50", pretrained="imagenet")   # or a local file
    lit = sb.encoders.pair(cnn, texts)                         # that CNN, with a text tower to be tuned to it

- `clip()`          a `Clip` by name: encode_images, encode_texts, tokens, scale, freeze, digest; `save()` it
- `class_prompts()` unit vectors of the classes' names in a sentence
- `cnn()`           a `Cnn` by name: maps, encode_images, logits
- `pair()`          an image tower that has weights and a fresh text tower, as a `Clip` (LiT)
- `visual_prompts()`, `text_prompts()`   learned tokens beside what a frozen transformer reads
- `Preprocess`      pixels as an encoder wants them
- `fresh_tiny()`, `fresh_cnn()`, `TinyConfig`, `TinyCnn`, `Vocabulary`   the book's own small ones, for pretraining
- `read_weights()`, `write_weights()`   safetensors with a card; `write_config()` for a file of weights without one

Nothing is downloaded unless a tag, a hub name or "imagenet" asks for it.
"""

from sbirlib.encoders.clip import Clip, class_prompts, clip, fresh_tiny, save
from sbirlib.encoders.cnn import Cnn, cnn, fresh_cnn
from sbirlib.encoders.config import write_config
from sbirlib.encoders.pairing import pair
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.prompts import TextPrompts, VisualPrompts, text_prompts, visual_prompts
from sbirlib.encoders.tiny import TinyCnn, TinyConfig, TinyTower, tiny_clip
from sbirlib.encoders.vocabulary import Vocabulary
from sbirlib.encoders.weights import read_weights, write_weights

__all__ = [
    "Clip",
    "Cnn",
    "Preprocess",
    "TextPrompts",
    "TinyCnn",
    "TinyConfig",
    "TinyTower",
    "VisualPrompts",
    "Vocabulary",
    "class_prompts",
    "clip",
    "cnn",
    "fresh_cnn",
    "fresh_tiny",
    "pair",
    "read_weights",
    "save",
    "text_prompts",
    "tiny_clip",
    "visual_prompts",
    "write_config",
    "write_weights",
]
