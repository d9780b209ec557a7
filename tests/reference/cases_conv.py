"""Convolution, transposed convolution, matrix products, batch normalization, and fused chains."""
from op_case import C, F, W, node


def add_conv(s):
    s.op("conv_3x3", "Conv", [F(1, 3, 9, 7), W(5, 3, 3, 3), W(5)])
    s.op("conv_3x3_pad", "Conv", [F(2, 4, 7, 9), W(6, 4, 3, 3), W(6)], pads=[1, 1, 1, 1])
    s.op("conv_3x3_stride2", "Conv", [F(1, 3, 15, 13), W(8, 3, 3, 3), W(8)], strides=[2, 2],
         pads=[1, 1, 1, 1])
    s.op("conv_1x1", "Conv", [F(1, 17, 5, 7), W(11, 17, 1, 1), W(11)])
    s.op("conv_1x1_stride2", "Conv", [F(1, 6, 7, 5), W(9, 6, 1, 1), W(9)], strides=[2, 2])
    s.op("conv_1x1_wide", "Conv", [F(1, 40, 3, 3), W(33, 40, 1, 1)])
    s.op("conv_no_bias", "Conv", [F(1, 2, 6, 6), W(3, 2, 3, 3)])
    s.op("conv_dilation", "Conv", [F(1, 3, 11, 12), W(4, 3, 3, 3), W(4)], dilations=[2, 3],
         pads=[2, 3, 2, 3])
    s.op("conv_groups", "Conv", [F(1, 6, 7, 7), W(9, 2, 3, 3), W(9)], group=3, pads=[1, 1, 1, 1])
    s.op("conv_groups_stride", "Conv", [F(2, 8, 9, 7), W(4, 4, 3, 3)], group=2, strides=[2, 1])
    s.op("conv_groups_1x1", "Conv", [F(1, 12, 5, 5), W(8, 3, 1, 1), W(8)], group=4)
    s.op("conv_uneven_pads", "Conv", [F(1, 3, 8, 6), W(4, 3, 3, 3), W(4)], pads=[0, 2, 1, 3],
         strides=[2, 2])
    s.op("conv_5x3", "Conv", [F(1, 2, 13, 11), W(7, 2, 5, 3), W(7)], strides=[2, 1],
         pads=[2, 1, 2, 1])
    s.op("conv_7x7", "Conv", [F(1, 3, 19, 17), W(8, 3, 7, 7), W(8)], strides=[2, 2],
         pads=[3, 3, 3, 3])
    s.op("conv_1x9", "Conv", [F(1, 3, 4, 20), W(5, 3, 1, 9), W(5)], pads=[0, 4, 0, 4])
    s.op("conv_kernel_is_image", "Conv", [F(1, 5, 4, 3), W(6, 5, 4, 3), W(6)])
    s.op("conv_same_upper", "Conv", [F(1, 3, 8, 9), W(4, 3, 3, 3), W(4)], auto_pad="SAME_UPPER",
         strides=[2, 2])
    s.op("conv_same_lower", "Conv", [F(1, 3, 8, 9), W(4, 3, 3, 3), W(4)], auto_pad="SAME_LOWER",
         strides=[2, 2])
    s.op("conv_valid", "Conv", [F(1, 3, 8, 9), W(4, 3, 3, 3)], auto_pad="VALID", strides=[2, 2])
    s.op("conv_opset7", "Conv", [F(1, 3, 6, 5), W(4, 3, 3, 3), W(4)], opset=7, pads=[1, 1, 1, 1],
         kernel_shape=[3, 3])
    s.op("conv_opset22", "Conv", [F(1, 3, 6, 5), W(4, 3, 3, 3), W(4)], opset=22,
         pads=[1, 1, 1, 1])


