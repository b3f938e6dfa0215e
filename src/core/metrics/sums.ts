/**
 * Sums that keep what rounding loses (Neumaier 1974): the error does not grow with the number of terms, so that 10
 * million rows add up as exactly as ten.
 */
export class Sums {
  private readonly sums: Float64Array;
  private readonly lost: Float64Array;

  constructor(length: number) {
    this.sums = new Float64Array(length);
    this.lost = new Float64Array(length);
  }

  add(index: number, term: number): void {
    const sum = this.sums[index] as number;
    const next = sum + term;
    const kept = Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    this.lost[index] = (this.lost[index] as number) + kept;
    this.sums[index] = next;
  }

  at(index: number): number {
    const sum = this.sums[index] as number;
    return Number.isFinite(sum) ? sum + (this.lost[index] as number) : sum;
  }
}
