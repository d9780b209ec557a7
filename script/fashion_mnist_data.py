"""Shape of the Fashion-MNIST network and reader of the data set's IDX files (NumPy only)."""
import gzip
import os
from pathlib import Path

import numpy as np

CLASSES = 10
STEM = 24  # channels of the first convolution
# Depthwise-separable blocks: input channels, output channels, stride.
BLOCKS = [(24, 48, 2), (48, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 128, 1),
          (128, 160, 1)]
LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
          "Bag", "Ankle boot"]


def assets_folder():
    """The folder that script/models fills."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("LINNET_ASSETS_DIR") or cache / "linnet" / "assets")


def default_data_folder():
    return assets_folder() / "fashion-mnist"


def load_split(folder, split):
    """Images (n, 28, 28) uint8 and labels (n,) uint8 of split "train" or "t10k"."""
    with gzip.open(Path(folder) / f"{split}-images-idx3-ubyte.gz") as f:
        images = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 28, 28).copy()
    with gzip.open(Path(folder) / f"{split}-labels-idx1-ubyte.gz") as f:
        labels = np.frombuffer(f.read(), np.uint8, offset=8).copy()
    if len(images) != len(labels):
        raise ValueError(f"{split}: {len(images)} images, {len(labels)} labels")
    return images, labels
