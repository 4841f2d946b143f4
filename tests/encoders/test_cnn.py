from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from small_towers import pictures
from torch import Tensor, nn

from sbirlib.encoders import sources
from sbirlib.encoders.cnn import IMAGENET, NETS, Cnn, cnn, fresh_cnn
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.tiny import TinyCnn
from sbirlib.encoders.weights import write_weights

FEATURES = Path(os.environ.get("SBIR_DATA", "")) / "weights" / "squeezenet1_1-imagenet-features.safetensors"
SMALL = Preprocess(64, IMAGENET.mean, IMAGENET.std, "bilinear")


@pytest.mark.parametrize("name", ["resnet34", "squeezenet1_1"])
def test_maps_their_mean_and_the_classifier_are_the_librarys(name: str) -> None:
    state = torch.get_rng_state()
    net = cnn(name, seed=3)
    assert torch.equal(state, torch.get_rng_state())
    torch.manual_seed(3)
    theirs = torchvision.models.get_model(name, weights=None).eval()
    assert net.preprocess.size == net.size == 224
    net.preprocess = SMALL
    images = pictures(2, 64)
    x = SMALL(images)
    with torch.no_grad():
        assert torch.equal(net.logits(images), theirs(x))
        maps = net.maps(images)
        if name == "resnet34":  # its own head on our maps
            assert torch.allclose(theirs.fc(maps.mean((2, 3))), theirs(x), atol=1e-4)
        else:
            assert torch.allclose(theirs.classifier(maps).flatten(1), theirs(x), atol=1e-4)
        assert torch.allclose(net.encode_images(images), maps.mean((2, 3)), atol=1e-6)
        assert maps.shape[1] == net.dim
    assert net.seen == "nothing: random weights"


@pytest.mark.parametrize("name", ["resnet50", "legacy_seresnet50", "vgg16_bn"])
def test_the_large_ones_have_the_papers_shapes(name: str) -> None:
    with torch.device("meta"):
        net = NETS[name].build(1000)
        maps = NETS[name].maps(net, torch.zeros(1, 3, 224, 224))
    assert maps.shape == (1, NETS[name].dim, 7, 7)
    state = net.state_dict()
    assert len(state[f"{NETS[name].head}.weight"]) == 1000
    if name == "legacy_seresnet50":  # Caffe's: the stride stands in the first 1 x 1 convolution
        assert net.layer2[0].conv1.stride == (2, 2)


def test_a_file_of_features_alone_has_no_classifier(tmp_path: Path) -> None:
    made = cnn("squeezenet1_1", seed=1)
    whole = made.visual.net.state_dict()
    file = tmp_path / "f.safetensors"
    save_file({n: t for n, t in whole.items() if not n.startswith("classifier.")}, file)
    read = cnn("squeezenet1_1", file)
    read.preprocess = made.preprocess = SMALL
    assert torch.equal(read.encode_images(pictures(1, 64)), made.encode_images(pictures(1, 64)))
    assert (read.has_classifier, made.has_classifier) == (False, True)
    assert read.digest != made.digest
    with pytest.raises(ValueError, match="it has no classifier"):
        read.logits(pictures(1, 64))
    save_file({n: t for n, t in whole.items() if not n.startswith("features.0.")}, file)
    with pytest.raises(ValueError, match=r"f\.safetensors is of another architecture: features\.0\.weight"):
        cnn("squeezenet1_1", file)


def test_a_file_says_how_many_classes_there_are(tmp_path: Path) -> None:
    small = torchvision.models.squeezenet1_1(num_classes=3)
    file = write_weights(tmp_path / "w.safetensors", small.state_dict(), {"classes": ["a", "b", "c"], "seen": "cows"})
    read = cnn("squeezenet1_1", file)
    read.preprocess = SMALL
    assert read.logits(pictures(1, 64)).shape == (1, 3)
    assert (read.classes, read.seen) == (("a", "b", "c"), "cows")


def test_old_files_that_do_not_count_batches_are_read(tmp_path: Path) -> None:
    state = cnn("resnet34", seed=1).visual.net.state_dict()
    torch.save({n: t for n, t in state.items() if "num_batches" not in n}, tmp_path / "old.pth")
    assert torch.equal(cnn("resnet34", tmp_path / "old.pth").visual.net.fc.weight, state["fc.weight"])


