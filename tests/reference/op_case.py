"""Small ONNX models with inputs and expected outputs: how one case is described and checked.

A case is a graph of a few nodes. Its expected outputs come from two programs that nobody here
wrote: ONNX Runtime and the ONNX project's reference evaluator. Both run, and must agree, unless the
case names the one that cannot run it and why (`skip`).
"""
import zlib

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator


class F:
    """A float input of the given shape, drawn from the normal distribution of the case's seed."""
    constant = False

    def __init__(self, *shape, low=None, high=None):
        self.shape, self.low, self.high = shape, low, high

    def draw(self, rng):
        if self.low is None:
            return rng.standard_normal(self.shape).astype(np.float32)
        return rng.uniform(self.low, self.high, self.shape).astype(np.float32)


class W(F):
    """As F, but stored in the model (an initializer), as weights are."""
    constant = True


class X:
    """An input with given values."""
    constant = False

    def __init__(self, values, dtype=np.float32):
        self.values = np.asarray(values, dtype)

    def draw(self, _):
        return self.values


class C(X):
    """Given values stored in the model."""
    constant = True


def ints(*values):
    """An int64 list stored in the model: axes, sizes, pads."""
    return C(values, np.int64)


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, **attributes)


class Case:
    def __init__(self, name, values, nodes, outputs, opset, tolerance, skip):
        self.name, self.nodes, self.outputs = name, nodes, outputs
        self.opset, self.tolerance, self.skip = opset, tolerance, skip
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        drawn = {k: (v.constant, v.draw(rng)) for k, v in values.items()}
        self.inputs = {k: v for k, (constant, v) in drawn.items() if not constant}
        self.constants = {k: v for k, (constant, v) in drawn.items() if constant}

    def model(self, results=None, opset=None):
        """The model; without results the outputs have no type yet (the reference needs none)."""
        opset = opset or self.opset
        info = lambda name, array: helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        outputs = ([info(n, a) for n, a in zip(self.outputs, results)] if results else
                   [onnx.ValueInfoProto(name=n) for n in self.outputs])
        graph = helper.make_graph(
            self.nodes, self.name, [info(k, v) for k, v in self.inputs.items()], outputs,
            [numpy_helper.from_array(v, k) for k, v in self.constants.items()])
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)],
                                 ir_version=10 if opset >= 21 else 7)

    def compute(self):
        """Returns (model, expected outputs); raises where the two programs disagree."""
        results = None
        if self.skip != "onnxruntime":
            inferred = onnx.shape_inference.infer_shapes(self.model(), strict_mode=True,
                                                         data_prop=True)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.log_severity_level = 1, 3
            session = onnxruntime.InferenceSession(inferred.SerializeToString(), options)
            results = session.run(None, self.inputs)
        if self.skip != "reference":
            evaluator = ReferenceEvaluator(self.model(opset=self.reference_opset()))
            reference = [np.asarray(r) for r in evaluator.run(None, self.inputs)]
            if results is None:
                results = reference
            self.compare(results, reference)
        model = self.model(results)
        onnx.checker.check_model(model, full_check=True)
        return model, results

    def reference_opset(self):
        """The evaluator has these operators, with the same meaning, only in newer opsets."""
        newest = {"BatchNormalization": 15, "DequantizeLinear": 21}
        return max([self.opset, *(newest.get(n.op_type, 0) for n in self.nodes)])

    def compare(self, results, reference):
        for name, a, b in zip(self.outputs, results, reference):
            if a.dtype != b.dtype or a.shape != b.shape:
                raise ValueError(f"{self.name}.{name}: {a.dtype}{a.shape} {b.dtype}{b.shape}")
            if a.size == 0:
                continue
            error = np.max(np.abs(a.astype(np.float64) - b.astype(np.float64)))
            scale = np.max(np.abs(b.astype(np.float64)))
            limit = self.tolerance * max(scale, 1e-3) if a.dtype.kind == "f" else 0
            if a.dtype in (np.int8, np.uint8):
                limit = self.tolerance if self.tolerance >= 1 else 0
            if not error <= limit:
                raise ValueError(f"{self.name}.{name}: the programs differ by {error}, "
                                 f"allowed {limit}")


class CaseList:
    """Collects cases; names are unique and become file names."""

    def __init__(self):
        self.cases = {}

    def graph(self, name, values, nodes, outputs=("y",), opset=13, tolerance=1e-5, skip=None):
        if name in self.cases:
            raise ValueError(f"two cases named {name}")
        self.cases[name] = Case(name, values, nodes, list(outputs), opset, tolerance, skip)

    def op(self, name, op, arguments, outputs=("y",), opset=13, tolerance=1e-5, skip=None,
           **attributes):
        """One node. Arguments in the node's order; None leaves an optional one out."""
        names = ["" if a is None else f"x{i}" for i, a in enumerate(arguments)]
        values = {n: a for n, a in zip(names, arguments) if a is not None}
        nodes = [node(op, names, list(outputs), **attributes)]
        self.graph(name, values, nodes, outputs, opset, tolerance, skip)
