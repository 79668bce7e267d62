/** A graph in a TensorFlow session of its own, with its variables' values. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { GraphError, type GraphBuilder, type Output } from './graph';

interface SessionBackend {
  loadSavedModelMetaGraph(path: string, tags: string): number;
  runSavedModel(id: number, inputs: tf.Tensor[], infos: { name: string }[], outputs: string[]): tf.Tensor[];
  deleteSavedModel(id: number): void;
}

/** Of this process. TensorFlow keeps statistics by path of all models that it ever loaded, so there is one path. */
const folderName = `paretino-graph-${randomUUID()}`;

export class GraphSession {
  private readonly backend = tf.backend() as unknown as SessionBackend;
  private id: number | undefined;

  /** @throws GraphError where the folder for temporary files can't be written to, or TensorFlow does not take the graph. */
  constructor(graph: GraphBuilder) {
    const folder = join(tmpdir(), folderName);
    try {
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel());
      this.id = this.backend.loadSavedModelMetaGraph(folder, 'serve');
    } catch (error) {
      throw new GraphError(`no session for a graph: ${(error as Error).message}`, { cause: error });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs what the outputs need. The tensors that come out belong to the open tidy. */
  run(feeds: readonly (readonly [Output, tf.Tensor])[], outputs: readonly Output[]): tf.Tensor[] {
    const inputs = feeds.map(([, tensor]) => tensor);
    const infos = feeds.map(([name]) => ({ name: name.includes(':') ? name : `${name}:0` }));
    return this.backend.runSavedModel(this.id as number, inputs, infos, outputs.map((name) => (name.includes(':') ? name : `${name}:0`)));
  }

  dispose(): void {
    if (this.id !== undefined) this.backend.deleteSavedModel(this.id);
    this.id = undefined;
  }
}
