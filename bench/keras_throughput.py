"""Trains a network given as Paretino's Architecture JSON with Keras, an epoch for each line that comes in.

Usage: keras_throughput.py architecture.json batch steps
The peer of bench/training-throughput.ts, which runs it. Answers each line with one of JSON: seconds by the clock and
of CPU that the epoch took.
"""

import json
import sys
import time

import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers


def make(layer, shape):
    kind, name = layer["kind"], layer["name"]
    if kind == "conv2d":
        return layers.Conv2D(layer["filters"], layer["kernel"], layer["strides"], layer["padding"],
                             use_bias=layer["useBias"], name=name)
    if kind == "depthwiseConv2d":
        strides = layer["strides"][1] if shape[1] == 1 else layer["strides"]
        return layers.DepthwiseConv2D(layer["kernel"], strides, layer["padding"],
                                      use_bias=layer["useBias"], name=name)
    if kind == "dense":
        return layers.Dense(layer["units"], use_bias=layer["useBias"], name=name)
    if kind == "batchNorm":
        return layers.BatchNormalization(epsilon=layer["epsilon"], momentum=0.9, name=name)
    if kind == "activation":
        activations = {
            "hardSwish": keras.activations.hard_swish,
            "hardSigmoid": keras.activations.hard_sigmoid,
        }
        return layers.Activation(activations.get(layer["activation"], layer["activation"]), name=name)
    if kind in ("maxPool", "averagePool"):
        pool = layers.MaxPooling2D if kind == "maxPool" else layers.AveragePooling2D
        return pool(layer["size"], layer["strides"], layer["padding"], name=name)
    if kind == "globalAveragePool":
        return layers.GlobalAveragePooling2D(keepdims=True, name=name)
    if kind == "flatten":
        return layers.Reshape((1, 1, -1), name=name)
    return {"add": layers.Add, "multiply": layers.Multiply, "concat": layers.Concatenate}[kind](name=name)


def build(architecture):
    values = {}
    for layer in architecture["layers"]:
        if layer["kind"] == "input":
            first = values[layer["name"]] = keras.Input(layer["shape"])
            continue
        inputs = [values[name] for name in layer["inputs"]]
        made = make(layer, inputs[0].shape)
        values[layer["name"]] = made(inputs if len(inputs) > 1 else inputs[0])
    output = layers.Flatten()(values[architecture["layers"][-1]["name"]])
    return keras.Model(first, output)


def main():
    path, batch, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(path) as file:
        architecture = json.load(file)
    model = build(architecture)
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(1)
    n = batch * steps
    x = rng.random((n, *architecture["layers"][0]["shape"]), dtype=np.float32) - 0.5
    y = rng.integers(0, model.output_shape[-1], n)
    # The first epoch traces the graph.
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
        print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}), flush=True)


main()