def add_depthwise(s):
    s.op("depthwise_3x3", "Conv", [F(1, 13, 7, 9), W(13, 1, 3, 3), W(13)], group=13,
         pads=[1, 1, 1, 1])
    s.op("depthwise_3x3_stride2", "Conv", [F(2, 32, 9, 11), W(32, 1, 3, 3), W(32)], group=32,
         pads=[1, 1, 1, 1], strides=[2, 2])
    s.op("depthwise_3x3_no_pad", "Conv", [F(1, 8, 6, 7), W(8, 1, 3, 3)], group=8)
    s.op("depthwise_5x5", "Conv", [F(1, 19, 9, 8), W(19, 1, 5, 5), W(19)], group=19,
         pads=[2, 2, 2, 2])
    s.op("depthwise_5x5_stride2", "Conv", [F(1, 16, 11, 12), W(16, 1, 5, 5), W(16)], group=16,
         pads=[1, 1, 2, 2], strides=[2, 2])
    s.op("depthwise_dilation", "Conv", [F(1, 9, 11, 10), W(9, 1, 3, 3), W(9)], group=9,
         pads=[2, 2, 2, 2], dilations=[2, 2])
    s.op("depthwise_multiplier2", "Conv", [F(1, 5, 7, 6), W(10, 1, 3, 3), W(10)], group=5,
         pads=[1, 1, 1, 1])
    s.op("depthwise_1x5", "Conv", [F(1, 8, 3, 12), W(8, 1, 1, 5), W(8)], group=8,
         pads=[0, 2, 0, 2], strides=[1, 2])
    s.op("depthwise_one_channel", "Conv", [F(1, 1, 5, 5), W(1, 1, 3, 3), W(1)], group=1)


