/** The longest delay that setTimeout takes, ms: a longer one would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;
