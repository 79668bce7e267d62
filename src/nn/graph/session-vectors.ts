/** Float vectors that live in a graph's session, as resource variables. */
import * as tf from '@tensorflow/tfjs';
import { types, type GraphBuilder, type Output } from './graph';
import type { GraphSession } from './session';

const T = { type: types.float };

/** Something to fetch that comes once the operations have run. */
export function after(graph: GraphBuilder, operations: readonly Output[], value: Output = graph.floats([1], [])): Output {
  return graph.add('Identity', [value, ...operations.map((operation) => `^${operation}`)], { T });
}

/** A vector that lives in the session. */
export class SessionVector {
  readonly read: Output;
  /** Where a new value comes in, and what takes it. */
  readonly fresh: Output;
  readonly renewal: Output;
  private readonly handle: Output;

  constructor(
    private readonly graph: GraphBuilder,
    size: number,
  ) {
    const name = `vector_${graph.size}`;
    this.handle = graph.add('VarHandleOp', [], { dtype: T, shape: { shape: [size] }, shared_name: { string: name } });
    this.read = graph.add('ReadVariableOp', [this.handle], { dtype: T });
    this.fresh = graph.placeholder([size]);
    this.renewal = this.assign(this.fresh);
  }

  assign(value: Output): Output {
    return this.graph.add('AssignVariableOp', [this.handle, value], { dtype: T });
  }
}

/**
 * Vectors that are written and read together. The session prepares the graph anew for each set of things that is asked
 * of it, and for each that takes its time: so there are few.
 */
export class VectorGroup {
  private readonly written: Output;

  constructor(
    graph: GraphBuilder,
    readonly vectors: readonly SessionVector[],
  ) {
    this.written = after(graph, vectors.map(({ renewal }) => renewal));
  }

  write(session: GraphSession, values: readonly tf.Tensor1D[]): void {
    if (this.vectors.length === 0) return;
    tf.tidy(() => void session.run(this.vectors.map(({ fresh }, i) => [fresh, values[i]] as const), [this.written]));
  }

  /** Call it inside tf.tidy. */
  read(session: GraphSession): tf.Tensor1D[] {
    return this.vectors.length === 0 ? [] : (session.run([], this.vectors.map(({ read }) => read)) as tf.Tensor1D[]);
  }
}