def add_conv_transpose(s):
    s.op("convtranspose_2x2_stride2", "ConvTranspose", [F(1, 6, 5, 4), W(6, 5, 2, 2), W(5)],
         strides=[2, 2])
    s.op("convtranspose_3x3", "ConvTranspose", [F(1, 3, 5, 7), W(3, 4, 3, 3)])
    s.op("convtranspose_output_padding", "ConvTranspose", [F(2, 3, 4, 5), W(3, 4, 3, 3), W(4)],
         strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
    s.op("convtranspose_groups", "ConvTranspose", [F(1, 6, 4, 5), W(6, 2, 3, 3), W(4)], group=2,
         strides=[2, 1], pads=[1, 0, 1, 0], skip="reference")
    s.op("convtranspose_depthwise", "ConvTranspose", [F(1, 7, 4, 4), W(7, 1, 4, 4), W(7)], group=7,
         strides=[2, 2], pads=[1, 1, 1, 1], skip="reference")
    s.op("convtranspose_dilation", "ConvTranspose", [F(1, 2, 4, 5), W(2, 3, 3, 3), W(3)],
         dilations=[2, 2])
    s.op("convtranspose_uneven_pads", "ConvTranspose", [F(1, 2, 5, 5), W(2, 3, 3, 3), W(3)],
         strides=[2, 2], pads=[0, 1, 1, 0])
    s.op("convtranspose_output_shape", "ConvTranspose", [F(1, 2, 5, 4), W(2, 3, 3, 3), W(3)],
         strides=[2, 2], output_shape=[10, 8], skip="reference")
    s.op("convtranspose_same_upper", "ConvTranspose", [F(1, 2, 5, 4), W(2, 3, 3, 3)],
         strides=[2, 2], auto_pad="SAME_UPPER")
    s.op("convtranspose_opset7", "ConvTranspose", [F(1, 3, 3, 4), W(3, 2, 2, 2), W(2)], opset=7,
         strides=[2, 2])


def add_matmul(s):
    s.op("gemm_plain", "Gemm", [F(3, 7), W(7, 5), W(5)])
    s.op("gemm_trans_b", "Gemm", [F(4, 37), W(10, 37), W(10)], transB=1)
    s.op("gemm_trans_a", "Gemm", [F(7, 3), W(7, 5), W(5)], transA=1)
    s.op("gemm_trans_both", "Gemm", [F(6, 2), W(9, 6), W(9)], transA=1, transB=1)
    s.op("gemm_alpha_beta", "Gemm", [F(3, 4), W(4, 5), W(3, 5)], alpha=0.5, beta=2.0)
    s.op("gemm_no_c", "Gemm", [F(2, 6), W(6, 3)])
    s.op("gemm_c_column", "Gemm", [F(3, 4), W(4, 5), W(3, 1)])
    s.op("gemm_c_scalar", "Gemm", [F(3, 4), W(4, 5), W(1)])
    s.op("gemm_row", "Gemm", [F(1, 65), W(17, 65), W(17)], transB=1)
    s.op("gemm_opset7", "Gemm", [F(2, 6), W(6, 3), W(3)], opset=7)
    s.op("gemm_opset9", "Gemm", [F(2, 6), W(3, 6), W(3)], opset=9, transB=1)
    s.op("matmul_2d", "MatMul", [F(5, 9), W(9, 7)])
    s.op("matmul_3d_weight", "MatMul", [F(2, 5, 9), W(9, 11)])
    s.op("matmul_batch", "MatMul", [F(2, 3, 4, 5), F(2, 3, 5, 6)])
    s.op("matmul_broadcast", "MatMul", [F(2, 1, 4, 5), F(3, 5, 2)])
    s.op("matmul_vector_left", "MatMul", [F(7), W(7, 4)])
    s.op("matmul_vector_right", "MatMul", [F(2, 3, 7), F(7)])
    s.op("matmul_opset9", "MatMul", [F(1, 3, 40), W(40, 9)], opset=9)


def add_batchnorm(s):
    moments = lambda c: [W(c, low=0.5, high=2), W(c), W(c), W(c, low=0.1, high=3)]
    s.op("batchnorm_4d", "BatchNormalization", [F(2, 5, 3, 4), *moments(5)])
    s.op("batchnorm_epsilon", "BatchNormalization", [F(1, 3, 5, 5), *moments(3)], epsilon=0.01)
    s.op("batchnorm_2d", "BatchNormalization", [F(4, 7), *moments(7)])
    s.op("batchnorm_opset7", "BatchNormalization", [F(1, 4, 3, 3), *moments(4)], opset=7)
    s.op("batchnorm_opset9", "BatchNormalization", [F(1, 4, 3, 3), *moments(4)], opset=9)
    s.op("batchnorm_opset15", "BatchNormalization", [F(1, 4, 3, 3), *moments(4)], opset=15)


def add_chains(s):
    """What the converter's passes fuse."""
    values = {"x": F(1, 4, 9, 9), "w": W(8, 4, 3, 3), "g": W(8, low=0.5, high=2), "b": W(8),
              "m": W(8), "v": W(8, low=0.1, high=3), "zero": C(0.0), "six": C(6.0)}
    conv = node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1])
    norm = node("BatchNormalization", ["c", "g", "b", "m", "v"], ["n"])
    s.graph("chain_conv_bn_relu6", values, [conv, norm, node("Clip", ["n", "zero", "six"], ["y"])])
    s.graph("chain_conv_bn_hardswish", {**values, "three": C(3.0)},
            [conv, norm, node("Add", ["n", "three"], ["p"]),
             node("Clip", ["p", "zero", "six"], ["q"]), node("Mul", ["n", "q"], ["r"]),
             node("Div", ["r", "six"], ["y"])])
    s.graph("chain_bn_conv", {"x": F(1, 4, 7, 7), "g": W(4, low=0.5, high=2), "b": W(4),
                              "m": W(4), "v": W(4, low=0.1, high=3), "w": W(5, 4, 3, 3)},
            [node("BatchNormalization", ["x", "g", "b", "m", "v"], ["n"]),
             node("Conv", ["n", "w"], ["y"])])
    s.graph("chain_pad_conv", {"x": F(1, 3, 8, 8), "p": C([0, 0, 0, 0, 0, 0, 1, 1], "int64"),
                               "w": W(4, 3, 3, 3)},
            [node("Pad", ["x", "p"], ["a"]), node("Conv", ["a", "w"], ["y"], strides=[2, 2])])
    s.graph("chain_transpose_conv", {"x": F(1, 8, 8, 3), "w": W(4, 3, 3, 3), "b": W(4)},
            [node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]),
             node("Conv", ["a", "w", "b"], ["c"], strides=[2, 2], pads=[1, 1, 1, 1]),
             node("Relu", ["c"], ["d"]), node("Transpose", ["d"], ["y"], perm=[0, 2, 3, 1])])
    s.graph("chain_residual", {"x": F(1, 6, 5, 5), "w": W(6, 6, 1, 1), "b": W(6)},
            [node("Conv", ["x", "w", "b"], ["c"]), node("Add", ["x", "c"], ["s"]),
             node("Relu", ["s"], ["y"])])
    s.graph("chain_squeeze_excite", {"x": F(1, 8, 5, 6), "w1": W(4, 8, 1, 1), "b1": W(4),
                                     "w2": W(8, 4, 1, 1), "b2": W(8)},
            [node("GlobalAveragePool", ["x"], ["p"]), node("Conv", ["p", "w1", "b1"], ["q"]),
             node("Relu", ["q"], ["r"]), node("Conv", ["r", "w2", "b2"], ["t"]),
             node("HardSigmoid", ["t"], ["u"], alpha=0.2, beta=0.5),
             node("Mul", ["x", "u"], ["y"])])
    s.graph("chain_matmul_bias_softmax", {"x": F(2, 5, 12), "w": W(12, 9), "b": W(9)},
            [node("MatMul", ["x", "w"], ["m"]), node("Add", ["m", "b"], ["a"]),
             node("Softmax", ["a"], ["y"], axis=2)])


def add_cases(s):
    for part in (add_conv, add_depthwise, add_conv_transpose, add_matmul, add_batchnorm,
                 add_chains):
        part(s)
