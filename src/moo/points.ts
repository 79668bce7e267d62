import { check } from '../base';

/** Outcomes, n × m, each to be minimised. */
export type Points = readonly ArrayLike<number>[];

/** Checks that all points (n × m) are of one length, by default the first one's, and hold no NaN: nothing compares with it. */
export function checkPoints(points: Points, name = 'points', m: number = points.length === 0 ? 0 : points[0].length): void {
  for (const point of points) {
    if (point.length !== m) check(false, name, point, `${m} objectives each`);
    for (let j = 0; j < m; j++) if (Number.isNaN(point[j])) check(false, name, point, 'numbers, not NaN');
  }
}