def test_the_embedded_one_is_read_with_its_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SHIPPED", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'tiny-cnn' are not here.*make weights"):
        cnn("tiny")
    net = TinyCnn(4).eval()
    pixels = Preprocess(48, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), "bilinear")
    card = {"preprocess_cfg": pixels.config(), "classes": ["cow", "boat", "tree", "cup"], "world": "1"}
    write_weights(tmp_path / "tiny-cnn.safetensors", net.state_dict(), card)
    read = cnn("tiny")
    assert (read.classes, read.size, read.dim) == (("cow", "boat", "tree", "cup"), 48, 192)
    with torch.no_grad():
        assert torch.equal(read.logits(pictures(2, 48)), net(pixels(pictures(2, 48))))
        assert torch.equal(read.encode_images(pictures(2, 48)), net.features(pixels(pictures(2, 48))))
    with pytest.raises(ValueError, match="world; this is version 2"):
        cnn("tiny", world="2")
    write_weights(tmp_path / "tiny-cnn.safetensors", net.state_dict(), {})
    with pytest.raises(ValueError, match="names its preprocess_cfg"):
        cnn("tiny")


def test_imagenet_is_the_librarys_file_or_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(url: str, **how: object) -> dict[str, torch.Tensor]:
        asked.append(url)
        assert how["weights_only"] is True
        torch.manual_seed(0)
        return torchvision.models.squeezenet1_1().state_dict()

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", fetch)
    net = cnn("squeezenet1_1", "imagenet")
    assert asked == [torchvision.models.SqueezeNet1_1_Weights.IMAGENET1K_V1.url]
    assert (net.classes[0], len(net.classes), net.has_classifier) == ("tench", 1000, True)
    assert "ImageNet" in net.seen

    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    with pytest.raises(ConnectionError, match=r"vgg16_bn-\w+\.pth somewhere and give pretrained= its path"):
        cnn("vgg16_bn", "imagenet")
    with pytest.raises(ValueError, match="no ImageNet weights of tiny"):
        cnn("tiny", "imagenet")


def test_wrong_names_are_named() -> None:
    with pytest.raises(ValueError, match="no CNN is called 'resnet52'; there are resnet50"):
        cnn("resnet52")
    with pytest.raises(ValueError, match="pretrained is 'imagenet', a file or None; got 'imagnet'"):
        cnn("resnet50", "imagnet")
    with pytest.raises(FileNotFoundError, match="no weights at"):
        cnn("resnet50", "nowhere/w.pt")


def test_batch_norm_stays_still_and_frozen_means_frozen() -> None:
    net = cnn("resnet34")
    net.preprocess = SMALL
    running = net.visual.net.bn1.running_mean
    before = running.clone()
    net.train()
    net.encode_images(pictures(2, 64))
    assert torch.equal(running, before)
    net.learn_statistics = True
    with torch.no_grad():
        net.train().encode_images(pictures(2, 64))
    assert not torch.equal(running, before)
    net.freeze().train()
    assert not net.visual.training
    assert not net.encode_images(pictures(2, 64)).requires_grad


@pytest.mark.skipif(not FEATURES.is_file(), reason="SBIR_DATA names no folder with SqueezeNet's weights")
def test_real_features_tell_pictures_apart() -> None:
    net = cnn("squeezenet1_1", FEATURES)
    assert not net.has_classifier
    with torch.no_grad():
        plain = net.encode_images(torch.full((1, 3, 64, 64), 128, dtype=torch.uint8))
        noise = net.encode_images(pictures(1, 64))
    assert torch.cosine_similarity(plain, noise).item() < 0.9


def test_a_cnn_travels_between_processes_and_gets_other_classes() -> None:
    made = fresh_cnn(Preprocess(48, (0.5,) * 3, (0.25,) * 3))
    with pytest.raises(ValueError, match="has no classifier"):
        made.logits(torch.rand(1, 3, 48, 48))
    made.classify(["cow", "owl", "bus"])
    there = pickle.loads(pickle.dumps(made))
    images = torch.rand(2, 3, 48, 48)
    assert torch.equal(there.logits(images), made.logits(images))
    assert there.logits(images).shape == (2, 3)
    head = made.visual.net.classifier
    assert made.classify(["cow", "owl", "bus"]).visual.net.classifier is head  # theirs already
    assert made.classify(["owl", "cow", "bus"]).visual.net.classifier is not head  # another order, other places


