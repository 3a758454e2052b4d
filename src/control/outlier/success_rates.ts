/** What the success rates of a cluster's hosts say together (spec/upstream.md 6.3). */

/** Of one origin of outcomes; -1 = there were too few hosts or too few outcomes. */
export interface ClusterRates {
  /** In percent. */
  readonly average: number;
  /** A host below it is an outlier. May be below 0. */
  readonly ejectionThreshold: number;
}

/** Before the first sweep, and after one without enough to go by. */
export const NO_RATES: ClusterRates = { average: -1, ejectionThreshold: -1 };

/**
 * The mean of these rates, and the mean less so many standard deviations (of a population). 100, 100, 100, 100 and 50 have a
 * mean of 90 and a deviation of 20: with a factor of 1.9 the threshold is 52.
 */
export function clusterRates(rates: readonly number[], stdevFactor: number): ClusterRates {
  const average = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - average) ** 2, 0) / rates.length;
  return { average, ejectionThreshold: average - stdevFactor * Math.sqrt(variance) };
}
