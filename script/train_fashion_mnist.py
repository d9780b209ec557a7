#!/usr/bin/env python3
"""Trains the Fashion-MNIST network of the tests and the demo, and saves its weights as .npz.

Network: 3x3 stem, seven depthwise-separable blocks with batch normalization (MobileNetV1 blocks,
Howard et al. 2017; ReLU6 after the depthwise, ReLU after the pointwise convolution; an added
short cut where shapes allow), global average pool, one fully connected layer. Input: pixel / 255.

Needs PyTorch 1.13 or newer (Debian: python3-torch) and NumPy. About 15 minutes on two cores.
`script/export_fashion_mnist.py` turns the weights into tests/data/fashion_mnist.onnx.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fashion_mnist_data import BLOCKS, CLASSES, STEM, default_data_folder, load_split


class Block(nn.Module):
    """Depthwise 3x3, batch norm, ReLU6, pointwise 1x1, batch norm, ReLU, optional short cut."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.dw = nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False)
        self.dw_bn = nn.BatchNorm2d(c_in)
        self.pw = nn.Conv2d(c_in, c_out, 1, bias=False)
        self.pw_bn = nn.BatchNorm2d(c_out)
        self.short_cut = stride == 1 and c_in == c_out

    def forward(self, x):
        y = F.relu6(self.dw_bn(self.dw(x)))
        y = F.relu(self.pw_bn(self.pw(y)))
        return x + y if self.short_cut else y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, STEM, 3, 1, 1, bias=False)
        self.stem_bn = nn.BatchNorm2d(STEM)
        self.blocks = nn.ModuleList(Block(*b) for b in BLOCKS)
        self.fc = nn.Linear(BLOCKS[-1][1], CLASSES)

    def forward(self, x):
        x = F.relu6(self.stem_bn(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        return self.fc(x.mean((2, 3)))


def augment(x, rng):
    """Mirrors half of the images and moves each by up to two pixels (edges are zero)."""
    n = x.shape[0]
    flip = torch.rand(n, generator=rng) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    padded = F.pad(x, (2, 2, 2, 2))
    shift = torch.randint(0, 5, (2, n), generator=rng)
    rows = (torch.arange(28)[None, :] + shift[0][:, None])[:, :, None]
    cols = (torch.arange(28)[None, :] + shift[1][:, None])[:, None, :]
    return padded[torch.arange(n)[:, None, None], 0, rows, cols][:, None]


@torch.no_grad()
def accuracy(net, x, y):
    net.eval()
    hits = sum((net(x[i:i + 500]).argmax(1) == y[i:i + 500]).sum().item()
               for i in range(0, len(x), 500))
    return hits / len(x)


@torch.no_grad()
def update_average(average, net, keep):
    for a, b in zip(average.state_dict().values(), net.state_dict().values()):
        if a.dtype.is_floating_point:
            a.mul_(keep).add_(b, alpha=1 - keep)
        else:
            a.copy_(b)


def train(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = torch.Generator().manual_seed(args.seed)
    as_tensor = lambda images: torch.from_numpy(images).float().div(255)[:, None]
    images, labels = load_split(args.data, "train")
    x, y = as_tensor(images), torch.from_numpy(labels).long()
    images, labels = load_split(args.data, "t10k")
    x_test, y_test = as_tensor(images), torch.from_numpy(labels).long()

    net = Net().to(memory_format=torch.channels_last)
    average = Net().to(memory_format=torch.channels_last)
    average.load_state_dict(net.state_dict())
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    decay = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim == 1]
    optimizer = torch.optim.SGD([{"params": decay, "weight_decay": args.weight_decay},
                                 {"params": plain, "weight_decay": 0.0}],
                                lr=args.rate, momentum=0.9, nesterov=True)
    per_epoch = len(x) // args.batch
    steps, warm_up, step, start = args.epochs * per_epoch, per_epoch, 0, time.time()
    for epoch in range(args.epochs):
        net.train()
        order, total = torch.randperm(len(x), generator=rng), 0.0
        for b in range(per_epoch):
            rate = args.rate * min(1.0, (step + 1) / warm_up)
            rate *= 0.5 * (1 + math.cos(math.pi * step / steps))
            for group in optimizer.param_groups:
                group["lr"] = rate
            pick = order[b * args.batch:(b + 1) * args.batch]
            batch = augment(x[pick], rng).contiguous(memory_format=torch.channels_last)
            loss = F.cross_entropy(net(batch), y[pick], label_smoothing=args.smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            update_average(average, net, min(0.998, step / (step + 10)))
            total += loss.item()
        print(f"epoch {epoch + 1}/{args.epochs} loss {total / per_epoch:.4f} "
              f"test {accuracy(average, x_test, y_test):.4f} {time.time() - start:.0f} s",
              flush=True)
    return average


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=default_data_folder(),
                        help="folder with the four IDX .gz files")
    parser.add_argument("--output", type=Path, default=Path("fashion_mnist_weights.npz"))
    parser.add_argument("--epochs", type=int, default=18)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.2)
    parser.add_argument("--weight-decay", type=float, default=3e-4)
    parser.add_argument("--smoothing", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    net = train(args)
    np.savez(args.output, **{k: v.contiguous().numpy() for k, v in net.state_dict().items()
                             if v.dtype.is_floating_point})
    print("wrote", args.output)


if __name__ == "__main__":
    main()