@pytest.fixture(scope="class", params=NETS)
def given(request: pytest.FixtureRequest) -> Cnn:
    """Each of the networks, one at a time; those at random weights take pictures of 64 pixels."""
    net = cnn(request.param, seed=1)
    if net.name != "tiny":
        net.preprocess = SMALL
    return net


def reaching(layer: nn.Module, net: Cnn, maps: Tensor) -> Tensor:
    """What arrives at a layer."""
    met: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, given: met.append(given[0]))
    net.rest(maps)
    hook.remove()
    (found,) = met
    return found


class TestRest:
    def test_what_follows_the_maps_ends_in_the_scores(self, given: Cnn) -> None:
        net, images = given, pictures(3, given.size)
        with torch.no_grad():
            maps, scores = net.maps(images), net.logits(images)
            assert torch.equal(net.rest(maps), scores)
            assert scores.shape == (3, len(net.last.weight))
            assert scores.std(dim=0).max() > 1e-3  # other pictures, other scores
            assert not torch.allclose(net.rest(2 * maps), scores, rtol=0.01)

    def test_the_last_layer_is_where_the_scores_come_from(self, given: Cnn) -> None:
        """Emptied, with biases 1, 2, 3, ..., it says 1, 2, 3, ... of every picture."""
        net, images = copy.deepcopy(given), pictures(3, given.size)
        assert isinstance(net.last, nn.Conv2d if net.name == "squeezenet1_1" else nn.Linear)
        assert net.last.bias is not None
        with torch.no_grad():
            net.last.weight.zero_()
            net.last.bias.copy_(torch.arange(1.0, 1 + len(net.last.bias)))
            said = net.logits(images)
        torch.testing.assert_close(said, torch.arange(1.0, 1 + said.shape[1]).expand(3, -1))

    def test_it_ends_in_a_fresh_layer_and_scores_nothing_any_more(self, given: Cnn) -> None:
        net, images, name = copy.deepcopy(given), pictures(3, given.size), given.name
        torch.manual_seed(0)
        assert net.end_in(7) is net
        assert type(net.last) is type(given.last)
        assert net.last.weight.shape == (7, *given.last.weight.shape[1:])
        assert net.last.bias is not None
        alike = net.last.weight[:, None] == given.last.weight[None]
        assert not alike.flatten(2).all(dim=2).any()  # no row of the old one
        assert (given.has_classifier, net.has_classifier, net.classes) == (True, False, ())
        with pytest.raises(ValueError, match=f"weights of this {name} are of its features alone: it has no classifier"):
            net.logits(images)
        with torch.no_grad():
            maps = net.maps(images)
            assert torch.equal(maps, given.maps(images))
            assert torch.equal(reaching(net.last, net, maps), reaching(given.last, given, maps))
            said = net.rest(maps)
        assert said.shape == (3, 7)
        assert said.std(dim=0).max() > 1e-3
        others = {part: value for part, value in given.state_dict().items() if NETS[name].head not in part}
        assert all(torch.equal(net.state_dict()[part], value) for part, value in others.items())


def test_a_network_that_ends_in_an_embedding_can_be_given_classes_again() -> None:
    net = cnn("tiny").end_in(2)
    embedding = net.last
    net.classify(["cow", "owl"])
    assert net.last is not embedding  # two numbers, and yet not these two classes
    assert (net.has_classifier, net.classes) == (True, ("cow", "owl"))
    images = pictures(2, 48)
    with torch.no_grad():
        assert torch.equal(net.rest(net.maps(images)), net.logits(images))
        net.classify(["cow", "owl", "bus"])
    assert net.last.weight.shape == (3, 192)


def test_a_last_layer_of_a_network_without_classifier_is_its_own(tmp_path: Path) -> None:
    """A file of features alone: what follows the maps can be asked for, by whoever means to replace its end."""
    whole = cnn("squeezenet1_1", seed=1).visual.net.state_dict()
    file = tmp_path / "f.safetensors"
    save_file({n: t for n, t in whole.items() if not n.startswith("classifier.")}, file)
    net = cnn("squeezenet1_1", file)
    net.preprocess = SMALL
    torch.manual_seed(0)
    with torch.no_grad():
        found = net.end_in(5).rest(net.maps(pictures(2, 64)))
    assert found.shape == (2, 5)
    assert not net.has_classifier
