"""Quantises a small residual network with the TensorFlow Lite converter and writes what it did as JSON.

Run with Python and tensorflow-cpu 2.16.1:

    python make_ptq_golden.py > ptq.json

The network: input 6x6x2; conv a (3x3, stride 2, same, 4 filters, relu); depthwise b (3x3, same, relu6);
conv c (1x1, 4 filters); add d = c + a, then relu; max pool e 2x2 stride 1; average pool f 2x2 stride 1 of d;
concat g = [e, f]; global average pool h; dense i (3 units); softmax.
"""
import json
import sys

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(20260730)


def draw(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 5).astype(np.float32)


samples = draw(10, 6, 6, 2)
weights = {
    "a": {"kernel": draw(3, 3, 2, 4, scale=0.4), "bias": draw(4, scale=0.2)},
    "b": {"kernel": draw(3, 3, 4, 1, scale=0.9), "bias": draw(4, scale=0.2)},
    "c": {"kernel": draw(1, 1, 4, 4, scale=0.5), "bias": draw(4, scale=0.2)},
    "i": {"kernel": draw(8, 3, scale=0.7), "bias": draw(3, scale=0.2)},
}



def network(x):
    w = {name: {role: tf.constant(v) for role, v in own.items()} for name, own in weights.items()}
    a = tf.nn.relu(tf.nn.conv2d(x, w["a"]["kernel"], 2, "SAME") + w["a"]["bias"])
    b = tf.nn.relu6(tf.nn.depthwise_conv2d(a, w["b"]["kernel"], [1, 1, 1, 1], "SAME") + w["b"]["bias"])
    c = tf.nn.conv2d(b, w["c"]["kernel"], 1, "SAME") + w["c"]["bias"]
    d = tf.nn.relu(c + a)
    e = tf.nn.max_pool2d(d, 2, 1, "VALID")
    f = tf.nn.avg_pool2d(d, 2, 1, "VALID")
    h = tf.reduce_mean(tf.concat([e, f], 3), [1, 2])
    return tf.nn.softmax(tf.matmul(h, w["i"]["kernel"]) + w["i"]["bias"])


call = tf.function(network, input_signature=[tf.TensorSpec((1, 6, 6, 2), tf.float32)])
converter = tf.lite.TFLiteConverter.from_concrete_functions([call.get_concrete_function()])
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = lambda: ([s[None]] for s in samples)
converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
converter.inference_input_type = tf.int8
converter.inference_output_type = tf.int8
interpreter = tf.lite.Interpreter(
    model_content=converter.convert(),
    experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
    experimental_preserve_all_tensors=True,
)
interpreter.allocate_tensors()

details = {t["index"]: t for t in interpreter.get_tensor_details()}
operations = []
for op in interpreter._get_ops_details():
    entry = {"op": op["op_name"], "inputs": [], "output": None}
    for index in [*op["inputs"], *op["outputs"]]:
        if index < 0:
            continue
        t = details[index]
        q = t["quantization_parameters"]
        tensor = {
            "shape": [int(n) for n in t["shape"]],
            "scales": [float(s) for s in q["scales"]],
            "zeroPoints": [int(z) for z in q["zero_points"]],
        }
        if index in op["outputs"]:
            entry["output"] = tensor
            continue
        is_weight = op["op_name"] in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED") and index in op["inputs"][1:]
        if is_weight:
            tensor["values"] = [int(v) for v in interpreter.get_tensor(index).flatten()]
        entry["inputs"].append(tensor)
    operations.append(entry)

tests = draw(16, 6, 6, 2)
inp = interpreter.get_input_details()[0]
# The logits: what softmax reads.
out = next(op for op in interpreter._get_ops_details() if op["op_name"] == "SOFTMAX")["inputs"][0]
scale, zero = inp["quantization"]
outputs = []
for s in tests:
    q = np.clip(np.floor(s / np.float32(scale) + 0.5) + zero, -128, 127).astype(np.int8)
    interpreter.set_tensor(inp["index"], q[None])
    interpreter.invoke()
    outputs.append([int(v) for v in interpreter.get_tensor(out)[0]])


def plain(array):
    return [float(f"{v:.5f}") for v in np.asarray(array).flatten()]


json.dump(
    {
        "samples": plain(samples),
        "weights": {n: {r: plain(v) for r, v in own.items()} for n, own in weights.items()},
        "operations": operations,
        "tests": plain(tests),
        "logits": outputs,
    },
    sys.stdout,
    separators=(",", ":"),
)
