/** How sparsity grows during training. A notebook may define its own and pass it to trainWithPruning. */
export interface PruningSchedule {
  /** Its name, for people. */
  readonly name: string;
  /**
   * Share of the final sparsity that holds after a step, in [0, 1], not falling.
   * @param step from 1 to totalSteps.
   */
  sparsityAt(step: number, totalSteps: number): number;
}
