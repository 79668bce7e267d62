/** Decides masks as pruning goes on: sparsity only grows, and what is pruned stays pruned. */
import { check, type Rng } from '../../base';
import type { Architecture, Network, SampleSource, WeightMasks } from '../../nn';
import { channelGroups, type ChannelGroup } from './channel-groups';
import { PruningContext } from './context';
import { GradientGraphs } from './gradient-graphs';
import { elementMasks, prunableLayers } from './elements';
import type { PruningHeuristic } from './heuristics/heuristic';
import { keepBest, keepBestGlobally, keptCount, sparsityOf, type Keep, type SparsityByGroup } from './keep';
import { channelMasks } from './mask';
import { scoreElements, scoreGroups } from './score';

export interface PrunerOptions {
  readonly heuristic: PruningHeuristic;
  /** Final share removed: of units (structured) or weights (element-wise); in all, or by group (by layer). */
  readonly sparsity: SparsityByGroup;
  /** Whole channels, or single weights. */
  readonly structured: boolean;
  /** 'group': each group (each kernel) loses the share asked of it. 'global': the least important of all go. */
  readonly scope: 'group' | 'global';
  /** Units kept are a multiple of this where the group is large enough. */
  readonly multipleOf: number;
  readonly samples: (rng: Rng) => SampleSource;
  readonly rng: Rng;
  readonly signal?: AbortSignal;
  /** How often `prune` will be called, about. */
  readonly rounds: number;
}

/** Sparsity asked of, and got in, one layer. */
export interface LayerSparsity {
  /** Its name. */
  readonly layer: string;
  /** Undefined where a global ranking decides. */
  readonly asked: number | undefined;
  /** Share that was removed. */
  readonly got: number;
  /** What there was to prune: output channels, or kernel elements. */
  readonly size: number;
  /** What stays, of `size`. */
  readonly kept: number;
}

export class Pruner {
  keep: Keep | undefined;
  masks: WeightMasks | undefined;
  readonly groups: readonly ChannelGroup[];
  private readonly asked: ReadonlyMap<string, number>;
  private readonly graphs: GradientGraphs;
  private rounds = 0;

  constructor(
    private readonly architecture: Architecture,
    private readonly options: PrunerOptions,
  ) {
    const { sparsity, scope, structured } = options;
    this.graphs = new GradientGraphs(architecture, options.rounds);
    this.groups = channelGroups(architecture);
    if (typeof sparsity === 'number')
      check(sparsity >= 0 && sparsity < 1, 'sparsity', sparsity, 'a number of at least 0, below 1');
    else check(scope !== 'global', 'sparsity', sparsity, "one number, where scope is 'global'");
    const named = structured ? this.groups : prunableLayers(architecture);
    this.asked = sparsityOf(named, sparsity);
  }

  /** Brings the masks to a share of the final sparsity, from the network's weights as they are now. */
  async prune(network: Network, share: number): Promise<void> {
    const { heuristic, rng, signal, sparsity, scope, multipleOf } = this.options;
    const round = rng.fork(`round ${this.rounds++}`);
    const context = new PruningContext(
      network,
      this.options.samples(round.fork('samples')),
      round.fork('scores'),
      signal,
      this.graphs,
    );
    if (!this.options.structured) {
      await this.pruneElements(context, share);
      return;
    }
    const scores = await scoreGroups(this.groups, heuristic, context);
    for (const { name } of this.groups) {
      const before = this.keep?.get(name);
      if (before)
        scores.set(
          name,
          (scores.get(name) as Float64Array).map((s, unit) => (before[unit] === 0 ? -1 : s)),
        );
    }
    if (scope === 'global') {
      this.keep = keepBestGlobally(this.groups, scores, (sparsity as number) * share);
    } else {
      const counts = this.groups.map(
        ({ name, size }) => [name, keptCount(size, (this.asked.get(name) as number) * share, multipleOf)] as const,
      );
      this.keep = keepBest(this.groups, scores, new Map(counts));
    }
    this.masks = channelMasks(network.architecture, network.weights, this.keep);
  }

  private async pruneElements(context: PruningContext, share: number): Promise<void> {
    const { heuristic, sparsity, scope } = this.options;
    const layers = [...this.asked.keys()];
    const scores = await scoreElements(layers, heuristic, context);
    const comparable = new Map<string, Float32Array>();
    for (const [layer, own] of scores) {
      const before = this.masks?.get(layer)?.kernel;
      comparable.set(layer, before ? own.map((s, i) => (before[i] === 0 ? -1 : s)) : own);
    }
    const isGlobal = scope === 'global';
    const target = isGlobal
      ? (sparsity as number) * share
      : new Map([...this.asked].map(([layer, s]) => [layer, s * share]));
    this.masks = elementMasks(comparable, target, isGlobal);
  }

  dispose(): void {
    this.graphs.dispose();
  }

  /** What each layer with a kernel lost, in the network's order. */
  report(): LayerSparsity[] {
    const asked = (name: string): number | undefined =>
      this.options.scope === 'global' ? undefined : this.asked.get(name);
    if (!this.options.structured) {
      return [...(this.masks ?? [])].map(([layer, { kernel }]) => {
        const kept = kernel.reduce((sum, m) => sum + m, 0);
        return { layer, asked: asked(layer), size: kernel.length, kept, got: 1 - kept / kernel.length };
      });
    }
    const sizes = new Map<string, { asked: number | undefined; size: number; kept: number }>();
    const depthwise = new Set(this.architecture.layers.filter(({ kind }) => kind === 'depthwiseConv2d').map(({ name }) => name));
    for (const group of this.groups) {
      const keep = this.keep?.get(group.name);
      const convolutions = [...group.producers, ...group.carriers.filter(({ layer }) => depthwise.has(layer))];
      for (const { layer, channels } of convolutions) {
        const own = sizes.get(layer) ?? { asked: asked(group.name), size: 0, kept: 0 };
        channels.forEach((mine, unit) => {
          own.size += mine.length;
          own.kept += keep && keep[unit] === 0 ? 0 : mine.length;
        });
        sizes.set(layer, own);
      }
    }
    return this.architecture.layers.flatMap(({ name }) => {
      const own = sizes.get(name);
      return own ? [{ layer: name, ...own, got: 1 - own.kept / own.size }] : [];
    });
  }
}
