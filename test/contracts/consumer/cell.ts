// What a cell does, compiled by tslab's own TypeScript against the published declarations. A type that an older compiler
// cannot read turns into `any` there without a word, so each line below fails to compile if its type is `any`.
import * as p from 'paretino';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Known<T> = IsAny<T> extends true ? never : T;

const rng = p.base.createRng(1);
export const draws: Known<ReturnType<typeof rng.next>> = rng.next();
export const points: Known<ReturnType<typeof p.math.sobol>> = p.math.sobol(4, 2);
export const volume: Known<ReturnType<typeof p.moo.hypervolume>> = p.moo.hypervolume([[0, 0]], [1, 1]);
export type Space = Known<p.space.SearchSpace>;
export type Architecture = Known<p.nn.Architecture>;
export type Dataset = Known<p.datasets.Dataset>;
export type Objective = Known<p.study.Objective>;
export type Trial = Known<p.study.Trial<{ x: number }>>;
export type Study = Known<Awaited<ReturnType<typeof p.study.createStudy<{ x: number }>>>>;
export type Front = Known<ReturnType<Study['front']>>;
export type Storage = Known<ReturnType<typeof p.storage.journalStorage>>;
export type Figure = Known<ReturnType<typeof p.plot.paretoFront>>;
export type Graph = Known<ReturnType<typeof p.deploy.lower>>;
export type Files = Known<ReturnType<typeof p.deploy.emit>>;
export const flash: Known<typeof p.deploy.boards.pico.flashBytes> = p.deploy.boards.pico.flashBytes;
