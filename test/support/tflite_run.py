"""Runs .tflite files with TensorFlow Lite's reference kernels: for each, FILE.in (int8 samples) becomes FILE.out."""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

resolver = tf.lite.experimental.OpResolverType.BUILTIN_REF
for path in sys.argv[1:]:
    interpreter = tf.lite.Interpreter(path, experimental_op_resolver_type=resolver, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    samples = np.fromfile(path + ".in", np.int8).reshape([-1, *source["shape"][1:]])
    with open(path + ".out", "wb") as out:
        for sample in samples:
            interpreter.set_tensor(source["index"], sample[np.newaxis])
            interpreter.invoke()
            out.write(interpreter.get_tensor(target["index"]).tobytes())
