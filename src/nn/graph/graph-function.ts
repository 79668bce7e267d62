import * as tf from '@tensorflow/tfjs';
import { hasNative } from '../native';
import { GraphBuilder, GraphError, types, type Output } from './graph';
import { record } from './record';
import { GraphSession } from './session';

interface Compiled {
  readonly session: GraphSession;
  readonly feeds: readonly Output[];
  readonly outputs: readonly Output[];
}

const dtypes: Readonly<Record<string, number>> = { float32: types.float, int32: types.int32, bool: types.bool };

/** Calls from which on a graph pays. */
const worthCompiling = 16;

/**
 * A function of tensors that becomes a TensorFlow graph for each shape of its inputs that it is called with, as
 * tf.function does in Python: one native call instead of one for each operation. Where there is no TensorFlow, where the
 * function looks at values, or where it is called a few times only, it is simply called.
 */
export class GraphFunction {
  private readonly graphs = new Map<string, Compiled>();
  private isGraph: boolean;

  /**
   * @param body must compute the same each time from its inputs alone: other tensors that it uses become constants.
   * @param calls how often it will be called, about.
   */
  constructor(
    private readonly body: (...inputs: tf.Tensor[]) => tf.Tensor[],
    calls: number,
  ) {
    this.isGraph = hasNative() && calls >= worthCompiling;
  }

  /** Call it inside tf.tidy, with tensors of one type and rank each time. */
  call(...inputs: tf.Tensor[]): tf.Tensor[] {
    const compiled = this.isGraph ? this.compiledFor(inputs) : undefined;
    if (!compiled) return this.body(...inputs);
    return compiled.session.run(compiled.feeds.map((feed, i) => [feed, inputs[i]] as const), compiled.outputs);
  }

  /** Ends the sessions and gives their memory back; a later call compiles anew. */
  dispose(): void {
    for (const { session } of this.graphs.values()) session.dispose();
    this.graphs.clear();
  }

  private compiledFor(inputs: readonly tf.Tensor[]): Compiled | undefined {
    const key = inputs.map(({ shape }) => shape.join()).join(';');
    const known = this.graphs.get(key);
    if (known) return known;
    const graph = new GraphBuilder();
    const feeds = inputs.map(({ shape, dtype }) => graph.placeholder(shape, dtypes[dtype]));
    try {
      const recorded = record(graph, new Map(inputs.map((tensor, i) => [tensor, feeds[i]])), () => this.body(...inputs));
      // A session does not give back what it is given.
      const outputs = recorded.map((output) => {
        const passed = feeds.indexOf(output);
        return passed < 0 ? output : graph.add('Identity', [output], { T: { type: dtypes[inputs[passed].dtype] } });
      });
      const made = { session: new GraphSession(graph), feeds, outputs };
      this.graphs.set(key, made);
      return made;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      this.isGraph = false;
      return undefined;
    }
  }
}
