import { check, createRng, nested, type Rng } from '../../base';
import {
  chosenAtRandom,
  countParameters,
  initialNetwork,
  loadBackend,
  modelOf,
  networkOf,
  recalibrateBatchNorm,
  train,
  type Architecture,
  type History,
  type Network,
  type SampleSource,
  type TrainingData,
  type TrainOptions,
  type WeightMasks,
} from '../../nn';
import { refuseOptions } from '../refuse-options';
import type { PruningHeuristic } from './heuristics/heuristic';
import { l1 } from './heuristics/l1';
import type { Keep, SparsityByGroup } from './keep';
import { applyMasks } from './mask';
import { Pruner, type LayerSparsity } from './pruner';
import { agp } from './schedules/agp';
import type { PruningSchedule } from './schedules/schedule';
import { shrink } from './shrink';

/** Training options that make no sense here are left out: early stopping and checkpoints would bring back weights from before the pruning. */
export interface TrainWithPruningOptions extends Omit<
  TrainOptions,
  'earlyStop' | 'targetAccuracy' | 'checkpoint' | 'architecture' | 'masks'
> {
  /** Final share to remove: of all groups, or by group name (channelGroups); element-wise: of kernels, by layer name. */
  sparsity: SparsityByGroup;
  /** Default l1. */
  heuristic?: PruningHeuristic;
  /** Default agp(). */
  pruningSchedule?: PruningSchedule;
  /** Whole channels (default), or single weights. */
  structured?: boolean;
  /** 'group' (default): each group loses its share. 'global': the least important of the whole network go. */
  scope?: 'group' | 'global';
  /** Epochs before the schedule begins; default 0. */
  warmupEpochs?: number;
  /** Steps between changes of the masks; default a twentieth of the training. */
  frequency?: number;
  /** Kept units are a multiple of this where a group is large enough; default 1. */
  multipleOf?: number;
  /** Training samples that heuristics look at; default 64. */
  scoringSamples?: number;
}

/** A network after training with pruning, small as it is deployed and at its old size, with what was taken away. */
export interface PrunedNetwork {
  /** Structured: small and dense. Element-wise: of the old shape, with zeros. */
  readonly network: Network;
  /** Of the old shape, with zeros: computes the same. */
  readonly masked: Network;
  /** 1 where a weight of the old shape stays, 0 where it went. */
  readonly masks: WeightMasks;
  /** Units that stay, by group; structured pruning only. */
  readonly keep?: Keep;
  /** Loss and accuracies of each epoch, the pruning steps among them. */
  readonly history: History;
  /** Share of weights that is gone, layer by layer. */
  readonly layers: readonly LayerSparsity[];
  /** Trainable and moving values of the network as given. */
  readonly parametersBefore: number;
  /** Of the small network; element-wise: not counting pruned weights. */
  readonly parametersAfter: number;
}

/**
 * Trains while pruning: on the schedule the least important channels (or weights) are set to zero and held there,
 * and at the end channels are removed for good and the statistics of batch norms measured anew (recalibrateBatchNorm).
 * Whatever stopped the training, the sparsity asked for is reached: shrinkArchitecture with keptCounts knows the
 * resulting shapes beforehand (scope 'group').
 * Of data from a stream the samples that heuristics look at are read anew for each change of the masks, where they look at any.
 * @param start an architecture (fresh weights from the seed) or a trained network.
 */
export async function trainWithPruning(
  start: Architecture | Network,
  data: TrainingData,
  options: TrainWithPruningOptions,
): Promise<PrunedNetwork> {
  const { sparsity, heuristic = l1, pruningSchedule = agp(), structured = true, scope = 'group' } = options;
  const {
    warmupEpochs = 0,
    multipleOf = 1,
    scoringSamples = 64,
    seed = 0,
    epochs = 10,
    signal,
    onProgress,
    onStep,
  } = options;
  check(typeof heuristic?.score === 'function', 'heuristic', heuristic, 'a heuristic: l1, taylor, random …, or one of your own');
  check(typeof pruningSchedule?.sparsityAt === 'function', 'pruningSchedule', pruningSchedule, 'a schedule: agp(), oneShot() or one of your own');
  check(scope === 'group' || scope === 'global', 'scope', scope, "'group' or 'global'");
  refuseOptions(options, ['earlyStop', 'targetAccuracy', 'checkpoint'], 'it would bring back weights from before the pruning');
  check(
    warmupEpochs >= 0 && (epochs === 0 || warmupEpochs < epochs),
    'warmupEpochs',
    warmupEpochs,
    `at least 0 and fewer than the ${epochs} epochs`,
  );
  check(options.frequency === undefined || options.frequency >= 1, 'frequency', options.frequency, 'at least 1 step');
  check(scoringSamples >= 1, 'scoringSamples', scoringSamples, 'at least 1');
  check(scope !== 'global' || multipleOf === 1, 'multipleOf', multipleOf, "1, where scope is 'global'");
  const initial = 'architecture' in start ? start : initialNetwork(start, seed);
  const { architecture } = initial;
  const samples = (own: Rng): SampleSource => chosenAtRandom(data.train, scoringSamples, own);
  const rng = createRng(seed).fork('pruning');
  // The masks change about every twentieth of the training, where the schedule does.
  const rounds = new Set(Array.from({ length: 20 }, (_, i) => pruningSchedule.sparsityAt(i + 1, 20)).filter((share) => share > 0)).size;
  const pruner = new Pruner(architecture, { heuristic, sparsity, structured, scope, multipleOf, samples, rng, signal, rounds });
  await loadBackend();
  const model = modelOf(initial);
  let reached = 0;
  const pruneTo = async (current: typeof model, share: number): Promise<WeightMasks> => {
    await pruner.prune(networkOf(current, architecture), share);
    reached = share;
    return pruner.masks as WeightMasks;
  };
  try {
    const history = await train(model, data, {
      ...options,
      architecture,
      onProgress: nested(onProgress, 'prune'),
      async onStep(event) {
        const warmup = Math.round((event.totalSteps * warmupEpochs) / Math.max(1, epochs));
        const share =
          event.step <= warmup ? 0 : pruningSchedule.sparsityAt(event.step - warmup, event.totalSteps - warmup);
        const frequency = options.frequency ?? Math.max(1, Math.round(event.totalSteps / 20));
        const isDue = (event.step - warmup) % frequency === 0 || share === 1;
        if (isDue && share > reached) event.setMasks(await pruneTo(event.model, share));
        await onStep?.(event);
      },
    });
    if (reached < 1) await pruneTo(model, 1);
    const trained = networkOf(model, architecture);
    const masks = pruner.masks as WeightMasks;
    const pruned: Network = { architecture, weights: applyMasks(trained.weights, masks) };
    const masked = await recalibrateBatchNorm(pruned, data.train, { seed, signal });
    const network = pruner.keep ? shrink(masked, pruner.keep) : masked;
    const parametersBefore = countParameters(architecture);
    const layers = pruner.report();
    const removed = structured ? 0 : layers.reduce((sum, { size, kept }) => sum + size - kept, 0);
    return {
      network,
      masked,
      masks,
      keep: pruner.keep,
      history,
      layers,
      parametersBefore,
      parametersAfter: countParameters(network.architecture) - removed,
    };
  } finally {
    pruner.dispose();
    model.dispose();
  }
}
